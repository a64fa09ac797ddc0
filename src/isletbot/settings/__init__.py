"""Reads every environment variable once, checks it and freezes it. Its user decides what a setting does."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsConfigDict

from isletbot.errors import SettingsError
from isletbot.settings.chat import ChatSettings
from isletbot.settings.chroma import ChromaSettings
from isletbot.settings.console import ConsoleSettings
from isletbot.settings.conversations import ConversationSettings
from isletbot.settings.fetching import FetchSettings
from isletbot.settings.folders import FolderSettings
from isletbot.settings.http_server import HttpServerSettings
from isletbot.settings.named_corpora import (
    CORPORA_PATH,
    Entry,
    NamedCorporaSettings,
    check_apart,
    override,
    read_corpora,
)

PREFIX = "ISLETBOT_"
ENV_FILE = ".env"
_IGNORED_PREFIX = f"{PREFIX}TEST_"
"""Prefix of variables that only the tests read."""


class Settings(
    ConsoleSettings,
    ConversationSettings,
    FetchSettings,
    HttpServerSettings,
    ChatSettings,
    ChromaSettings,
    NamedCorporaSettings,
    FolderSettings,
):
    """All settings. `load_settings` makes them; its errors name the variable, the value, the rule and the remedy."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
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
        default="",
        pattern=r"^(.{3,})?$",
        max_length=200,
        description="Who to turn to, as it reads after 'ask' or 'call'; a name and a number are best.",
        json_schema_extra={"shown": "`topic/contact.txt` of the texts"},
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

    @field_validator("weights_from", "switch_file")
    @classmethod
    def _expand_home(cls, folder: Path | None) -> Path | None:
        return folder.expanduser() if folder else None

    @property
    def switch_path(self) -> Path:
        return self.switch_file or self.data_dir / "switched-off"

    @property
    def index_dir(self) -> Path:
        """The index, or this machine's copy of the one on a Chroma server."""
        return self.data_dir / ("index-copy" if self.chroma_url else "index")


def load_settings(**given: object) -> Settings:
    """Settings from `given`, else the environment, else `.env`, else the defaults; of the corpus that they choose by
    name, if they do. Raises SettingsError."""
    settings = _check_times(_make_settings(given))
    return _choose_corpus(settings) if settings.corpus else settings


def load_corpora(settings: Settings) -> Mapping[str, Settings]:
    """Returns the settings of each corpus that one server answers from by name. Raises SettingsError."""
    if settings.corpora is None or settings.corpus:
        return {}
    file, entries = settings.corpora, read_corpora(settings.corpora)
    named = {name: _make_named(settings, file, name, entry) for name, entry in entries.items()}
    check_apart(file, {name: _list_places(one) for name, one in {"": settings, **named}.items()})
    root = f"{settings.root_path}{CORPORA_PATH}"
    return {name: one.model_copy(update={"root_path": f"{root}/{name}"}) for name, one in named.items()}


def _choose_corpus(settings: Settings) -> Settings:
    if settings.corpora is None:
        raise SettingsError(
            f"The corpus {settings.corpus!r} is chosen and no file names any. Set {PREFIX}CORPORA to one; "
            "docs/corpora.md shows it."
        )
    common = settings.model_copy(update={"corpus": ""})
    named = load_corpora(common)
    if settings.corpus not in named:
        known = ", ".join(named)
        raise SettingsError(f"{settings.corpora} names no corpus {settings.corpus!r}. It names: {known}.")
    return named[settings.corpus].model_copy(update={"root_path": settings.root_path})


def _make_named(settings: Settings, file: Path, name: str, entry: Entry) -> Settings:
    """What is not said there holds as for the corpus without a name, wherever that has it from."""
    common = {field: getattr(settings, field) for field in settings.model_fields_set | {"weights_dir"}}
    try:
        return _check_times(_make_settings(override(file, name, entry, common, settings.data_dir)))
    except SettingsError as error:
        raise SettingsError(f"{file}: the corpus {name!r}: {error}") from error


def _list_places(settings: Settings) -> Mapping[str, str]:
    return {
        "data_dir": str(settings.data_dir.resolve()),
        "records_url": settings.records_url.get_secret_value(),
        "chroma_database": settings.chroma_database if settings.chroma_url else "",
    }


def _make_settings(given: Mapping[str, object]) -> Settings:
    try:
        _refuse_unknown()
        return Settings(**given)  # type: ignore[arg-type]
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
