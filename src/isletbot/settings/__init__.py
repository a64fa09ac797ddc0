"""Reads every environment variable once, checks it and freezes it. Its user decides what a setting does."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsConfigDict

from isletbot.errors import SettingsError
from isletbot.settings.chat import ChatSettings
from isletbot.settings.console import ConsoleSettings
from isletbot.settings.conversations import ConversationSettings
from isletbot.settings.guards import GuardSettings

PREFIX = "ISLETBOT_"
ENV_FILE = ".env"
_IGNORED_PREFIX = f"{PREFIX}TEST_"
"""Prefix of variables that only the tests read."""

LogLevel = Literal["critical", "error", "warning", "info", "debug"]


def find_checkout() -> Path | None:
    """Returns the folder of a source checkout, or None for an installed package."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "src" / "isletbot").is_dir() else None


def _find_data_dir() -> Path:
    checkout = find_checkout()
    return checkout / "var" if checkout else Path(platformdirs.user_data_dir("isletbot"))


def _find_shipped(name: str) -> Path:
    return (find_checkout() or Path(__file__).parents[1] / "_data") / name


class Settings(ConsoleSettings, ConversationSettings, GuardSettings, ChatSettings):
    """All settings. `load_settings` makes them; its errors name the variable, the value, the rule and the remedy."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        default_factory=_find_data_dir,
        description="Holds index, weights and records. Made when missing. Index and weights can be built again, not "
        "what is in `records.sqlite`.",
        json_schema_extra={"shown": "`var/` in a checkout, the user's data folder otherwise"},
    )
    corpus_dir: Path = Field(
        default_factory=lambda: _find_shipped("corpus"),
        description="The corpus: one digest a source, cautions and glossary.",
        json_schema_extra={"shown": "`corpus/` in a checkout, the copy in the package otherwise"},
    )
    prompts_dir: Path = Field(
        default_factory=lambda: _find_shipped("prompts"),
        description="Every sentence the bot itself says, and the rules of triage.",
        json_schema_extra={"shown": "`prompts/` in a checkout, the copy in the package otherwise"},
    )
    training_dir: Path = Field(
        default_factory=lambda: _find_shipped("training"),
        description="The question bank (`questions/`) and the trained models (`models/`). Models that `isletbot train` "
        "made, in the data folder, come before those that ship.",
        json_schema_extra={"shown": "`training/` in a checkout, the copy in the package otherwise"},
    )
    weights_from: Path | None = Field(
        default=None,
        description="A local folder with all-MiniLM-L6-v2 to build the index with, not from a package.",
    )
    dense_weight: float = Field(
        default=0.4,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Share of the dense score in the fused score, the rest is BM25. SciFact nDCG@10: 0.728 at 0.4, "
        "0.646 dense alone, 0.687 BM25 alone, 0.714 rank fusion; `isletbot eval retrieval` measures it again.",
    )
    candidates: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="Passages that each of the two searches proposes for one part of a question.",
    )
    emergency_numbers: str = Field(
        default="911 in the United States and Canada, 112 in Europe, or 999 in the United Kingdom",
        pattern=r"\d",
        max_length=200,
        description="What an urgent reply says after 'call'. Set the one number of your region.",
    )
    crisis_lines: str = Field(
        default="988 in the United States and Canada, or 116 123 in the United Kingdom and Ireland",
        pattern=r"\d",
        max_length=200,
        description="What a reply to somebody who may harm themselves says after 'call'. Set those of your region.",
    )
    clinic_contact: str = Field(
        default="your doctor or diabetes care team",
        min_length=3,
        max_length=200,
        description="Who to turn to, as it reads after 'ask' or 'call'; a name and a number are best.",
    )
    max_question_chars: int = Field(
        default=2_000,
        ge=100,
        le=20_000,
        description="A longer question is refused, unless it is urgent.",
    )
    max_history_turns: int = Field(
        default=100, ge=0, le=1_000, description="Of a conversation with more earlier turns the oldest are left out."
    )
    max_body_bytes: int = Field(
        default=262_144, ge=1_024, le=10_485_760, description="A larger request is refused while it is being read."
    )
    host: str = Field(
        default="127.0.0.1", min_length=1, description="Address `serve` listens on; `0.0.0.0` is all of them."
    )
    port: int = Field(default=8000, ge=1, le=65_535, description="Port `serve` listens on.")
    log_level: LogLevel = Field(default="info", description="How much `serve` logs. No level logs what people ask.")

    @field_validator("data_dir", "corpus_dir", "prompts_dir", "training_dir", "weights_from", "switch_file")
    @classmethod
    def _expand_home(cls, folder: Path | None) -> Path | None:
        return folder.expanduser() if folder else None

    @property
    def switch_path(self) -> Path:
        return self.switch_file or self.data_dir / "switched-off"

    @property
    def red_flags_dir(self) -> Path:
        """The curated red flags that any rules are held to."""
        return _find_shipped("evals")

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def weights_dir(self) -> Path:
        return self.data_dir / "weights"

    @property
    def questions_dir(self) -> Path:
        return self.training_dir / "questions"

    @property
    def models_dir(self) -> Path:
        """The models that `isletbot train` made here, else those that ship."""
        own = self.data_dir / "models"
        return own if own.is_dir() else self.training_dir / "models"


def load_settings(**given: object) -> Settings:
    """Settings from `given`, else the environment, else `.env`, else the defaults. Raises SettingsError."""
    try:
        _refuse_unknown()
        return _check_times(Settings(**given))  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_say_problems(error))) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The file {ENV_FILE} is not UTF-8 ({error}). Save it as UTF-8, or remove it.") from error


def _check_times(settings: Settings) -> Settings:
    """Refuses a model that may take longer than the request it answers: each of its replies would be a 503."""
    reply, request = settings.chat_reply_seconds, settings.request_seconds
    matters = settings.chat_model or "chat_reply_seconds" in settings.model_fields_set
    if matters and reply > request:
        raise SettingsError(
            f"{PREFIX}CHAT_REPLY_SECONDS is {reply:g}: more than {PREFIX}REQUEST_SECONDS, which is {request:g}. Set it "
            "lower, or the other higher."
        )
    return settings


def _refuse_unknown() -> None:
    """Refuses a misspelled variable, which would otherwise leave a default in force silently."""
    known = [f"{PREFIX}{name}".upper() for name in Settings.model_fields]
    for variable in (*os.environ, *dotenv_values(ENV_FILE, encoding="utf-8")):
        name = variable.upper()
        if name.startswith(PREFIX) and name not in known and not name.startswith(_IGNORED_PREFIX):
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]}?" if near else "docs/settings.md lists every setting."
            raise SettingsError(f"{variable} is no setting of isletbot. {remedy}")


def _say_problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        variable = f"{PREFIX}{problem['loc'][0]}".upper()
        rule = problem["msg"][0].lower() + problem["msg"][1:]
        secret = _is_secret(Settings.model_fields[str(problem["loc"][0])])
        value = "what it is" if secret else repr(problem["input"])
        yield f"{variable} is {value}: {rule}. Set it right or leave it out."


def _is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr


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
