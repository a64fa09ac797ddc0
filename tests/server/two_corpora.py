"""A server of the corpus without a name and of `stones`, with scripted bots, for tests that name a corpus."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi.testclient import TestClient
from httpx import Response

from isletbot.server.corpus_paths import add_corpora
from isletbot.storage.file_journal import FileJournal
from isletbot.storage.sql_records import SqlRecords
from tests.scripted import NEJM, ScriptedBot, an_answer
from tests.server.conftest import ORIGIN, an_app, middleware_settings
from tests.server.contexts import open_fleeting
from tests.server.urgent import urgent_replies

STONES, BOTH = "https://stones.example", "https://both.example"
USER = {"role": "user", "content": "Hi"}
URGENT = {"role": "user", "content": "I have severe chest pain"}
STREAM = {"Accept": "text/event-stream"}
UNKNOWN = "There is no corpus 'gout'. There are: stones. Send one of these, or leave `corpus` out."
STONES_SOURCE = replace(NEJM, id="stones-paper")
HANDOFF = {"contact": "617-555-0143", "question": "Please call me.", "consent": True}
BY_BODY: Mapping[str, Mapping[str, object]] = {
    "/v1/chat": {"messages": [USER]},
    "/v1/sessions": {"widget": "demo"},
    "/v1/feedback": {"answer_id": "a1", "rating": "helpful"},
    "/v1/handoff": HANDOFF,
}
BY_QUERY = (
    ("GET", "/v1/history"),
    ("DELETE", "/v1/sessions/s1"),
    ("GET", "/v1/sources"),
    ("GET", f"/v1/sources/{STONES_SOURCE.id}"),
)
ROUTES = (*(("POST", path) for path in BY_BODY), *BY_QUERY)
Headers = Mapping[str, str]


def read_questions(records: SqlRecords) -> list[str]:
    with sqlite3.connect(str(records.database.engine.url.database)) as connection:
        return [row[0] for row in connection.execute("SELECT question FROM answers ORDER BY at")]


def find_keeping(records: Mapping[str, SqlRecords]) -> set[str]:
    """The corpora whose records keep a question; an urgent reply goes out before its own are written."""
    begun = time.monotonic()
    while not (kept := {name for name, held in records.items() if read_questions(held)}):
        assert time.monotonic() - begun < 20
    return kept


@dataclass
class Two:
    """A server of the corpus without a name and of `stones`, whose bot says small talk alone."""

    client: TestClient
    main: ScriptedBot
    stones: ScriptedBot
    records: dict[str, SqlRecords]

    def ask(self, message: dict[str, str] = USER, path: str = "", headers: object = None, **more: object) -> Response:
        reply: Response = self.client.post(f"{path}/v1/chat", json={"messages": [message], **more}, headers=headers)  # type: ignore[arg-type]
        return reply

    def read_questions(self) -> dict[str, list[str]]:
        return {name: read_questions(records) for name, records in self.records.items()}


def make_two(tmp_path: Path, **changes: object) -> Two:
    main, stones = ScriptedBot([an_answer()]), ScriptedBot([an_answer("small_talk")])
    records = {"": open_fleeting(), "stones": open_fleeting()}

    def make(name: str, bot: ScriptedBot, origins: tuple[str, ...]) -> object:
        journal = FileJournal(tmp_path / f"{name}.jsonl")
        sources = (STONES_SOURCE,) if name else (NEJM,)
        return an_app(
            bot,
            records=records[name],
            find=urgent_replies().find,
            journal=journal,
            sources=lambda: sources,
            **{"origins": origins, **changes},
        )

    app, named = make("", main, (ORIGIN, BOTH)), make("stones", stones, (STONES, BOTH))
    app.state.guard = middleware_settings()  # type: ignore[attr-defined]
    served = add_corpora(app, {"stones": named}, "")  # type: ignore[arg-type,dict-item]
    return Two(TestClient(served, "http://bot.example"), main, stones, records)


def call(two: Two, method: str, path: str, corpus: object = None, headers: Headers | None = None) -> Response:
    body = {**BY_BODY[path], "corpus": corpus} if method == "POST" else None
    query = {"corpus": corpus} if method != "POST" and corpus is not None else None
    reply: Response = two.client.request(method, path, json=body, params=query, headers=headers)  # type: ignore[arg-type]
    return reply


def code_of(refused: Response) -> tuple[int, str]:
    return refused.status_code, refused.json()["error"]["code"]
