"""Approved answers: written by one, approved by another, served within seconds, gone by themselves."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape

import pytest

from isletbot.console.answer_trial import try_asks
from isletbot.curation.staff import ROLES, includes_role
from isletbot.curation.staff_answers import AnswerVersion, AnswerWording
from isletbot.evaluation.cases import read_suite
from isletbot.ingestion.split import passage_key
from isletbot.types import Answer, Turn
from isletbot.wiring.staff_answers import StaffAnswersOpen
from tests.builders import ANSWERS, INDEPENDENCE, RESULTS, a_digest
from tests.console.answer_workplace import ASK, CAME_OFF, FORM, RESTS, WRONG, AnswerPlace
from tests.console.people import Person
from tests.kept import DAY

FIVE_SECONDS = timedelta(seconds=5)
SHIPPED_ASK = "Who stopped insulin?"
OTHER_WORDS = "Who could stop insulin then?"
CHANGED = RESULTS.replace(INDEPENDENCE, INDEPENDENCE.replace("10 (83%)", "9 (75%)"))


def approve(person: Person, path: str, number: int = 1) -> int:
    person.get(path)
    return person.post(f"{path}/approve", number=str(number)).status_code


def publish(place: AnswerPlace, **form: str) -> str:
    anna, bert = place.person("anna", "editor"), place.person("bert", "approver")
    path = place.write(anna, **form)
    assert approve(bert, path) == 200
    return path


def said(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


def test_from_draft_to_a_reply_with_citations_in_every_replica_without_a_restart(answer_place: AnswerPlace) -> None:
    replica = answer_place.replica()
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    path = answer_place.write(anna)
    assert "verified" in anna.page
    assert answer_place.bot.ask(OTHER_WORDS).composer != "approved"
    assert approve(bert, path) == 200
    answer_place.clock.pass_by(FIVE_SECONDS)
    for line in (answer_place.opened.line, replica.line):
        answer = type(answer_place.bot)(line).ask(OTHER_WORDS)
        assert (answer.composer, said(answer)) == ("approved", [CAME_OFF])
        assert [citation.quote for citation in answer.citations] == [INDEPENDENCE]
        assert answer.trace.approved == (id_of(path),)
    actions = [row.split()[1] for row in answer_place.tail("answer")]
    assert actions == ["answer.written", "answer.seen", "answer.seen", "answer.approved", "answer.seen"]


def test_nobody_approves_what_they_wrote_or_edited(answer_place: AnswerPlace) -> None:
    anna, bert = answer_place.person("anna", "approver"), answer_place.person("bert", "approver")
    path = answer_place.write(anna)
    assert approve(anna, path) == 422
    assert "You wrote it" in anna.page
    answer_place.write(bert, f"{path}/edit", based_on="1", why="Shorter")
    assert approve(bert, path, 2) == 422
    assert approve(anna, path, 2) == 422
    assert answer_place.opened.live.answers == ()
    carl = answer_place.person("carl", "approver")
    assert approve(carl, path, 2) == 200


def test_what_is_not_supported_is_kept_as_a_draft_and_cannot_be_approved(answer_place: AnswerPlace) -> None:
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    path = answer_place.write(anna, text=WRONG)
    assert "draft" in anna.page
    assert "unsupported" in anna.page
    assert approve(bert, path) == 422
    assert "Sentence 1 is unsupported" in bert.page


def test_a_source_withdrawn_while_its_answer_is_being_approved_refuses_with_the_reason(
    answer_place: AnswerPlace,
) -> None:
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    path = answer_place.write(anna)
    bert.get(path)
    assert "Approve version 1" in bert.page
    answer_place.shelf.put(paper_md=a_digest(status="withdrawn"))
    assert bert.post(f"{path}/approve", number="1").status_code == 422
    assert "The source paper is not approved any more." in bert.page
    assert answer_place.opened.live.answers == ()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"paper_md": a_digest(body=CHANGED)}, "The statement paper#independence was changed or is gone"),
        ({"paper_md": a_digest(status="withdrawn")}, "The source paper is not approved any more."),
    ],
)
def test_an_answer_leaves_by_itself_when_its_source_does_not_say_so_any_more(
    answer_place: AnswerPlace, files: dict[str, str], why: str
) -> None:
    path = publish(answer_place)
    replica = answer_place.replica()
    answer_place.shelf.put(**files)
    answer_place.clock.pass_by(FIVE_SECONDS)
    assert answer_place.bot.ask(OTHER_WORDS).trace.approved == ()
    assert type(answer_place.bot)(replica.line).ask(OTHER_WORDS).trace.approved == ()
    carl = answer_place.person("carl", "viewer")
    carl.get(path)
    assert "unpublished" in carl.page
    assert why in unescape(carl.page)
    assert answer_place.tail("answer.unpublished") == [f"isletbot answer.unpublished {id_of(path)}"]
    assert not (answer_place.folder / "evals" / "staff.jsonl").exists()


def test_an_answer_that_expired_is_not_served_from_that_day_on(answer_place: AnswerPlace) -> None:
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    path = answer_place.write(anna, expires="2026-11-20")
    assert approve(bert, path) == 200
    assert answer_place.bot.ask(OTHER_WORDS).composer == "approved"
    answer_place.clock.pass_by(DAY)
    assert answer_place.bot.ask(OTHER_WORDS).composer != "approved"
    found = answer_place.opened.store.find_answer(id_of(path))
    assert found is not None
    assert (found.state, found.unpublished) == ("unpublished", "It expired on 20 November 2026.")


def test_of_two_who_edit_one_answer_the_later_sees_the_difference_and_loses_nothing(
    answer_place: AnswerPlace,
) -> None:
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "editor")
    path = answer_place.write(anna)
    anna.get(f"{path}/edit")
    answer_place.write(bert, f"{path}/edit", based_on="1", asks=f"{ASK}\nAsked by bert")
    late = anna.post(f"{path}/edit", **{**FORM, "based_on": "1", "asks": f"{ASK}\nAsked by anna"})
    assert late.status_code == 409
    assert "bert saved version 2 while you wrote" in anna.page
    assert '<span class="removed">-Asked by bert</span>' in anna.page
    assert '<span class="added">+Asked by anna</span>' in anna.page
    assert re.search(r"<textarea[^>]*>\s*Was anybody able to stop insulin\?\nAsked by anna</textarea>", anna.page)
    again = anna.post(f"{path}/edit", **{**FORM, "based_on": "2", "asks": f"{ASK}\nAsked by bert\nAsked by anna"})
    assert again.status_code == 200
    latest = answer_place.opened.store.list_versions(id_of(path))[0]
    assert (latest.number, latest.wording.asks[1:]) == (3, ("Asked by bert", "Asked by anna"))


def test_an_approval_of_an_older_version_than_the_latest_is_refused(answer_place: AnswerPlace) -> None:
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    path = answer_place.write(anna)
    bert.get(path)
    answer_place.write(anna, f"{path}/edit", based_on="1", asks="Something else?")
    assert bert.post(f"{path}/approve", number="1").status_code == 409
    assert answer_place.opened.live.answers == ()


def test_each_approval_adds_cases_that_the_evaluation_reads_and_the_bot_passes(answer_place: AnswerPlace) -> None:
    path = publish(answer_place, asks="Who could stop insulin?\nketones 4.2 and vomiting")
    suite = read_suite(answer_place.folder / "evals" / "staff.jsonl")
    # A guard takes the other way of asking.
    assert [case.turns for case in suite.cases] == [("Who could stop insulin?",)]
    for case in suite.cases:
        answer = answer_place.bot.ask(case.turns[0])
        assert all(fact.patterns[0].search(answer.text) for fact in case.must)
        assert {citation.source.id for citation in answer.citations} == set(case.cite)
    bert = answer_place.person("dora")
    bert.get(path)
    assert "1 of its 2 ways of asking gets it" in bert.page
    assert "isletbot eval run" in bert.page


def test_an_answer_that_no_way_of_asking_gets_is_not_approved(answer_place: AnswerPlace) -> None:
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    path = answer_place.write(anna, asks="ketones 4.2 and vomiting")
    assert approve(bert, path) == 422
    assert "None of its ways of asking would get it" in bert.page


@pytest.mark.parametrize(
    "before", [(), ("How long were people followed?", "For one year."), ("Did anyone die?", "Two.")]
)
def test_what_a_second_person_approves_for_these_words_wins_over_what_ships(
    answer_place: AnswerPlace, before: tuple[str, ...]
) -> None:
    answer_place.shelf.put(answers=ANSWERS)
    answer_place.line = replace(answer_place.line, answers=answer_place.shelf.answers)
    answer_place.opened = answer_place.replica()
    history = tuple(Turn("assistant" if row % 2 else "user", words) for row, words in enumerate(before))
    assert answer_place.bot.ask(SHIPPED_ASK, history).trace.approved == ("off-insulin",)
    opened = answer_place.opened
    for words in (SHIPPED_ASK, "Who paid for it, and who stopped insulin?"):
        staff_writes(opened, words, answer_place.clock())
        answer = answer_place.bot.ask(words, history)
        assert answer.trace.approved == (f"staff-{len(words)}",)
        assert said(answer) == [INDEPENDENCE]
    assert [
        one.replaces for one in try_asks(opened.store.list_live()[0], answer_place.bot.ask, opened.live.find_shipped)
    ]


def staff_writes(opened: StaffAnswersOpen, asked: str, at: datetime) -> None:
    """An answer for these words, approved by a second person."""
    wording = AnswerWording((asked,), (f"{INDEPENDENCE} [{RESTS}]",), "anna", date(2027, 11, 20), date.max)
    version = AnswerVersion(f"staff-{len(asked)}", 1, wording, (), "anna", at, "")
    opened.store.begin_answer(version)
    built_on = (passage_key("paper", INDEPENDENCE),)
    opened.store.approve_version(replace(version, approved_by="bert", approved_at=at, built_on=built_on), ())
    opened.live.refresh()


def test_who_approves_reads_which_words_have_another_answer_and_which_do_not_get_it(answer_place: AnswerPlace) -> None:
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    path = answer_place.write(anna, asks=f"{ASK}\nketones 4.2 and vomiting")
    bert.get(path)
    assert "“ketones 4.2 and vomiting” does not get it: the bot replies “urgent”" in unescape(bert.page)
    assert f"“{ASK}” does not get it" not in unescape(bert.page)
    assert approve(bert, path) == 200


def test_the_form_shows_the_answer_as_a_patient_sees_it(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna", "editor")
    anna.get("/staff/answers/new")
    anna.post("/staff/answers/new", **{**FORM, "do": "verify"})
    shown = unescape(anna.page.partition("As a patient sees it")[2])
    assert f"{CAME_OFF} [1]" in shown
    assert f"<q>{INDEPENDENCE}</q>" in shown


def test_an_approver_takes_an_answer_off_with_a_reason(answer_place: AnswerPlace) -> None:
    path = publish(answer_place)
    carl = answer_place.person("carl", "approver")
    carl.get(path)
    assert carl.post(f"{path}/unpublish", why="").status_code == 422
    assert carl.post(f"{path}/unpublish", why="A doctor asked for it").status_code == 200
    assert "Taken off by carl: A doctor asked for it" in carl.page
    assert answer_place.bot.ask(OTHER_WORDS).composer != "approved"


def test_the_test_box_says_which_answer_and_why_and_tries_a_draft_too(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna", "editor")
    path = answer_place.write(anna)
    anna.get("/staff/answers/test")
    anna.post("/staff/answers/test", question=OTHER_WORDS)
    assert id_of(path) not in anna.page
    anna.get(f"/staff/answers/test?answer={id_of(path)}")
    anna.post("/staff/answers/test", question=OTHER_WORDS, answer=id_of(path))
    assert f'<code class="small">{id_of(path)}</code>' in anna.page
    assert "Nearest way of asking" in anna.page
    anna.post("/staff/answers/test", question="ketones 4.2 and vomiting")
    assert "by rule E1-ketoacidosis" in anna.page
    assert answer_place.opened.live.answers == ()


def test_the_questions_an_answer_was_given_to_are_shown(answer_place: AnswerPlace) -> None:
    path = publish(answer_place)
    row = json.dumps(id_of(path))
    anna = answer_place.person("ada")
    anna.get(path)
    assert row.strip('"') in anna.page
    assert "0 in the last 30 days" in anna.page


def test_a_version_shows_what_it_changed(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna", "editor")
    path = answer_place.write(anna)
    answer_place.write(anna, f"{path}/edit", based_on="1", asks="Who came off insulin?")
    anna.get(f"{path}/versions/2")
    assert '<span class="added">+Who came off insulin?</span>' in anna.page
    assert anna.get(f"{path}/versions/9").status_code == 422


def test_a_script_in_what_was_written_is_text(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna", "editor")
    hostile = "<script>alert(1)</script> who stopped?"
    anna.get("/staff/answers/new")
    assert anna.post("/staff/answers/new", **{**FORM, "asks": hostile}).status_code == 422
    assert "<script>alert" not in anna.page
    assert hostile in unescape(anna.page)
    path = answer_place.write(anna, why=hostile)
    for page in (path, f"{path}/edit", f"{path}/versions/1"):
        assert "<script>alert" not in anna.get(page).text


def test_each_page_opens_for_the_roles_it_names_and_for_no_other(answer_place: AnswerPlace) -> None:
    path = publish(answer_place)
    wanted = {
        "/staff/answers": "viewer", "/staff/answers/test": "viewer", path: "viewer", f"{path}/versions/1": "viewer",
        "/staff/ask": "viewer", "/staff/answers/new": "editor", f"{path}/edit": "editor",
    }  # fmt: skip
    for role in ROLES:
        person = answer_place.person(f"the-{role}", role)
        for page, needs in wanted.items():
            assert person.get(page).status_code == (200 if includes_role(role, needs) else 403), (page, role)  # type: ignore[arg-type]
            assert "Next:" in person.page
        for action in ("approve", "unpublish"):
            person.get("/staff/me")
            status = person.post(f"{path}/{action}", number="9").status_code
            assert (status == 403) == (not includes_role(role, "approver"))
