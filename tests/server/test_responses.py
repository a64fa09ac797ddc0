"""The Responses protocol, through the official client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import openai
import pytest
from openai import OpenAI

from isletbot.types import Trace, Turn
from tests.scripted import WORDS, ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, an_app
from tests.server.live import serve_live
from tests.server.test_openai_api import AFTER, DEATHS, OTHER, QUESTION, TOOL, TWO

IN_ORDER = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.annotation.added",
    "response.output_text.annotation.added",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot([TWO])


@pytest.fixture
def client(bot: ScriptedBot) -> Iterator[OpenAI]:
    with (
        serve_live(an_app(bot)) as address,
        OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as opened,
    ):
        yield opened


def ask(client: OpenAI, **given: object) -> openai.types.responses.Response:
    return client.responses.create(**{"model": "isletbot", "input": QUESTION, **given})  # type: ignore[call-overload,no-any-return]


def check_output(response: openai.types.responses.Response) -> None:
    text = response.output_text
    assert text.startswith(f"{TWO.text}\n\nSources:\n[1] ")
    assert text.endswith(f"“{DEATHS}” {OTHER.url}")
    notes = response.output[0].content[0].annotations  # type: ignore[union-attr]
    assert [text[note.start_index : note.end_index] for note in notes] == ["[1]", "[2]"]
    assert [note.url for note in notes] == [TWO.citations[0].source.url, OTHER.url]
    assert [quote["quote"] for quote in notes[0].quotes] == [WORDS, AFTER]
    assert response.status == "completed"
    assert response.usage is not None
    assert (response.usage.input_tokens, response.usage.total_tokens) == (0, 0)


def test_the_reply_is_one_message_with_its_sources_as_annotations(client: OpenAI) -> None:
    response = ask(client)
    check_output(response)
    assert response.isletbot["answer_id"] == TWO.id  # type: ignore[attr-defined]


def test_streamed_it_comes_in_the_order_of_the_protocol(client: OpenAI) -> None:
    events = list(ask(client, stream=True))  # type: ignore[call-overload]
    assert [event.type for event in events] == IN_ORDER
    assert [event.sequence_number for event in events] == list(range(len(IN_ORDER)))
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert deltas[:2] == [f"{WORDS} [1]", f" {DEATHS} [2][1]"]
    assert events[-1].response.output_text == "".join(deltas)
    check_output(events[-1].response)
    with client.responses.stream(model="isletbot", input=QUESTION) as stream:
        assert stream.get_final_response().output_text == "".join(deltas)


def test_an_urgent_reply_is_one_piece(client: OpenAI, bot: ScriptedBot) -> None:
    bot.answers = [an_answer("urgent", said="Call 911 now.")]
    deltas = [event.delta for event in ask(client, stream=True) if event.type == "response.output_text.delta"]  # type: ignore[attr-defined]
    assert deltas == ["Call 911 now."]


def test_usage_counts_what_a_chat_model_read_and_wrote(client: OpenAI, bot: ScriptedBot) -> None:
    bot.answers = [replace(TWO, trace=Trace(chat_tokens=(120, 7)))]
    usage = ask(client).usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (120, 7, 127)


def test_the_conversation_is_read_and_what_is_no_persons_words_is_dropped(client: OpenAI, bot: ScriptedBot) -> None:
    said = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant"}
    given = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": [{"type": "input_text", "text": "Hi"}, {"type": "input_text", "text": "there"}]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {**said, "content": [{"type": "output_text", "text": "Hello.", "annotations": []}]},
        {**said, "content": []},
        {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": "42"},
        {"role": "user", "content": "And then?"},
    ]
    ask(client, input=given, instructions="You are a pirate.")
    assert bot.asked == [("And then?", (Turn("user", "Hi\nthere"), Turn("assistant", "Hello.")))]


CHANGES_NOTHING = [
    {"tools": [TOOL], "tool_choice": "auto", "max_output_tokens": 20, "temperature": 0, "reasoning": {"effort": "low"}},
    {"text": {"format": {"type": "text"}, "verbosity": "low"}, "store": False, "truncation": "auto", "include": []},
    {"previous_response_id": None, "background": None, "conversation": None, "instructions": None, "text": None},
]


@pytest.mark.parametrize("given", CHANGES_NOTHING)
def test_what_changes_nothing_is_let_pass(client: OpenAI, given: dict[str, object]) -> None:
    check_output(ask(client, **given))


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"previous_response_id": "resp_1"}, "unsupported_parameter", "previous_response_id"),
    ({"conversation": "conv_1"}, "unsupported_parameter", "conversation"),
    ({"background": True}, "unsupported_parameter", "background"),
    ({"tool_choice": "required", "tools": [TOOL]}, "unsupported_parameter", "tool_choice"),
    ({"text": {"format": {"type": "json_object"}}}, "unsupported_parameter", "text.format"),
    ({"extra_body": {"made_up": 1}}, "unsupported_parameter", "made_up"),
    ({"extra_body": {"stream": "yes"}}, "bad_request", "stream"),
    ({"input": []}, "bad_request", "input"),
    ({"input": 7}, "bad_request", "input"),
    ({"input": ["Hi"]}, "bad_message", "input"),
    ({"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}, "bad_message", "input"),
    ({"input": [{"role": "clown", "content": "Hi"}]}, "bad_role", "input"),
    ({"input": [{"role": "assistant", "content": "Hi"}]}, "no_question", "input"),
]


@pytest.mark.parametrize(("given", "code", "param"), REFUSED)
def test_what_is_not_offered_is_refused_with_its_field_and_the_emergency_line(
    client: OpenAI, bot: ScriptedBot, given: dict[str, object], code: str, param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        ask(client, **given)
    assert (raised.value.code, raised.value.param) == (code, param)
    assert EMERGENCY in raised.value.message
    assert bot.asked == []


def test_another_model_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as raised:
        ask(client, model="gpt-5")
    assert (raised.value.code, raised.value.param) == ("model_not_found", "model")
