"""Approved answers: traced to the words they rest on, verified before anyone asks, and withheld when those change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from isletbot.corpus import Corpus
from isletbot.errors import CorpusError, Problem
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.ingest import build_index
from isletbot.ingestion.load import load_corpus
from isletbot.storage.chroma_writer import ChromaWriter
from isletbot.wiring.answers import make_verify
from tests.builders import ANSWERS, DEATHS, INDEPENDENCE, RESULTS, a_corpus, a_digest


def read(tmp_path: Path, answers: str = ANSWERS, **files: str) -> Corpus:
    folder = a_corpus(tmp_path, answers=answers, **files)
    return load_corpus(folder, make_verify)


def problems_of(tmp_path: Path, answers: str) -> list[Problem]:
    with pytest.raises(CorpusError) as caught:
        read(tmp_path, answers)
    return list(caught.value.problems)


def test_each_sentence_is_traced_to_a_statement_or_to_exact_words_of_one(tmp_path: Path) -> None:
    corpus = read(tmp_path)
    came_off, died = corpus.answers[0].sentences
    assert came_off.text == "At day 365, 10 of the 12 people given the full dose were insulin independent."
    assert [quote.text for quote in came_off.quotes] == [INDEPENDENCE]
    assert [quote.text for quote in died.quotes] == ["Two of the 14 people in the zimislecel trial died"]
    for quote in (*came_off.quotes, *died.quotes):
        assert corpus.texts["paper"][quote.start : quote.end] == quote.text


def test_a_sentence_that_is_not_supported_stops_the_build_and_is_named_with_the_finding(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, ANSWERS.replace("At day 365, 10 of the 12", "At day 365, 11 of the 12"))
    assert (problem.file, problem.line) == ("answers/results.yaml", 8)
    assert problem.value == "At day 365, 11 of the 12 people given the full dose were insulin independent."
    assert "number not in the quotes: 11" in problem.rule
    assert problem.remedy


def test_a_sentence_that_a_caution_forbids_stops_the_build(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, ANSWERS.replace("At day 365, 10", "Insulin-free for a whole year, 10"))
    assert "caution P5" in problem.rule


@pytest.mark.parametrize(
    ("answers", "line", "rule"),
    [
        (ANSWERS.replace("deaths: Two", "deaths: Three"), 9, "exact words of the statement"),
        (ANSWERS.replace(" [paper#independence]", ""), 8, "a sentence with its quotes"),
        (ANSWERS.replace("approved_by: Bo", "approved_by: Al"), 3, "approved by a second person"),
        (ANSWERS.replace("expires: 2027-01-31", "expires: 2027-02-31"), 6, "a date that exists, YYYY-MM-DD"),
        (ANSWERS.replace("  owner: Al\n", ""), 1, "missing field"),
        (ANSWERS + ANSWERS.replace("asks: [", "asks: [Else, "), 12, "unique id"),
        (ANSWERS + ANSWERS.replace("id: off", "id: other"), 22, "one answer a question"),
    ],
)
def test_a_broken_answer_is_named_by_line_and_rule(tmp_path: Path, answers: str, line: int, rule: str) -> None:
    found = [(problem.line, problem.rule) for problem in problems_of(tmp_path, answers)]
    assert (line, rule) in found


def test_an_answer_that_does_not_say_what_it_was_built_on_is_told_the_line_to_write(tmp_path: Path) -> None:
    keys = ANSWERS[ANSWERS.index("built_on") :].splitlines()[0]
    [problem] = problems_of(tmp_path, ANSWERS.replace(f"  {keys}\n", ""))
    assert keys in problem.remedy


def test_an_answer_built_on_a_statement_that_changed_is_withheld_and_the_statement_named(tmp_path: Path) -> None:
    corpus = read(tmp_path, paper_md=a_digest(body=RESULTS.replace(DEATHS, "Two of the 14 people died in the trial.")))
    assert corpus.answers == ()
    [withheld] = corpus.withheld
    assert (withheld.id, withheld.why) == ("off-insulin", "changed")
    assert "paper#deaths" in withheld.detail
    assert "paper#independence" not in withheld.detail


def test_a_digest_that_changes_elsewhere_leaves_its_answers_alone(tmp_path: Path) -> None:
    more = RESULTS.replace("## Results\n", "## Results\n\n- The trial had three parts. {#parts}\n  ? Parts?\n")
    assert [answer.id for answer in read(tmp_path, paper_md=a_digest(body=more)).answers] == ["off-insulin"]


def test_an_answer_on_a_withdrawn_source_or_without_a_second_person_is_withheld(tmp_path: Path) -> None:
    withdrawn = read(tmp_path, paper_md=a_digest(status="withdrawn"))
    assert [(answer.why, withdrawn.answers) for answer in withdrawn.withheld] == [("withdrawn", ())]
    waiting = read(tmp_path, ANSWERS.replace("approved_by: Bo", "approved_by:"), paper_md=a_digest())
    assert [answer.why for answer in waiting.withheld] == ["not approved"]


def test_an_answer_is_listed_as_expired_the_day_after_its_last(tmp_path: Path) -> None:
    corpus = read(tmp_path)
    assert corpus.withheld_on(date(2027, 1, 31)) == ()
    assert [answer.why for answer in corpus.withheld_on(date(2027, 2, 1))] == ["expired"]


def test_the_report_of_the_index_counts_what_is_served_and_names_the_rest(tmp_path: Path) -> None:
    old = ANSWERS.replace("2027-01-31", "2025-01-31")
    report = build_index(a_corpus(tmp_path, answers=old), tmp_path / "index", HashEmbeddings(), ChromaWriter())
    assert report.answers == 0
    assert [(answer.id, answer.why) for answer in report.withheld] == [("off-insulin", "expired")]
