"""A number asked back is answered with the sum shown, of a count that one statement makes; no other sum is done."""

import pytest

from isletbot.answering.composers.arithmetic import SumComposer
from isletbot.answering.verification.sums import asked_back, find_counted, judge_sum
from isletbot.types import Draft, Evidence, Found, Part, Query
from tests.builders import DEATHS, INDEPENDENCE, Unheard, a_passage, a_source

SAID = {"sum-share": "{part} of {whole} is about {percent}%: {part} ÷ {whole} = {share}.", "sum-rest": "leaves {rest}"}
COUNTED = a_passage(INDEPENDENCE)


def say(name: str, **values: str) -> str:
    return SAID[name].format_map(values)


def compose(part: str, *related: str) -> Draft:
    query = Query(part, (Part(part),))
    evidence = Evidence((Found(query.parts[0], ()),), tuple(a_passage(text) for text in related))
    return SumComposer(say).compose(query, evidence, Draft("none", (), unanswered=query.parts), Unheard())


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("so what's that as a percentage?", "share"),
        ("in percent?", "share"),
        ("what fraction is that", "share"),
        ("and as a % of people?", "share"),
        ("10 of 12, what percent is that?", "share"),
        ("how many does that leave?", "rest"),
        ("How many are left?", "rest"),
        ("What percentage of people had neutropenia?", None),
        ("How many people died?", None),
        ("What is that?", None),
    ],
)
def test_only_a_question_without_a_subject_of_its_own_asks_a_number_back(part: str, asked: str | None) -> None:
    assert asked_back(Part(part)) == asked


def test_the_count_that_was_heard_is_found_whatever_the_words_it_was_heard_in() -> None:
    elsewhere = a_passage("Of the 12 people given the full dose, 2 were not insulin independent.")
    release = a_passage("The release: 10 of the 12 came off insulin.", source=a_source(id="r", evidence="news"))
    passages = (elsewhere, release, COUNTED, a_passage(DEATHS))
    assert find_counted(passages, "As said, 10 out of 12 people needed none.") == (COUNTED, release)
    assert find_counted(passages, release.text)[0] == release
    assert find_counted(passages, "Nobody counted.") == ()


def test_the_answer_is_the_statement_and_the_sum_with_the_same_quote() -> None:
    draft = compose("as a percentage?", INDEPENDENCE)
    assert [sentence.text for sentence in draft.sentences] == [INDEPENDENCE, "10 of 12 is about 83%: 10 ÷ 12 = 0.83."]
    assert draft.sentences[0].quotes == draft.sentences[1].quotes
    assert draft.unanswered == ()


def test_a_count_without_a_whole_is_not_made_into_a_share() -> None:
    draft = compose("as a percentage?", "Three people had neutropenia.")
    assert draft.sentences == ()
    assert draft.declined
    assert draft.unanswered == (Part("as a percentage?"),)


def test_a_question_that_asks_for_no_sum_is_left() -> None:
    assert compose("Did anyone die?", INDEPENDENCE).sentences == ()


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("10 of 12 is about 83%: 10 ÷ 12 = 0.83.", "supported"),
        ("That is 83.3%: 10 ÷ 12 = 0.833.", "supported"),
        ("10 of 12 leaves 2: 12 − 10 = 2.", "supported"),
        ("10 of 12 is about 84%: 10 ÷ 12 = 0.84.", "unsupported"),
        ("10 of 12 is about 84%: 10 ÷ 12 = 0.83.", "unsupported"),
        ("10 of 12 is about 83%, or 90%: 10 ÷ 12 = 0.83.", "unsupported"),
        ("10 of 14 is about 71%: 10 ÷ 14 = 0.71.", "unsupported"),
        ("12 of 10 is 120%: 12 ÷ 10 = 1.20.", "unsupported"),
        ("10 of 12 leaves 3: 12 − 10 = 3.", "unsupported"),
        ("10 of 12 were cured: 10 ÷ 12 = 0.83.", None),
        ("10 of 12 people came off insulin.", None),
    ],
)
def test_a_sum_is_supported_when_a_quote_counts_it_and_it_comes_out(sentence: str, outcome: str | None) -> None:
    judgement = judge_sum(sentence, [INDEPENDENCE])
    assert (judgement.outcome if judgement else None) == outcome
