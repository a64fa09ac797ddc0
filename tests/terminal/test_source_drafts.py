"""`isletbot corpus diff` beside records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.curation.staff_answers import AnswerVersion, AnswerWording
from isletbot.ingestion.load import load_corpus
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.types import Finding, Quote, Sentence
from tests.builders import DEATHS, INDEPENDENCE, a_corpus, a_reason
from tests.kept import NOW

ASKED = "How many came off insulin?"


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = a_corpus(tmp_path)
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(folder))
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path / "data"))
    (folder / "drafts").mkdir()
    return folder


def write_draft(corpus: Path, before: str, after: str) -> None:
    served = (corpus / "paper.md").read_text("utf-8")
    (corpus / "drafts" / "paper.md").write_text(served.replace(before, after), "utf-8")


def approve_answer(corpus: Path, data: Path, statement: str) -> None:
    """An answer of staff that rests on this statement, live in the records."""
    key = next(passage.key for passage in load_corpus(corpus).passages if passage.text == statement)
    finding = Finding(Sentence("Ten.", (Quote(key, statement, 0, len(statement)),)), "supported", a_reason())
    wording = AnswerWording((ASKED,), ("Ten. [paper#independence]",), "anna", date(2027, 11, 20))
    version = AnswerVersion("off", 1, wording, (finding,), "anna", NOW, "new", "bert", NOW, (key,))
    data.mkdir(exist_ok=True)
    records = SqlRecords.open(None, data)
    store = SqlStaffAnswers(records.database)
    store.begin_answer(version)
    store.approve_version(version, ())
    records.close()


def diff() -> str:
    done = CliRunner().invoke(app, ["corpus", "diff", "paper"])
    assert done.exit_code == 0, done.output
    return done.output


def test_an_answer_of_staff_that_rests_on_a_changed_statement_is_named(corpus: Path, tmp_path: Path) -> None:
    write_draft(corpus, INDEPENDENCE, INDEPENDENCE.replace("10 (83%)", "9 (75%)"))
    assert "answer of staff" not in diff()
    assert not (tmp_path / "data").exists(), "a comparison makes no records"
    approve_answer(corpus, tmp_path / "data", INDEPENDENCE)
    assert f"answer of staff '{ASKED}' rests on a statement that changes: it leaves with the approval" in diff()
    write_draft(corpus, DEATHS, "Nobody died.")
    assert "answer of staff" not in diff()
