"""A sentence that a second person approved counts as supported in the report, with its opening and not reworded."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from isletbot.evaluation.grounding import _OPENING as OPENING
from isletbot.evaluation.grounding import Ratio, SourceText, measure_grounding

WORDS = "Of the 12 people given the full dose, 10 used no insulin at day 365."
SOURCES = {"paper": SourceText(f"# Paper\n- {WORDS}", signed=frozenset({"Ten folk got by without jabs."}))}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Ten folk got by without jabs.", 1),
        ("No. Ten folk got by without jabs.", 1),
        ("Not yet. Ten folk got by without jabs.", 1),
        ("Ten folk did fine without jabs.", 0),
        ("Sure. Ten folk got by without jabs.", 0),
    ],
)
def test_only_the_approved_words_pass_without_the_words_of_the_quote(text: str, right: int) -> None:
    citation = {"key": "k1", "source_id": "paper", "quote": WORDS, "start": 10, "end": 10 + len(WORDS)}
    reply = {
        "kind": "answered",
        "text": text,
        "sentences": [{"text": text, "citations": ["k1"]}],
        "citations": [citation],
    }
    measured = measure_grounding(reply, SOURCES)
    assert (measured.recall, measured.quotes) == (Ratio(right, 1), Ratio(1, 1))


def test_every_opening_that_ships_is_known_to_the_report() -> None:
    openings = yaml.safe_load((Path(__file__).parents[2] / "prompts" / "openings.yaml").read_text("utf-8"))
    assert [OPENING.sub("", f"{words} Ten did.") for words in openings.values()] == ["Ten did."] * len(openings)
