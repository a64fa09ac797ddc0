"""Load the texts of prompts/, check their placeholders, render, digest. What is said when is decided elsewhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import get_args

import yaml

from isletbot.errors import SettingsError
from isletbot.languages import CODES, LANGUAGES, find_ending
from isletbot.types import Opening

CONSTANTS = frozenset({"contact", "emergency", "crisis", "numbers"})
"""Placeholders any text may use; their values come from the settings."""

SAID: Mapping[str, frozenset[str]] = {
    "disclosure": frozenset({"days"}),
    "disclosure-nothing-kept": frozenset(),
    "emergency-line": frozenset(),
    "exact-words": frozenset(),
    "failed-closed": frozenset(),
    "from-source": frozenset({"sources"}),
    "general-facts": frozenset(),
    "general-information": frozenset(),
    "handoff-consent": frozenset(),
    "handoff-offer": frozenset(),
    "handoff-received": frozenset({"reference", "when", "reach", "message"}),
    "handoff-hours": frozenset({"hours"}),
    "handoff-response-time": frozenset({"response_time"}),
    "handoff-subject": frozenset(),
    "no-figures": frozenset(),
    "no-more": frozenset(),
    "no-plainer": frozenset(),
    "no-shorter": frozenset(),
    "no-such-source": frozenset(),
    "not-in-corpus": frozenset({"gap", "topics"}),
    "did-you-mean": frozenset({"topics"}),
    "nothing-found": frozenset(),
    "not-medical-advice": frozenset(),
    "part-not-in-corpus": frozenset({"part"}),
    "sum-rest": frozenset({"part", "whole", "rest"}),
    "sum-share": frozenset({"part", "whole", "percent", "share"}),
    "switched-off": frozenset(),
    "which-do-you-mean": frozenset({"choices"}),
    "source-dates": frozenset({"title", "publisher", "published", "as_of"}),
    "source-due-for-review": frozenset({"title", "date"}),
}
"""The texts of prompts/say/ that the code says by name, and what each takes, and must take, besides the constants."""

TRANSLATED = (
    *("urgent-emergency", "urgent-crisis", "urgent-emergency-crisis", "urgent-care-team"),
    *("needs-clinician", "emergency-line", "general-information"),
    *("disclosure", "disclosure-nothing-kept", "handoff-consent"),
)
"""The texts that stand in other languages too, with the English below: `urgent-crisis-german`."""
ASKED: Mapping[str, frozenset[str]] = {
    "compose/system": frozenset({"sentences"}),
    "compose/question": frozenset({"questions", "passages"}),
    "compose/repair": frozenset({"questions", "passages", "refused"}),
    "plan/system": frozenset({"statements"}),
    "plan/question": frozenset({"candidates", "earlier", "question"}),
}
"""The texts that a chat model is asked with, by their path, and what each takes and must take; no constants."""
OWN: Mapping[str, str] = {
    "contact": "your doctor or care team",
    "chat-title": "",
    "page-heading": "What is known so far",
    "page-text": "",
    "password-words": "",
}
"""The texts of prompts/topic/, with what is said where a topic has none: nobody reads that of another topic."""
_OWN_FOLDER = "topic/"


@dataclass(frozen=True, slots=True)
class _Translation:
    own: str
    english: str = ""
    """What it says in English, as it stands below it."""


@dataclass(frozen=True, slots=True)
class Prompts:
    files: Mapping[str, str]
    """Every file, by its path under prompts/ (`say/greeting.txt`)."""
    constants: Mapping[str, str]
    digest: str
    """Hash over every file's path and bytes, and over the constants."""

    def say(self, name: str, **values: str) -> str:
        """The text `say/<name>.txt`, filled. `values` must be exactly what the text takes."""
        text = self.files.get(f"say/{name}.txt")
        if text is None:
            raise SettingsError(f"There is no text {name!r}: prompts/say/{name}.txt is missing. {_RESTORE}")
        wanted = _find_wanted(name)
        if values.keys() != wanted:
            raise TypeError(f"prompts/say/{name}.txt takes {sorted(wanted)}, was given {sorted(values)}")
        return text.format_map({**self.constants, **values}).strip()

    def say_own(self, name: str, ending: str = "") -> str:
        """The text `topic/<name><ending>.txt`; without the file, what `OWN` has in English and nothing otherwise."""
        return self.files.get(f"{_OWN_FOLDER}{name}{ending}.txt", "" if ending else OWN[name]).strip()

    def list_translations(self, name: str, **values: str) -> Mapping[str, str]:
        """The text in the languages other than English, without the English beside it, by the language's subtag."""
        return {code: each.own for code, each in self._translate(name, values).items()}

    def list_agreed_translations(self, name: str, **values: str) -> Mapping[str, str]:
        """As `list_translations`, without those of other English words than the text in force: a clinic that rewrites
        what people agree to has not translated it."""
        english = self.say(name, **values)
        return {code: each.own for code, each in self._translate(name, values).items() if each.english == english}

    def _translate(self, name: str, values: Mapping[str, str]) -> Mapping[str, _Translation]:
        said = {code: self.say(f"{name}{LANGUAGES[CODES[code]]}", **values) for code in CODES}
        return {code: _Translation(*text.split("\n\n", 1)) for code, text in said.items()}

    def ask(self, name: str, **values: str) -> str:
        """The text `<name>.txt` for a chat model, filled. `values` must be exactly what the text takes."""
        if values.keys() != ASKED[name]:
            raise TypeError(f"prompts/{name}.txt takes {sorted(ASKED[name])}, was given {sorted(values)}")
        return self.files[f"{name}.txt"].format_map(values).strip()

    @property
    def say_names(self) -> frozenset[str]:
        return frozenset(path[4:-4] for path in self.files if path.startswith("say/"))

    def folder(self, name: str) -> Mapping[str, str]:
        """The files of one folder, by file name."""
        return {path.removeprefix(f"{name}/"): text for path, text in self.files.items() if path.startswith(f"{name}/")}


