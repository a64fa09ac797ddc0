"""Chat models of three makers over real HTTP; how they are opened, and what they may cost."""

from __future__ import annotations

import builtins
import json
from typing import Any

import pytest

from isletbot.errors import ChatTrouble, SettingsError
from isletbot.inference.breaker import Breaker
from isletbot.inference.budget import Budget, BudgetLimits
from isletbot.inference.chat_models import LangChainChat, Timeouts, open_chat_model
from isletbot.settings import load_settings
from isletbot.wiring.chat import probe_chat_model
from tests.free_ports import find_port
from tests.model_server import Stage, play

TIMEOUTS = Timeouts(silence_seconds=5, reply_seconds=10, retries=0)
LIMITS = BudgetLimits(output_tokens=50)


def stream(chosen: str, url: str, key: str = "sk-test") -> list[str]:
    model = open_chat_model(chosen, url, key, LIMITS, TIMEOUTS)
    writing = LangChainChat(model, LIMITS, TIMEOUTS, Breaker(5, 30)).begin(lambda: False)
    return list(writing.stream("Be short.", "Say hello."))


def test_openai_s_protocol() -> None:
    def part(stage: Stage) -> None:
        stage.say("Hel")
        stage.say("lo")
        stage.end()

    with play(part) as server:
        assert "".join(stream("openai:gpt-test", f"{server.url}/v1")) == "Hello"
    [stage] = server.stages
    assert stage.path == "/v1/chat/completions"
    assert stage.headers["authorization"] == "Bearer sk-test"
    assert [message["content"] for message in stage.asked["messages"]] == ["Be short.", "Say hello."]
    assert stage.asked["stream"] is True
    assert 50 in (stage.asked.get("max_tokens"), stage.asked.get("max_completion_tokens"))


