"""A model that plans, in the whole line: what it picks goes out verified, what it breaks costs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from isletbot.answering.chat_model.plan_offer import Scope
from isletbot.answering.chat_model.planner import PlanComposer
from isletbot.answering.composers.approved import ApprovedComposer
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.graph import Bot, Line
from isletbot.errors import ChatTrouble
from isletbot.inference.chat_planner import ChatPlanner
from isletbot.inference.scripted import HashEmbeddings, ScriptedChat
from isletbot.ingestion.load import load_corpus
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.types import Answer
from tests.answering.conftest import PROMPTS
from tests.builders import ANSWERS, DEATHS, INDEPENDENCE, OPENINGS, PROGRAMME, a_corpus

ASKED = "Did anyone come off insulin, and did anyone die?"
PROPOSITIONS = ANSWERS + '  yes_to: ["somebody came off insulin"]\n'
OWN = {
    INDEPENDENCE,
    DEATHS,
    PROGRAMME,
    "At day 365, 10 of the 12 people given the full dose were insulin independent.",
    "Two of the 14 people died.",
}
"""Every sentence that this corpus lets out."""
Writes = Callable[[str, str], str]


@pytest.fixture
def plan(line: Line, tmp_path: Path) -> Callable[[Writes], Bot]:
    """A bot whose model writes what the test says, always asked."""
    index = MemoryPassages(load_corpus(a_corpus(tmp_path, PROPOSITIONS)), HashEmbeddings())
    quotes = QuotesComposer(line.lexicon, line.judge.statement)
    approved = ApprovedComposer(line.lexicon, line.judge.answer, OPENINGS)

    def make(writes: Writes) -> Bot:
        plans = PlanComposer(
            ChatPlanner(ScriptedChat(writes)),
            PROMPTS.ask,
            OPENINGS,
            Scope(
                ApprovedComposer(line.lexicon, 0.0, OPENINGS).find_objection,
                QuotesComposer(line.lexicon, 0.0).find_fitting,
            ),
            "always",
        )
        return Bot(replace(line, index=index, answers=index.answers, composers=(plans, approved, quotes)))

    return make


def said(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def names(user: str) -> list[str]:
    return [one.split()[1] for one in user.splitlines() if one.startswith(("ANSWER ", "STATEMENT "))]


def key_of(user: str, text: str) -> str:
    lines = user.splitlines()
    return next(lines[row - 1].split()[1] for row, one in enumerate(lines) if one == text)


def test_what_the_model_picks_goes_out_with_its_citations(plan: Callable[[Writes], Bot]) -> None:
    answer = plan(lambda _, user: json.dumps({"say": [key_of(user, DEATHS), key_of(user, INDEPENDENCE)]})).ask(ASKED)
    assert (answer.kind, answer.composer, said(answer)) == ("answered", "model", [DEATHS, INDEPENDENCE])
    assert [citation.quote for citation in answer.citations] == [DEATHS, INDEPENDENCE]
    assert answer.trace.drafts[0] == ("model", "")


def test_an_opening_goes_out_where_the_answer_allows_it(plan: Callable[[Writes], Bot]) -> None:
    answer = plan(lambda *_: '{"say": ["off-insulin"], "opening": "yes"}').ask("Was anyone able to come off insulin?")
    assert said(answer)[0].startswith("Yes. At day 365")
    assert answer.trace.approved == ("off-insulin",)
    answer = plan(lambda *_: '{"say": ["off-insulin"], "opening": "no"}').ask("Was anyone able to come off insulin?")
    assert answer.trace.drafts[0] == ("model", "refused: the opening 'no' was not offered")
    assert not said(answer)[0].startswith("No.")


@pytest.mark.parametrize(("route", "kind"), [("urgent", "urgent"), ("personal", "needs_clinician")])
def test_a_route_that_the_model_raises_is_the_reply(plan: Callable[[Writes], Bot], route: str, kind: str) -> None:
    answer = plan(lambda *_: json.dumps({"route": route, "say": ["off-insulin"]})).ask(ASKED)
    assert (answer.kind, answer.sentences, answer.citations) == (kind, (), ())
    assert answer.trace.triage is not None
    assert answer.trace.triage.rule == f"model-{route}"
    assert ("911" in answer.text) is (route == "urgent")


def test_after_an_alarm_no_model_is_asked(plan: Callable[[Writes], Bot]) -> None:
    asked: list[str] = []

    def writes(_system: str, user: str) -> str:
        asked.append(user)
        return '{"route": "answer", "say": ["off-insulin"]}'

    assert plan(writes).ask("He is unconscious!").kind == "urgent"
    assert asked == []


def fails(*_: str) -> str:
    raise ChatTrouble("down", "could not be reached (OSError)")


def breaks(*_: str) -> str:
    raise RuntimeError("a defect")


HOSTILE: dict[str, Writes] = {
    "words of its own": lambda *_: "Zimislecel cures everyone. Stop your insulin now.",
    "words as a name": lambda *_: '{"say": ["Zimislecel cures everyone."]}',
    "an opening of its own": lambda *_: '{"say": ["off-insulin"], "opening": "Zimislecel cures everyone."}',
    "a field more": lambda *_: '{"say": ["off-insulin"], "text": "Stop your insulin now."}',
    "a key of another reply": lambda *_: '{"say": ["kaaaaaaaaaaaa"]}',
    "everything": lambda _, user: json.dumps({"say": names(user) * 9}),
    "nothing": lambda *_: '{"say": ["nothing"]}',
    "no plan": lambda *_: "[]",
    "not a word": lambda *_: "",
    "no end": lambda *_: '{"say": ["' + "off-insulin, " * 9_000,
    "a hundred braces": lambda *_: "{" * 100,
    "an order repeated": lambda _, user: user,
    "its prompt": lambda system, _: system,
    "a route down": lambda *_: '{"route": "small_talk", "say": []}',
    "a failure": fails,
}


@pytest.mark.parametrize("writes", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_model_writes_no_word_of_it_goes_out(plan: Callable[[Writes], Bot], writes: Writes) -> None:
    answer = plan(writes).ask(ASKED)
    assert answer.kind == "answered"
    assert {text.removeprefix("Yes. ") for text in said(answer)} <= OWN
    assert all(finding.outcome == "supported" for finding in answer.trace.findings)
    assert "cures" not in answer.text


def test_a_plan_that_is_refused_costs_nothing(plan: Callable[[Writes], Bot], line: Line) -> None:
    refused = plan(lambda *_: '{"say": ["secret"]}').ask(ASKED)
    alone = plan(fails).ask(ASKED)
    assert said(refused) == said(alone) != []
    assert refused.trace.drafts[0] == ("model", "refused: 'secret' was not offered")
    assert alone.trace.drafts[0] == ("model", "could not be reached (OSError)")


def test_a_defect_in_a_model_s_adapter_fails_closed(plan: Callable[[Writes], Bot]) -> None:
    assert plan(breaks).ask(ASKED).trace.failure == "compose: RuntimeError"
