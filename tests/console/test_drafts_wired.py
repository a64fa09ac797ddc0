"""Drafts as the server wires them: documents read in a process of their own, and fetched anew with a button."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from unittest.mock import Mock

import pytest

from isletbot.console.routing import PageRouter
from isletbot.console.source_pages import SourceBackend, make_source_pages
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.live.bot import LiveBot
from isletbot.settings import Settings, load_settings
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.storage.sql_queue import SqlQueue
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_sources import SqlSources
from isletbot.wiring.staff_drafts import find_source_origin, list_waiting_drafts, make_pages_of_drafts
from tests.builders import a_corpus
from tests.console.draft_workplace import CARD, DRAFT
from tests.console.people import Person, Workplace, a_workplace
from tests.documents.making import SLEPT, as_html
from tests.fetching.playing import PlayedServer, play_server

CHANGED = SLEPT.replace("31", "33")


@pytest.fixture
def pages() -> list[bytes]:
    """What the server gives; the last one counts."""
    return [as_html()]


@pytest.fixture
def server(pages: list[bytes]) -> Iterator[PlayedServer]:
    with play_server({"/leaflet": lambda visit: visit.answer(pages[-1])}) as played:
        yield played


@pytest.fixture
def settings(tmp_path: Path, server: PlayedServer) -> Settings:
    return load_settings(data_dir=tmp_path / "data", corpus_dir=a_corpus(tmp_path), fetch_allow=server.allowed)


def list_pages(settings: Settings, records: SqlRecords) -> tuple[PageRouter, ...]:
    def index() -> MemoryPassages:
        return MemoryPassages(load_corpus(settings.corpus_dir), HashEmbeddings())

    live = cast(LiveBot, SimpleNamespace(watcher=SimpleNamespace(whole=index())))
    backend = SourceBackend(
        sources=SqlSources(records.database),
        index=index,
        watch=Mock(),
        find_citing=lambda _id, _anchors: (),
        apply=lambda: None,
        queue=SqlQueue(records.database),
        list_drafts=lambda: list_waiting_drafts(settings),
        find_origin=lambda source_id: find_source_origin(settings, source_id),
    )
    return (make_source_pages(backend), *make_pages_of_drafts(live, settings, records.database))


@pytest.fixture
def place(settings: Settings) -> Iterator[Workplace]:
    settings.data_dir.mkdir()
    records = SqlRecords.open(None, settings.data_dir)
    yield a_workplace(settings.data_dir, list_pages(settings, records), records)
    records.close()


@pytest.fixture
def anna(place: Workplace) -> Iterator[Person]:
    with place.person("anna", "editor") as person:
        yield person


def test_a_fetched_source_is_looked_at_again_and_what_changed_is_a_draft_beside_it(
    anna: Person, settings: Settings, server: PlayedServer, pages: list[bytes]
) -> None:
    anna.get("/staff/sources/add/address")
    added = anna.post("/staff/sources/add/address", origin=f"{server.url}/leaflet", **{**CARD, "title": "Lumen"}).text
    assert SLEPT in added
    assert "Lumen</a> <span" in anna.get("/staff/sources").text, "the list names what waits"
    serve(settings.corpus_dir)

    source = anna.get("/staff/sources/lumen").text
    assert (f"{server.url}/leaflet" in source, "never since it was added" in source) == (True, True)
    assert "It is as it was." in anna.post("/staff/sources/lumen/pull").text
    assert ": unchanged</dd>" in anna.page

    pages.append(as_html().replace(SLEPT.encode(), CHANGED.encode()))
    changed = anna.post("/staff/sources/lumen/pull").text
    assert "It has changed: 1 statement differs; the version before is served." in changed
    assert f"- {SLEPT}" in changed
    assert f"+ {CHANGED}" in changed
    assert "A new edition waits for approval." in anna.get("/staff/sources/lumen").text
    assert SLEPT in (settings.corpus_dir / "lumen.md").read_text("utf-8")
    assert "anna" in anna.get(DRAFT).text


def serve(corpus: Path) -> None:
    """As an approval does, without an index to build."""
    draft = corpus / "drafts" / "lumen.md"
    (corpus / "lumen.md").write_text(draft.read_text("utf-8").replace("status: draft", "status: approved"), "utf-8")
    draft.unlink()


def test_an_address_that_must_not_be_fetched_is_named_and_adds_nothing(anna: Person, settings: Settings) -> None:
    anna.get("/staff/sources/add/address")
    refused = anna.post("/staff/sources/add/address", origin="http://127.0.0.1:9/x", **CARD)
    assert (refused.status_code, "127.0.0.1" in refused.text, "http://127.0.0.1:9/x" in refused.text) == (
        422,
        True,
        True,
    )
    assert list_waiting_drafts(settings) == ()


def test_a_disk_that_cannot_be_written_is_named(anna: Person, settings: Settings, server: PlayedServer) -> None:
    (settings.corpus_dir / "drafts").write_text("in the way", "utf-8")
    anna.get("/staff/sources/add/address")
    refused = anna.post("/staff/sources/add/address", origin=f"{server.url}/leaflet", **CARD)
    assert (refused.status_code, "cannot be written" in refused.text) == (422, True)
    assert not list((settings.corpus_dir / "originals").glob("*/*"))
