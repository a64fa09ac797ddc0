"""The sections of `glossary.yaml` are read and checked, so that another corpus brings its own words."""

from __future__ import annotations

import pytest

from isletbot.corpus import StudyWords
from isletbot.ingestion.glossary import read_glossary
from tests.study_words import STUDY

OTHER = """
pointing: [[this], [pill, tablet]]
arms: [[Low dose, low-dose], [sham]]
parts: [[X, Y]]
same_time: [[180 days, 6 months]]
own_view: [[Acme]]
reworded: [[Renal, kidney]]
medicines: [[Citrate], [allopurinol]]
dose_units: [[sachets]]
"""


def test_a_corpus_names_its_own_groups_times_and_interests() -> None:
    glossary, problems = read_glossary("glossary.yaml", OTHER)
    assert problems == []
    assert glossary.pointing == (("this",), ("pill", "tablet"))
    assert glossary.study == StudyWords(
        arms=(("low dose", "low-dose"), ("sham",)),
        parts=("x", "y"),
        same_time=(("180 days", "6 months"),),
        own_view=("acme",),
        reworded=(("renal", "kidney"),),
        medicines=("citrate", "allopurinol"),
        dose_units=("sachets",),
    )


def test_the_shipped_corpus_names_its_groups() -> None:
    assert ("full dose",) in STUDY.arms
    assert (STUDY.parts, STUDY.own_view) == (("a", "b", "c"), ("vertex",))
    assert (STUDY.medicines, STUDY.dose_units) == (("insulin",), ("ieq", "islet equivalents", "cells"))


@pytest.mark.parametrize(
    ("text", "rule", "remedy"),
    [
        ("pointing: [[this]]", "two lists", "Write two lists, or none."),
        ("same_time: [[a year, 365 days]]", "a number and days", "Write it like `365 days`."),
        ("same_time: [[365 days]]", "a list of at least 2 words", "Write `- [one, another]`."),
        ("reworded: [[renal]]", "a list of at least 2 words", "Write `- [one, another]`."),
        ("vendors: [[Acme]]", "", ""),
    ],
)
def test_a_fault_is_named_with_its_remedy(text: str, rule: str, remedy: str) -> None:
    _, problems = read_glossary("glossary.yaml", text)
    assert len(problems) == 1
    assert rule in problems[0].rule
    assert remedy in problems[0].remedy
