"""The OpenAI-compatible door, through the clients that people use."""

import json
from collections.abc import Iterator
from dataclasses import replace

import openai
import pytest
from httpx import Response
from langchain_openai import ChatOpenAI
from openai import OpenAI

from isletbot.ports import Listener
from isletbot.server.api_keys import ApiKeys
from isletbot.types import Answer, Citation, Question, Quote, Sentence, Trace, Turn
from tests.scripted import NEJM, WORDS, ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, Serve, a_limiter, an_app
from tests.server.live import serve_live

KEY = "a-key-of-some-length"
KEYS = ApiKeys((KEY,), open_without=False)
DEATHS = "Two people in the trial died."
AFTER = "They died long after the infusion."
OTHER = replace(NEJM, id="other", title="Another [1] paper", url="https://other.example/paper")
QUESTION = "How many came off insulin? Did anyone die?"
ASKED = {"model": "isletbot", "messages": [{"role": "user", "content": QUESTION}]}
TWO = an_answer(
    said=f"{WORDS} [1] {DEATHS} [2][1]",
    sentences=(
        Sentence(WORDS, (Quote("k1", WORDS, 0, 9),)),
        Sentence(DEATHS, (Quote("k2", DEATHS, 0, 9), Quote("k3", AFTER, 0, 9))),
    ),
    citations=(
        Citation("k1", 1, NEJM, "Results", WORDS, 0, 9),
        Citation("k2", 2, OTHER, "Results", DEATHS, 0, 9),
        Citation("k3", 1, NEJM, "Results", AFTER, 0, 9),
    ),
)


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot([TWO])


@pytest.fixture
def url(bot: ScriptedBot) -> Iterator[str]:
    with serve_live(an_app(bot, keys=KEYS, limiter=a_limiter(KEYS))) as address:
        yield f"{address}/v1"


@pytest.fixture
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=url, api_key=KEY, max_retries=0) as opened:
        yield opened


def ask(client: OpenAI, **given: object) -> openai.types.chat.ChatCompletion:
    return client.chat.completions.create(**{**ASKED, **given})  # type: ignore[call-overload,no-any-return]


def test_the_official_client_lists_the_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["isletbot"]


def test_the_official_client_finds_the_model_by_its_name_and_no_other(client: OpenAI) -> None:
    assert client.models.retrieve("isletbot").id == "isletbot"
    for name in ("gpt-5", "meta/llama-4", "isletbot/x"):
        with pytest.raises(openai.NotFoundError) as raised:
            client.models.retrieve(name)
        assert raised.value.code == "model_not_found"
        assert EMERGENCY in raised.value.message


def test_the_official_client_gets_the_text_with_markers_notices_and_sources(client: OpenAI) -> None:
    completion = ask(client)
    (choice,) = completion.choices
    content = choice.message.content or ""
    assert content.startswith(f"{TWO.text}\n\nSources:\n[1] {NEJM.title}. New England Journal of Medicine")
    assert content.endswith(OTHER.url)
    assert choice.finish_reason == "stop"
    assert completion.model == "isletbot"
    assert completion.isletbot["answer_id"] == TWO.id  # type: ignore[attr-defined]
    assert completion.isletbot["kind"] == "answered"  # type: ignore[attr-defined]


def check_annotations(content: str, annotations: list[dict[str, object]]) -> None:
    cited = [annotation["url_citation"] for annotation in annotations]
    assert {annotation["type"] for annotation in annotations} == {"url_citation"}
    places = [content[one["start_index"] : one["end_index"]] for one in cited]  # type: ignore[index]
    assert places == ["[1]", "[2]"]
    assert content.index("[1]") == cited[0]["start_index"]  # type: ignore[index]
    assert [one["key"] for one in cited] == ["k1", "k2"]  # type: ignore[index]
    assert [[quote["quote"] for quote in one["quotes"]] for one in cited] == [[WORDS, AFTER], [DEATHS]]  # type: ignore[index]
    behind = [(content[q["start_index"] : q["end_index"]], q["key"]) for one in cited for q in one["quotes"]]  # type: ignore[index]
    assert behind == [("[1]", "k1"), ("[1]", "k3"), ("[2]", "k2")]
    assert [one["quote"] for one in cited] == [WORDS, DEATHS]  # type: ignore[index]
    assert cited[1]["title"] == "Another [1] paper"  # type: ignore[index]
    assert [one["url"] for one in cited] == [NEJM.url, OTHER.url]  # type: ignore[index]


def test_the_list_in_the_text_is_one_line_a_source_with_all_its_exact_words(client: OpenAI) -> None:
    lines = (ask(client).choices[0].message.content or "").partition("Sources:\n")[2].splitlines()
    assert len(lines) == 2
    assert f"“{WORDS}” “{AFTER}” {NEJM.url}" in lines[0]
    assert lines[1].endswith(f"“{DEATHS}” {OTHER.url}")


class TurningBot(ScriptedBot):
    """Says one sentence, then has another answer than it began."""

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        if listener:
            listener.sentence(TWO.sentences[1], TWO.citations)
        return TWO


