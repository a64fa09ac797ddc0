"""What a model wrote, read as a plan, and the form that its server is asked to hold it to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from isletbot.answering.chat_model.plan_offer import Proposal
from isletbot.errors import ChatTrouble
from isletbot.inference.chat_planner import ChatPlanner, make_form, read_plan
from isletbot.inference.scripted import ScriptedChat, echo_first

PLAN = {"route": "answer", "say": ["who-took-part", "kabc"], "opening": "no"}
READ = Proposal(("who-took-part", "kabc"), "no", "answer")


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(PLAN),
        f"```json\n{json.dumps(PLAN, indent=2)}\n```",
        f"Sure! Here is the plan: {json.dumps(PLAN)} I hope it helps.",
        f'<think>{{maybe}} {{"a": 1}}</think>{json.dumps(PLAN)}',
        json.dumps({**PLAN, "say": ["ANSWER who-took-part", "[kabc]"], "reply": "Take 10 units."}),
        json.dumps({**PLAN, "say": ["who-took-part", "nothing", "kabc"]}),
    ],
)
def test_a_plan_is_found_whatever_stands_around_it(written: str) -> None:
    assert read_plan(written) == READ


def test_what_is_left_out_is_no_opening_and_no_other_route() -> None:
    assert read_plan('{"say": ["kabc"]}') == read_plan('{"say": ["kabc"], "opening": null}') == Proposal(("kabc",))
    assert read_plan('{"say": ["nothing"]}') == read_plan('{"say": []}') == Proposal(())


@pytest.mark.parametrize(
    "written",
    [
        "",
        "I think A is best.",
        '{"say": ["kabc"',
        '{"say": "kabc"}',
        '{"say": [1, 2]}',
        '["kabc"]',
        '{"answer": "kabc"}',
        '{"route": "cosy", "say": ["kabc"]}',
        json.dumps({"say": ["kabc"] * 51}),
        "{" * 3_000,
        '{"say":' * 3_000,
    ],
)
def test_what_is_no_plan_is_trouble(written: str) -> None:
    with pytest.raises(ChatTrouble, match="what it wrote is no plan"):
        read_plan(written)


def test_the_form_holds_nothing_but_the_names_given() -> None:
    form: Any = make_form(["a", "kb"], ["yes"])
    assert form["properties"]["say"]["items"]["enum"] == ["nothing", "a", "kb"]
    assert form["properties"]["opening"]["enum"] == ["none", "yes"]
    assert form["properties"]["route"]["enum"] == ["answer", "personal", "urgent"]
    assert (form["required"], form["additionalProperties"]) == (["route", "say", "opening"], False)


def propose(written: str) -> Proposal:
    planner = ChatPlanner(ScriptedChat(lambda _system, _user: written))
    return planner.propose("Plan.", "ANSWER a\nText.\nEND a", ["a"], [], lambda: False)


def test_any_chat_model_plans() -> None:
    assert propose('{"say": ["a"]}') == Proposal(("a",))


def test_a_plan_without_an_end_is_not_read_further() -> None:
    with pytest.raises(ChatTrouble, match="a plan without an end"):
        propose('{"say": [' + '"a", ' * 2_000)


def test_the_shipped_fake_picks_the_first_that_it_is_shown() -> None:
    planner = ChatPlanner(ScriptedChat(echo_first))
    shown = "STATEMENT kb\nText.\nEND kb\n\nSTATEMENT kc\nText.\nEND kc"
    assert planner.propose("Plan.", shown, ["kb", "kc"], [], lambda: False) == Proposal(("kb",))
