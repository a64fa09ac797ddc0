from __future__ import annotations

from pathlib import Path

import pytest

from isletbot.errors import CorpusError, Problem
from isletbot.ingestion.load import load_corpus
from tests.builders import CAUTIONS, a_corpus


def problems_of(tmp_path: Path, **files: str) -> list[Problem]:
    with pytest.raises(CorpusError) as caught:
        load_corpus(a_corpus(tmp_path, **files))
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("cautions", "line", "rule"),
    [
        (CAUTIONS.replace("[paper#independence]", "[paper#nowhere]"), 4, "a statement that exists"),
        (CAUTIONS.replace("release#followed", "nobody#followed"), 5, "a statement that exists"),
        (CAUTIONS.replace("['insulin", "['(insulin"), 6, "a regular expression"),
        (CAUTIONS.replace("['insulin", "['two of the|insulin"), 6, "matches no statement"),
        (CAUTIONS.replace("release#followed", "paper#independence"), 5, "weaker or said, not both"),
        (CAUTIONS + CAUTIONS, 7, "unique id"),
        (CAUTIONS.replace("point:", "points:"), 1, "missing field"),
        (CAUTIONS + "  shout: loud\n", 7, "unknown field"),
        (CAUTIONS.replace("[paper#independence]", "paper#independence"), 4, "say is a list"),
        ("- id: P1\n  point: Something.\n", 1, "a caution that does something"),
        ("- id: P1\n  point: Something.\n  never: [x9]\n  weaker: [paper#deaths]\n", 4, "weaker with say"),
        ("P5:\n  point: a mapping\n", 1, "a list of entries"),
        ("- just words\n", 1, "fields with values"),
        ("- id: [\n", 1, "readable YAML"),
    ],
)
def test_a_broken_caution_is_named_by_line_and_rule(tmp_path: Path, cautions: str, line: int, rule: str) -> None:
    problems = problems_of(tmp_path, cautions_yaml=cautions)
    assert all(problem.file == "cautions.yaml" and problem.remedy for problem in problems)
    places = [(problem.line, problem.rule.split(" (")[0]) for problem in problems]
    assert rule in [found for _, found in places]
    assert rule == "readable YAML" or (line, rule) in places


def test_a_never_is_tried_whatever_the_case_of_letters(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, cautions_yaml=CAUTIONS.replace("['insulin", "['TWO OF THE|insulin"))
    assert "paper#deaths" in problems[0].remedy


def test_coverage_must_name_statements_that_exist(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, coverage_yaml="A1.1: [paper#deaths]\nA1.2: [paper#gone]\nA1.3: []\n")
    assert [(problem.line, problem.rule) for problem in problems] == [
        (2, "a statement that exists"),
        (3, "a fact with statements"),
    ]


@pytest.mark.parametrize(
    ("glossary", "rule"),
    [
        ("same: [[alone]]\n", "a list of at least 2 words"),
        ("same: [word]\n", "a list of at least 2 words"),
        ("elsewhere: [[]]\n", "a list of at least 1 words"),
        ("likewise: [[a, b]]\n", "unknown field"),
        ("- [a, b]\n", "fields with values"),
    ],
)
def test_a_broken_glossary_is_named(tmp_path: Path, glossary: str, rule: str) -> None:
    assert problems_of(tmp_path, glossary_yaml=glossary)[0].rule == rule
