"""The pages that add, correct, approve and discard drafts, and what they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from isletbot.ingestion.load import load_corpus
from tests.builders import INDEPENDENCE
from tests.console.draft_workplace import CARD, DRAFT, DraftPlace, a_draft_place, add_text, upload
from tests.console.people import Person
from tests.documents.making import ANKLE, ENROLLED, SLEPT, as_markdown, as_pdf

LUMEN = {"title": "Lumen"}
BOOKED = "Questions about the walks go to walks@clinic.example at any time."


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[DraftPlace]:
    made = a_draft_place(tmp_path)
    yield made
    made.place.records.close()


@pytest.fixture
def anna(drafts: DraftPlace) -> Iterator[Person]:
    with drafts.person("anna", "editor") as person:
        yield person


@pytest.fixture
def bert(drafts: DraftPlace) -> Iterator[Person]:
    with drafts.person("bert", "approver") as person:
        yield person


def read_problem(person: Person) -> str:
    found = re.search(r'role="alert"[^>]*>([^<]*)<', person.page)
    return unescape(found[1]) if found else ""


def read_seen(person: Person) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', person.page)
    assert found, person.page
    return unescape(found[1])


def approve(person: Person) -> int:
    person.get(DRAFT)
    return person.post(
        f"{DRAFT}/approve", seen=read_seen(person), why="Compared with the paper.", follow=False
    ).status_code


def test_an_upload_is_a_draft_with_page_and_heading_and_serves_nothing(drafts: DraftPlace, anna: Person) -> None:
    page = upload(anna, as_pdf(), "leaflet.pdf", **LUMEN).text
    assert "Nothing of it is served" in page
    assert "page 1, Results" in page
    assert SLEPT in page
    assert drafts.folder.list_drafts() == ("lumen",)
    assert "lumen" not in {source.id for source in load_corpus(drafts.folder.path).sources}
    assert drafts.place.tail("source.added") == ["anna source.added lumen"]


def test_a_file_that_cannot_be_read_is_named_and_leaves_nothing(drafts: DraftPlace, anna: Person) -> None:
    refused = upload(anna, as_pdf()[:-100], "leaflet.pdf")
    assert refused.status_code == 422
    assert "It is cut short: the mark at its end is missing." in refused.text
    assert 'value="Example Clinic"' in refused.text
    assert not (drafts.folder.path / "drafts").exists()
    assert not (drafts.folder.path / "originals").exists()


def test_a_file_over_the_limit_is_refused_and_no_file_is_asked_for(drafts: DraftPlace, anna: Person) -> None:
    large = upload(anna, b"x" * 310_000, "large.txt")
    assert (large.status_code, "larger than 200,000 bytes. Nothing was added." in large.text) == (413, True)
    anna.get("/staff/sources/add/file")
    missing = anna.post("/staff/sources/add/file", **CARD)
    assert (missing.status_code, read_problem(anna)) == (
        422,
        "No file was chosen. Choose the file again, then send the form.",
    )
    assert drafts.folder.list_drafts() == ()


def test_a_file_is_taken_from_nobody_else(drafts: DraftPlace) -> None:
    with drafts.person("vera", "viewer") as viewer:
        sent = {"data": {"form_token": viewer.form_token, **CARD}, "files": {"file": ("a.md", as_markdown())}}
        assert viewer.browser.post("/staff/sources/add/file", **sent).status_code == 403
        viewer.browser.cookies.clear()
        assert viewer.browser.post("/staff/sources/add/file", **sent).status_code == 401
    assert drafts.folder.list_drafts() == ()


def test_a_form_with_a_file_needs_the_token_and_the_origin(drafts: DraftPlace, anna: Person) -> None:
    sent = {"data": {"form_token": "none", **CARD}, "files": {"file": ("a.md", as_markdown())}}
    assert anna.browser.post("/staff/sources/add/file", **sent).status_code == 403
    sent["data"]["form_token"] = anna.form_token  # type: ignore[index]
    elsewhere = anna.browser.post("/staff/sources/add/file", headers={"Origin": "https://evil.example"}, **sent)
    assert elsewhere.status_code == 403
    assert drafts.folder.list_drafts() == ()


def test_two_adds_at_once_say_so(drafts: DraftPlace, anna: Person) -> None:
    with drafts.desk.adding:
        refused = add_text(anna, f"{ENROLLED}\n\n{ANKLE}", **LUMEN)
    assert refused.status_code == 422
    assert "Another document is being added just now. Nothing of yours was added." in read_problem(anna)
    assert drafts.folder.list_drafts() == ()


def test_a_draft_is_not_written_over(drafts: DraftPlace, anna: Person, bert: Person) -> None:
    add_text(anna, f"{ENROLLED}\n\n{ANKLE}", **LUMEN)
    before = drafts.folder.draft("lumen").read_bytes()
    assert add_text(bert, f"{ENROLLED}\n\n{SLEPT}", **LUMEN).status_code == 422
    assert "There is a draft of 'lumen' already. Nothing was added." in read_problem(bert)
    assert drafts.folder.draft("lumen").read_bytes() == before
    assert "This very document is here already" in add_text(bert, f"{ENROLLED}\n\n{ANKLE}", **LUMEN).text


def test_statements_of_ones_own_stand_as_they_were_written(drafts: DraftPlace, anna: Person) -> None:
    anna.get("/staff/sources/add/statements")
    lines = f"{ENROLLED}\n\n# 2 of 48 adults left the *Lumen* study.\n"
    anna.post("/staff/sources/add/statements", statements=lines, **{**CARD, **LUMEN})
    told = [one.text for one in drafts.desk.review("lumen").text.statements]
    assert told == [ENROLLED, "# 2 of 48 adults left the *Lumen* study."]
    assert "quotes: original\n" in drafts.folder.draft("lumen").read_text("utf-8")
    anna.get("/staff/sources/add/statements")
    anna.post("/staff/sources/add/statements", statements=lines, **{**CARD, "published": ""})
    assert "Published has 0 characters" in read_problem(anna)


def test_an_address_is_fetched_and_what_came_is_a_draft(drafts: DraftPlace, anna: Person) -> None:
    anna.get("/staff/sources/add/address")
    page = anna.post("/staff/sources/add/address", origin="https://clinic.example/x", **{**CARD, **LUMEN}).text
    assert "https://clinic.example/x" in page
    assert SLEPT in page


def test_whoever_wrote_in_a_draft_does_not_approve_it(drafts: DraftPlace, anna: Person, bert: Person) -> None:
    with drafts.person("cleo", "approver") as cleo:
        add_text(cleo, f"{ENROLLED}\n\n{ANKLE}", **LUMEN)
        assert "You have written in this draft" in cleo.page
        bert.get(DRAFT)
        own = cleo.post(f"{DRAFT}/approve", seen=read_seen(bert), why="My own work.", follow=False)
        assert (own.status_code, "Somebody else compares" in read_problem(cleo)) == (422, True)
        anna.get(DRAFT)
        assert anna.post(f"{DRAFT}/approve", seen="", why="An editor.").status_code == 403
    assert approve(bert) == 303
    assert "lumen" in {source.id for source in load_corpus(drafts.folder.path).sources}
    assert (drafts.folder.list_drafts(), drafts.folder.notes("lumen").exists()) == ((), False)
    assert drafts.place.tail("source.approved") == ["bert source.approved lumen"]


def test_an_edit_after_the_approver_read_it_must_be_read_too(drafts: DraftPlace, anna: Person, bert: Person) -> None:
    add_text(anna, f"{ENROLLED}\n\n{ANKLE}", **LUMEN)
    bert.get(DRAFT)
    seen = read_seen(bert)
    statement = next(one for one in drafts.desk.review("lumen").text.statements if one.text == ANKLE)
    change(anna, statement.anchor, ANKLE.replace("Two", "Twenty"))
    bert.post(f"{DRAFT}/approve", seen=seen, why="Compared with the paper.")
    assert "has changed since you read it" in read_problem(bert)
    assert "lumen" not in {source.id for source in load_corpus(drafts.folder.path).sources}


def change(person: Person, anchor: str, words: str, **fields: str) -> None:
    person.get(f"{DRAFT}/statements/{anchor}")
    person.post(f"{DRAFT}/statements/{anchor}", words=words, **{"seen": read_seen(person), **fields})


def test_a_finding_is_accepted_by_name_with_a_reason(drafts: DraftPlace, anna: Person, bert: Person) -> None:
    add_text(anna, f"{ENROLLED}\n\n{BOOKED}", **LUMEN)
    bert.get(DRAFT)
    assert 'name="seen"' not in bert.page, "nothing to approve while a finding holds it"
    name = re.search(r'value="(contact-data-\w{6})"', bert.page)
    assert name
    bert.post(f"{DRAFT}/accept", finding=name[1], why="no")
    assert "Write 5 to 500 characters" in read_problem(bert)
    bert.post(f"{DRAFT}/accept", finding="contact-data-000000", why="Looked at it.")
    assert "cannot be accepted" in read_problem(bert)
    bert.post(f"{DRAFT}/accept", finding=name[1], why="It is the clinic's own box.")
    assert "bert: It is the clinic&#39;s own box." in bert.page
    assert drafts.place.tail("finding_accepted") == ["bert draft.finding_accepted lumen"]
    assert approve(bert) == 303
    assert drafts.place.tail("finding.accepted") == ["bert finding.accepted lumen"]


def test_a_statement_of_others_is_said_in_our_words_one_after_the_other(drafts: DraftPlace, anna: Person) -> None:
    add_text(anna, f"{ENROLLED}\n\n{ANKLE}", **{**LUMEN, "licence": "closed"})
    first, second = (one.anchor for one in drafts.desk.review("lumen").text.statements)
    change(anna, first, "Forty-eight adults with type 1 diabetes took part.")
    assert f"{DRAFT}/statements/{second}" in anna.page, "the next one is shown"
    assert ANKLE in anna.page
    change(anna, second, "", action="leave_out")
    (only,) = drafts.desk.review("lumen").text.statements
    assert (only.text, only.proposed, only.original) == (
        "Forty-eight adults with type 1 diabetes took part.",
        False,
        ENROLLED,
    )
    change(anna, first, "Another one.", seen="what stood there before")
    assert "Somebody has changed this statement meanwhile" in read_problem(anna)


def test_the_card_is_corrected_and_what_is_missing_is_named(drafts: DraftPlace, anna: Person, bert: Person) -> None:
    add_text(anna, f"{ENROLLED}\n\n{ANKLE}", **{**LUMEN, "publisher": "", "url": "", "licence": "closed"})
    assert "publisher, where people can read it" in anna.page
    card = dict(drafts.desk.review("lumen").text.card)
    told = {name: card[name] for name in ("evidence", "published", "as_of", "review_due", "doi")}
    given = {**told, "title": 'Lumen: "walks"', "publisher": "Clinic #2", "licence": "own"}
    anna.post(f"{DRAFT}/card", url="no address", **given)
    assert "'no address' is no address. Write the whole address: https://…" in read_problem(anna)
    anna.post(f"{DRAFT}/card", url="https://clinic.example/lumen", **given)
    assert approve(bert) == 303
    (source,) = (one for one in load_corpus(drafts.folder.path).sources if one.id == "lumen")
    assert (source.title, source.publisher, source.quotes) == ('Lumen: "walks"', "Clinic #2", "original")


def test_a_new_edition_shows_what_it_changes_and_touches(drafts: DraftPlace, anna: Person) -> None:
    served = drafts.folder.served("paper").read_text("utf-8")
    drafts.folder.draft("paper").parent.mkdir()
    drafts.folder.draft("paper").write_text(served.replace(INDEPENDENCE, INDEPENDENCE.replace("10", "9")), "utf-8")
    page = unescape(anna.get("/staff/sources/drafts/paper").text)
    assert f"- {INDEPENDENCE}" in page
    assert f"+ {INDEPENDENCE.replace('10', '9')}" in page
    assert "<code>off-insulin</code>" in page


def test_a_discarded_draft_is_gone_with_what_it_was_made_of(drafts: DraftPlace, anna: Person) -> None:
    add_text(anna, f"{ENROLLED}\n\n{ANKLE}", **LUMEN)
    anna.post(f"{DRAFT}/discard", why="Added by mistake.", follow=False)
    assert list((drafts.folder.path / "drafts").iterdir()) == []
    assert not (drafts.folder.path / "originals" / "lumen").exists()
    assert drafts.place.tail("discarded") == ["anna draft.discarded lumen"]
    assert anna.get(DRAFT).status_code == 422


def test_a_source_is_looked_at_again_with_a_button(drafts: DraftPlace, anna: Person) -> None:
    anna.get("/staff/sources/add/text")
    anna.post("/staff/sources/paper/pull", follow=False)
    assert drafts.pulled == ["anna paper"]
    assert drafts.place.tail("pulled") == ["anna source.pulled paper"]
