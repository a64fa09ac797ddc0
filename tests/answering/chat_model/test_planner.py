"""A model picks, the house says; whatever breaks a rule is refused whole, with the reason."""

from __future__ import annotations

import pytest

from isletbot.answering.chat_model.plan_offer import Proposal
from isletbot.answering.chat_model.planner import find_fault
from isletbot.errors import ChatTrouble
from isletbot.types import Part, Turn
from tests.answering.chat_model.plans import (
    DIED,
    INSULIN,
    OFF,
    SAFETY,
    WHO,
    Proposes,
    an_approved,
    compose,
    found,
    near,
    offer,
    scored,
)
from tests.builders import PROGRAMME, a_passage, a_source

DIE = Part("Did anyone die?")


def texts(planner: Proposes, *parts: object, **how: object) -> list[str]:
    return [sentence.text for sentence in compose(planner, *parts, **how).sentences]  # type: ignore[arg-type]


def test_a_plan_is_said_in_the_words_of_the_house() -> None:
    draft = compose(Proposes(Proposal(("insulin", DIED.key), "no")))
    assert [sentence.text for sentence in draft.sentences] == ["No. 10 of 12 stopped insulin.", DIED.text]
    assert (draft.composer, draft.approved, draft.declined, draft.unanswered) == ("model", ("insulin",), "", ())
    assert draft.suggestions == ("What of safety?",)
    assert draft.sentences[0].opening == "No."


def test_statements_are_said_in_the_order_picked_each_once() -> None:
    assert texts(Proposes(Proposal((DIED.key, OFF.key, DIED.key)))) == [DIED.text, "10 of 12 stopped insulin."]


def test_a_weaker_statement_comes_after_the_one_that_corrects_it() -> None:
    followed = a_passage(PROGRAMME, source=a_source(id="release"), corrected_by=(OFF.key,))
    one = found(passages=(scored(followed), scored(OFF)))
    assert texts(Proposes(Proposal((followed.key,))), one) == ["10 of 12 stopped insulin.", PROGRAMME]


def test_where_the_model_names_no_opening_the_judge_s_own_stays() -> None:
    one = found(approved=(near(opening="no"), near(SAFETY, 0.3)))
    assert texts(Proposes(Proposal(("insulin",))), one) == ["No. 10 of 12 stopped insulin."]
    assert texts(Proposes(Proposal(("insulin",)))) == ["10 of 12 stopped insulin."]


def test_a_part_that_no_pick_was_found_for_stays_open() -> None:
    deaths = found(DIE, passages=(scored(DIED),), approved=(near(SAFETY),))
    insulin = found(passages=(scored(OFF),), approved=(near(),))
    assert compose(Proposes(Proposal(("safety",))), insulin, deaths).unanswered == (WHO,)


FIVE = tuple(a_passage(f"Fact {row}.") for row in range(5))
MANY = found(
    passages=tuple(map(scored, FIVE)),
    approved=(near(), near(SAFETY, 0.3), near(an_approved("third", OFF), 0.3)),
)
JUDGED = found(approved=(near(opening="no"), near(SAFETY, 0.3)))
BOTH_WAYS = found(approved=(near(an_approved("both", OFF, *INSULIN.propositions, *SAFETY.propositions), opening="no"),))
REFUSED = [
    (JUDGED, Proposal(()), "the plan is empty"),
    (JUDGED, Proposal(("insulin",), route="off_topic"), "'off_topic' is no route"),
    (JUDGED, Proposal(("insulin", "secret")), "'secret' was not offered"),
    (JUDGED, Proposal((INSULIN.sentences[0].text,)), "'10 of 12 stopped insulin.' was not offered"),
    (JUDGED, Proposal(("x" * 900,)), f"'{'x' * 40}' was not offered"),
    (MANY, Proposal(tuple(passage.key for passage in FIVE)), "more than 4 statements"),
    (MANY, Proposal(("insulin", "safety", "third")), "more than 2 answers"),
    (JUDGED, Proposal(("insulin",), "Certainly!"), "the opening 'Certainly!' was not offered"),
    (JUDGED, Proposal(("insulin",), "not_yet"), "the opening 'not_yet' was not offered"),
    (JUDGED, Proposal((OFF.key,), "no"), "the opening 'no' stands before a statement"),
    (JUDGED, Proposal(("insulin",), "yes"), "insulin may not begin with 'yes'"),
    (JUDGED, Proposal(("safety", "insulin"), "no"), "safety may not begin with 'no'"),
    (BOTH_WAYS, Proposal(("both",), "yes"), "the opening 'yes', where the judge reads 'no'"),
]


