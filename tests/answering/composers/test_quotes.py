"""The quotes composer says what answers, once, from the strongest source, and declines what is not relevant enough."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from isletbot.types import Draft, Evidence, Found, Part, Passage, Query, Quote, ScoredPassage, Sentence
from tests.builders import DEATHS, INDEPENDENCE, PROGRAMME, Unheard, a_passage, a_source

LEAST = 0.3
RELEASE = a_source(id="release", evidence="company_release")
OFF = a_passage(INDEPENDENCE, asks=("Did anyone come off insulin?",))
DIED = a_passage(DEATHS, asks=("Did anyone die?",))
FOLLOWED = a_passage(PROGRAMME, source=RELEASE, corrected_by=(OFF.key,))
NEWS = a_passage(
    "The news report: of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent.",
    source=a_source(id="news", evidence="news"),
)
LANTIDRA = a_passage("Lantidra was approved in the USA in 2023.")
BEFORE = a_passage("Before zimislecel, C-peptide was not detected in all 14 people of the trial.")
WITH = a_passage("With zimislecel, C-peptide was detected in all 14 people of the trial.")
PHASE = a_passage("On 4 October 2026 the record gave phase 3 for the zimislecel trial.")
STATUS = a_passage("On 4 October 2026 the record listed the zimislecel trial as recruiting, with no results posted.")
LEXICON = Lexicon(
    (OFF, DIED, FOLLOWED, NEWS, LANTIDRA, BEFORE, WITH, PHASE, STATUS),
    Glossary(same=(("insulin independent", "off insulin"),), elsewhere=(("Lantidra", "donislecel"), ("Fooglutide",))),
)
Judged = Sequence[tuple[Passage, float | None]]


def found(judged: Judged, ask: str = "How was it?") -> Found:
    scored = (ScoredPassage(passage, 0.5, 0.5, 0.5, relevance) for passage, relevance in judged)
    return Found(Part(ask), tuple(scored))


def compose(*parts: Found, related: tuple[Passage, ...] = (), begun: Draft | None = None) -> Draft:
    query = Query(" ".join(one.part.text for one in parts), tuple(one.part for one in parts))
    start = begun or Draft("none", (), unanswered=query.parts)
    return QuotesComposer(LEXICON, LEAST).compose(query, Evidence(parts, related), start, Unheard())


def said(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def test_a_statement_is_said_word_for_word_with_itself_as_quote() -> None:
    draft = compose(found([(OFF, 0.9)]))
    assert said(draft) == [INDEPENDENCE]
    assert draft.sentences[0].quotes == (Quote(OFF.key, INDEPENDENCE, OFF.start, OFF.end),)
    assert (draft.composer, draft.declined, draft.unanswered) == ("quotes", "", ())


@pytest.mark.parametrize(("relevance", "given"), [(LEAST, True), (LEAST - 0.01, False), (0.0, False), (None, False)])
def test_a_statement_is_quoted_from_the_least_relevance_on(relevance: float | None, given: bool) -> None:
    draft = compose(found([(OFF, relevance)]))
    assert bool(draft.sentences) is given
    assert draft.declined == ("" if given else "no statement is relevant enough")


def test_no_more_than_two_statements_are_said_for_a_part() -> None:
    assert said(compose(found([(OFF, 0.9), (DIED, 0.9), (PHASE, 0.9)]))) == [INDEPENDENCE, DEATHS]


@pytest.mark.parametrize(("second", "count"), [(0.8, 2), (0.76, 2), (0.7, 1)])
def test_a_second_statement_must_be_nearly_as_relevant(second: float, count: int) -> None:
    assert len(compose(found([(OFF, 0.9), (DIED, second)])).sentences) == count


def test_every_part_is_answered_and_a_part_that_is_not_is_named() -> None:
    draft = compose(found([(OFF, 0.9)], "Who?"), found([(DIED, 0.9)], "And died?"), found([(OFF, 0.1)], "In Oslo?"))
    assert said(draft) == [INDEPENDENCE, DEATHS]
    assert draft.unanswered == (Part("In Oslo?"),)


def test_parts_that_were_answered_are_left_alone() -> None:
    begun = Draft("model", (Sentence("Two died.", ()),), unanswered=(Part("Who?"),))
    draft = compose(found([(OFF, 0.9)], "Who?"), found([(DIED, 0.9)], "And died?"), begun=begun)
    assert (draft.composer, said(draft)) == ("model", ["Two died.", INDEPENDENCE])


@pytest.mark.parametrize("ask", ["Did anyone come off insulin with Lantidra?", "Did anyone take Fooglutide?"])
def test_a_name_from_elsewhere_needs_a_statement_of_it(ask: str) -> None:
    assert compose(found([(OFF, 0.9)], ask)).sentences == ()
    draft = compose(found([(OFF, 0.9), (LANTIDRA, 0.8)], "Was donislecel approved?"))
    assert said(draft) == [LANTIDRA.text]


def test_a_weaker_statement_brings_its_correction_first() -> None:
    draft = compose(found([(FOLLOWED, 0.9)]), related=(OFF,))
    assert said(draft) == [INDEPENDENCE, PROGRAMME]


def test_a_weaker_statement_without_its_correction_is_not_said() -> None:
    assert compose(found([(FOLLOWED, 0.9)])).sentences == ()


def test_a_correction_that_was_said_is_not_said_again() -> None:
    draft = compose(found([(OFF, 0.9)], "Who?"), found([(FOLLOWED, 0.9)], "How long?"))
    assert said(draft) == [INDEPENDENCE, PROGRAMME]


def test_of_two_sources_that_say_the_same_the_stronger_speaks() -> None:
    assert said(compose(found([(NEWS, 0.95), (OFF, 0.9)]))) == [INDEPENDENCE]


def test_a_stronger_source_far_less_relevant_stays_behind() -> None:
    assert said(compose(found([(NEWS, 0.95), (OFF, 0.5)]))) == [NEWS.text]


def test_two_parts_do_not_hear_the_same_statement_twice() -> None:
    draft = compose(found([(OFF, 0.9)], "Who?"), found([(OFF, 0.9)], "How many?"))
    assert said(draft) == [INDEPENDENCE]
    assert draft.unanswered == ()


@pytest.mark.parametrize("pair", [(BEFORE, WITH), (PHASE, STATUS)])
def test_a_contrast_and_a_date_in_common_are_two_statements(pair: tuple[Passage, Passage]) -> None:
    assert len(compose(found([(passage, 0.9) for passage in pair])).sentences) == 2


def test_a_number_asked_back_is_left_to_the_sum() -> None:
    draft = compose(found([(OFF, 0.9)], "as a percentage?"))
    assert (draft.sentences, draft.unanswered) == ((), (Part("as a percentage?"),))


def test_what_is_suggested_was_not_just_said_or_asked() -> None:
    judged = [(OFF, 0.9), (DIED, 0.1)]
    assert compose(found(judged)).suggestions == ("Did anyone die?",)
    assert compose(found(judged, "Did anyone die?")).suggestions == ()


def test_suggestions_made_before_are_kept() -> None:
    begun = Draft("none", (), ("Who paid?",), unanswered=(Part("How was it?"),))
    assert compose(found([(OFF, 0.9), (DIED, 0.1)]), begun=begun).suggestions == ("Who paid?",)
