"""A plain form says no more and no less than its statement; a fault stops the build with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from isletbot.errors import CorpusError
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.plain_forms import list_signed
from isletbot.wiring.answers import make_verify
from tests.builders import ANSWERS, RESULTS, a_corpus, a_digest

BODY = """\
## Results

- Of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent at day 365. {#off}
  = 10 of the 12 people given the full dose needed no insulin at day 365.
  ~ 10 of the 12 were insulin independent.
  ? Did anyone come off insulin?
- The results may not hold for everybody. {#doubt}
"""


def load(folder: Path, body: str) -> None:
    load_corpus(a_corpus(folder, paper_md=a_digest(body=body), cautions_yaml=None), make_verify)


def test_plain_forms_belong_to_the_statement_above_them(tmp_path: Path) -> None:
    corpus = load_corpus(a_corpus(tmp_path, paper_md=a_digest(body=BODY), cautions_yaml=None), make_verify)
    forms = {passage.statement.split("#")[1]: (passage.plain, passage.again) for passage in corpus.passages}
    first = "10 of the 12 people given the full dose needed no insulin at day 365."
    assert forms["off"] == (first, "10 of the 12 were insulin independent.")
    assert forms["doubt"] == ("The results may not hold for everybody.", "")


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        ("11 of the 12 people given the full dose needed no insulin at day 365.", "11"),
        ("10 of the 14 people given the full dose needed no insulin at day 365.", "14"),
        ("None of the 12 people given the full dose needed insulin at day 365.", ""),
    ],
)
def test_a_plain_form_that_its_statement_does_not_support_stops_the_build(tmp_path: Path, plain: str, why: str) -> None:
    body = BODY.replace("10 of the 12 people given the full dose needed no insulin at day 365.", plain)
    with pytest.raises(CorpusError) as raised:
        load(tmp_path, body)
    [problem] = raised.value.problems
    assert problem.file == "paper.md"
    assert problem.line == a_digest(body=body).split("\n").index(f"  = {plain}") + 1
    assert problem.rule.startswith("a plain form that its statement supports (unsupported")
    assert why in problem.rule


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (
            BODY.replace("  ~ 10 of the 12 were insulin independent.", "  = Ten came off."),
            "one plain form of each kind",
        ),
        (BODY.replace("  ~ 10 of the 12 were insulin independent.", "  ~"), "one plain form of each kind"),
        ("  = Nothing above.\n" + BODY, "a statement above every plain form"),
    ],
)
def test_a_plain_form_out_of_place_is_named(tmp_path: Path, body: str, rule: str) -> None:
    with pytest.raises(CorpusError) as raised:
        load(tmp_path, body)
    assert rule in {problem.rule for problem in raised.value.problems}


def test_what_is_signed_is_listed_by_the_sources_it_quotes(tmp_path: Path) -> None:
    plain = RESULTS.replace("  ? Did anyone die?", "  = Two of the 14 people died.\n  ? Did anyone die?")
    corpus = load_corpus(a_corpus(tmp_path, ANSWERS, paper_md=a_digest(body=plain)), make_verify)
    signed = list_signed(corpus)
    assert signed["release"] == frozenset()
    said = "At day 365, 10 of the 12 people given the full dose were insulin independent."
    assert signed["paper"] == {"Two of the 14 people died.", said}
