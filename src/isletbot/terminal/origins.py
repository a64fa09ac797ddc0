"""Whether the pages of an origin may hold the widget, and what is missing if not. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FORM = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")


@dataclass(frozen=True, slots=True)
class OriginCheck:
    ok: bool
    detail: str
    remedy: str = ""


def check_origin(origin: str, widgets: Mapping[str, tuple[str, ...]], corpus: str = "") -> OriginCheck:
    """`widgets` has the origins of each widget, as the settings name them; `corpus` is the name of the corpus that they
    belong to, empty for that without a name."""
    if not _FORM.fullmatch(origin):
        return OriginCheck(
            False,
            f"{origin[:100]!r} is no origin",
            "Give the page's scheme and host in lower case, without a path: https://clinic.example. It must be https.",
        )
    if named := [name for name, origins in widgets.items() if origin in origins]:
        return OriginCheck(True, f"pages of {origin} may hold <isletbot-chat {_write_tag(named[0], corpus)}>")
    entries = [f"{name}={' '.join(origins)}" for name, origins in widgets.items()]
    kept = ";".join([*entries, f"mine={origin}"])
    setting = (
        f'widgets: "{kept}" below {corpus}: in the file of ISLETBOT_CORPORA' if corpus else f'ISLETBOT_WIDGETS="{kept}"'
    )
    return OriginCheck(
        False,
        f"no widget may stand on pages of {origin}",
        f"Set {setting}, start the server again, and write {_write_tag('mine', corpus)} into the page's tag.",
    )


def _write_tag(widget: str, corpus: str) -> str:
    """The attributes that a page needs."""
    return f'corpus="{corpus}" widget="{widget}"' if corpus else f'widget="{widget}"'
