"""A page with the chat in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browsing import PATIENCE_MS
from tests.widget.chat_page import ChatPage
from tests.widget.scripted_server import Play, ScriptedServer

OpenPage = Callable[..., ChatPage]


@pytest.fixture(scope="module")
def running_server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def server(running_server: ScriptedServer) -> ScriptedServer:
    running_server.reset()
    return running_server


@pytest.fixture
def play(server: ScriptedServer) -> Play:
    return server.play


@pytest.fixture
def open_page(browser: Browser, server: ScriptedServer) -> Iterator[OpenPage]:
    """Loads a page and waits until the chat is there; further keywords are those of a browser context."""
    contexts = []

    def load(path: str = "/", waits: bool = True, **options: Any) -> ChatPage:
        given = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        context = browser.new_context(**given)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        chat = ChatPage(context.new_page())
        chat.load(path if path.startswith("http") else server.url + path)
        if waits:
            chat.wait()
        return chat

    yield load
    server.play.held.set()
    for context in contexts:
        context.close()
