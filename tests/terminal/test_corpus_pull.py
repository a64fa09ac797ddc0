"""`isletbot corpus add` and `pull` of what a server gives, which a server of ours plays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from isletbot.__main__ import app
from tests.builders import a_corpus
from tests.documents.making import ANKLE, SLEPT, as_html, as_pdf
from tests.fetching.playing import PlayedServer, Visit, play_server
from tests.fetching.registry_answers import (
    FULL_TEXT,
    NOTHING_FOUND,
    OPEN,
    TRIAL,
    a_search,
    answer_json,
    answer_nothing,
    answer_xml,
)

CHANGED = SLEPT.replace("31 of 48", "29 of 48")
CARD = ("--id", "lumen", "--publisher", "Example Clinic", "--published", "2026-05-01", "--licence", "own")


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, ["corpus", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


class Leaflet:
    """A page that its server says has changed only when its bytes have."""

    def __init__(self) -> None:
        self.data = as_html()

    def __call__(self, visit: Visit) -> None:
        mark = f'"{hash(self.data)}"'
        if visit.headers.get("if-none-match") == mark:
            visit.begin(304)
        else:
            visit.answer(self.data, etag=mark)


@pytest.fixture
def leaflet() -> Leaflet:
    return Leaflet()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, leaflet: Leaflet) -> Iterator[PlayedServer]:
    answers = {
        "/leaflet": leaflet,
        "/api/studies/NCT00000001": answer_json(TRIAL),
        "/pmc/search": answer_json(a_search(**OPEN)),
        "/pmc/PMC1/fullTextXML": answer_xml(FULL_TEXT),
    }
    with play_server(answers) as played:
        monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(a_corpus(tmp_path)))
        monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv("ISLETBOT_FETCH_ALLOW", played.allowed)
        monkeypatch.setenv("ISLETBOT_TRIALS_URL", f"{played.url}/api")
        monkeypatch.setenv("ISLETBOT_EUROPE_PMC_URL", f"{played.url}/pmc")
        monkeypatch.setenv("ISLETBOT_PUBMED_URL", f"{played.url}/pubmed")
        yield played


@pytest.fixture
def folder(tmp_path: Path, server: PlayedServer) -> Path:
    """A corpus that serves the leaflet."""
    added = run("add", f"{server.url}/leaflet", *CARD)
    assert added.exit_code == 0, added.stderr
    serve(tmp_path / "corpus")
    return tmp_path / "corpus"


def serve(corpus: Path, source_id: str = "lumen") -> None:
    """As an approval does, without the index."""
    draft = corpus / "drafts" / f"{source_id}.md"
    (corpus / f"{source_id}.md").write_text(draft.read_text("utf-8").replace("status: draft", "status: approved"))
    draft.unlink()


def pull(*words: str) -> tuple[int, str]:
    result = run("pull", *words)
    return result.exit_code, " ".join(result.stdout.split())


def test_a_page_that_is_as_it_was_is_asked_for_by_its_mark_and_the_day_is_kept(
    server: PlayedServer, folder: Path
) -> None:
    assert 'title: "The Lumen study of evening walks"' in (folder / "lumen.md").read_text("utf-8")
    for _ in range(2):
        assert pull() == (0, "lumen unchanged as it was")
    assert [visit.headers.get("if-none-match", "")[:1] for visit in server.visits if visit.path == "/leaflet"] == [
        "", '"', '"'
    ]  # fmt: skip
    checked = json.loads((folder / "originals" / "lumen" / "checked.json").read_text())
    assert (checked["outcome"], checked["at"][:2]) == ("unchanged", "20")
    assert ": unchanged" in next(line for line in run("list").stdout.splitlines() if line.startswith("lumen"))
    assert not (folder / "drafts" / "lumen.md").exists()


def test_a_page_that_changed_becomes_a_draft_while_the_version_before_is_served(
    server: PlayedServer, folder: Path, leaflet: Leaflet
) -> None:
    served = (folder / "lumen.md").read_bytes()
    leaflet.data = leaflet.data.replace(SLEPT.encode(), CHANGED.encode())
    status, said = pull("lumen")
    assert (status, said.startswith("lumen changed 1 statement differs; the version before is served")) == (0, True)
    assert "isletbot corpus diff lumen" in said
    assert CHANGED in (folder / "drafts" / "lumen.md").read_text("utf-8")
    assert (folder / "lumen.md").read_bytes() == served
    assert f"  - {SLEPT}\n  + {CHANGED}" in run("diff", "lumen").stdout
    assert pull("lumen") == (0, "lumen unchanged as it was"), "the draft holds what the server gives"


def test_a_server_without_marks_is_compared_by_its_bytes(server: PlayedServer, folder: Path, leaflet: Leaflet) -> None:
    server.answers["/leaflet"] = lambda visit: visit.answer(leaflet.data)
    assert pull() == (0, "lumen unchanged as it was")


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (lambda visit: visit.answer(b"gone", 404), "gone", "answers 404"),
        (lambda visit: visit.answer(b"", 429, retry_after="60"), "failed", "in 60 seconds"),
        (lambda visit: visit.redirect("http://169.254.169.254/"), "failed", "link-local"),
        (lambda visit: visit.answer(as_pdf(), kind="text/html"), "failed", "is application/pdf"),
        (
            lambda visit: visit.answer(as_html().replace(b'lang="en"', b'lang="de"')),
            "failed",
            "serves language 'de' now",
        ),
        (lambda visit: visit.answer(b"<!doctype html><html lang='en'><title>Moved</title><p>Moved."), "failed", "no"),
    ],
)
def test_what_went_wrong_is_named_and_nothing_that_is_served_changes(
    server: PlayedServer, folder: Path, answer: object, outcome: str, said: str
) -> None:
    served = (folder / "lumen.md").read_bytes()
    server.answers["/leaflet"] = answer  # type: ignore[assignment]
    status, words = pull()
    assert (status, words.startswith(f"lumen {outcome}"), said in words) == (1, True, True), words
    assert (folder / "lumen.md").read_bytes() == served
    assert not (folder / "drafts" / "lumen.md").exists()
    assert json.loads((folder / "originals" / "lumen" / "checked.json").read_text())["outcome"] == outcome


def test_after_a_failure_the_page_is_asked_for_as_before(server: PlayedServer, folder: Path, leaflet: Leaflet) -> None:
    server.answers["/leaflet"] = lambda visit: visit.answer(as_html().replace(b'lang="en"', b'lang="de"'), etag='"de"')
    pull()
    server.answers["/leaflet"] = leaflet
    pull()
    assert server.visits[-1].headers["if-none-match"] != '"de"', "its mark would hide the change from then on"


def test_one_source_that_fails_does_not_keep_the_others_from_their_turn(server: PlayedServer, folder: Path) -> None:
    assert run("add", "NCT00000001", "--id", "tea").exit_code == 0
    server.answers["/leaflet"] = lambda visit: visit.answer(b"gone", 410)
    status, said = pull()
    assert (status, "lumen gone" in said, "tea unchanged" in said) == (1, True, True)


def test_a_trial_record_that_changed_is_noticed_and_corrections_to_its_draft_stay(
    server: PlayedServer, tmp_path: Path
) -> None:
    run("add", "nct00000001", "--id", "tea", "--title", "Our tea trial", "--licence", "open")
    card = (tmp_path / "corpus" / "drafts" / "tea.md").read_text("utf-8")
    assert "evidence: trial_record\n" in card
    assert "as_of: 2026-02-03\n" in card
    changed = deepcopy(dict(TRIAL))
    changed["protocolSection"]["statusModule"]["overallStatus"] = "TERMINATED"
    server.answers["/api/studies/NCT00000001"] = answer_json(changed)
    status, said = pull("tea")
    assert (status, said.startswith("tea changed a new draft of")) == (0, True), said
    draft = (tmp_path / "corpus" / "drafts" / "tea.md").read_text("utf-8")
    assert "is: terminated" in draft
    assert 'title: "Our tea trial"' in draft
    assert "quotes: original" in draft


def test_a_number_that_its_registry_has_no_more_is_gone(server: PlayedServer, tmp_path: Path) -> None:
    run("add", "NCT00000001", "--id", "tea")
    server.answers["/api/studies/NCT00000001"] = answer_nothing
    status, said = pull("tea")
    assert (status, "tea gone ClinicalTrials.gov knows no NCT00000001" in said) == (1, True)


def test_an_open_paper_is_quoted_and_a_number_nobody_knows_adds_nothing(server: PlayedServer, tmp_path: Path) -> None:
    assert run("add", "PMID:39000001", "--id", "paper-two").exit_code == 0
    card = (tmp_path / "corpus" / "drafts" / "paper-two.md").read_text("utf-8")
    assert "evidence: primary_paper\n" in card
    assert "quotes: original\n" in card
    assert "doi: 10.5555/Sorrel.1\n" in card
    server.answers["/pmc/search"] = answer_json(NOTHING_FOUND)
    refused = run("add", "PMID:39000007", "--id", "nobody")
    assert (refused.exit_code, "know no PMID:39000007" in refused.stderr) == (2, True)
    assert not (tmp_path / "corpus" / "drafts" / "nobody.md").exists()


def test_a_source_that_came_from_no_address_is_named(server: PlayedServer, tmp_path: Path) -> None:
    assert pull() == (0, "No source came from an address or a number.")
    refused = run("pull", "paper")
    assert (refused.exit_code, "'paper' came from no address" in refused.stderr) == (2, True)
    unknown = run("pull", "nobody")
    assert (unknown.exit_code, "There are: paper, release" in unknown.stderr) == (2, True)


def test_what_somebody_has_edited_is_not_lost_to_a_new_version(
    server: PlayedServer, folder: Path, leaflet: Leaflet
) -> None:
    leaflet.data = leaflet.data.replace(SLEPT.encode(), CHANGED.encode())
    pull()
    draft = folder / "drafts" / "lumen.md"
    draft.write_text(draft.read_text("utf-8").replace(ANKLE, f"{ANKLE[:-1]} at night."))
    leaflet.data = leaflet.data.replace(b"29 of 48", b"28 of 48")
    status, said = pull()
    assert (status, "Somebody has edited" in said) == (1, True)
    assert "at night" in draft.read_text("utf-8")
