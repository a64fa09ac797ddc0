"""This module compares a stored reply with the one its question gets today, sentence by sentence and citation by
citation. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from isletbot.curation.conversation_review import StoredReply

Fate = Literal["kept", "added", "removed"]


@dataclass(frozen=True, slots=True)
class ComparedFact:
    name: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """A sentence or a citation with its fate."""

    fate: Fate
    words: str
    source: str = ""
    renewed: bool = False
    """Whether a kept citation now comes from another version of its source."""


@dataclass(frozen=True, slots=True)
class ReplyDifference:
    facts: tuple[ComparedFact, ...]
    """Kind, composer, route, rule, and the date the reply speaks for."""
    sentences: tuple[ComparedPart, ...]
    citations: tuple[ComparedPart, ...]
    notices: tuple[ComparedPart, ...]
    versions: tuple[ComparedFact, ...]

    @property
    def same(self) -> bool:
        """Tells whether a person would read the same in both."""
        parts = (*self.sentences, *self.citations, *self.notices)
        return all(part.fate == "kept" and not part.renewed for part in parts) and not self.facts[0].changed


def compare_replies(before: StoredReply, after: StoredReply) -> ReplyDifference:
    return ReplyDifference(
        facts=tuple(_compare_facts(before, after)),
        sentences=tuple(_compare_lists(_read_sentences(before), _read_sentences(after))),
        citations=tuple(_compare_citations(_read_citations(before), _read_citations(after))),
        notices=tuple(_compare_lists(_read_notices(before), _read_notices(after))),
        versions=tuple(
            _compare_versions(_read_mapping(before.trace, "versions"), _read_mapping(after.trace, "versions"))
        ),
    )


def _compare_facts(before: StoredReply, after: StoredReply) -> Iterator[ComparedFact]:
    for name in ("kind", "composer", "as_of"):
        yield ComparedFact(name, str(before.shown.get(name, "")), str(after.shown.get(name, "")))
    old, new = _read_mapping(before.trace, "triage"), _read_mapping(after.trace, "triage")
    for name in ("route", "rule"):
        yield ComparedFact(name, str(old.get(name, "")), str(new.get(name, "")))


def _compare_lists(before: Sequence[str], after: Sequence[str]) -> Iterator[ComparedPart]:
    """Yields the parts in reading order, each removed part where it stood."""
    for _, old_from, old_to, new_from, new_to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if before[old_from:old_to] == after[new_from:new_to]:
            yield from (ComparedPart("kept", words) for words in after[new_from:new_to])
        else:
            yield from (ComparedPart("removed", words) for words in before[old_from:old_to])
            yield from (ComparedPart("added", words) for words in after[new_from:new_to])


def _compare_citations(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ComparedPart]:
    for key, cited in after.items():
        old = before.get(key)
        renewed = old is not None and old["source_version"] != cited["source_version"]
        yield ComparedPart("kept" if old else "added", cited["quote"], cited["source_id"], renewed)
    yield from (
        ComparedPart("removed", old["quote"], old["source_id"]) for key, old in before.items() if key not in after
    )


def _compare_versions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ComparedFact]:
    for name in sorted({*before, *after}):
        yield ComparedFact(name, str(before.get(name, "")), str(after.get(name, "")))


def _read_sentences(reply: StoredReply) -> list[str]:
    """Lists the sentences of a reply; a reply without any, such as a referral, counts as one text."""
    sentences: Any = reply.shown["sentences"]
    return [sentence["text"] for sentence in sentences] or [str(reply.shown["text"]).split("\n\n")[0]]


def _read_citations(reply: StoredReply) -> dict[str, Any]:
    citations: Any = reply.shown["citations"]
    return {citation["key"]: citation for citation in citations}


def _read_notices(reply: StoredReply) -> list[str]:
    notices: Any = reply.shown["notices"]
    return [notice["text"] for notice in notices]


def _read_mapping(trace: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return trace.get(name) or {}