def test_anthropic_s_protocol() -> None:
    def event(kind: str, **fields: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"

    def part(stage: Stage) -> None:
        usage = {"input_tokens": 7, "output_tokens": 1}
        message = {"id": "m", "type": "message", "role": "assistant", "model": "t", "content": [], "usage": usage}
        message |= {"stop_reason": None, "stop_sequence": None}
        stage.send(event("message_start", message=message))
        stage.send(event("content_block_start", index=0, content_block={"type": "text", "text": ""}))
        for text in ("Hel", "lo"):
            stage.send(event("content_block_delta", index=0, delta={"type": "text_delta", "text": text}))
        stage.send(event("content_block_stop", index=0))
        ended = {"stop_reason": "end_turn", "stop_sequence": None}
        stage.send(event("message_delta", delta=ended, usage={"output_tokens": 2}))
        stage.send(event("message_stop"))

    with play(part) as server:
        assert "".join(stream("anthropic:claude-test", server.url)) == "Hello"
    [stage] = server.stages
    assert stage.path == "/v1/messages"
    assert stage.headers["authorization"] == "Bearer sk-test"
    assert (stage.asked["system"], stage.asked["max_tokens"]) == ("Be short.", 50)


def test_ollama_s_protocol() -> None:
    def part(stage: Stage) -> None:
        stage.open("application/x-ndjson")
        base = {"model": "t", "created_at": "2026-11-20T00:00:00Z"}
        for text in ("Hel", "lo"):
            stage.send(json.dumps({**base, "message": {"role": "assistant", "content": text}, "done": False}) + "\n")
        end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
        stage.send(json.dumps({**base, **end, "prompt_eval_count": 7, "eval_count": 2}) + "\n")

    with play(part) as server:
        assert "".join(stream("ollama:qwen-test", server.url)) == "Hello"
    [stage] = server.stages
    assert stage.path == "/api/chat"
    assert stage.asked["options"]["num_predict"] == 50


def test_no_variable_of_a_provider_s_own_sends_a_question_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_URL", "OLLAMA_HOST"):
        monkeypatch.setenv(name, "http://elsewhere.example")
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    makers = ("openai", "anthropic", "ollama")
    models = [open_chat_model(f"{maker}:x", "", "k", LIMITS, TIMEOUTS) for maker in makers]
    assert "elsewhere" not in repr([dict(model) for model in models])


def test_nothing_is_traced_though_the_environment_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr("langsmith.Client.__init__", lambda client, *_, **__: opened.append(client))
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    with play(lambda stage: stage.say("Hello")) as server:
        stream("openai:gpt-test", f"{server.url}/v1")
    assert opened == []


def test_a_missing_key_is_named_with_its_setting() -> None:
    with pytest.raises(SettingsError, match=r"'openai:x', which needs a key\. Set ISLETBOT_CHAT_API_KEY"):
        open_chat_model("openai:x", "", "", LIMITS, TIMEOUTS)


def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def fails(name: str, *rest: Any, **named: Any) -> Any:
        if name == "langchain.chat_models":
            raise ImportError(name)
        return really(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", fails)
    with pytest.raises(SettingsError, match=r"pip install 'isletbot\[ollama\]'"):
        open_chat_model("ollama:x", "", "", LIMITS, TIMEOUTS)


@pytest.mark.parametrize("value", ["gpt-5", "bedrock:x", "openai:", "openai:a b", "scripted:x"])
def test_a_model_of_another_form_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="ISLETBOT_CHAT_MODEL"):
        load_settings(chat_model=value)


def test_the_key_is_never_shown() -> None:
    settings = load_settings(chat_api_key="sk-secret")
    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    with pytest.raises(SettingsError) as raised:
        load_settings(chat_api_key=["sk-secret"])
    assert "sk-secret" not in str(raised.value)


def test_doctor_s_probe_asks_for_one_word_and_says_why_none_came() -> None:
    with play(lambda stage: stage.say("Yes\n")) as server:
        found = probe_chat_model(load_settings(chat_model="openai:test", chat_base_url=f"{server.url}/v1"))
    assert found.startswith("openai:test answers, first word after ")
    closed = f"http://127.0.0.1:{find_port()}/v1"
    with pytest.raises(ChatTrouble, match="openai:test: could not be reached"):
        probe_chat_model(load_settings(chat_model="openai:test", chat_base_url=closed, chat_retries=0))
    assert probe_chat_model(load_settings()).startswith("none")


def test_a_breaker_rests_and_then_lets_one_through() -> None:
    now = [0.0]
    breaker = Breaker(failures=2, seconds=10, now=lambda: now[0])
    breaker.fail(ChatTrouble("down", "first"))
    breaker.enter()
    breaker.fail(ChatTrouble("slow", "second"))
    with pytest.raises(ChatTrouble, match="left alone after 2 failures, the last: second"):
        breaker.enter()
    now[0] = 10.0
    breaker.enter()
    with pytest.raises(ChatTrouble, match="left alone"):
        breaker.enter()
    breaker.succeed()
    breaker.enter()


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (BudgetLimits(output_tokens=2), "about 3 tokens written, 2 allowed"),
        (BudgetLimits(output_price=1_000_000, reply_price=2.5), "would cost 3, 2.5 allowed"),
    ],
)
def test_a_budget_ends_what_goes_beyond_it(limits: BudgetLimits, message: str) -> None:
    budget = Budget(limits)
    budget.send("", "")
    budget.take("12345678", None)
    with pytest.raises(ChatTrouble, match=message):
        budget.take("9", None)


@pytest.mark.parametrize("written", [5, None])
def test_a_budget_counts_over_all_calls_and_believes_the_server_when_it_says_more(written: int | None) -> None:
    budget = Budget(BudgetLimits(input_price=100_000))
    budget.send("1234", "1234")
    budget.take("12345678", {"input_tokens": 30, "output_tokens": written})
    budget.send("1234", "1234")
    assert (budget.input_tokens, budget.output_tokens) == (30, written or 2)
    assert budget.input_tokens == 30
