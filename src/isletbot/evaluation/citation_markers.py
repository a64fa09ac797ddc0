"""This module reads a chat model's plain text as a reply in the contract's form, as far as it goes: `[n]` markers,
links, annotations.

A chat endpoint tells neither kind nor quotes. The kind is read from the words by the rules below; a citation is a
source that is linked or named; what is not there counts as missing, never as right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from isletbot.evaluation.quoted_markers import without_standing_notice
from isletbot.evaluation.replies import ReplyJson
from isletbot.types import Kind

_LINK = re.compile(r"\[(\d{1,3})\]\s*[:(]?\s*<?(https?://[^\s)>\]]+)|(https?://[^\s)>\]]+)")
_LIST_LINE = re.compile(r"^\s*(?:[-*]\s*)?\[(\d{1,3})\]:?\s+(.+)$", re.MULTILINE)
_MARK = re.compile(r"\[(\d{1,3}(?:\s?[,;]\s?\d{1,3})*)\]")
_SENTENCE = re.compile(
    r"(?:[^.!?\n]|[.!?](?=\w))+(?:[.!?]+[\"”’)]*(?:\s*\[\d{1,3}(?:\s?[,;]\s?\d{1,3})*\])*[.!?]*|\n|$)"
)
_QUOTED = re.compile(r"[\"“]([^\"“”]{20,})[\"”]")
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("urgent", r"\bcall\b[^.!?]{0,60}\b(911|112|999|988|emergency|ambulance)\b|\bemergency (room|department)\b"),
    (
        "not_in_corpus",
        r"\b(do(es)? not|don't|doesn't|cannot|can't|could not|couldn't) (know|have|find|contain|say|mention|include|"
        r"provide|answer(?! (?:it|this|that) for you\b))\b|\bno information\b|"
        r"\bnot (mentioned|covered|provided|specified|stated)\b|"
        r"\bunable to (find|answer)\b",
    ),
    (
        "needs_clinician",
        r"\b(ask|talk|speak|consult|contact|discuss|check)\b[^.!?]{0,40}\b(doctor|clinician|care team|physician|"
        r"healthcare (provider|professional|team))\b",
    ),
    ("out_of_scope", r"\b(outside|beyond) (my|the) scope\b|\bonly (answer|help with|discuss) questions about\b"),
    ("small_talk", r"^\W*(hi|hello|hey|you're welcome|good (morning|evening))\b"),
)
_SIGNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
_OPENING = 400
"""The number of characters in which a reply of another kind than answered shows itself."""


@dataclass(frozen=True, slots=True)
class SourceLibrary:
    """Maps the addresses, DOIs and titles of sources to their ids, and holds their texts."""

    names: Mapping[str, str]
    texts: Mapping[str, str]

    def source_of(self, words: str) -> str:
        """Returns the source that a line or link concerns; empty when it is none of ours."""
        lowered = words.lower()
        return next((source for name, source in self.names.items() if name and name.lower() in lowered), "")


def read_marked_reply(text: str, annotations: object, library: SourceLibrary) -> ReplyJson:
    targets = _read_targets(text, annotations)
    body = _LIST_LINE.sub("", text)
    sentences = []
    used: dict[str, Mapping[str, object]] = {}
    for found in _SENTENCE.finditer(body):
        words = found.group().strip()
        if not re.search(r"\w", _MARK.sub("", words)):
            continue
        numbers = [number for mark in _MARK.findall(words) for number in re.findall(r"\d+", mark)]
        for number in numbers:
            used.setdefault(number, _make_citation(number, targets.get(number, ""), text, library))
        sentences.append({"text": _MARK.sub("", words).strip(), "citations": numbers})
    kind = infer_kind(text, bool(used))
    return {
        "kind": kind,
        "kind_read_from": "words",
        "text": text,
        "sentences": sentences if kind == "answered" else [],
        "citations": list(used.values()) if kind == "answered" else [],
        "notices": [],
    }


def infer_kind(text: str, cites: bool) -> Kind:
    """Infers the kind from the first sign in the opening words; a reply that cites and does not open with an emergency
    is an answer."""
    opening = without_standing_notice(text)[:_OPENING]
    for kind, sign in _SIGNS:
        if sign.search(opening) and (kind == "urgent" or not cites):
            return kind
    return "answered"


def _read_targets(text: str, annotations: object) -> Mapping[str, str]:
    """Reads what each number points at: a link, a line of a list of sources, or an annotation in their order."""
    targets: dict[str, str] = dict(_LIST_LINE.findall(text))
    for number, linked, _ in _LINK.findall(text):
        if number:
            targets.setdefault(number, linked)
    for place, item in enumerate(annotations if isinstance(annotations, list) else [], 1):
        cited = item.get("url_citation", item) if isinstance(item, Mapping) else {}
        if isinstance(cited, Mapping):
            targets.setdefault(str(place), f"{cited.get('url', '')} {cited.get('title', '')}")
    return targets


def _make_citation(number: str, words: str, text: str, library: SourceLibrary) -> Mapping[str, object]:
    """Makes a citation. Its quote counts when the text puts words of that source between quotation marks."""
    source = library.source_of(words)
    said = library.texts.get(source, "")
    quote = next((quoted for quoted in _QUOTED.findall(text) if quoted in said), "") if said else ""
    return {"number": int(number), "key": number, "source_id": source, "quote": quote, "url": words}
