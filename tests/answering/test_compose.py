"""Composers are asked in turn until one says something; the next goes on from what holds."""

from __future__ import annotations

from isletbot.answering.compose import compose_draft, keep_verified
from isletbot.ports import Reply
from isletbot.types import Composer, Draft, Evidence, Finding, Found, Part, Query, ScoredPassage, Sentence, Verdict
from tests.builders import Unheard, a_passage, a_reason

QUERY = Query("Did anyone die? Who paid?", (Part("Did anyone die?"), Part("Who paid?")))
EVIDENCE = Evidence((Found(QUERY.parts[0], (ScoredPassage(a_passage(), 1.0, 1.0, 1.0),)),))
BEGUN = Draft("none", (), unanswered=QUERY.parts)
FALSE = Finding(Sentence("It cures.", ()), "unsupported", a_reason("no citation"))


class Saying:
    def __init__(self, name: Composer, *said: str, suggestions: tuple[str, ...] = ()) -> None:
        self.name = name
        self.begun: list[Draft] = []
        self._said = tuple(Sentence(text, ()) for text in said)
        self._suggestions = suggestions

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        self.begun.append(begun)
        dropped = (*begun.dropped, FALSE)
        return Draft(self.name, (*begun.sentences, *self._said), self._suggestions, "", begun.unanswered, dropped)


def test_the_first_that_says_something_is_the_last_that_is_asked() -> None:
    silent, speaking, later = Saying("approved"), Saying("model", "Two died."), Saying("quotes", "Ten.")
    drafts = compose_draft(QUERY, EVIDENCE, (silent, speaking, later), BEGUN, Unheard())
    assert [draft.composer for draft in drafts] == ["approved", "model"]
    assert later.begun == []


def test_what_one_suggests_and_dropped_is_handed_to_the_next() -> None:
    silent, later = Saying("approved", suggestions=("Who paid?",)), Saying("quotes", "Ten.")
    compose_draft(QUERY, EVIDENCE, (silent, later), BEGUN, Unheard())
    assert later.begun[0].suggestions == ("Who paid?",)
    assert later.begun[0].dropped == (FALSE,)
    assert later.begun[0].unanswered == QUERY.parts


def test_nobody_writes_from_nothing() -> None:
    speaking = Saying("model", "It cures everybody.")
    drafts = compose_draft(QUERY, Evidence((Found(QUERY.parts[0], ()),)), (speaking,), BEGUN, Unheard())
    assert speaking.begun == []
    assert [(draft.sentences, draft.declined) for draft in drafts] == [((), "nothing found")]


def test_the_next_goes_on_from_what_holds() -> None:
    kept = Sentence("Two died.", ())
    draft = Draft("model", (kept, FALSE.sentence), ("Who paid?",), unanswered=QUERY.parts[1:])
    verdict = Verdict((Finding(kept, "supported", a_reason()), FALSE))
    begun = keep_verified(QUERY, draft, verdict)
    assert (begun.composer, begun.sentences, begun.unanswered) == ("model", (kept,), QUERY.parts[1:])
    assert (begun.dropped, begun.suggestions) == ((FALSE,), ("Who paid?",))


def test_where_nothing_holds_every_part_is_open() -> None:
    begun = keep_verified(QUERY, Draft("model", (FALSE.sentence,)), Verdict((FALSE,)))
    assert (begun.composer, begun.sentences, begun.unanswered) == ("none", (), QUERY.parts)
