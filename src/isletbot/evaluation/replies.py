"""This module reads a reply in the contract's form, whoever made it: plain text, sentences and citations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ReplyJson = Mapping[str, object]

_LONGEST = 20_000
_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u00ab\u00bb"), '"'),
    **dict.fromkeys((0x200B, 0xFEFF, 0x00AD), None),
    0x00D7: "x",
    0x2044: "/",
}
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED_RUN = re.compile(f"[{_RAISED}]+")
_LOWERED = str.maketrans(_RAISED, "0123456789")
_MARK = re.compile(r"\s?\[(?:\d{1,3}(?:\s?[,;-]\s?\d{1,3})*|[a-z]{1,3}\d{1,4}|[a-z]+(?:-[a-z0-9]+)+)\]", re.IGNORECASE)
_KEY_FIELDS = ("key", "id", "n", "number", "ref", "marker", "label", "citation_id", "passage_id", "chunk_id")


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """One entry of a reply's citations, as far as it is there; `start` is -1 when it has no offset."""

    source_id: str
    quote: str
    start: int
    end: int
    version: str


@dataclass(frozen=True, slots=True)
class ReplySentence:
    """One sentence of a reply with the citations that its keys lead to; `keys` also holds those that lead nowhere."""

    text: str
    keys: tuple[str, ...]
    cited: tuple[CitedQuote, ...]
    sound: bool = True
    """False when the reply holds something here that is no sentence."""


def normalise_text(text: object) -> str:
    """Returns the text that patterns are matched against: raised digits as ^9, typographic characters as plain ones,
    without citation markers, bold markers and runs of blanks."""
    plain = _RAISED_RUN.sub(lambda found: "^" + found.group().translate(_LOWERED), str(text)[:_LONGEST])
    plain = unicodedata.normalize("NFKC", plain.translate(_CHARACTERS)).translate(_CHARACTERS)
    plain = _MARK.sub("", plain).replace("**", "").replace("__", "")
    plain = re.sub(r"[^\S\n]+", " ", plain)
    return re.sub(r" ?\n\s*", "\n", plain).strip()


def read_text(reply: ReplyJson) -> str:
    """Returns the whole reply as plain text, or its sentences and notices when it has no text."""
    text = reply.get("text")
    if isinstance(text, str) and text.strip():
        return text
    parts = [_get_text(item) for name in ("sentences", "notices") for item in _read_list(reply.get(name))]
    return " ".join(part for part in parts if part)


def read_kind(reply: ReplyJson) -> str:
    return str(reply.get("kind"))


def read_citations(reply: ReplyJson) -> tuple[CitedQuote, ...]:
    return tuple(_read_cited(value) for value in _list_citation_values(reply))


def read_sentences(reply: ReplyJson) -> tuple[ReplySentence, ...]:
    names = _name_citations(reply)
    return tuple(_read_sentence(item, names) for item in _read_list(reply.get("sentences")))


def read_notices(reply: ReplyJson) -> tuple[str, ...]:
    return tuple(_get_text(item) for item in _read_list(reply.get("notices")))


def _read_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _get_text(item: object) -> str:
    if isinstance(item, str):
        return item
    return str(item.get("text", "")) if isinstance(item, Mapping) else ""


def _list_citation_values(reply: ReplyJson) -> list[Mapping[str, object]]:
    raw = reply.get("citations")
    values = list(raw.values()) if isinstance(raw, Mapping) else _read_list(raw)
    return [value if isinstance(value, Mapping) else {} for value in values]


def _name_citations(reply: ReplyJson) -> Mapping[str, CitedQuote]:
    """Returns the citations by every name that a sentence may use; by numbers from 1 when none has a name."""
    raw = reply.get("citations")
    if isinstance(raw, Mapping):
        return {str(key): _read_cited(value if isinstance(value, Mapping) else {}) for key, value in raw.items()}
    names: dict[str, CitedQuote] = {}
    values = _list_citation_values(reply)
    for value in values:
        for name in _KEY_FIELDS:
            if value.get(name) not in (None, ""):
                names.setdefault(str(value[name]), _read_cited(value))
    return names or {str(number): _read_cited(value) for number, value in enumerate(values, 1)}


def _read_cited(value: Mapping[str, object]) -> CitedQuote:
    start, end = value.get("start"), value.get("end")
    placed = isinstance(start, int) and isinstance(end, int)
    return CitedQuote(
        source_id=str(value.get("source_id") or "").strip(),
        quote=str(value.get("quote") or ""),
        start=start if placed and isinstance(start, int) else -1,
        end=end if placed and isinstance(end, int) else -1,
        version=str(value.get("source_version") or ""),
    )


def _read_sentence(item: object, names: Mapping[str, CitedQuote]) -> ReplySentence:
    if not isinstance(item, Mapping):
        return ReplySentence(_get_text(item), (), (), sound=False)
    raw = item.get("citations")
    keys = [raw] if isinstance(raw, str | int) else list(_read_list(raw))
    found = tuple(name for key in keys if (name := _key_name(key)))
    return ReplySentence(_get_text(item), found, tuple(names[name] for name in found if name in names))


def _key_name(key: object) -> str:
    if isinstance(key, Mapping):
        key = next((key[name] for name in _KEY_FIELDS if key.get(name) not in (None, "")), None)
    return "" if key is None else str(key).strip("[]")
