"""Each sentence is verified before anyone hears it, and heard once."""

from __future__ import annotations

from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.answering.verified_stream import OpenReply
from isletbot.types import Citation, Evidence, Found, Part, Passage, Quote, ScoredPassage, Sentence
from tests.builders import DEATHS, INDEPENDENCE, PROGRAMME, a_passage, a_source
from tests.study_words import STUDY

STRONG, OTHER = a_passage(INDEPENDENCE), a_passage(DEATHS)
WEAK = a_passage(PROGRAMME, source=a_source(id="release", evidence="company_release"), corrected_by=(STRONG.key,))
EVIDENCE = Evidence((Found(Part("?"), tuple(ScoredPassage(one, 1.0, 1.0, 1.0) for one in (STRONG, OTHER, WEAK))),))
VERIFIER = Verifier(LedgerEntailment(STUDY), ())


class Heard:
    def __init__(self, cancelled: bool = False) -> None:
        self.cancelled = cancelled
        self.sentences: list[tuple[str, list[int]]] = []

    def step(self, name: str) -> None:
        """Not of interest here."""

    def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        self.sentences.append((sentence.text, [citation.number for citation in citations]))


def quoted(passage: Passage, text: str = "") -> Sentence:
    return Sentence(text or passage.text, (Quote(passage.key, passage.text, passage.start, passage.end),))


def test_a_sentence_that_holds_is_heard_with_its_number() -> None:
    heard = Heard()
    reply = OpenReply(EVIDENCE, VERIFIER, heard)
    assert [reply.release(quoted(one)).outcome for one in (OTHER, STRONG)] == ["supported"] * 2
    assert heard.sentences == [(DEATHS, [1]), (INDEPENDENCE, [1])]


def test_what_does_not_hold_is_not_heard() -> None:
    heard = Heard()
    finding = OpenReply(EVIDENCE, VERIFIER, heard).release(quoted(OTHER, "Nobody died."))
    assert finding.outcome == "unsupported"
    assert heard.sentences == []


def test_a_corrected_statement_is_heard_after_its_correction() -> None:
    heard = Heard()
    reply = OpenReply(EVIDENCE, VERIFIER, heard)
    assert "without its correction" in reply.release(quoted(WEAK)).reason.text
    assert reply.release(quoted(STRONG)).outcome == "supported"
    assert reply.release(quoted(WEAK)).outcome == "supported"
    assert [text for text, _ in heard.sentences] == [INDEPENDENCE, PROGRAMME]


def test_what_was_heard_is_not_heard_again() -> None:
    heard = Heard()
    reply = OpenReply(EVIDENCE, VERIFIER, heard)
    reply.release(quoted(OTHER))
    reply.hand_on((quoted(OTHER), quoted(STRONG)))
    assert heard.sentences == [(DEATHS, [1]), (INDEPENDENCE, [1])]


def test_without_a_listener_sentences_are_verified_all_the_same() -> None:
    reply = OpenReply(EVIDENCE, VERIFIER, None)
    assert not reply.cancelled
    assert reply.release(quoted(OTHER)).outcome == "supported"
    assert reply.release(quoted(OTHER, "Nobody died.")).outcome == "unsupported"


def test_a_listener_that_left_cancels_the_reply() -> None:
    assert OpenReply(EVIDENCE, VERIFIER, Heard(cancelled=True)).cancelled