@pytest.mark.parametrize(("one", "proposal", "fault"), REFUSED, ids=[fault for _, _, fault in REFUSED])
def test_a_plan_that_breaks_a_rule_is_refused_whole(one: object, proposal: Proposal, fault: str) -> None:
    draft = compose(Proposes(proposal), one)  # type: ignore[arg-type]
    assert (draft.sentences, draft.declined) == ((), f"refused: {fault}")
    assert draft.unanswered == (WHO,)
    assert draft.composer == "none"


def test_four_statements_and_two_answers_are_not_too_many() -> None:
    picks = ("insulin", "safety", *(passage.key for passage in FIVE[:4]))
    assert find_fault(Proposal(picks), offer(MANY)) == ""


@pytest.mark.parametrize("route", ["urgent", "personal"])
def test_a_route_upward_is_handed_on_and_nothing_is_said(route: str) -> None:
    draft = compose(Proposes(Proposal(("insulin",), route=route)))
    assert (draft.raised, draft.sentences, draft.declined) == (route, (), f"proposes the route {route}")


def test_a_model_that_fails_leaves_the_reply_to_the_judge() -> None:
    draft = compose(Proposes(ChatTrouble("silent", "no word for 6 s")))
    assert (draft.sentences, draft.declined, draft.unanswered) == ((), "no word for 6 s", (WHO,))


SURE = found(approved=(near(relevance=0.9),))
LISTED = found(approved=(near(relevance=1.0, listed=True),))


def test_a_model_is_not_asked_where_the_judge_is_sure_unless_it_is_always_asked() -> None:
    planner = Proposes(Proposal(("insulin",)))
    assert compose(planner, SURE).declined == "not asked: the judge is sure"
    assert planner.asked == []
    assert compose(planner, SURE, asked="always").declined == ""
    assert len(planner.asked) == 1


def test_a_listed_way_of_asking_gets_its_answer_whatever_a_model_thinks() -> None:
    planner = Proposes(Proposal(("insulin",)))
    assert compose(planner, LISTED, asked="always").declined == "not asked: a listed way of asking has its answer"
    assert planner.asked == []


def test_a_model_is_not_asked_when_nothing_comes_into_question() -> None:
    planner = Proposes(Proposal(("insulin",)))
    assert compose(planner, least=0.41).declined == "not asked: nothing comes into question"
    assert compose(planner, found(passages=(), approved=())).declined == "not asked: nothing comes into question"
    assert planner.asked == []
    assert compose(planner, least=0.4).declined == ""
    assert compose(planner, least=0.41, asked="always").declined == ""


def test_the_model_is_given_the_candidates_and_the_conversation_as_data() -> None:
    planner = Proposes(Proposal(("insulin",)))
    compose(planner, before=(Turn("user", "Hello."), Turn("assistant", "Ask me about zimislecel.")))
    [(system, user)] = planner.asked
    assert planner.names == ("insulin", "safety", OFF.key, DIED.key)
    assert f"STATEMENT {DIED.key}\n{DIED.text}\nEND {DIED.key}" in user
    assert "EARLIER user\nHello.\nEND user\n\nEARLIER assistant\nAsk me about zimislecel.\nEND assistant" in user
    assert user.endswith(f"QUESTION now\n{WHO.text}\nEND now")
    assert "at most 4 statements" in " ".join(system.split())
    assert '{"route": "answer", "say": ["name", "name"], "opening": "none"}' in system
