"""Several apps behind one: each below the name of its corpus, and what is wrong with a name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from isletbot.server.app import create_app
from isletbot.server.background import BackgroundJob
from isletbot.server.corpus_paths import add_corpora
from isletbot.storage.file_journal import FileJournal
from isletbot.types import Answer, Question
from tests.scripted import ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, ORIGIN, READY, SITE, an_app, make_async, middleware_settings
from tests.server.contexts import a_context

PROXY = "10.0.0.7"
STONES = "https://stones.example"


def find_urgent(question: Question) -> Answer | None:
    return an_answer("urgent") if "unconscious" in question.text else None


async def show(_: Request) -> HTMLResponse:
    return HTMLResponse('<a href="/staff/x">a</a>')


async def move(_: Request) -> RedirectResponse:
    return RedirectResponse("/staff/sign-in", 303)


def a_corpus_app(bot: ScriptedBot, root_path: str, **changes: object) -> FastAPI:
    app = an_app(bot, root_path=root_path, **changes)
    app.mount("/staff", Starlette(routes=[Route("/", show), Route("/move", move)]))
    return app


def serve_two(tmp_path: Path, root_path: str = "", **changes: object) -> tuple[TestClient, ScriptedBot, ScriptedBot]:
    """The client, the bot without a name, and that of `stones`."""
    main, stones = ScriptedBot([an_answer()]), ScriptedBot([an_answer("small_talk")])
    app = an_app(main, find=find_urgent, journal=FileJournal(tmp_path / "urgent.jsonl"), root_path=root_path, **changes)
    app.state.guard = middleware_settings()
    named = a_corpus_app(stones, f"{root_path}/corpora/stones", origins=(STONES,), **changes)
    served = add_corpora(app, {"stones": named}, root_path)
    return TestClient(served, "http://bot.example", client=(PROXY, 1), follow_redirects=False), main, stones


def ask(client: TestClient, path: str, text: str = "Hi") -> dict[str, object]:
    reply: dict[str, object] = client.post(
        f"{path}/v1/chat", json={"messages": [{"role": "user", "content": text}]}
    ).json()
    return reply


def test_each_question_reaches_the_bot_of_its_path_and_no_other(tmp_path: Path) -> None:
    client, main, stones = serve_two(tmp_path)
    assert ask(client, "", "one")["kind"] == "answered"
    assert ask(client, "/corpora/stones", "two")["kind"] == "small_talk"
    assert [text for text, _ in main.asked] == ["one"]
    assert [text for text, _ in stones.asked] == ["two"]


def test_an_unknown_name_is_refused_by_name_with_the_emergency_line(tmp_path: Path) -> None:
    client, main, stones = serve_two(tmp_path)
    for path in ("/v1/chat", "/v1/sources", "/", "/healthz"):
        reply = client.post(f"/corpora/gout{path}", json={"messages": [{"role": "user", "content": "Hi"}]})
        assert reply.status_code == 404
        assert reply.json()["error"] == {
            "code": "no_such_corpus",
            "message": "There is no corpus 'gout'.",
            "remedy": f"There are: stones. {EMERGENCY}",
        }
    assert main.asked == stones.asked == []


def test_an_emergency_is_answered_before_the_name_is_looked_at(tmp_path: Path) -> None:
    client, main, _ = serve_two(tmp_path)
    assert ask(client, "/corpora/gout", "She is unconscious")["kind"] == "urgent"
    assert main.asked == []


def test_a_page_may_call_only_the_corpora_that_list_its_origin(tmp_path: Path) -> None:
    client, _, _ = serve_two(tmp_path)
    preflight = {"Access-Control-Request-Method": "POST"}
    allowed = {
        (path, origin): client.options(f"{path}/v1/chat", headers={"Origin": origin, **preflight}).status_code
        for path in ("", "/corpora/stones")
        for origin in (ORIGIN, STONES)
    }
    assert allowed == {
        ("", ORIGIN): 200,
        ("", STONES): 403,
        ("/corpora/stones", ORIGIN): 403,
        ("/corpora/stones", STONES): 200,
    }


@pytest.mark.parametrize("kept", [True, False])
def test_below_a_prefix_pages_and_redirects_keep_it_whether_or_not_the_proxy_cuts_it_off(
    tmp_path: Path, kept: bool
) -> None:
    client, _, _ = serve_two(tmp_path, "/bot")
    before = "/bot/corpora/stones" if kept else "/corpora/stones"
    assert client.get(f"{before}/staff/").text == '<a href="/bot/corpora/stones/staff/x">a</a>'
    assert client.get(f"{before}/staff/move").headers["location"] == "/bot/corpora/stones/staff/sign-in"


@pytest.mark.parametrize("kept", ["/a/b", ""])
def test_a_trusted_proxy_names_the_prefix(tmp_path: Path, kept: str) -> None:
    client, _, _ = serve_two(tmp_path, trusted_proxies=("10.0.0.0/8",))
    page = client.get(f"{kept}/corpora/stones/staff/", headers={"X-Forwarded-Prefix": "/a/b/"})
    assert page.text == '<a href="/a/b/corpora/stones/staff/x">a</a>'


def test_a_path_that_only_holds_the_word_belongs_to_no_corpus(tmp_path: Path) -> None:
    client, _, _ = serve_two(tmp_path)
    for path in ("/corpora", "/corpora/", "/x/corpora/stones/healthz", "/corporal/stones"):
        assert client.get(path).json()["error"]["code"] == "not_found"


def test_the_jobs_of_each_run_while_the_server_does() -> None:
    ran: list[str] = []

    def make(name: str) -> FastAPI:
        guard = middleware_settings()
        context = a_context(make_async(ScriptedBot(), guard.queue))
        jobs = (BackgroundJob(lambda: ran.append(name), 60),)
        app = create_app(context, SITE, lambda: (), lambda: READY, guard, more=jobs)
        app.state.guard = guard
        return app

    with TestClient(add_corpora(make("main"), {"stones": make("stones")}, "")) as client:
        for _ in range(100):
            if len(ran) == 2:
                break
            client.get("/healthz")
            asyncio.run(asyncio.sleep(0.01))
    assert sorted(ran) == ["main", "stones"]