_OPENINGS = "openings.yaml"
_RESTORE = "Restore it, or point ISLETBOT_PROMPTS_DIR at a complete copy of prompts/."


def load_prompts(folder: Path, *, emergency: str, crisis: str, contact: str, topic: Path | None = None) -> Prompts:
    """Read and check every text under `folder`; one of that name under `topic` stands in its place, and those of
    `topic/` are only the topic's. An empty `contact` is what the topic says. Raises SettingsError that names file, rule
    and remedy."""
    paths = _find_texts(folder, topic)
    own = f"{_OWN_FOLDER}contact.txt"
    contact = contact or (_decode(own, paths[own].read_bytes()).strip() if own in paths else OWN["contact"])
    numbers = ", ".join(re.findall(r"\d[\d ]*\d", emergency))  # for texts in another language than the setting's
    constants = {"emergency": emergency, "crisis": crisis, "contact": contact, "numbers": numbers}
    digest = hashlib.sha256(repr(sorted(constants.items())).encode())
    files: dict[str, str] = {}
    for name, path in sorted(paths.items()):
        raw = path.read_bytes()
        digest.update(f"\0{name}\0".encode() + raw)
        files[name] = _decode(name, raw)
        text = name.removesuffix(".txt")
        if name.startswith("say/"):
            _check_placeholders(name, files[name], _find_wanted(text.removeprefix("say/")), CONSTANTS)
        elif text in ASKED:
            _check_placeholders(name, files[name], ASKED[text], frozenset())
        elif name.startswith(_OWN_FOLDER):
            _check_own(name, files[name])
    _check_complete(files)
    return Prompts(MappingProxyType(files), MappingProxyType(constants), f"sha256:{digest.hexdigest()}")


def _find_texts(folder: Path, topic: Path | None) -> dict[str, Path]:
    shipped = _list_texts(folder)
    if not shipped:
        raise SettingsError(f"ISLETBOT_PROMPTS_DIR is {str(folder)!r}: it holds no texts. {_RESTORE}")
    if topic is None:
        return shipped
    return {name: path for name, path in shipped.items() if not name.startswith(_OWN_FOLDER)} | _list_texts(topic)


def _find_wanted(name: str) -> frozenset[str]:
    """What the text takes besides the constants; in another language the same."""
    return SAID.get(name.removesuffix(find_ending(name)), frozenset())


def _check_own(name: str, text: str) -> None:
    known = {*OWN, *(f"chat-title{ending}" for ending in LANGUAGES.values())}
    if name.removeprefix(_OWN_FOLDER).removesuffix(".txt") not in known:
        raise SettingsError(f"prompts/{name} is read by nobody. Name it as one of {', '.join(sorted(known))}.")
    _check_placeholders(name, text, frozenset(), frozenset())


def _list_texts(folder: Path) -> dict[str, Path]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix in {".txt", ".yaml"})
    return {path.relative_to(folder).as_posix(): path for path in paths}


def read_openings(prompts: Prompts) -> Mapping[Opening, str]:
    """The words of each opening. Raises SettingsError when `prompts/openings.yaml` does not hold just these."""
    try:
        words = yaml.safe_load(prompts.files.get(_OPENINGS, ""))
    except yaml.YAMLError as error:
        raise SettingsError(f"prompts/{_OPENINGS} is no YAML ({error}). {_RESTORE}") from error
    names: tuple[Opening, ...] = get_args(Opening)
    if not isinstance(words, dict) or set(words) != set(names) or not all(map(str.strip, map(str, words.values()))):
        raise SettingsError(f"prompts/{_OPENINGS} must have words for {', '.join(names)} and nothing else. {_RESTORE}")
    return {name: str(words[name]).strip() for name in names}


def _decode(name: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"prompts/{name} is not UTF-8 at byte {error.start}. Save it as UTF-8.") from error
    if not text.strip():
        raise SettingsError(f"prompts/{name} is empty. {_RESTORE}")
    return text


def _check_placeholders(name: str, text: str, wanted: frozenset[str], constants: frozenset[str]) -> None:
    try:
        fields = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError as error:
        raise SettingsError(f"prompts/{name} has a loose brace ({error}). Write {{{{ or }}}} for a brace.") from error
    if unknown := fields - constants - wanted:
        allowed = ", ".join(f"{{{field}}}" for field in sorted(constants | wanted))
        raise SettingsError(f"prompts/{name} has {{{min(unknown)}}}. It may use {allowed}. Remove or rename it.")
    if missing := wanted - fields:
        raise SettingsError(f"prompts/{name} must use {{{min(missing)}}} and does not. Put it in.")


def _check_complete(files: Mapping[str, str]) -> None:
    translated = (f"{name}{ending}" for name in TRANSLATED for ending in LANGUAGES.values())
    for name in (*(f"say/{said}" for said in (*SAID, *translated)), *ASKED):
        if f"{name}.txt" not in files:
            raise SettingsError(f"prompts/{name}.txt is missing. {_RESTORE}")
