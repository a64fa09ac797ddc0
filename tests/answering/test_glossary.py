"""The vocabulary of a corpus: short forms, concepts, how telling each is, and names that it is not about."""

from __future__ import annotations

import pytest

from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from tests.builders import DEATHS, INDEPENDENCE, a_passage

OFF, DIED = a_passage(INDEPENDENCE), a_passage(DEATHS, asks=("Is it safer than Lantidra?",))
LEXICON = Lexicon(
    [OFF, DIED, *(a_passage(f"Filler statement number {number}.", key=f"k{number}") for number in range(60))],
    Glossary(
        same=(
            ("zimislecel", "VX-880"),
            ("insulin independent", "off insulin"),
            ("placebo", "control group"),
            ("time in range", "TIR"),
        ),
        elsewhere=(("Lantidra", "donislecel"), ("Fooglutide",)),
    ),
)
NAMED = Lexicon(
    [a_passage(f"Zimislecel is statement number {number}.", key=f"k{number}") for number in range(5)],
    Glossary(
        same=(("zimislecel", "VX-880"), ("trial", "study")),
        pointing=(("this", "these", "the new", "the lab-grown"), ("therapy", "cells", "islets")),
    ),
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("What was the TIR?", "What was the time in range?"),
        ("What was the tir?", "What was the tir?"),
        ("What is Lantidra?", "What is Lantidra?"),
        ("was there a placibo?", "was there a placibo?"),
    ],
)
def test_short_forms_are_written_out_and_other_words_stay(text: str, written: str) -> None:
    assert LEXICON.write_out(text) == written


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Did anyone on VX-880 die?", "Did anyone on zimislecel die?"),
        ("how long does vx-880 last", "how long does zimislecel last"),
        ("Will this therapy be sold?", "Will zimislecel be sold?"),
        ("where do the lab-grown islets settle", "where do zimislecel settle"),
        ("how are the new cells' effects measured", "how are zimislecel's effects measured"),
        ("is VX-880's safety known", "is zimislecel's safety known"),
        ("are these ‘new cells’ or ‘these cells’?", "are these ‘new cells’ or ‘zimislecel’?"),
        ("Where do the islets of the pancreas lie?", "Where do the islets of the pancreas lie?"),
        ("What is VX-880?", "What is VX-880?"),
        ("Is VX-880 the same drug as zimislecel?", "Is VX-880 the same drug as zimislecel?"),
        ("What does the name VX-880 come from?", "What does the name VX-880 come from?"),
        ("Who runs VX-880-101?", "Who runs VX-880-101?"),
    ],
)
def test_another_name_of_the_topic_is_read_as_the_topic(text: str, asked: str) -> None:
    assert NAMED.write_out(text) == asked


def test_the_topic_is_what_most_passages_speak_of() -> None:
    assert NAMED.topic == "zimislecel"


def test_names_from_elsewhere_are_found_under_any_of_their_names() -> None:
    assert LEXICON.elsewhere("Is donislecel like Lantidra?") == {"elsewhere: Lantidra"}
    assert LEXICON.elsewhere("Is it a cure?") == frozenset()


def test_what_a_passage_speaks_of_includes_its_questions() -> None:
    assert LEXICON.spoken_of(DIED) == {"elsewhere: Lantidra"}
    assert LEXICON.spoken_of(OFF) == LEXICON.spoken_of(a_passage("Unknown.")) == frozenset()


def test_subjects_are_glossary_phrases_as_they_stand() -> None:
    assert LEXICON.subjects("Was anyone off insulin in the control group?") == ("off insulin", "control group")
    assert LEXICON.subjects("Did anyone come?") == ()


def test_the_topic_of_the_whole_corpus_is_no_subject() -> None:
    assert NAMED.subjects("Is zimislecel in a trial?") == ("trial",)


def test_substance_is_what_is_said_without_whose_it_is() -> None:
    assert "same: insulin independent" in LEXICON.substance_of(OFF)
    assert LEXICON.substance_of(a_passage("A journal says.", key="other")) == frozenset()


def test_a_rare_concept_weighs_more_than_a_common_one() -> None:
    assert LEXICON.weight("filler") < LEXICON.weight("same: insulin independent") < LEXICON.weight("nowhere")
