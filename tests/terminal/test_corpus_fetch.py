"""`isletbot corpus fetch`, as somebody uses it before a document is added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from isletbot.__main__ import app
from tests.fetching.playing import PAGE, PlayedServer, play_server
from tests.fetching.registry_answers import TRIAL, answer_json


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, ["corpus", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PlayedServer]:
    monkeypatch.chdir(tmp_path)
    answers = {"/leaflet": lambda visit: visit.answer(etag='"v1"'), "/api/studies/NCT00000001": answer_json(TRIAL)}
    with play_server(answers) as played:
        yield played


def test_a_page_is_shown_and_saved(server: PlayedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ISLETBOT_FETCH_ALLOW", f"intranet.example:80, {server.allowed}")
    result = run("fetch", f"{server.url}/leaflet", "--save", "leaflet.html")
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert lines[:3] == [["type", "text/html"], ["size", f"{len(PAGE)} bytes"], ["title", "A leaflet & more"]]
    assert ["version", '"v1"'] in lines
    assert (tmp_path / "leaflet.html").read_bytes() == PAGE


def test_a_file_that_is_there_is_not_written_over(
    server: PlayedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ISLETBOT_FETCH_ALLOW", server.allowed)
    (tmp_path / "mine").write_text("mine")
    result = run("fetch", f"{server.url}/leaflet", "--save", "mine")
    assert result.exit_code == 2
    assert "'mine' cannot be written: File exists. Name another file." in result.stderr
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_trial_comes_from_the_registry_that_a_setting_names(
    server: PlayedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISLETBOT_TRIALS_URL", f"{server.url}/api/")
    result = run("fetch", "nct00000001")
    assert "A Trial of Sorrel Tea" in result.stdout
    assert "1 December 2024" in result.stdout
    refused = run("fetch", f"{server.url}/leaflet")
    assert (refused.exit_code, "only 80 and 443" in refused.stderr) == (2, True), "a registry opens no door for others"


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("http://127.0.0.1/admin", "this machine itself"),
        ("ftp://clinic.example/leaflet", "no http or https"),
        ("leaflet.pdf", "neither an address nor a PMID"),
    ],
)
def test_what_cannot_be_fetched_is_named_with_its_remedy(server: PlayedServer, origin: str, said: str) -> None:
    result = run("fetch", origin)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr


def test_a_title_cannot_steer_the_terminal(server: PlayedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_FETCH_ALLOW", server.allowed)
    server.answers["/leaflet"] = lambda visit: visit.answer(b"<!doctype html><title>A\x1b[2Jleaflet</title><p>Six.")
    assert "A [2Jleaflet" in run("fetch", f"{server.url}/leaflet").stdout