def test_the_annotations_of_a_stream_that_began_otherwise_still_stand_at_their_markers() -> None:
    with serve_live(an_app(TurningBot())) as address, OpenAI(base_url=f"{address}/v1", api_key="-") as client:
        chunks = list(client.chat.completions.create(**ASKED, stream=True))  # type: ignore[call-overload]
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    cited = [one["url_citation"] for one in chunks[-1].choices[0].delta.annotations]
    assert said.startswith(f"{DEATHS} [2][1]\n\n{WORDS}")
    assert [said[one["start_index"] : one["end_index"]] for one in cited] == ["[1]", "[2]"]
    assert cited[0]["start_index"] > said.index(WORDS)


def test_annotations_name_each_number_by_its_place_with_key_and_quotes(client: OpenAI) -> None:
    message = ask(client).choices[0].message
    check_annotations(message.content or "", [note.model_dump() for note in message.annotations or []])


def test_what_is_streamed_is_the_same_text_sentence_by_sentence(client: OpenAI) -> None:
    pieces, annotations, finished, usages = [], [], [], []
    for chunk in client.chat.completions.create(**ASKED, stream=True, stream_options={"include_usage": True}):  # type: ignore[call-overload]
        usages.append(chunk.usage)
        for choice in chunk.choices:
            pieces += [choice.delta.content] if choice.delta.content else []
            annotations += getattr(choice.delta, "annotations", None) or []
            finished.append(choice.finish_reason)
    assert pieces[:2] == [f"{WORDS} [1]", f" {DEATHS} [2][1]"]
    assert "".join(pieces) == ask(client).choices[0].message.content
    assert finished[-1] == "stop"
    assert [usage.total_tokens for usage in usages if usage] == [0]
    check_annotations("".join(pieces), annotations)


def test_an_urgent_reply_is_streamed_whole_and_first(client: OpenAI, bot: ScriptedBot) -> None:
    bot.answers = [an_answer("urgent", said="Call 911 now.")]
    chunks = client.chat.completions.create(**ASKED, stream=True)  # type: ignore[call-overload]
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    assert len(pieces) == 1
    assert pieces[0].startswith("Call 911 now.")


def test_usage_counts_the_tokens_of_a_chat_model_and_none_where_none_was_asked(
    client: OpenAI, bot: ScriptedBot
) -> None:
    usage = ask(client).usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (0, 0, 0)
    bot.answers = [an_answer(trace=Trace(chat_tokens=(120, 7)))]
    usage = ask(client).usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (120, 7, 127)


def test_the_callers_system_messages_are_no_instructions_and_the_history_is_kept(
    client: OpenAI, bot: ScriptedBot
) -> None:
    told = {"role": "system", "content": "You are a pirate."}
    parts = [{"type": "text", "text": "Hi"}, {"type": "text", "text": "there"}]
    earlier = [{"role": "user", "content": parts}, {"role": "assistant", "content": "Hello."}]
    ask(client, messages=[told, *earlier, {**told, "role": "developer"}, {"role": "user", "content": "And then?"}])
    assert bot.asked == [("And then?", (Turn("user", "Hi\nthere"), Turn("assistant", "Hello.")))]


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("responses", [False, True])
def test_langchains_client_gets_the_same_text(url: str, streaming: bool, responses: bool) -> None:
    own = {"base_url": url, "api_key": KEY, "model": "isletbot", "max_retries": 0, "use_responses_api": responses}
    model = ChatOpenAI(**own)  # type: ignore[arg-type]
    asked = [("system", "You are a pirate."), ("user", QUESTION)]
    said = "".join(chunk.text for chunk in model.stream(asked)) if streaming else model.invoke(asked).text
    assert said.startswith(f"{WORDS} [1] {DEATHS} [2][1]\n\n")
    assert said.endswith(OTHER.url)


TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [TOOL]}}
CHANGES_NOTHING = [
    {"temperature": 0.5, "seed": 1, "max_tokens": 5},
    {"n": 1, "tools": []},
    {"tools": [TOOL]},
    {"tools": [TOOL], "tool_choice": "auto", "parallel_tool_calls": True},
    {"tools": [TOOL], "tool_choice": "none"},
    {"tools": [TOOL], "tool_choice": ALLOWED},
    {"functions": [TOOL["function"]], "function_call": "auto"},
    {"prediction": {"type": "content", "content": "x"}, "reasoning_effort": "low", "logit_bias": {"5": 1}},
    {"extra_body": {"top_k": 5, "min_p": 0.1, "num_ctx": 8192, "repeat_penalty": 1.1, "think": True}},
    {"extra_body": {"chat_template_kwargs": {"enable_thinking": False}, "session_id": "s", "keep_alive": "5m"}},
    {"temperature": None, "tools": None, "tool_choice": None, "stop": None, "response_format": None, "n": None},
    {"stream": None, "stream_options": None, "extra_body": {"audio": None, "functions": None, "top_k": None}},
]


@pytest.mark.parametrize("given", CHANGES_NOTHING)
def test_what_changes_nothing_is_let_pass(client: OpenAI, given: dict[str, object]) -> None:
    assert TWO.text in (ask(client, **given).choices[0].message.content or "")


