"""A question to the app above several corpora that names one of them: in the body, or as the model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from tests.scripted import ScriptedBot
from tests.server.conftest import EMERGENCY, ORIGIN, a_limiter, an_app
from tests.server.events import read_events
from tests.server.live import serve_live
from tests.server.two_corpora import BOTH, STONES, STREAM, UNKNOWN, URGENT, USER, Two, find_keeping, make_two


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return make_two(tmp_path)


def test_the_field_names_the_corpus_whose_bot_answers_and_whose_records_keep_it(two: Two) -> None:
    assert two.ask({**USER, "content": "one"}).json()["kind"] == "answered"
    assert two.ask({**USER, "content": "two"}, corpus=None).json()["kind"] == "answered"
    assert two.ask({**USER, "content": "three"}, corpus="stones").json()["kind"] == "small_talk"
    assert [text for text, _ in two.main.asked] == ["one", "two"]
    assert [text for text, _ in two.stones.asked] == ["three"]
    assert two.read_questions() == {"": ["one", "two"], "stones": ["three"]}


def test_the_field_holds_for_a_stream(two: Two) -> None:
    *_, (event, shown) = read_events(two.ask(corpus="stones", headers=STREAM).text.split("\n"))
    assert (event, shown["kind"]) == ("answer", "small_talk")
    assert two.main.asked == []


@pytest.mark.parametrize("headers", [{}, STREAM])
def test_an_unknown_name_is_refused_with_the_value_the_names_and_the_remedy(two: Two, headers: dict[str, str]) -> None:
    refused = two.ask(corpus="gout", headers=headers)
    assert refused.status_code == 404
    error = refused.json()["error"]
    assert error["code"] == "no_such_corpus"
    assert f"{error['message']} {error['remedy']}" == f"{UNKNOWN} {EMERGENCY}"
    assert two.main.asked == two.stones.asked == []


@pytest.mark.parametrize(
    ("given", "said"),
    [("", "`corpus` is empty."), (7, "`corpus` is a number, not text."), (["stones"], "`corpus` is a list, not text.")],
)
def test_what_is_no_name_is_refused(two: Two, given: object, said: str) -> None:
    refused = two.ask(corpus=given)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "bad_request")
    assert refused.json()["error"]["message"] == said
    assert refused.json()["error"]["remedy"] == f"Send the name of a corpus, or leave it out. {EMERGENCY}"


def test_where_there_is_one_corpus_alone_none_can_be_chosen(two: Two) -> None:
    said = "The corpus 'stones' cannot be chosen here: this address answers from one corpus alone."
    alone = TestClient(an_app(ScriptedBot())).post("/v1/chat", json={"messages": [USER], "corpus": "stones"})
    for refused in (alone, two.ask(path="/corpora/stones", corpus="stones")):
        assert refused.status_code == 404
        assert refused.json()["error"]["message"] == said
        assert refused.json()["error"]["remedy"] == f"Leave `corpus` out. {EMERGENCY}"


@pytest.mark.parametrize("corpus", ["stones", "gout", "", 7, None])
def test_an_emergency_is_answered_before_the_name_and_the_limits_are_looked_at(tmp_path: Path, corpus: object) -> None:
    two = make_two(tmp_path, limiter=a_limiter(everyone="0/minute"))
    assert two.ask(corpus=corpus).status_code == 429
    reply = two.ask(URGENT, corpus=corpus)
    assert (reply.status_code, reply.json()["kind"]) == (200, "urgent")
    keeping = "stones" if corpus == "stones" else ""
    assert find_keeping(two.records) == {keeping}
    assert two.main.asked == two.stones.asked == []


@pytest.mark.parametrize(
    "body", [{"text": URGENT["content"], "corpus": "stones"}, {"input": "I have severe chest pain"}]
)
def test_an_emergency_in_a_body_of_another_form_is_not_hidden_by_the_name(two: Two, body: dict[str, str]) -> None:
    assert two.client.post("/v1/chat", json=body).json()["kind"] == "urgent"


def test_one_question_counts_once_against_the_limit_that_all_share(tmp_path: Path) -> None:
    two = make_two(tmp_path, limiter=a_limiter(address="2/minute"))
    assert [two.ask(corpus=name).status_code for name in ("stones", None, "stones")] == [200, 200, 429]


def test_a_page_asks_by_name_only_the_corpora_that_list_its_origin(two: Two) -> None:
    origins = (ORIGIN, STONES, BOTH, "http://bot.example")
    found = {origin: two.ask(corpus="stones", headers={"Origin": origin}).status_code for origin in origins}
    assert found == {ORIGIN: 403, STONES: 200, BOTH: 200, "http://bot.example": 200}
    error = two.ask(corpus="stones", headers={"Origin": ORIGIN}).json()["error"]
    assert error["code"] == "origin_not_allowed"
    assert error["message"] == f"Pages of {ORIGIN!r} may not ask the corpus 'stones'."
    assert two.ask(headers={"Origin": ORIGIN}).status_code == 200


def test_a_key_for_one_reply_is_apart_in_each_corpus(two: Two) -> None:
    key = {"Idempotency-Key": "k1"}
    kinds = [two.ask(corpus=name, headers=key).json()["kind"] for name in (None, "stones", None, "stones")]
    assert kinds == ["answered", "small_talk"] * 2
    assert (len(two.main.asked), len(two.stones.asked)) == (1, 1)


@pytest.fixture
def programs(two: Two) -> Iterator[OpenAI]:
    with serve_live(two.client.app) as address, OpenAI(base_url=f"{address}/v1", api_key="-", max_retries=0) as opened:  # type: ignore[arg-type]
        yield opened


def test_the_official_client_lists_a_model_for_each_corpus_and_finds_each(programs: OpenAI) -> None:
    assert [model.id for model in programs.models.list()] == ["isletbot", "isletbot-stones"]
    assert programs.models.retrieve("isletbot-stones").id == "isletbot-stones"


def test_the_model_names_the_corpus_that_completes_whole_and_streamed(programs: OpenAI, two: Two) -> None:
    asked = {"model": "isletbot-stones", "messages": [USER]}
    whole = programs.chat.completions.create(**asked)  # type: ignore[call-overload]
    assert (whole.model, whole.isletbot["kind"]) == ("isletbot-stones", "small_talk")
    chunks = list(programs.chat.completions.create(**asked, stream=True))  # type: ignore[call-overload]
    assert {chunk.model for chunk in chunks} == {"isletbot-stones"}
    assert chunks[-1].isletbot["kind"] == "small_talk"
    assert two.read_questions() == {"": [], "stones": ["Hi", "Hi"]}


def test_the_model_names_the_corpus_that_responds_whole_and_streamed(programs: OpenAI, two: Two) -> None:
    whole = programs.responses.create(model="isletbot-stones", input="Hi")
    assert (whole.model, whole.isletbot["kind"]) == ("isletbot-stones", "small_talk")  # type: ignore[attr-defined]
    *_, last = programs.responses.create(model="isletbot-stones", input="Hi", stream=True)
    assert last.response.model == "isletbot-stones"  # type: ignore[union-attr]
    assert two.read_questions() == {"": [], "stones": ["Hi", "Hi"]}


@pytest.mark.parametrize("model", ["isletbot-gout", "isletbot-", "stones"])
def test_a_model_of_no_corpus_is_refused_with_the_value_the_names_and_the_remedy(programs: OpenAI, model: str) -> None:
    said = (
        f"There is no model {model!r}. Send one of: isletbot, isletbot-stones. GET /v1/models lists them. {EMERGENCY}"
    )
    for call in (
        lambda: programs.chat.completions.create(model=model, messages=[USER]),  # type: ignore[list-item]
        lambda: programs.responses.create(model=model, input="Hi"),
        lambda: programs.models.retrieve(model),
    ):
        with pytest.raises(openai.NotFoundError) as raised:
            call()
        assert raised.value.code == "model_not_found"
        assert raised.value.body["message"] == said  # type: ignore[index]


@pytest.mark.parametrize(("model", "told"), [("isletbot-stones", "isletbot-stones"), ("isletbot-gout", "isletbot")])
def test_an_emergency_is_answered_whatever_model_is_named(programs: OpenAI, two: Two, model: str, told: str) -> None:
    completion = programs.chat.completions.create(model=model, messages=[URGENT])  # type: ignore[list-item]
    assert (completion.model, completion.isletbot["kind"]) == (told, "urgent")  # type: ignore[attr-defined]
    assert programs.responses.create(model=model, input=URGENT["content"]).model == told
    keeping = "stones" if told == model else ""
    assert find_keeping(two.records) == {keeping}


def test_a_page_names_by_model_only_the_corpora_that_list_its_origin(two: Two) -> None:
    body = {"model": "isletbot-stones", "messages": [USER]}
    refused = two.client.post("/v1/chat/completions", json=body, headers={"Origin": ORIGIN})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert two.client.post("/v1/chat/completions", json=body, headers={"Origin": STONES}).status_code == 200
