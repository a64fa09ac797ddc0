"""Compiles the readable phrases of the rules to regular expressions. prompts/triage/README.md explains the notation."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["plain", "optional", "gap", "stretch", "look"]

_LOOKS = {"!(": "(?!", "&(": "(?=", "<!(": "(?<!", "<&(": "(?<="}
_SYMBOLS = {"_": " ", ".": r"\b", "D": r"\d", "^": "^", "$": "$"}
_RESERVED = "()[]{}<>|*+?~!&\\_.^$"
"""What a phrase must write with a backslash to mean the character itself."""
_GAP = re.compile(r"~(\d+)(?!\d*<)")
_STRETCH = re.compile(r"~(\d+)<")
_NAME = re.compile(r"\{([a-z_]+)\}")
# "units" of "units?": the sign after a letter belongs to that letter alone.
_RUN = re.compile(r"[^\W_D]+(?!\?)")
# "I'm" and "wide-awake"; not "D" for a digit, "<.'/>" or a dash between blanks.
_NEVER = re.compile(r"[A-CE-Z]\w*|\w+'\w+|[^\W\d]+-[^\W\d]+")
_CLASS = re.compile(r"<[^>]*>")
_INSTEAD = "without apostrophes, and a hyphen in a word is a space: im, cant, anti rejection"
_TIMES = re.compile(r"\*(\d*)|\+")
_REPEATED = re.compile(r"~(\+|\d*)")
_EDGE = r"\b"
_DEEPEST = 30
_CACHED = 4_096
"""Phrases that stay compiled, more than the rules have: of a rule file that staff change, only what is new is read."""


class PhraseError(ValueError):
    """A phrase that cannot be read: the message says where and why, in words for people."""


@dataclass(frozen=True, slots=True)
class _Part:
    kind: Kind
    text: str
    """The regular expression; of an optional part without the space that belongs to it, of a look without its ends."""
    spaced: bool
    """Whether a space stands before it."""
    suffix: str = ""


def compile_phrase(text: str, lists: Collection[str]) -> str:
    """The regular expression of a phrase; `<name>` stands in it for each list. Raises PhraseError."""
    return _compile_once(text, frozenset(lists))


@lru_cache(_CACHED)
def _compile_once(text: str, lists: Collection[str]) -> str:
    text = " ".join(text.split())
    if never := _NEVER.search(_CLASS.sub(" ", text)):
        raise PhraseError(f"{never[0]!r} is never found: messages are read in small letters, {_INSTEAD}.")
    return "|".join(_Reader(text, lists).read_alternatives(""))


class _Reader:
    def __init__(self, text: str, lists: Collection[str]) -> None:
        self.text, self.lists, self.place, self.depth = text, lists, 0, 0

    def read_alternatives(self, end: str) -> list[str]:
        """Reads up to the closing sign, and that; up to the end of the phrase when there is none."""
        opened, found = self.place, []
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PhraseError(f"More than {_DEEPEST} groups stand in each other.")
        while True:
            found.append(_join(self._read_parts(end)))
            if self.place >= len(self.text):
                if end:
                    raise PhraseError(f"No {end!r} closes the group before {self.text[opened : opened + 20]!r}.")
                break
            self.place += 1
            if self.text[self.place - 1] != "|":
                break
        self.depth -= 1
        if not end and self.place < len(self.text):
            raise PhraseError(f"Nothing opens the {self.text[self.place - 1]!r} at character {self.place}.")
        return found

    def _read_parts(self, end: str) -> list[_Part]:
        parts: list[_Part] = []
        while self.place < len(self.text) and self.text[self.place] not in f"|{end}" + ("" if end else ")]"):
            spaced = self.text[self.place] == " "
            if spaced:
                self.place += 1
                if self.place >= len(self.text) or self.text[self.place] in f"|{end}":
                    break
                if self.text[self.place] == "?":
                    self.place += 1
                    parts.append(_Part("plain", " ?", False))
                    continue
            parts.append(self._read_part(spaced and bool(parts), starts=spaced or not parts))
        if not parts and end and self.place >= len(self.text):
            raise PhraseError(f"No {end!r} closes the group at the end.")
        if not parts:
            raise PhraseError(f"Nothing stands at character {self.place}; write a word there, or drop the sign.")
        return parts

    def _read_part(self, spaced: bool, starts: bool) -> _Part:
        text, at = self.text, self.place
        if look := next((sign for sign in _LOOKS if text.startswith(sign, at)), ""):
            self.place += len(look)
            return _Part("look", "|".join(self.read_alternatives(")")), spaced, _LOOKS[look])
        if gap := _GAP.match(text, at):
            self.place = gap.end()
            return _Part("gap", r"\w+", spaced, f"{{0,{gap[1]}}}?")
        if stretch := _STRETCH.match(text, at):
            self.place = stretch.end()
            return _Part("stretch", f"{self._read_class()}{{0,{stretch[1]}}}", spaced)
        if text[at] == "[":
            self.place += 1
            body = "|".join(self.read_alternatives("]"))
            return _Part("optional", body, spaced, self._read_times())
        return _Part("plain", self._read_plain(starts), spaced)

    def _read_times(self) -> str:
        times = _TIMES.match(self.text, self.place)
        if not times:
            return "?"
        self.place = times.end()
        return f"{{0,{times[1]}}}" if times[1] else times[0]

    def _read_plain(self, starts: bool) -> str:
        if run := _RUN.match(self.text, self.place):
            self.place = run.end()
            return run[0]
        sign = self.text[self.place]
        self.place += 1
        if sign == "(":
            body = "|".join(self.read_alternatives(")"))
            return f"(?:{body}){self._read_repeated()}"
        if sign == "<":
            return self._read_class() + self._take("?*+")
        if sign == "{":
            return self._read_list()
        if sign in "*+":
            return r"\w+" if starts or sign == "+" else r"\w*"
        if sign == "\\" and self.place < len(self.text):
            self.place += 1
            return re.escape(self.text[self.place - 1]) + self._take("?")
        if sign in _SYMBOLS:
            return _SYMBOLS[sign] + (self._take("?*+") if sign in "D_" else "")
        if sign in _RESERVED:
            raise PhraseError(f"The {sign!r} at character {self.place} says nothing here; write \\{sign} to mean it.")
        return re.escape(sign) + self._take("?")

    def _read_repeated(self) -> str:
        if self._take("?"):
            return "?"
        times = _REPEATED.match(self.text, self.place)
        if not times or (times[1].isdigit() and self.text.startswith("<", times.end())):
            return ""
        self.place = times.end()
        return f"{{0,{times[1]}}}" if times[1].isdigit() else times[1] or "*"

    def _read_list(self) -> str:
        name = _NAME.match(self.text, self.place - 1)
        if not name:
            raise PhraseError(f"The brace at character {self.place} names no list: write it like {{kin}}.")
        if name[1] not in self.lists:
            raise PhraseError(f"There is no list {name[0]}. There are {', '.join(sorted(self.lists))}.")
        self.place = name.end()
        return f"<{name[1]}>"

    def _read_class(self) -> str:
        """Reads `<,.!?>`, any of these characters, `<not ,.>`, any other, or `<any>`; the sign before it is read."""
        start = self.text.rfind("<", 0, self.place) + 1
        end = self.text.find(">", start)
        if end < 0:
            raise PhraseError(f"No '>' closes the characters after {self.text[start : start + 20]!r}.")
        self.place = end + 1
        inner = self.text[start:end]
        if inner == "any":
            return "."
        body = inner.removeprefix("not ")
        return f"[{'^' if body != inner else ''}{body}]"

    def _take(self, signs: str) -> str:
        if self.place < len(self.text) and self.text[self.place] in signs:
            self.place += 1
            return self.text[self.place - 1]
        return ""


def _join(parts: list[_Part]) -> str:
    """Puts the parts together; an optional part takes one of the spaces beside it along."""
    written, taken = "", False
    for place, part in enumerate(parts):
        space = " " if part.spaced and not taken else ""
        taken = False
        if part.kind == "plain":
            written += space + part.text
        elif part.kind == "look":
            inner = f" (?:{part.text})" if space else part.text
            written += f"{part.suffix}{inner})"
        elif part.kind == "stretch":
            after = place + 1 < len(parts) and parts[place + 1].spaced
            written += (_EDGE if space else "") + part.text + (_EDGE if after else "")
            taken = after
        elif _leads_on(parts, place):
            written += f"{space}(?:{_group(part.text)} ){part.suffix}"
            taken = True
        else:
            written += f"(?:{space}{_group(part.text)}){part.suffix}"
    return written


def _leads_on(parts: list[_Part], place: int) -> bool:
    """Whether a part that must be there follows after spaces: then the space of an optional part stands behind it."""
    if place and not parts[place].spaced:
        return False
    for part in parts[place + 1 :]:
        if not part.spaced or part.kind in ("look", "stretch"):
            return False
        if part.kind == "plain":
            return True
    return False


def _group(body: str) -> str:
    return f"(?:{body})" if "|" in body else body
