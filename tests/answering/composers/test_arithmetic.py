"""A number asked back is answered with the sum shown, of a count that one statement makes; no other sum is done."""

from isletbot.answering.composers.arithmetic import SumComposer
from isletbot.types import Draft, Evidence, Found, Part, Query, Sentence
from tests.builders import INDEPENDENCE, Unheard, a_passage

SAID = {"sum-share": "{part} of {whole} is about {percent}%: {part} ÷ {whole} = {share}.", "sum-rest": "leaves {rest}"}


def say(name: str, **values: str) -> str:
    return SAID[name].format_map(values)


def compose(part: str, *related: str) -> Draft:
    query = Query(part, (Part(part),))
    evidence = Evidence((Found(query.parts[0], ()),), tuple(a_passage(text) for text in related))
    return SumComposer(say).compose(query, evidence, Draft("none", (), unanswered=query.parts), Unheard())


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


def test_what_is_left_is_counted_too() -> None:
    assert [sentence.text for sentence in compose("how many does that leave?", INDEPENDENCE).sentences][1] == "leaves 2"


def test_it_goes_on_from_what_was_said() -> None:
    query = Query("as a percentage?", (Part("as a percentage?"),))
    begun = Draft("approved", (Sentence("Ten.", ()),), ("Who paid?",), unanswered=query.parts)
    evidence = Evidence((Found(query.parts[0], ()),), (a_passage(INDEPENDENCE),))
    draft = SumComposer(say).compose(query, evidence, begun, Unheard())
    assert (draft.composer, draft.sentences[0].text, draft.suggestions) == ("approved", "Ten.", ("Who paid?",))
    assert len(draft.sentences) == 3
