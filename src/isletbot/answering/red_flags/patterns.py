"""Makes one pattern of the phrases that a rule, a list or a frame gives, and names what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from isletbot.answering.red_flags.phrases import PhraseError, compile_phrase
from isletbot.errors import SettingsError

WORDS = "words.yaml"
"""The file of the folder that holds no rules."""
_WORD_START = r"(?<!\w)"
_LIST = re.compile(r"<([a-z_]+)>")
_ESCAPE = {"pattern", "example"}
_SHOWN = 120
"""Characters of a value that an error shows."""


class Patterns:
    """Compiles phrases with the lists of words that the rules share."""

    def __init__(self, lists: Mapping[str, object]) -> None:
        self._lists: dict[str, str] = {}
        names = frozenset(map(str, lists))
        written = {str(name): _join(WORDS, str(name), phrases, names) for name, phrases in lists.items()}
        for name in written:
            self._lists[name] = self._fill(name, written, ())

    def compile(self, file: str, rule: str, phrases: object, start: str = _WORD_START) -> re.Pattern[str]:
        """Compiles phrases to a pattern that begins at a word. Raises SettingsError."""
        written = _join(file, rule, phrases, self._lists.keys())
        filled = _LIST.sub(lambda match: f"(?:{self._lists[match[1]]})", written)
        try:
            return re.compile(f"{start}(?:{filled})")
        except re.error as error:
            raise name_fault(file, rule, phrases, f"Together these phrases cannot be used: {error}.") from error

    def _fill(self, name: str, written: Mapping[str, str], within: tuple[str, ...]) -> str:
        if name in within:
            raise name_fault(WORDS, name, name, "The list names itself. Take it out of the list.")
        return _LIST.sub(lambda match: f"(?:{self._fill(match[1], written, (*within, name))})", written[name])


def read_list(file: str, rule: str, value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise name_fault(file, rule, value, "A list is needed here.")
    return value


def read_texts(file: str, rule: str, value: object) -> tuple[str, ...]:
    """Returns a list of texts. YAML reads a bare 1, yes or no as something else."""
    found = read_list(file, rule, value)
    for text in found:
        if not isinstance(text, str):
            raise name_fault(file, rule, text, "This is no text. Put it in quotes.")
    return tuple(map(str, found))


def name_fault(file: str, rule: str, value: object, remedy: str) -> SettingsError:
    shown = repr(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]} ..."
    return SettingsError(f"prompts/triage/{file}: rule {rule}: {shown}. {remedy}")


def _join(file: str, rule: str, phrases: object, lists: Collection[str]) -> str:
    return "|".join(_write(file, rule, phrase, lists) for phrase in read_list(file, rule, phrases))


def _write(file: str, rule: str, phrase: object, lists: Collection[str]) -> str:
    """Writes the regular expression of a phrase, or of a mapping with a `pattern` and an `example` that it finds."""
    if isinstance(phrase, dict):
        return _write_escape(file, rule, phrase)
    if not isinstance(phrase, str):
        raise name_fault(file, rule, phrase, "This is no text. Put it in quotes.")
    try:
        return compile_phrase(phrase, lists)
    except PhraseError as error:
        raise name_fault(file, rule, phrase, f"{error} prompts/triage/README.md explains the signs.") from error


def _write_escape(file: str, rule: str, given: Mapping[object, object]) -> str:
    pattern, example = str(given.get("pattern", "")), str(given.get("example", ""))
    if set(given) != _ESCAPE or not pattern or not example:
        raise name_fault(file, rule, dict(given), "Give it a pattern and an example that it finds.")
    try:
        found = re.search(pattern, example)
    except re.error as error:
        raise name_fault(file, rule, pattern, f"Not a regular expression: {error}.") from error
    if not found:
        raise name_fault(file, rule, example, "The pattern beside this example does not find it. Mend one of them.")
    return pattern
