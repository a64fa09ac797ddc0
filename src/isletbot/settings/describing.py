"""Writes the page of the settings from their fields."""

from __future__ import annotations

from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from isletbot.settings import ENV_FILE, PREFIX, Settings

_INTRODUCTION = f"""# Settings

Written by `make docs` from `src/isletbot/settings/`; change it there.

A setting is an environment variable, or a line in a file `{ENV_FILE}` in the folder the command runs in; the
environment wins. A value out of range, or a name that does not exist, ends the command with the rule and the remedy.
"""


def describe_settings() -> str:
    """Writes the page docs/settings.md for `make docs`."""
    rows = [_INTRODUCTION, "| variable | default | range | what it does |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_default(field)} | {_range(field)} | {field.description} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "shown" in extra:
        return str(extra["shown"])
    default = "" if field.default is None else str(field.default)
    return f"`{default}`" if default else "none"


def _range(field: FieldInfo) -> str:
    if field.annotation is bool:
        return "`true`, `false`"
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    limits = {type(rule).__name__: rule for rule in field.metadata}
    low, high = getattr(limits.get("Ge"), "ge", None), getattr(limits.get("Le"), "le", None)
    if low is not None:
        return f"{low} to {high}"
    longest = getattr(limits.get("MaxLen"), "max_length", None)
    return f"at most {longest} characters" if longest else "a folder" if "Path" in str(field.annotation) else "text"
