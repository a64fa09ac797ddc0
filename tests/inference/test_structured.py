"""A server is asked to hold the model to a form; one that refuses is asked less strictly, and in the end in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from isletbot.answering.chat_model.plan_offer import Proposal
from isletbot.errors import ChatTrouble
from isletbot.inference.breaker import Breaker
from isletbot.inference.budget import BudgetLimits
from isletbot.inference.chat_models import LangChainChat, Timeouts, open_chat_model
from isletbot.inference.chat_planner import ChatPlanner, make_form
from isletbot.inference.metered import MeteredChat
from isletbot.inference.scripted import ScriptedChat
from isletbot.inference.structured import Structured
from tests.model_server import Stage, play

FORM = make_form(["a"], [])
LIMITS = BudgetLimits(output_tokens=200)


def a_chat(url: str, provider: str = "openai") -> LangChainChat:
    # The server closes each connection, and a client that has not seen it yet tries once in vain.
    timeouts = Timeouts(silence_seconds=30, reply_seconds=60, retries=2)
    model = open_chat_model("openai:test", f"{url}/v1", "", LIMITS, timeouts)
    return LangChainChat(model, LIMITS, timeouts, Breaker(100, 30), provider)


def propose(chat: LangChainChat | MeteredChat) -> Proposal:
    return ChatPlanner(chat).propose("Plan.", "ANSWER a", ["a"], [], lambda: False)


def kind(stage: Stage) -> str:
    form: Mapping[str, Any] = stage.asked.get("response_format", {})
    return f"{form.get('type', 'words')}{' with a schema' if 'schema' in form else ''}"


WAYS = ["json_schema", "json_object with a schema", "json_object", "words"]


@pytest.mark.parametrize("known", range(4), ids=WAYS)
@pytest.mark.parametrize("status", [400, 422])
def test_a_server_is_asked_as_strictly_as_it_can(known: int, status: int) -> None:
    def part(stage: Stage) -> None:
        if kind(stage) not in WAYS[known:]:
            stage.refuse(status)
            return
        stage.say('{"say": ')
        stage.say('["a"]}')
        stage.end()

    with play(part) as server:
        chat = a_chat(server.url)
        assert propose(chat) == propose(chat) == Proposal(("a",))
        assert [kind(stage) for stage in server.stages] == [*WAYS[: known + 1], WAYS[known]]


def test_the_strictest_form_names_what_may_be_picked() -> None:
    def part(stage: Stage) -> None:
        stage.say('{"say": ["a"]}')
        stage.end()

    with play(part) as server:
        propose(a_chat(server.url))
        sent = server.stages[0].asked["response_format"]["json_schema"]
    assert (sent["strict"], sent["schema"]) == (True, FORM)


def test_a_server_that_refuses_everything_is_no_planner() -> None:
    with play(lambda stage: stage.refuse(400)) as server:
        with pytest.raises(ChatTrouble, match="answered with status 400"):
            propose(a_chat(server.url))
        assert len(server.stages) == len(WAYS)


def test_another_refusal_is_not_taken_for_that_of_a_form() -> None:
    with play(lambda stage: stage.refuse(401)) as server:
        with pytest.raises(ChatTrouble, match="answered with status 401"):
            propose(a_chat(server.url))
        assert len(server.stages) == 1


def test_each_provider_has_its_own_way_and_some_have_none() -> None:
    assert Structured("ollama").options(FORM) == {"format": FORM}
    assert Structured("anthropic").options(FORM) == {}
    assert Structured("openai").options(None) == {}


def test_two_calls_that_are_refused_at_once_step_down_once() -> None:
    structured, refused = Structured("openai"), ChatTrouble("refused", "no")
    refused.status_code = 400  # type: ignore[attr-defined]
    assert structured.steps_down(refused, 0)
    assert structured.steps_down(refused, 0)
    assert structured.level == 1


def test_a_meter_counts_calls_time_and_tokens() -> None:
    def part(stage: Stage) -> None:
        stage.say('{"say": ["a"]}')
        stage.end()

    with play(part) as server:
        metered = MeteredChat(a_chat(server.url))
        propose(metered)
        propose(metered)
    assert metered.meter.calls == 2
    assert (metered.meter.sent, metered.meter.written) == (2 * 4, 2 * 4)
    assert 0 < metered.meter.seconds < 60


def test_a_meter_counts_a_call_that_fails() -> None:
    def fail(*_: str) -> str:
        raise ChatTrouble("down", "could not be reached")

    metered = MeteredChat(ScriptedChat(fail))
    with pytest.raises(ChatTrouble):
        list(metered.begin(lambda: False).stream("a", "b"))
    assert metered.meter.calls == 1
