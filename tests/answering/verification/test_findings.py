"""What is found of one sentence: its quotes stand, they support it, and no caution forbids it."""

from dataclasses import replace

import pytest

from isletbot.answering.verification.findings import Verifier, judge_company
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.corpus import Caution
from isletbot.types import Evidence, Finding, Found, Part, Passage, Quote, ScoredPassage, Sentence
from tests.builders import DEATHS, INDEPENDENCE, a_passage, a_reason, a_source
from tests.study_words import STUDY

STRONG = a_passage(INDEPENDENCE)
WEAK = a_passage(
    "The release says that most people came off insulin.",
    source=a_source(id="release", evidence="company_release"),
    corrected_by=(STRONG.key,),
)
NEVER = Caution("P1", "The 10 are of the 12.", ("10 of 14",), ("paper#independence",), never=(r"10 of (the )?14",))


def evidence(*passages: Passage) -> Evidence:
    return Evidence((Found(Part("?"), tuple(ScoredPassage(passage, 1.0, 1.0, 1.0) for passage in passages)),))


def quoted(passage: Passage, text: str | None = None) -> Sentence:
    return Sentence(text or passage.text, (Quote(passage.key, passage.text, passage.start, passage.end),))


def find(sentence: Sentence, *passages: Passage, cautions: tuple[Caution, ...] = ()) -> Finding:
    return Verifier(LedgerEntailment(STUDY), cautions).find(sentence, evidence(*passages))


def test_a_statement_quoted_word_for_word_is_supported() -> None:
    assert find(quoted(STRONG), STRONG).outcome == "supported"


def test_a_quote_that_differs_by_one_character_drops_its_sentence() -> None:
    sentence = quoted(STRONG)
    broken = replace(sentence, quotes=(replace(sentence.quotes[0], text=INDEPENDENCE.replace("10", "11")),))
    assert find(broken, STRONG).outcome == "unsupported"


def test_a_quote_at_shifted_offsets_drops_its_sentence() -> None:
    sentence = quoted(STRONG)
    shifted = replace(sentence.quotes[0], start=STRONG.start + 1, end=STRONG.end + 1)
    assert find(replace(sentence, quotes=(shifted,)), STRONG).outcome == "unsupported"


def test_a_key_that_was_not_retrieved_is_a_finding() -> None:
    finding = find(quoted(STRONG), a_passage(DEATHS))
    assert finding.outcome == "unsupported"
    assert STRONG.key in finding.reason.text


def test_a_sentence_without_a_citation_is_unsupported() -> None:
    assert find(Sentence(INDEPENDENCE, ()), STRONG).outcome == "unsupported"


def test_what_a_caution_forbids_is_dropped_even_where_its_words_are_quoted() -> None:
    passage = a_passage("At one year 10 of the 14 people used no insulin.")
    assert find(quoted(passage), passage, cautions=(NEVER,)).outcome == "unsupported"


def test_a_sum_is_held_to_its_count() -> None:
    assert find(quoted(STRONG, "10 of 12 is about 83%: 10 ÷ 12 = 0.83."), STRONG).outcome == "supported"
    assert find(quoted(STRONG, "10 of 12 is about 90%: 10 ÷ 12 = 0.90."), STRONG).outcome == "unsupported"


@pytest.mark.parametrize(
    ("said", "outcome"), [((), "unsupported"), ((STRONG.key,), "supported"), ((WEAK.key,), "unsupported")]
)
def test_a_corrected_statement_needs_its_correction_beside_it(said: tuple[str, ...], outcome: str) -> None:
    finding = Finding(quoted(WEAK), "supported", a_reason("verbatim"))
    assert judge_company(finding, frozenset(said), evidence(STRONG, WEAK)).outcome == outcome


def test_company_makes_nothing_better_that_does_not_hold() -> None:
    finding = Finding(quoted(WEAK), "unchecked", a_reason("nothing to check"))
    assert judge_company(finding, frozenset({STRONG.key}), evidence(STRONG, WEAK)) is finding
