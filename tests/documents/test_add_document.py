"""Adding a document changes nothing that is served, and nothing at all when it fails."""

from __future__ import annotations

import hashlib
import os
import resource
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from filelock import FileLock

from isletbot.documents import corpus_folder
from isletbot.documents.add_document import AddedDocument, DocumentOrigin
from isletbot.documents.card import CardDetails
from isletbot.errors import InputError, UserError
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.read import corpus_version, read_files
from tests.builders import a_corpus
from tests.documents.making import ANKLE, DETAILS, ENROLLED, SLEPT, TITLE, a_library, as_markdown, as_pdf

ORIGIN = DocumentOrigin("leaflet.md")


def add(folder: Path, data: bytes, details: CardDetails = DETAILS, suffix: str = ".md") -> AddedDocument:
    return a_library(folder).add_document(data, suffix, replace(ORIGIN, name=f"leaflet{suffix}"), details)


def listed(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def serve(folder: Path, source_id: str = "lumen") -> str:
    """As an approval does, without the index."""
    draft = folder / "drafts" / f"{source_id}.md"
    text = draft.read_text("utf-8").replace("status: draft", "status: approved")
    (folder / f"{source_id}.md").write_text(text, "utf-8")
    draft.unlink()
    return text


def test_a_document_becomes_a_draft_in_its_own_words_and_nothing_else_changes(tmp_path: Path) -> None:
    folder = a_corpus(tmp_path)
    before = corpus_version(read_files(folder))
    added = add(folder, as_pdf(), suffix=".pdf")
    assert (added.id, added.addition, added.findings, added.left_out, added.missing) == ("lumen", "new", (), (), ())
    assert corpus_version(read_files(folder)) == before
    text = serve(folder)
    corpus = load_corpus(folder)
    held = {passage.text: passage for passage in corpus.passages if passage.source.id == "lumen"}
    assert (held[SLEPT].heading, held[ANKLE].heading) == ("page 1, Results", "page 2, Safety")
    assert held[SLEPT].source.quotes == "original"
    assert text[held[SLEPT].start : held[SLEPT].end] == SLEPT


def test_the_original_is_kept_by_its_hash(tmp_path: Path) -> None:
    add(tmp_path, as_pdf(), suffix=".pdf")
    (kept,) = (tmp_path / "originals" / "lumen").glob("*.pdf")
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == kept.stem


def test_the_id_is_made_of_the_title_and_what_the_document_does_not_tell_is_named(tmp_path: Path) -> None:
    added = add(tmp_path, as_markdown(), CardDetails())
    assert added.id == "the-lumen-study-of-evening-walks"
    assert added.missing == ("publisher", "published", "as_of", "url")


def test_a_closed_document_is_proposed_and_not_quoted(tmp_path: Path) -> None:
    folder = a_corpus(tmp_path)
    added = add(folder, as_markdown(), replace(DETAILS, licence="closed"))
    text = added.draft.read_text("utf-8")
    assert f"- (proposed) {SLEPT} {{#" in text
    assert "quotes: original" not in text
    assert [(one.kind, one.remedied) for one in added.findings] == [("unconfirmed statements", "edit")]
    added.draft.write_text(text.replace("(proposed) ", ""), "utf-8")
    from isletbot.documents.add_document import find_in_document

    found = find_in_document(a_library(folder).folder, "lumen", ())
    assert {one.kind for one in found} == {"copied"}


def test_the_same_bytes_change_nothing(tmp_path: Path) -> None:
    add(tmp_path, as_markdown())
    before = listed(tmp_path)
    again = add(tmp_path, as_markdown(), CardDetails())
    assert (again.id, again.addition) == ("lumen", "same")
    assert listed(tmp_path) == before
    serve(tmp_path)
    assert add(tmp_path, as_markdown()).addition == "same"


def test_a_changed_document_waits_beside_the_version_that_serves(tmp_path: Path) -> None:
    add(tmp_path, as_markdown())
    served = serve(tmp_path)
    asked = f"- {ENROLLED} {{#lumen-study-enrolled-48}}\n  = 48 adults took part.\n  ? Who took part?\n"
    (tmp_path / "lumen.md").write_text(served.replace(f"- {ENROLLED} {{#lumen-study-enrolled-48}}\n", asked), "utf-8")
    kept = (tmp_path / "lumen.md").read_bytes()
    added = add(tmp_path, as_markdown().replace(b"31 of 48", b"33 of 48"), CardDetails(id="lumen"))
    assert added.addition == "changed"
    assert (tmp_path / "lumen.md").read_bytes() == kept
    text = added.draft.read_text("utf-8")
    assert asked in text, "what staff wrote for unchanged words is kept"
    assert f"- {SLEPT.replace('31', '33')} {{#lumen-study-31-48}}" in text, "changed words keep their anchor"
    assert 'publisher: "Example Clinic"' in text


def test_the_words_of_a_digest_stay_while_the_original_s_words_do(tmp_path: Path) -> None:
    added = add(tmp_path, as_markdown(), replace(DETAILS, licence="closed"))
    text = added.draft.read_text("utf-8").replace(
        f"(proposed) {SLEPT}", "About two thirds slept better in the Lumen study."
    )
    added.draft.write_text(text, "utf-8")
    serve(tmp_path)
    changed = add(tmp_path, as_markdown().replace(b"2028", b"2029"), CardDetails(id="lumen"))
    assert "- About two thirds slept better in the Lumen study. {#" in changed.draft.read_text("utf-8")


def test_an_edited_draft_is_not_written_over(tmp_path: Path) -> None:
    added = add(tmp_path, as_markdown())
    added.draft.write_text(added.draft.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(UserError, match=r"Somebody has edited .*Approve it, or remove the file"):
        add(tmp_path, as_markdown("Nobody else took part in the Lumen study."))


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (CardDetails(id="Lumen study"), "The id 'Lumen study' is none."),
        (CardDetails(published="2026-02-30"), "published is '2026-02-30', no date that exists."),
        (CardDetails(as_of="May"), "as_of is 'May'"),
    ],
)
def test_what_is_said_of_a_document_is_checked(tmp_path: Path, details: CardDetails, told: str) -> None:
    with pytest.raises(InputError) as refused:
        add(tmp_path, as_markdown(), details)
    assert told in str(refused.value)


