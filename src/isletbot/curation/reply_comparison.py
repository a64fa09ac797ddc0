"""A kept reply beside the one its question gets today: what became of every sentence and citation. Pure."""

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
    """A sentence or a citation, and what became of it."""

    fate: Fate
    words: str
    source: str = ""
    renewed: bool = False
    """Whether a citation that was kept now comes from another version of its source."""


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
        """Whether a person would read the same."""
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
    """In the order of reading, what was removed where it stood."""
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
    """A reply without sentences of its own, as a referral, is compared as the text it is."""
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
