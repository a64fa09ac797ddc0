"""The approved answers that ship: enough of them, in plain words, none written from a question of the evaluation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from isletbot.evaluation.scores import reading_grade
from isletbot.ingestion.load import load_corpus
from isletbot.types import ApprovedAnswer
from isletbot.wiring.answers import make_verify

ROOT = Path(__file__).parents[2]


CORPUS = load_corpus(ROOT / "corpus", make_verify)
NAMES = (
    "zimislecel, VX-880, insulin, glucagon, immunosuppressants, glucocorticoids, "
    "type 1 diabetes, type 2 diabetes, diabetes, hypoglycaemia, neutropenia, cryptococcal meningitis, dementia, "
    "HbA1c, C-peptide, "
    "Vertex Pharmaceuticals, Vertex, Knowridge, NIDDK, FDA, PubMed, ClinicalTrials.gov, NCT04786262, "
    "10.1056/NEJMoa2506549, New England Journal of Medicine, University of Toronto, University of Chicago, Reichman, "
    "Rickels, Saudi Arabia, Netherlands, Switzerland, Germany, Italy, Canada, North America, United States, "
    "United Kingdom, Edinburgh, Edmonton, Montreal, Toronto General, Vancouver, UHealth, Miami, Johns Hopkins, "
    "Europe, France, Norway, California, San Francisco, Midwest, Oxford, King's College London, Newcastle, Lille, "
    "Strasbourg, Dresden, San Raffaele, Milan, Leiden, Oslo, Geneva, Riyadh, KAIMRC, King Faisal, McGill, "
    "Mass General, Massachusetts General, UCSF, UPMC, City of Hope, Duarte, University of California, "
    "University of Wisconsin, University of Pennsylvania, Northwestern, Baylor Scott & White, Dallas, VCU, Richmond"
).split(", ")
"""Drugs, diseases, tests, and proper names: they have no plainer word, so each counts as one short one."""
PLAIN = 8
LONGEST = 22
"""Words in a sentence."""
SHORT = (5, 75)
"""Sentences, and words in all."""
OVERVIEWS = frozenset({"summary-of-the-paper", "overview", "just-the-figures", "explain-simply", "good-and-bad"})
"""What is asked for here is the whole of it."""
OVERVIEW = (8, 110)


def read_as_patients_do(answer: ApprovedAnswer) -> float:
    names = "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))
    said = " ".join(sentence.text for sentence in answer.sentences)
    return reading_grade(re.sub(names, "it", said, flags=re.IGNORECASE))


def test_fifty_answers_or_more_are_served_and_none_is_withheld() -> None:
    assert len(CORPUS.answers) >= 50
    assert CORPUS.withheld == ()


@pytest.mark.parametrize("answer", CORPUS.answers, ids=lambda answer: answer.id)
def test_an_answer_is_short_and_plain_and_can_be_asked_for_in_many_ways(answer: ApprovedAnswer) -> None:
    sentences, words = OVERVIEW if answer.id in OVERVIEWS else SHORT
    lengths = [len(sentence.text.split()) for sentence in answer.sentences]
    assert read_as_patients_do(answer) <= PLAIN
    assert max(lengths) <= LONGEST
    assert 2 <= len(lengths) <= sentences
    assert sum(lengths) <= words
    assert len(answer.asks) >= 6
    assert answer.owner != answer.approved_by


def test_each_overview_is_an_answer() -> None:
    assert {answer.id for answer in CORPUS.answers} >= OVERVIEWS


def test_no_way_of_asking_is_copied_from_the_evaluation() -> None:
    lines = [line for path in (ROOT / "evals").glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    put = {
        strip(turn) for line in lines for turn in json.loads(line).get("turns", ())[-1:]
    }  # what comes before is not graded
    assert [ask for answer in CORPUS.answers for ask in answer.asks if strip(ask) in put] == []


def strip(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