def test_a_file_that_is_not_there_or_too_large_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        a_library(tmp_path).add_file(tmp_path / "none.pdf", DETAILS)
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    with pytest.raises(InputError, match="Add the parts one by one"):
        a_library(tmp_path).add_file(large, DETAILS)


def test_two_adds_at_once_give_two_whole_drafts(tmp_path: Path) -> None:
    ids = [f"lumen-{number}" for number in range(6)]
    threads = [
        Thread(target=add, args=(tmp_path, as_markdown(f"Group {name} slept."), replace(DETAILS, id=name)))
        for name in ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.stem for path in (tmp_path / "drafts").glob("*.md")) == ids
    assert not [name for name in listed(tmp_path) if "/." in name]


def test_a_command_that_waits_too_long_for_another_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_folder, "_PATIENCE_SECONDS", 0.01)
    with FileLock(tmp_path / ".lock"), pytest.raises(UserError, match="Another command has been changing"):
        add(tmp_path, as_markdown())
    assert listed(tmp_path).keys() <= {".lock"}


def in_a_child(act: object, folder: Path) -> str:
    """What the error says; in a process of its own, whose rights and limits may be taken away."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            act()  # type: ignore[operator]
            add(folder, as_pdf(), suffix=".pdf")
            told = "nothing was wrong"
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writes, told.encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return told


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_full_disk_leaves_nothing_half_added(tmp_path: Path) -> None:
    told = in_a_child(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)), tmp_path)
    assert told.startswith("UserError")
    assert "cannot be written: File too large. Nothing was changed." in told
    assert listed(tmp_path).keys() <= {".lock"}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    folder.chmod(0o555)
    for above in (tmp_path, *tmp_path.parents):
        if "pytest" in str(above):
            above.chmod(0o755)
    told = in_a_child(lambda: os.setuid(65534) if os.getuid() == 0 else None, folder)
    assert "cannot be written: Permission denied. Nothing was changed." in told
    assert listed(folder) == {}


def test_the_title_of_the_document_is_on_its_card(tmp_path: Path) -> None:
    assert f'title: "{TITLE}"' in add(tmp_path, as_markdown()).draft.read_text("utf-8")
