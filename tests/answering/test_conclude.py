"""The policy of what a person may be told, as a table: every route, with and without support and failure."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import get_args

import pytest

from isletbot.answering.conclude import NO_VERDICT, NOTHING, Frame, add_notice, conclude_answer
from isletbot.corpus import StudyWords
from isletbot.types import (
    Answer,
    Draft,
    Evidence,
    Finding,
    Found,
    Gap,
    Kind,
    Notice,
    Part,
    Quote,
    Route,
    ScoredPassage,
    Sentence,
    Trace,
    Triage,
    Verdict,
)
from tests.builders import DEATHS, a_passage, a_reason, a_source

PASSAGE = a_passage()
OLD = a_passage(DEATHS, source=a_source(id="old", as_of=date(2020, 7, 22), review_due=date(2026, 7, 22)))
EVIDENCE = Evidence((Found(Part("?"), tuple(ScoredPassage(passage, 1.0, 1.0, 1.0) for passage in (PASSAGE, OLD))),))
FRAME = Frame(
    id="a1",
    today=date(2026, 11, 20),
    corpus_as_of=date(2026, 10, 4),
    say=lambda name, **values: f"<{name} {' '.join(values.values())}>",
    starters=("What is zimislecel?",),
    trace=Trace(),
    study=StudyWords(medicines=("insulin",)),
)


def sentence(passage: object = PASSAGE) -> Sentence:
    assert isinstance(passage, type(PASSAGE))
    return Sentence(passage.text, (Quote(passage.key, passage.text, passage.start, passage.end),))


def conclude(route: Route, *sentences: Sentence, failure: str = "", draft: Draft | None = None) -> Answer:
    verdict = Verdict(tuple(Finding(said, "supported", a_reason()) for said in sentences))
    frame = replace(FRAME, trace=Trace(failure=failure))
    drafted = draft or (Draft("quotes", sentences) if sentences else NOTHING)
    return conclude_answer(Triage(route, "r1", "", "text"), drafted, verdict, EVIDENCE, frame)


TABLE: dict[tuple[Route, bool, bool], Kind] = {
    ("answer", False, True): "answered",
    ("answer", False, False): "not_in_corpus",
    ("answer", True, True): "answered",
    ("answer", True, False): "not_in_corpus",
    ("urgent", False, False): "urgent",
    ("urgent", True, False): "urgent",
    ("personal", False, False): "needs_clinician",
    ("personal", False, True): "needs_clinician",
    ("personal", True, False): "needs_clinician",
    ("unclear", False, False): "not_in_corpus",
    ("off_topic", False, False): "out_of_scope",
    ("small_talk", False, False): "small_talk",
}


@pytest.mark.parametrize(("case", "kind"), list(TABLE.items()), ids=lambda value: str(value))
def test_the_kind_of_the_answer(case: tuple[Route, bool, bool], kind: Kind) -> None:
    route, failed, supported = case
    answer = conclude(route, *([sentence()] if supported else []), failure="retrieve: OSError" if failed else "")
    assert answer.kind == kind


@pytest.mark.parametrize(("route", "failed", "supported"), list(product(get_args(Route), (True, False), (True, False))))
def test_every_answer_carries_the_notice_and_a_date_and_cites_only_when_answered(
    route: Route, failed: bool, supported: bool
) -> None:
    answer = conclude(route, *([sentence()] if supported else []), failure="x" if failed else "")
    assert answer.notices[-1].id == "not-medical-advice"
    assert answer.notices[-1].text not in answer.text
    assert answer.text.endswith("<general-information >") == (answer.kind != "urgent")
    assert answer.as_of
    assert bool(answer.citations) == (answer.kind == "answered")


@pytest.mark.parametrize(
    ("say", "notice"),
    [
        ("needs-clinician-german", "<general-information-german >"),
        ("needs-clinician", "<general-information >"),
        ("other-language-arabic", "<general-information-arabic >"),
        ("other-language", "<general-information >"),
    ],
)
def test_the_notice_that_ends_a_text_has_its_language(say: str, notice: str) -> None:
    triage = Triage("personal", "r1", "", say)
    answer = conclude_answer(triage, NOTHING, NO_VERDICT, EVIDENCE, replace(FRAME, trace=Trace(triage=triage)))
    assert answer.text == f"<{say} >\n\n{notice}"
    assert [one.text for one in answer.notices] == [notice, "<not-medical-advice >"]


def refer(facts: bool, said: Sentence) -> Answer:
    verdict = Verdict((Finding(said, "supported", a_reason()),))
    triage = Triage("personal", "r1", "", "text", facts)
    return conclude_answer(triage, Draft("quotes", (said,)), verdict, EVIDENCE, FRAME)


def test_a_referral_comes_before_general_facts_and_those_are_cited() -> None:
    answer = refer(True, sentence(OLD))
    assert answer.kind == "needs_clinician"
    assert answer.text.startswith(f"<text >\n\n<general-facts > {DEATHS} [1]")
    assert [citation.source.id for citation in answer.citations] == ["old"]


def test_a_referral_stands_alone_where_the_rule_says_so_and_where_a_fact_holds_a_dose() -> None:
    dose = "The two cut their insulin by 92%."
    passage = a_passage(dose)
    said = Sentence(dose, (Quote(passage.key, dose, 0, len(dose)),))
    for answer in (refer(False, sentence(OLD)), refer(True, said)):
        assert (answer.kind, answer.sentences, answer.citations) == ("needs_clinician", (), ())


def test_urgent_is_said_first_and_alone() -> None:
    answer = conclude("urgent", sentence())
    assert answer.text.startswith("<text ")
    assert not answer.sentences
    assert not answer.suggestions


def test_unsupported_and_unchecked_sentences_are_left_out() -> None:
    verdict = Verdict(
        (
            Finding(sentence(), "unsupported", a_reason()),
            Finding(sentence(OLD), "unchecked", a_reason()),
        )
    )
    answer = conclude_answer(Triage("answer", "none", ""), Draft("quotes", ()), verdict, EVIDENCE, FRAME)
    assert answer.kind == "not_in_corpus"


def test_citations_are_numbered_by_first_use_and_marked_in_the_text() -> None:
    answer = conclude("answer", sentence(OLD), sentence(), sentence(OLD))
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert answer.text.startswith(f"{OLD.text} [1] {PASSAGE.text} [2] {OLD.text} [1]")


def test_an_answer_is_as_old_as_the_source_of_its_first_sentence_and_says_when_one_is_due_for_review() -> None:
    assert conclude("answer", sentence(), sentence(OLD)).as_of == PASSAGE.source.as_of
    answer = conclude("answer", sentence(OLD), sentence())
    assert answer.as_of == date(2020, 7, 22)
    assert answer.notices[0].id == "source-due-for-review"
    assert "22 July 2026" in answer.text


def test_a_notice_that_comes_later_stands_before_the_standing_one_and_in_no_urgent_text() -> None:
    offer = Notice("handoff-offer", "You can write to the team.")
    answer = add_notice(conclude("answer", sentence()), offer)
    assert answer.text.endswith(f"[1]\n\n{offer.text}\n\n<general-information >")
    assert [notice.id for notice in answer.notices] == ["handoff-offer", "general-information", "not-medical-advice"]
    urgent = add_notice(conclude("urgent"), offer)
    assert offer in urgent.notices
    assert urgent.text == "<text >"


def test_a_known_gap_is_named_with_the_nearest_questions() -> None:
    gap = Gap("price", "My sources do not give the price.", ("Can I get it now?", "Who pays?", "Is it approved?"))
    part = Part("what does it cost")
    evidence = Evidence((*EVIDENCE.found, Found(part, (), gap=gap)))
    frame = replace(FRAME, trace=Trace())
    answer = conclude_answer(Triage("answer", "none", ""), NOTHING, Verdict(()), evidence, frame)
    assert (answer.kind, answer.suggestions) == ("not_in_corpus", ("Can I get it now?", "Who pays?"))
    assert "My sources do not give the price." in answer.text
    partly = Draft("quotes", (sentence(),), unanswered=(part,))
    verdict = Verdict((Finding(sentence(), "supported", a_reason()),))
    answered = conclude_answer(Triage("answer", "none", ""), partly, verdict, evidence, frame)
    assert answered.notices[0] == Notice("part-not-in-corpus", "My sources do not give the price.")


def test_a_part_that_was_not_answered_is_said() -> None:
    draft = Draft("quotes", (sentence(),), unanswered=(Part("and the price?"), Part("word " * 60)))
    notice = conclude("answer", sentence(), draft=draft).notices[0]
    assert (notice.id, "“and the price?”" in notice.text) == ("part-not-in-corpus", True)
    assert len(notice.text) < 220


def test_a_refusal_names_topics_the_corpus_does_cover() -> None:
    draft = Draft("quotes", (), suggestions=("Did anyone die?",), declined="no")
    answer = conclude("answer", draft=draft)
    assert answer.suggestions == ("Did anyone die?",)
    assert "Did anyone die?" in answer.text


def test_what_a_draft_leads_with_comes_before_its_sentences_and_is_none_of_them() -> None:
    draft = Draft("quotes", (sentence(),), leads=("From a paper.", "Its words:"))
    answer = conclude("answer", sentence(), draft=draft)
    assert answer.text.startswith(f"From a paper. Its words: {PASSAGE.text} [1]")
    assert answer.sentences == (sentence(),)


def test_an_unclear_message_is_offered_what_it_may_mean_else_the_starters() -> None:
    unclear = Triage(route="unclear", rule="test", reason="test", say="which-do-you-mean")
    meant = replace(FRAME, choices=("How long does it last?",))
    asked_back = conclude_answer(unclear, NOTHING, NO_VERDICT, EVIDENCE, meant)
    assert asked_back.suggestions == ("How long does it last?",)
    assert asked_back.text.startswith("<which-do-you-mean How long does it last?>")
    assert conclude_answer(unclear, NOTHING, NO_VERDICT, EVIDENCE, FRAME).suggestions == FRAME.starters
