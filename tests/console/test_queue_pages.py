"""Queue and sources, as the people who work with them see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest

from isletbot.curation.staff import ROLES, includes_role
from isletbot.evaluation.cases import read_suite
from isletbot.storage.source_withdrawal import exclude_sources
from isletbot.storage.sql_sources import SqlSources
from tests.builders import RESULTS, a_digest
from tests.console.people import Person
from tests.console.queue_workplace import Workroom, a_workroom
from tests.console.test_pages import ask, list_pages
from tests.scripted import WORDS


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Workroom]:
    workroom = a_workroom(tmp_path)
    workroom.fill()
    yield workroom
    workroom.records.close()


def open_group(room: Workroom, person: Person, words: str) -> str:
    """Its page, opened from the list."""
    page = person.get("/staff/queue").text
    found = re.search(rf'href="(/staff/queue/\w+)">[^<]*{re.escape(words)}', page)
    assert found is not None, page
    person.get(found[1])
    return found[1]


def test_the_list_begins_with_who_waits_then_what_was_unsafe_and_says_what_to_do_next(room: Workroom) -> None:
    page = unescape(room.place.person("vera").get("/staff/queue").text)
    titles = re.findall(r'<th scope="row"><a href="/staff/queue/\w+">([^<]+)', page)
    assert titles[:2] == ["Please call me.", "Are pets fine?"]
    assert "Begin with “Please call me.”" in page
    assert re.search(r"for (less than a minute|\d+ minutes?)</span>", page)
    assert "marked unsafe" in page
    assert room.place.tail("queue") == ["vera queue.listed"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=unsafe", 1),
        ("kind=handoff", 1),
        ("mine=yes", 0),
        ("words=cost", 1),
        ("state=closed", 0),
        ("state=any", 3),
    ],
)
def test_the_list_is_filtered(room: Workroom, query: str, expected: int) -> None:
    page = room.place.person("vera").get(f"/staff/queue?{query}").text
    assert f"{expected} group{'' if expected == 1 else 's'}." in page


def test_a_filter_that_is_none_is_refused(room: Workroom) -> None:
    assert room.place.person("vera").get("/staff/queue?state=gone").status_code == 422


def test_a_script_in_a_question_or_in_feedback_is_shown_as_text(room: Workroom) -> None:
    vera = room.place.person("vera")
    open_group(room, vera, "Are pets fine?")
    assert "<script>alert" not in vera.page
    assert "&lt;script&gt;alert(1)" in vera.page


def test_an_editor_takes_notes_assigns_snoozes_closes_and_opens_again(room: Workroom) -> None:
    anna = room.place.person("anna", "editor")
    path = open_group(room, anna, "What does it cost?")
    for name, fields, said in (
        ("note", {"note": "Ask Vertex"}, "Ask Vertex"),
        ("assign", {"assignee": "anna"}, "anna's now"),
        ("snooze", {"days": "7"}, "sleeps until"),
        ("close", {"why": "asked and told"}, "closed: done"),
        ("reopen", {}, "open again"),
    ):
        anna.post(f"{path}/{name}", **{**anna.hidden(), **fields})
        assert said in unescape(anna.page), name
    done = ["noted", "assigned", "snoozed", "closed", "reopened"]
    assert [row.split()[1] for row in room.place.tail("queue.") if row.split()[1][6:] in done] == [
        f"queue.{word}" for word in done
    ]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("assign", {"assignee": "nobody-here"}),
        ("snooze", {"days": "soon"}),
        ("note", {"note": "  "}),
        ("source", {"source_wanted": ""}),
        ("case", {"question": "What does it cost?", "kind": "urgent"}),
        ("case", {"question": "What does it cost?", "kind": "not_in_corpus", "must": "a price"}),
    ],
)
def test_what_cannot_be_done_is_said_and_the_words_stay(room: Workroom, name: str, fields: dict[str, str]) -> None:
    anna = room.place.person("anna", "editor")
    path = open_group(room, anna, "What does it cost?")
    assert anna.post(f"{path}/{name}", **fields).status_code == 422
    assert 'role="alert"' in anna.page
    assert room.place.tail(f"queue.{name}") == []


def test_of_two_who_change_one_group_the_later_sees_what_changed(room: Workroom) -> None:
    anna, bert = room.place.person("anna", "editor"), room.place.person("bert", "editor")
    path = open_group(room, anna, "What does it cost?")
    open_group(room, bert, "What does it cost?")
    mine = bert.hidden()
    anna.post(f"{path}/assign", **{**anna.hidden(), "assignee": "anna"})
    assert bert.post(f"{path}/close", **mine).status_code == 409
    assert "Somebody changed this meanwhile: it is assigned to anna" in bert.page
    assert room.place.tail("queue.closed") == []


def test_a_group_leads_to_an_approved_answer_with_its_question(room: Workroom) -> None:
    anna = room.place.person("anna", "editor")
    path = open_group(room, anna, "What does it cost?")
    assert f"/staff/answers/new?ask=What+does+it+cost%3F&group={path.split('/')[-1]}" in unescape(anna.page)


def test_out_of_scope_is_one_click_and_a_source_is_asked_for(room: Workroom) -> None:
    anna = room.place.person("anna", "editor")
    path = open_group(room, anna, "What does it cost?")
    anna.post(f"{path}/source", source_wanted="A price list of the maker")
    assert "A price list of the maker" in anna.get("/staff/sources").text
    assert "1 group." in anna.get("/staff/queue?source=yes").text
    anna.get(path)
    anna.post(f"{path}/out-of-scope", **anna.hidden())
    assert "closed: out of scope" in anna.page


def test_a_case_goes_into_a_suite_that_the_evaluation_reads(room: Workroom) -> None:
    anna = room.place.person("anna", "editor")
    path = open_group(room, anna, "What does it cost?")
    anna.post(f"{path}/case", question="What is the price?", kind="not_in_corpus")
    room.place.clock.pass_by(timedelta(minutes=1))
    anna.post(f"{path}/case", question="Who died?", kind="answered", must="two of 14\ndied (both)")
    declined, answered = read_suite(room.cases).cases
    assert (declined.turns, declined.kinds) == (("What is the price?",), ("not_in_corpus",))
    assert [fact.name for fact in answered.must] == ["two of 14", "died (both)"]
    assert answered.must[1].patterns[0].search("they Died (both)")


def test_who_waits_is_shown_on_demand_only_and_that_is_written_down(room: Workroom) -> None:
    anna = room.place.person("anna", "editor")
    page = anna.get("/staff/queue?kind=handoff").text
    found = re.search(r'href="(/staff/queue/\w+)"', page)
    assert found is not None
    assert "555 0100" not in anna.get(found[1]).text
    anna.post(f"{found[1]}/contact")
    assert "Anna Berg, 555 0100" in anna.page
    assert len(room.place.tail("queue.contact-seen")) == 1


def test_a_viewer_reads_and_changes_nothing(room: Workroom) -> None:
    vera = room.place.person("vera")
    path = open_group(room, vera, "What does it cost?")
    assert "Write an approved answer" not in vera.page
    assert vera.post(f"{path}/close").status_code == 403
    assert vera.get("/staff/queue/none").status_code == 422


def test_a_source_is_withdrawn_with_a_reason_and_taken_back_in(room: Workroom) -> None:
    anna, edith = room.place.person("anna", "approver"), room.place.person("edith", "editor")
    assert "caution P5" in anna.get("/staff/sources/paper").text
    assert "Statements that it corrects (1)" in anna.page
    assert anna.post("/staff/sources/paper/withdraw", why="no").status_code == 422
    anna.post("/staff/sources/paper/withdraw", why="It was retracted")
    assert "withdrawn by anna" in anna.page
    assert "Islets for Type 1 Diabetes: withdrawn, It was retracted" in anna.get("/staff/queue?kind=source").text
    edith.get("/staff/sources/paper")
    assert edith.post("/staff/sources/paper/approve", why="I like it").status_code == 403
    anna.get("/staff/sources/paper")
    anna.post("/staff/sources/paper/approve", why="The retraction was of another")
    assert "It may be cited again" in anna.page
    assert room.place.tail("source.")[-2:] == ["anna source.approved paper", "anna source.seen paper"]


def test_versions_are_compared_and_the_queue_names_what_a_change_touches(room: Workroom, tmp_path: Path) -> None:
    anna = room.place.person("anna", "approver")
    assert anna.get("/staff/sources/paper/differences").status_code == 422
    changed = a_digest(body=RESULTS.replace("12 people", "13 people").replace("Two of the 14", "Three of the 15"))
    room.open_index(tmp_path, paper_md=changed)
    page = unescape(anna.get("/staff/sources/paper/differences").text)
    assert '<span class="removed">-- Two of the 14 people in the zimislecel trial died.' in page
    assert '<span class="added">+- Three of the 15 people' in page
    open_group(room, anna, "Islets for Type 1 Diabetes: a new version")
    assert "changed: independence, deaths" in anna.page
    assert "cited by caution P5" in anna.page


def test_home_begins_with_who_waits_and_the_menu_counts(room: Workroom) -> None:
    room.place.clock.pass_by(timedelta(hours=3))
    vera = room.place.person("vera")
    page = unescape(vera.get("/staff/").text)
    titles = re.findall(r'<h2 id="list-\d+">([^<]+?) <span', page)
    assert titles == ["People who wait for an answer", "Marked unsafe", "Questions without a good answer"]
    assert page.index("Please call me.") < page.index("Are pets fine?") < page.index("What does it cost?")
    assert "waits 3 hours" in page
    assert "Begin with “Please call me.”" in page
    assert 'Queue <span class="count">3<' in page


def test_a_group_shows_the_reply_that_was_marked_with_its_trace_and_is_answered_there(room: Workroom) -> None:
    anna = room.place.person("anna", "editor")
    open_group(room, anna, "Are pets fine?")
    page = unescape(anna.page)
    about = page.partition("The reply it is about")[2]
    assert WORDS in about
    assert "unsafe" in about
    assert "How this reply came about" in about
    form = page.partition("Answer it here")[2].partition("</form>")[0]
    assert 'action="/staff/answers/new"' in form
    assert "Are pets fine?" in form


def test_a_source_is_found_right_still_until_its_next_review(room: Workroom, tmp_path: Path) -> None:
    room.open_index(tmp_path, paper_md=a_digest(review_due="2026-11-01"))
    bert = room.place.person("bert", "approver")
    assert "Sources that are overdue" in bert.get("/staff/").text
    path = "/staff/sources/paper"
    bert.get(path)
    assert bert.post(f"{path}/reviewed", why="Read it again", review_due="2026-11-02").status_code == 422
    bert.post(f"{path}/reviewed", why="Read it again", review_due="2027-06-01")
    assert "The next review is due on 1 June 2027" in bert.page
    assert "found right still by bert" in bert.page
    assert "Sources that are overdue" not in re.sub(r"Nothing waits under[^<]*", "", bert.get("/staff/").text)
    index = exclude_sources(room.index, frozenset(), SqlSources(room.records.database).list_reviews())
    dues = {passage.source.review_due for passage in index.everything() if passage.source.id == "paper"}
    assert dues == {date(2027, 6, 1)}
    assert room.place.tail("source.reviewed") == ["bert source.reviewed paper"]


def test_a_review_holds_for_the_version_that_was_looked_at(room: Workroom, tmp_path: Path) -> None:
    room.open_index(tmp_path, paper_md=a_digest(review_due="2026-11-01"))
    bert = room.place.person("bert", "approver")
    bert.get("/staff/sources/paper")
    bert.post("/staff/sources/paper/reviewed", why="Read it again", review_due="2027-06-01")
    room.open_index(tmp_path, paper_md=a_digest(body=RESULTS.replace("died", "had died"), review_due="2026-11-02"))
    assert "since" in bert.get("/staff/").text.partition("Sources that are overdue")[2]


def test_a_source_that_left_the_corpus_is_shown_as_gone(room: Workroom, tmp_path: Path) -> None:
    (tmp_path / "corpus" / "release.md").unlink()
    room.open_index(tmp_path, release_md=None, cautions_yaml="[]")
    vera = room.place.person("vera")
    assert "no longer in the corpus" in vera.get("/staff/sources").text
    assert "no longer among the sources" in vera.get("/staff/queue?kind=source").text
    assert vera.get("/staff/sources/release").status_code == 200
    assert vera.get("/staff/sources/none").status_code == 422


def test_every_page_opens_for_the_roles_it_names_and_for_no_other(room: Workroom) -> None:
    people = {role: room.place.person(role, role) for role in ROLES}
    stranger = room.place.person("mallory", role=None)
    pages = [page for page in list_pages(room.place) if page.path.startswith(("/queue", "/sources"))]
    assert len(pages) == 17
    for page in pages:
        for role, person in people.items():
            person.get("/staff/me")
            status, _ = ask(person, page)
            assert (status == 403) == (not includes_role(role, page.needs)), (page, role, status)  # type: ignore[arg-type]
            assert status < 500, (page, role)
        stranger.get("/staff/sign-in")
        assert ask(stranger, page)[0] in (303, 401), page
