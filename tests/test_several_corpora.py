"""One server that answers from several corpora: the real one, on skeletons with the same ids in each. What belongs to
one is never given in another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from mcp import Client
from mcp.types import CallToolResult
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.curation.staff_answers import AnswerVersion, AnswerWording
from isletbot.documents.new_corpus import write_skeleton
from isletbot.ingestion.split import passage_key
from isletbot.settings import Settings, load_corpora, load_settings
from isletbot.storage.database import Database, read_url
from isletbot.storage.sql_kill_switch import SqlKillSwitch
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.types import Finding, Quote, Sentence
from isletbot.wiring import make_app
from isletbot.wiring.agents import make_mcp
from tests.builders import a_reason

pytestmark = pytest.mark.weights
TITLES = {"": "seasonal hay fever", "gout": "gout in adults", "tinnitus": "tinnitus"}
FREELY = dict.fromkeys(("address_rate", "total_rate"), "100000/second")
ORIGIN = "https://gout.example"


def approve(folder: Path) -> None:
    for name, before, after in (
        ("first-source.md", "status: draft", "status: approved"),
        ("answers/first.yaml", "approved_by:", "approved_by: Bo"),
    ):
        path = folder / "corpus" / name
        path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, weights: Path, relevance_weights: Path) -> Settings:
    tmp_path = tmp_path_factory.mktemp("corpora")
    for name, title in TITLES.items():
        approve(write_skeleton(tmp_path / (name or "first"), title, date(2026, 12, 1)))
    file = tmp_path / "corpora.yaml"
    file.write_text(f"gout:\n  topic_dir: gout\n  widgets: page={ORIGIN}\ntinnitus:\n  topic_dir: tinnitus\n", "utf-8")
    return load_settings(
        topic_dir=tmp_path / "first",
        data_dir=tmp_path / "data",
        weights_dir=weights.parent,
        corpora=file,
        questions_waiting=1_000,
        **FREELY,
    )


@dataclass
class Server:
    settings: Settings
    client: TestClient

    def ask(self, name: str, text: str, **more: str) -> dict[str, object]:
        body = {"messages": [{"role": "user", "content": text}]}
        reply: dict[str, object] = self.client.post(f"{path_of(name)}/v1/chat", json=body, headers=more).json()
        return reply

    def ask_by_name(self, name: str, text: str) -> dict[str, object]:
        """Asks the app without a name."""
        body = {"messages": [{"role": "user", "content": text}], "corpus": name or None}
        reply: dict[str, object] = self.client.post("/v1/chat", json=body).json()
        return reply

    def database(self, name: str) -> Database:
        named = load_corpora(self.settings)[name] if name else self.settings
        return Database(read_url("", named.data_dir), migrate=False)


def path_of(name: str) -> str:
    return f"/corpora/{name}" if name else ""


@pytest.fixture(scope="module")
def server(settings: Settings) -> Iterator[Server]:
    with TestClient(make_app(settings), "http://bot.example") as client:
        yield Server(settings, client)


def run(*words: str) -> int:
    return CliRunner().invoke(app, list(words)).exit_code


def wait_for(condition: Callable[[], bool]) -> None:
    """Another process is followed within a second or two."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < 20
        time.sleep(0.05)


def find_topics(reply: dict[str, object]) -> set[str]:
    """The topics that a reply names anywhere: in its words, quotes and suggestions."""
    return {name for name, title in TITLES.items() if title in str(reply)}


def test_asked_at_once_each_corpus_answers_from_its_own_sources_alone(server: Server) -> None:
    asked = [
        (name, text)
        for about in TITLES.values()
        for text in (f"What is the one thing about {about}?", f"What is the other thing about {about}?", "hello")
        for name in TITLES
    ] * 3
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda one: server.ask(*one), asked))
    for (name, text), reply in zip(asked, replies, strict=True):
        assert find_topics(reply) <= {name}, (name, text, reply)
    own = [(name, reply) for (name, text), reply in zip(asked, replies, strict=True) if TITLES[name] in text]
    assert {(name, reply["kind"]) for name, reply in own} == {(name, "answered") for name in TITLES}
    assert all(f"about {TITLES[name]}" in str(reply["citations"]) for name, reply in own)


def test_named_in_a_question_each_corpus_answers_from_its_own_sources_alone(server: Server) -> None:
    asked = f"What is the one thing about {TITLES['gout']}?"
    for name in TITLES:
        body = {"model": f"isletbot-{name}" if name else "isletbot", "messages": [{"role": "user", "content": asked}]}
        completed = server.client.post("/v1/chat/completions", json=body).json()
        replies = {server.ask_by_name(name, asked)["kind"], completed["isletbot"]["kind"]}
        assert (replies == {"answered"}) == (name == "gout"), (name, replies)
        assert find_topics(completed) <= {name}
    listed = server.client.get("/v1/models").json()["data"]
    assert [model["id"] for model in listed] == ["isletbot", "isletbot-gout", "isletbot-tinnitus"]


