"""Reads a chat endpoint's text whose annotations bring exact words, each quote behind its marker.

What the text says between two markers is one sentence; a paragraph without a marker is a notice. The list of sources
at the end repeats the annotations and is left out, so that a reply counts as what it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_MARKERS = re.compile(r"\s*((?:\[\d{1,3}\]\s?)+)")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_LIST = re.compile(r"\n+(?:sources|references)?:?\s*\n(?:\s*(?:[-*]\s*)?\[\d{1,3}\]:? .*(?:\n|$))+\s*$", re.IGNORECASE)
_STANDING = re.compile(
    r"[^.!?\n]*\b(?:in (?:an|case of (?:an )?) ?emergency|if (?:this|it) is an emergency|not (?:a substitute for )?"
    r"(?:professional )?medical advice)\b[^.!?\n]*[.!?]?",
    re.IGNORECASE,
)
"""A sentence that stands under every reply: it is no alarm and no referral."""


@dataclass(frozen=True, slots=True)
class _Quoted:
    key: str
    words: str
    source: str
    """Address and title."""


def without_standing_notice(text: str) -> str:
    """Returns the text itself where nothing else is left of it."""
    left = _STANDING.sub(" ", text)
    return left if re.search(r"\w", left) else text


def without_source_list(text: str) -> str:
    return _LIST.sub("", text).rstrip()


def read_quotes(annotations: object) -> Mapping[int, Sequence[_Quoted]]:
    """The quotes by the place of the marker they stand behind; empty when the annotations bring none."""
    places: dict[int, list[_Quoted]] = {}
    for item in annotations if isinstance(annotations, list) else []:
        cited = item.get("url_citation", item) if isinstance(item, Mapping) else {}
        for quote in cited.get("quotes") or () if isinstance(cited, Mapping) else ():
            if isinstance(quote, Mapping) and isinstance(start := quote.get("start_index"), int):
                source = f"{cited.get('url', '')} {cited.get('title', '')}"
                places.setdefault(start, []).append(_Quoted(str(quote["key"]), str(quote["quote"]), source))
    return places


def read_quoted_reply(
    text: str, quotes: Mapping[int, Sequence[_Quoted]], kind: str, source_of: Callable[[str], str]
) -> Mapping[str, object]:
    """The reply in the contract's form. `source_of` finds the source that an address or title names."""
    shown = without_source_list(text)
    sentences, notices, used = [], [], {}
    for said, start, marks in _cut(shown):
        behind = [quote for place in marks for quote in quotes.get(start + place, ())]
        if not marks:
            notices.append({"text": said})
            continue
        used.update({quote.key: quote for quote in behind})
        sentences.append({"text": said, "citations": list(dict.fromkeys(quote.key for quote in behind))})
    citations = [
        {"key": quote.key, "source_id": source_of(quote.source), "quote": quote.words, "url": quote.source}
        for quote in used.values()
    ]
    reply = {"kind": kind, "kind_read_from": "endpoint", "text": shown, "notices": notices}
    return {**reply, "sentences": sentences, "citations": citations}


def _cut(text: str) -> Iterator[tuple[str, int, Sequence[int]]]:
    """Yields what is said, and where its markers begin: a place in the text and each marker's distance from there."""
    for paragraph in re.finditer(r"[^\n]+", text):
        begin = 0
        for marks in _MARKERS.finditer(paragraph[0]):
            said = paragraph[0][begin : marks.start()].strip()
            if said:
                places = [mark.start() for mark in _MARKER.finditer(marks[1])]
                yield said, paragraph.start() + marks.start(1), places
            begin = marks.end()
        if rest := paragraph[0][begin:].strip():
            yield rest, paragraph.start() + begin, ()
