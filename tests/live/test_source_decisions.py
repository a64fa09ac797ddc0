"""A document goes by commands from draft to reply and out of it, while a server runs."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from isletbot.__main__ import app
from isletbot.curation.audit import AuditFilter
from isletbot.errors import UserError
from isletbot.live.source_decisions import SourceDecisions
from isletbot.settings import Settings, load_settings
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.wiring import make_app, make_bot
from isletbot.wiring.server_context import now, open_records
from tests.built import copy_built
from tests.documents.making import SLEPT, Leaflet, as_html, as_markdown, as_pdf
from tests.fetching.playing import play_server

pytestmark = pytest.mark.weights
ROOT = Path(__file__).parents[2]
ARTICLES = os.environ.get("ISLETBOT_TEST_ARTICLES")
ASKED = "How many adults slept better in the Lumen study?"
WITHIN_SECONDS = 5
FREELY = dict.fromkeys(("address_rate", "total_rate"), "100000/second")
CARD = (
    "--licence",
    "own",
    "--publisher",
    "Example Clinic",
    "--published",
    "2026-05-01",
    "--url",
    "https://c.example/x",
)


@pytest.fixture
def settings(tmp_path: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A corpus and data of its own, to be changed, for this process and for the commands."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    copy_built(built, tmp_path / "data")
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(tmp_path / "corpus"))
    return load_settings(**FREELY)


@pytest.fixture
def server(settings: Settings) -> Iterator[TestClient]:
    with TestClient(make_app(settings)) as client:
        yield client


def corpus(*words: str) -> Result:
    done = CliRunner().invoke(app, ["corpus", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def must(*words: str) -> str:
    done = corpus(*words)
    assert done.exit_code == 0, done.output
    return done.output


def find_cited(client: TestClient, question: str = ASKED) -> dict[str, tuple[str, str]]:
    """Section and quote by source."""
    reply = client.post("/v1/chat", json={"messages": [{"role": "user", "content": question}]}).json()
    return {one["source_id"]: (one["section"], one["quote"]) for one in reply["citations"]}


def wait_for(condition: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < WITHIN_SECONDS, "not within five seconds"


def test_an_invented_study_is_served_only_between_approval_and_withdrawal(server: TestClient, tmp_path: Path) -> None:
    leaflet = tmp_path / "leaflet.pdf"
    leaflet.write_bytes(as_pdf())
    assert "Not served yet" in must("add", str(leaflet), "--id", "lumen", *CARD)
    assert "lumen" not in find_cited(server)
    assert re.search(r"^lumen +draft", must("check"), re.MULTILINE)

    assert "lumen is served" in must("approve", "lumen")
    wait_for(lambda: find_cited(server).get("lumen") == ("page 1, Results", SLEPT))

    leaflet.write_bytes(as_pdf("Nobody left the Lumen study before its end."))
    changed = as_markdown().replace(b"31 of 48", b"33 of 48")
    (tmp_path / "leaflet.md").write_bytes(changed)
    must("add", str(tmp_path / "leaflet.md"), "--id", "lumen")
    assert f"  - {SLEPT}\n  + {SLEPT.replace('31', '33')}\n" in must("diff", "lumen")
    assert find_cited(server)["lumen"][1] == SLEPT, "the approved version goes on being served"
    must("approve", "lumen")
    wait_for(lambda: find_cited(server).get("lumen") == ("Results", SLEPT.replace("31", "33")))

    must("withdraw", "lumen")
    wait_for(lambda: "lumen" not in find_cited(server))


def test_a_finding_that_was_accepted_stands_in_the_audit_log(settings: Settings, tmp_path: Path) -> None:
    leaflet = tmp_path / "leaflet.html"
    leaflet.write_bytes(as_html(raw='<p style="display:none">For printing only.</p>'))
    told = must("add", str(leaflet), "--id", "lumen", *CARD)
    finding = re.search(r"--accept (hidden-text-\w+)", told)
    assert finding
    refused = corpus("approve", "lumen")
    assert (refused.exit_code, "1 findings hold it" in refused.output) == (2, True)
    assert corpus("approve", "lumen", "--accept", "hidden-text-000000").exit_code == 2
    must("approve", "lumen", "--accept", finding[1])
    records = open_records(settings)
    rows = SqlAuditLog(records.database).list_rows(AuditFilter(action="finding.accepted"), 10)
    records.close()
    assert [(row.event.target, row.event.detail) for row in rows] == [("lumen", f"{finding[1]}: For printing only.")]


def test_an_index_that_cannot_be_built_leaves_the_draft_and_what_is_served(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "leaflet.md").write_bytes(as_markdown())
    must("add", str(tmp_path / "leaflet.md"), "--id", "lumen", *CARD)
    records = open_records(settings)

    def fail() -> None:
        raise UserError("The disk is full.")

    with pytest.raises(UserError, match="The disk is full"):
        SourceDecisions(settings.corpus_dir, records.database, now).approve("lumen", "read", fail)
    records.close()
    assert not (settings.corpus_dir / "lumen.md").exists()
    assert (settings.corpus_dir / "drafts" / "lumen.md").exists()


def test_a_draft_that_breaks_a_rule_of_the_corpus_is_named_with_its_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "leaflet.md").write_bytes(as_markdown())
    assert "The document does not tell: publisher, published" in must(
        "add", str(tmp_path / "leaflet.md"), "--id", "lumen", "--licence", "own"
    )
    refused = corpus("approve", "lumen")
    assert refused.exit_code == 2
    assert "drafts/lumen.md:4: missing value: 'publisher'" in refused.output


def test_what_a_server_changed_is_pulled_as_a_draft(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [as_html()]
    with play_server({"/leaflet": lambda visit: visit.answer(pages[-1])}) as played:
        monkeypatch.setenv("ISLETBOT_FETCH_ALLOW", played.allowed)
        must("add", f"{played.url}/leaflet", "--id", "lumen", *CARD)
        must("approve", "lumen")
        assert re.search(r"lumen +unchanged", must("pull", "lumen"))
        pages.append(as_html().replace(b"31 of 48", b"33 of 48"))
        assert re.search(r"lumen +changed", must("pull"))
        assert SLEPT.replace("31", "33") in must("diff", "lumen")
        assert SLEPT in (settings.corpus_dir / "lumen.md").read_text("utf-8")
        assert corpus("pull", "none").exit_code == 2


def write_pdf(text: str) -> bytes:
    made = Leaflet()
    marks = str.maketrans({"—": "-", "–": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "←": "<", "•": "-", "…": "..."})
    for paragraph in text.translate(marks).encode("latin-1", "replace").decode("latin-1").split("\n"):
        if paragraph.strip():
            made.say(paragraph)
    return bytes(made.output())


def write_page(text: str) -> bytes:
    paragraphs = "".join(f"<p>{escape(one)}</p>" for one in text.split("\n") if one.strip())
    return f"<!doctype html><html><body><h1>An article</h1><h2>What it says</h2>{paragraphs}</body></html>".encode()


QUESTIONS = {
    "journal-2026": "What did the researchers ask about islet cells grown from stem cells?",
    "knowridge-2025": "What was the most common serious side effect?",
}


@pytest.mark.skipif(ARTICLES is None, reason="ISLETBOT_TEST_ARTICLES names no folder with the two articles")
@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("suffix", [".txt", ".html", ".pdf"])
def test_an_article_of_others_is_added_asked_about_changed_and_withdrawn(
    name: str, suffix: str, settings: Settings, tmp_path: Path
) -> None:
    assert ARTICLES is not None
    shutil.rmtree(settings.corpus_dir)
    settings.corpus_dir.mkdir()
    text = (Path(ARTICLES) / f"{name}.txt").read_text("utf-8")
    write = {".txt": str.encode, ".html": write_page, ".pdf": write_pdf}[suffix]
    article = tmp_path / f"article{suffix}"
    article.write_bytes(write(text))
    told = must("add", str(article), "--id", "article", "--title", "An article", *CARD)
    accepted = [word for found in set(re.findall(r"--accept (\S+)\]", told)) for word in ("--accept", found)]
    must("approve", "article", *accepted)
    citations = make_bot(settings).ask(QUESTIONS[name]).citations
    assert {citation.source.id for citation in citations} == {"article"}
    assert suffix != ".pdf" or all(re.match(r"page \d+(, |$)", citation.section) for citation in citations)
    article.write_bytes(write(f"{text}\n\nThe clinic of this test has added one sentence about islets.\n"))
    must("add", str(article), "--id", "article")
    assert "The clinic of this test has added" in must("diff", "article")
    must("approve", "article", *accepted)
    must("withdraw", "article")
    assert make_bot(settings).ask(QUESTIONS[name]).citations == ()