UNOFFERED: list[tuple[dict[str, object], str]] = [
    ({"n": 2}, "n"),
    ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
    ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"),
    ({"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}}, "tool_choice"),
    ({"extra_body": {"tools": "f"}}, "tools"),
    ({"function_call": {"name": "f"}}, "function_call"),
    ({"response_format": {"type": "json_object"}}, "response_format"),
    ({"logprobs": True}, "logprobs"),
    ({"extra_body": {"web_search_options": {}}}, "web_search_options"),
    ({"extra_body": {"made_up": 1}}, "made_up"),
]


@pytest.mark.parametrize(("given", "param"), UNOFFERED)
def test_what_is_not_offered_is_refused_in_their_form_with_the_emergency_line(
    client: OpenAI, bot: ScriptedBot, given: dict[str, object], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        ask(client, **given)
    assert raised.value.param == param
    assert raised.value.code == "unsupported_parameter"
    assert raised.value.type == "invalid_request_error"
    assert EMERGENCY in raised.value.message
    assert bot.asked == []


@pytest.mark.parametrize(
    ("key", "code"), [("", "api_key_missing"), ("wrong", "api_key_unknown"), (f"{KEY}x", "api_key_unknown")]
)
def test_without_a_known_key_nobody_gets_in(serve: Serve, key: str, code: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    response = serve(keys=KEYS).post("/v1/chat/completions", json=ASKED, headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == code
    assert response.headers["www-authenticate"] == "Bearer"
    assert serve(keys=KEYS).get("/v1/models").status_code == 401


def test_without_any_key_the_door_is_open_on_this_machine_and_closed_elsewhere(serve: Serve) -> None:
    assert serve(keys=ApiKeys((), open_without=True)).get("/v1/models").status_code == 200
    assert serve(keys=ApiKeys((), open_without=False)).get("/v1/models").status_code == 401


def check_error(response: Response, status: int, code: str, param: str | None = None) -> None:
    assert response.status_code == status
    error = response.json()["error"]
    assert {"message", "type", "param", "code"} <= set(error)
    assert error["code"] == code
    assert error["param"] == param
    assert error["message"].endswith(EMERGENCY)


USER = {"role": "user", "content": "Hi"}


@pytest.mark.parametrize(
    ("changes", "status", "code", "param"),
    [
        ({"model": "gpt-4o"}, 404, "model_not_found", "model"),
        ({"model": None}, 404, "model_not_found", "model"),
        ({"messages": []}, 400, "bad_request", "messages"),
        ({"messages": "Hi"}, 400, "bad_request", "messages"),
        ({"messages": ["Hi"]}, 400, "bad_message", "messages"),
        ({"messages": [{"role": "clown", "content": "Hi"}]}, 400, "bad_role", "messages"),
        ({"messages": [{"role": [], "content": "Hi"}]}, 400, "bad_role", "messages"),
        ({"messages": [{"role": "user", "content": 7}]}, 400, "bad_message", "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400, "bad_message", "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, 400, "bad_message", "messages"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "question_empty", "messages"),
        ({"messages": [{"role": "system", "content": "Hi"}]}, 400, "no_question", "messages"),
        ({"messages": [USER, {"role": "assistant", "content": "Hello"}]}, 400, "no_question", "messages"),
        ({"stream": "yes"}, 400, "bad_request", "stream"),
        ({"stream_options": 1}, 400, "bad_request", "stream_options"),
    ],
)
def test_a_mistake_is_named_in_their_form_with_its_field(
    serve: Serve, changes: dict[str, object], status: int, code: str, param: str
) -> None:
    check_error(serve().post("/v1/chat/completions", json={**ASKED, **changes}), status, code, param)


def test_a_turn_of_a_tool_is_no_turn(serve: Serve) -> None:
    bot = ScriptedBot()
    called = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function"}]}
    messages = [USER, called, {"role": "tool", "content": "42", "tool_call_id": "1"}, {**USER, "content": "And?"}]
    assert serve(bot=bot).post("/v1/chat/completions", json={**ASKED, "messages": messages}).status_code == 200
    assert bot.asked == [("And?", (Turn("user", "Hi"),))]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', json.dumps({"messages": "x" * 10_001}).encode()])
def test_a_body_that_is_no_request_is_refused_in_their_form(serve: Serve, body: bytes) -> None:
    response = serve().post("/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 413)
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_too_many_requests_and_a_defect_have_their_form_too(serve: Serve) -> None:
    limited = serve(limiter=a_limiter(address="1/minute"))
    limited.post("/v1/chat/completions", json=ASKED)
    refused = limited.post("/v1/chat/completions", json=ASKED)
    check_error(refused, 429, "rate_limited")
    assert refused.json()["error"]["type"] == "rate_limit_error"
    defect = serve(ZeroDivisionError("secret")).post("/v1/chat/completions", json={**ASKED, "stream": True})
    check_error(defect, 500, "internal")
    assert defect.json()["error"]["type"] == "server_error"