async def test_a_tool_answers_from_the_corpus_that_its_argument_names_until_that_is_switched_off(
    settings: Settings, server: Server
) -> None:
    asked = f"What is the one thing about {TITLES['gout']}?"
    async with Client(make_mcp(settings)) as client:

        async def ask(name: str) -> CallToolResult:
            result: CallToolResult = await client.call_tool("ask", {"question": asked, "corpus": name})
            return result

        told = {name: str((await ask(name)).structured_content) for name in TITLES}
        assert {name for name, reply in told.items() if "'kind': 'answered'" in reply} == {"gout"}
        switches = {name: SqlKillSwitch(server.database(name), settings.switch_path) for name in ("gout", "")}
        for off, stopped in (("gout", {"gout"}), ("", set(TITLES))):
            switches[off].turn_off()
            begun = time.monotonic()
            while {name for name in TITLES if (await ask(name)).is_error} != stopped:
                assert time.monotonic() - begun < 20
            switches[off].turn_on()


def test_a_source_withdrawn_from_one_goes_on_being_served_in_another_that_has_one_of_that_name(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISLETBOT_CORPORA", str(server.settings.corpora))
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(server.settings.data_dir))
    monkeypatch.setenv("ISLETBOT_WEIGHTS_DIR", str(server.settings.weights_dir))

    def find_answering() -> set[str]:
        found = []
        for ask in (server.ask, server.ask_by_name):
            asked = {name: ask(name, f"What is the one thing about {title}?") for name, title in TITLES.items()}
            found.append({name for name, reply in asked.items() if reply["kind"] == "answered"})
        return found[0] if found[0] == found[1] else {"by path and by name it is not the same"}

    assert run("--corpus", "gout", "corpus", "withdraw", "first-source") == 0
    wait_for(lambda: find_answering() == {"", "tinnitus"})
    assert run("--corpus", "gout", "corpus", "approve", "first-source") == 0
    wait_for(lambda: find_answering() == set(TITLES))


def test_an_answer_that_staff_approved_for_one_is_given_there_alone(server: Server) -> None:
    asked = "Please sum up the leaflet for me"
    text = "The source says another thing about gout in adults, in another plain sentence."
    key = passage_key("first-source", text)
    wording = AnswerWording((asked,), (f"{text} [first-source#another-thing]",), "anna", date(2027, 12, 1))
    finding = Finding(Sentence(text, (Quote(key, text, 0, len(text)),)), "supported", a_reason("whole"))
    written = datetime(2026, 12, 1, tzinfo=UTC)
    version = AnswerVersion("sum-up", 1, wording, (finding,), "anna", written, "new")
    store = SqlStaffAnswers(server.database("gout"))
    store.begin_answer(version)
    store.approve_version(replace(version, approved_by="bert", approved_at=written, built_on=(key,)), ())
    wait_for(lambda: text in str(server.ask("gout", asked)["text"]))
    assert find_topics(server.ask("", asked)) == {""}
    assert find_topics(server.ask("tinnitus", asked)) == {"tinnitus"}


def test_a_session_and_what_was_said_in_it_belong_to_one_corpus(server: Server) -> None:
    opened = server.client.post("/corpora/gout/v1/sessions", json={"widget": "page"}, headers={"Origin": ORIGIN})
    assert opened.json()["starters"] == ["What is the one thing about gout in adults?"]
    token = {"Authorization": f"Bearer {opened.json()['token']}"}
    assert server.ask("gout", "hello", **token)["kind"] == "small_talk"
    said = {name: server.client.get(f"{path_of(name)}/v1/history", headers=token) for name in TITLES}
    assert [message["role"] for message in said["gout"].json()["messages"]] == ["user", "assistant"]
    assert {said[name].json()["error"]["code"] for name in ("", "tinnitus")} == {"session_unknown"}
    by_name = {
        name: server.client.get("/v1/history", params={"corpus": name}, headers=token) for name in ("gout", "tinnitus")
    }
    assert by_name["gout"].json() == said["gout"].json()
    assert by_name["tinnitus"].json()["error"]["code"] == "session_unknown"
    elsewhere = server.client.post("/v1/sessions", json={"widget": "page"}, headers={"Origin": ORIGIN})
    assert elsewhere.json()["error"]["code"] == "widget_unknown"


def test_the_switch_of_one_stops_it_alone_and_that_without_a_name_stops_all(server: Server) -> None:
    def answering() -> set[str]:
        by_path, by_name = (
            {name for name in TITLES if ask(name, "hello").get("kind")} for ask in (server.ask, server.ask_by_name)
        )
        return by_path if by_path == by_name else {"by path and by name it is not the same"}

    gout, first = (SqlKillSwitch(server.database(name), server.settings.switch_path) for name in ("gout", ""))
    gout.turn_off()
    wait_for(lambda: answering() == {"", "tinnitus"})
    gout.turn_on()
    first.turn_off()
    wait_for(lambda: answering() == set())
    for ask in (server.ask, server.ask_by_name):
        assert {ask(name, "My mother is unconscious!")["kind"] for name in (*TITLES, "unknown")} == {"urgent"}
    first.turn_on()
    wait_for(lambda: answering() == set(TITLES))


def test_a_limit_counts_what_is_asked_of_all_corpora_together(settings: Settings) -> None:
    few = settings.model_copy(update={"address_rate": "2/minute"})
    with TestClient(make_app(few)) as client:
        server = Server(few, client)
        kinds = [server.ask(name, "hello").get("kind") for name in TITLES]
    assert kinds == ["small_talk", "small_talk", None]
