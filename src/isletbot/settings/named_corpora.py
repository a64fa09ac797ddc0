"""Reads the file that names several corpora, and what each of them sets in its own way."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from isletbot.errors import SettingsError

CORPORA_PATH = "/corpora"
"""What is below it belongs to the corpus that the next part of the path names."""
CHOICE = "ISLETBOT_CORPUS"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_NAME = 40
_OWN: Mapping[str, object] = {
    "widgets": "",
    "allowed_origins": "",
    "records_url": "",
    "chroma_database": "default_database",
}
"""Settings that a corpus never takes from the corpus without a name, with what holds where it says nothing."""
_MAY_SAY = (
    "topic_dir data_dir clinic_contact handoff handoff_hours handoff_response_time handoff_webhook handoff_smtp"
).split() + list(_OWN)
_FORM = "Write `NAME:` and below it `topic_dir: FOLDER`; docs/corpora.md shows the file."

Entry = Mapping[str, object]


class NamedCorporaSettings(BaseSettings):
    corpora: Path | None = Field(
        default=None,
        description="A file that names [further corpora](corpora.md), which the same server answers from, each below "
        "`/corpora/NAME`.",
        json_schema_extra={"shown": "none"},
    )
    corpus: str = Field(
        default="",
        max_length=_LONGEST_NAME,
        description="Name of the one corpus of that file which a command works on; as the option `--corpus`.",
    )

    @field_validator("corpora")
    @classmethod
    def _expand_corpora(cls, file: Path | None) -> Path | None:
        return file.expanduser() if file else None


@contextmanager
def use_corpus(name: str) -> Iterator[None]:
    """Lets every setting that is read meanwhile be that of the named corpus."""
    before = os.environ.get(CHOICE)
    os.environ[CHOICE] = name
    try:
        yield
    finally:
        if before is None:
            del os.environ[CHOICE]
        else:
            os.environ[CHOICE] = before


def check_name(name: str) -> str:
    """Raises SettingsError for what cannot stand in a path."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise SettingsError(
            f"{name[:60]!r} is no name of a corpus: small letters, digits and single dashes, at most "
            f"{_LONGEST_NAME}. Write for example `kidney-stones`."
        )
    return name


def read_corpora(file: Path) -> Mapping[str, Entry]:
    """Raises SettingsError with file, value, rule and remedy."""
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = getattr(error, "strerror", None) or str(error).replace("\n", " ")
        raise SettingsError(f"ISLETBOT_CORPORA is {str(file)!r}, which cannot be read: {reason}. {_FORM}") from error
    if not isinstance(entries, dict) or not entries:
        raise SettingsError(f"{file}: there is no corpus in it. {_FORM}")
    names = [str(key.value) for key, _ in node.value]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise SettingsError(f"{file}: the corpus {twice!r} stands there twice. Give one of them another name.")
    return {check_name(str(name)): _check_entry(file, str(name), entry) for name, entry in entries.items()}


def _check_entry(file: Path, name: str, entry: object) -> Entry:
    if not isinstance(entry, dict) or not isinstance(entry.get("topic_dir"), str):
        raise SettingsError(f"{file}: the corpus {name!r} has no `topic_dir`. {_FORM}")
    if unknown := [str(key) for key in entry if key not in _MAY_SAY]:
        raise SettingsError(
            f"{file}: the corpus {name!r} sets {unknown[0][:40]!r}. It may set {', '.join(_MAY_SAY)}; the rest is the "
            "server's."
        )
    return entry


def override(file: Path, name: str, entry: Entry, common: Mapping[str, object], data: Path) -> dict[str, object]:
    """Returns the settings of a named corpus: those in `common`, except what is each corpus's own. `data` is the data
    folder of the corpus without a name. Folders in the file are read from the folder that it lies in."""
    topic = file.parent / Path(str(entry["topic_dir"])).expanduser()
    own = entry.get("data_dir")
    return {
        **common,
        **_OWN,
        **entry,
        "corpus": name,
        "topic_dir": topic,
        "corpus_dir": topic / "corpus",
        "data_dir": file.parent / Path(str(own)).expanduser() if own else data / "corpora" / name,
    }


def check_apart(file: Path, places: Mapping[str, Mapping[str, str]]) -> None:
    """`places` are, by the name of the corpus, where it keeps things: empty for what it does not use. Raises
    SettingsError where two are the same, or only one is on a server."""
    for place in ("data_dir", "records_url", "chroma_database"):
        seen: dict[str, str] = {}
        for name, held in places.items():
            value, title = held[place], repr(name) if name else "without a name"
            if places[""][place] and not value:
                raise SettingsError(
                    f"{file}: the corpus {title} has no `{place}`, and that without a name has. Give it one of its own."
                )
            if value and value in seen:
                raise SettingsError(
                    f"{file}: the corpus {title} and that {seen[value]} have the same `{place}`, so that one would "
                    "answer from what is the other's. Give each its own."
                )
            seen[value] = title
