"""Ask: a draft reply, each sentence verified, and a text to take along in which nothing unsupported looks supported."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote, unquote

import pytest

from tests.builders import DEATHS, INDEPENDENCE
from tests.console.answer_workplace import AnswerPlace
from tests.console.people import Person
from tests.kept import HOUR

QUESTION = "Did anyone come off insulin?"
WRONG = "All 12 people given the full dose were insulin independent at day 365."


def ask(person: Person, wording: str = "patient", question: str = QUESTION) -> str:
    person.get("/staff/ask")
    person.post("/staff/ask", question=question, wording=wording)
    return unescape(person.page)


def check(person: Person, text: str, rests: str = "", **more: str) -> dict[str, object]:
    response = person.browser.post(
        "/staff/ask/check", data={"form_token": person.form_token, "text": text, "rests": rests, **more}
    )
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


def taken(page: str) -> str:
    return page.split("data-text>")[1].split("</textarea>")[0]


def test_a_patients_draft_has_its_quotes_beside_it_and_the_standard_notice(answer_place: AnswerPlace) -> None:
    page = ask(answer_place.person("anna"))
    assert f"<blockquote>{INDEPENDENCE} <cite>Islets for Type 1 Diabetes, A Journal (primary paper" in page
    text = taken(page)
    assert "This is general information, not medical advice." in text
    assert "https://doi.org/10.1056/NEJMoa2506549" in text
    assert "answer.asked" in " ".join(answer_place.tail("answer"))
    assert QUESTION not in " ".join(row.event.detail for row in answer_place.context.audit.everything())


def test_a_colleagues_draft_gives_statements_with_tier_source_and_date(answer_place: AnswerPlace) -> None:
    text = taken(ask(answer_place.person("anna"), "colleague"))
    assert f"- {INDEPENDENCE} [1] (primary paper, A Journal, as of 4 September 2025)" in text
    assert "not medical advice" not in text


def test_what_is_not_answered_leads_to_writing_an_answer(answer_place: AnswerPlace) -> None:
    page = ask(answer_place.person("edda", "editor"), question="Are the cells kosher?")
    assert "My sources do not answer this" in page
    assert "Write an approved answer for it" in page


def test_an_edited_sentence_is_checked_as_it_is_typed(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    ask(anna)
    good = check(anna, INDEPENDENCE, "paper#independence", wording="patient")
    [sentence] = good["sentences"]  # type: ignore[misc]
    assert (sentence["outcome"], sentence["quotes"][0]["words"]) == ("supported", INDEPENDENCE)
    bad = check(anna, WRONG, "paper#independence", wording="patient")
    [sentence] = bad["sentences"]  # type: ignore[misc]
    assert sentence["outcome"] == "unsupported"
    assert sentence["reason"]
    assert f"[NOT SUPPORTED: {sentence['reason']}] {WRONG}" in str(bad["text"])
    assert "NOT SUPPORTED" in unquote(str(bad["mail"]))


def test_a_sentence_that_names_no_source_is_given_the_one_that_supports_it(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    ask(anna)
    [sentence] = check(anna, "Two of the 14 people died.")["sentences"]  # type: ignore[misc]
    assert (sentence["outcome"], sentence["rests"]) == ("supported", "paper#deaths")
    assert sentence["quotes"][0]["words"] == DEATHS
    [sentence] = check(anna, "The cells are made on the moon.")["sentences"]  # type: ignore[misc]
    assert (sentence["outcome"], sentence["reason"]) == (
        "unsupported",
        "It rests on no statement yet. Find one that says so.",
    )


def test_without_a_script_a_button_verifies_and_what_is_wrong_stays_marked(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    ask(anna)
    fields = {"question": QUESTION, "wording": "patient", "kind": "answered", "text": WRONG}
    anna.post("/staff/ask/verify", **fields, rests="paper#independence")
    page = unescape(anna.page)
    assert '<span class="tag bad">unsupported</span>' in page
    assert f"] {WRONG}" in taken(page)


def test_a_paste_of_a_megabyte_is_refused_with_a_clear_word(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    ask(anna)
    refused = anna.post("/staff/ask/verify", text="word " * 210_000)
    assert refused.status_code == 413
    assert "your text is still in the form" in anna.page


def test_a_sentence_that_is_too_long_is_refused_and_kept_in_the_page(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    ask(anna)
    long = "word " * 1_000
    assert anna.post("/staff/ask/verify", text=long).status_code == 422
    assert "4,999 characters and was not checked. It is still below." in anna.page
    assert long.strip() in anna.page
    assert anna.browser.post("/staff/ask/check", data={"form_token": anna.form_token, "text": long}).status_code == 422


def test_a_check_needs_the_token_of_the_session(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    ask(anna)
    forged = anna.browser.post("/staff/ask/check", data={"form_token": "forged", "text": "Two died."})
    assert forged.status_code == 403
    elsewhere = anna.browser.post(
        "/staff/ask/check",
        data={"form_token": anna.form_token, "text": "Two died."},
        headers={"Origin": "https://evil.example"},
    )
    assert elsewhere.status_code == 403


def test_a_session_that_ends_while_somebody_edits_keeps_the_text(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna", "editor")
    ask(anna)
    answer_place.clock.pass_by(HOUR)
    over = anna.post("/staff/ask/verify", text="My own careful sentence.", rests="paper#deaths")
    assert over.status_code == 401
    assert 'name="carried.text" value="My own careful sentence."' in anna.page


def test_a_script_in_a_patients_question_is_text(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    anna.get("/staff/ask")
    anna.post("/staff/ask", question="<script>alert(1)</script> did anyone die?", wording="patient")
    assert "<script>alert" not in anna.page


def test_a_reply_becomes_an_approved_answer_with_its_sources(answer_place: AnswerPlace) -> None:
    edda = answer_place.person("edda", "editor")
    ask(edda)
    edda.post("/staff/answers/begin", question=QUESTION, text=INDEPENDENCE, rests="paper#independence")
    page = unescape(edda.page)
    assert f"{QUESTION}</textarea>" in page
    assert 'value="paper#independence"' in page


def test_a_statement_is_found_and_ticked_without_a_script(answer_place: AnswerPlace) -> None:
    anna = answer_place.person("anna")
    ask(anna)
    mine = {"text": "Some people of the trial died.", "rests": "", "find": "died"}
    anna.post("/staff/ask/verify", **mine)
    assert 'value="1|paper#deaths"' in anna.page
    assert DEATHS in anna.page.partition("data-offers")[2].partition("</ul>")[0]
    anna.post("/staff/ask/verify", **mine, pick="1|paper#deaths")
    assert 'name="rests" value="paper#deaths"' in anna.page
    anna.post("/staff/ask/verify", **{**mine, "rests": "paper#deaths"}, pick="1|paper#deaths")
    assert 'name="rests" value="paper#deaths"' in anna.page


@pytest.mark.parametrize(
    ("words", "first"), [("died", "paper#deaths"), ("paper#indep", "paper#independence"), ("", None)]
)
def test_a_script_finds_statements_by_words_and_by_name(
    answer_place: AnswerPlace, words: str, first: str | None
) -> None:
    found = answer_place.person("anna").get(f"/staff/ask/statements?words={quote(words)}").json()["found"]
    assert (found[0]["name"] if found else None) == first
