"""Right words near those of the corpus and of the rules stay; misspelled ones are read as what was meant."""

from __future__ import annotations

from functools import cache

import pytest

from isletbot.answering.condense import condense_question
from isletbot.answering.glossary import Lexicon
from isletbot.answering.red_flags.normalise import plain
from isletbot.ingestion.load import load_corpus
from tests.answering.triage_data import ROOT, shipped
from tests.builders import a_question

RIGHT = """
    stitch switch Leeds leads shaving swearing soaking shaming shading staking snaking overdone spurred
    spurring slurping shingle Reading reading Bath bath Derby Dover Lille Strasbourg Essen Bonn Nice Cork
    Celle Zurich inspection injection objection projection protection dejection infection fusion effusion
    instances trail trials tail tails doze dozen hose duty cell sell shell isles islands inlet outlet
    inserting insular selling smelling swollen breathing breeding bleeding bleating sleeping steering steroid
    asteroid glue glucose beat beta better placate place palace diary dairy diet dialysis stroke strike
    striking fitting sitting patient patience parent current content contents vomit vermin
""".split()
WRONG = {
    "siezure": "seizure", "unconcious": "unconscious", "insullin": "insulin", "insulinn": "insulin",
    "inslin": "insulin", "glucagn": "glucagon", "keytones": "ketones", "swalow": "swallow", "suicde": "suicide",
    "diabetis": "diabetes",
    "transplannt": "transplant", "tranplant": "transplant", "rejecton": "rejection", "infussion": "infusion",
    "tacrolimis": "tacrolimus", "sirolimuss": "sirolimus", "bleedin": "bleeding", "sweatin": "sweating",
    "shakin": "shaking", "vommiting": "vomiting", "unresponsve": "unresponsive", "overdosse": "overdose",
    "ambulence": "ambulance", "shinglees": "shingles", "chikenpox": "chickenpox", "elligible": "eligible",
    "pregnent": "pregnant", "temperture": "temperature", "hypoglycemai": "hypoglycemia", "anaphylaxsis": "anaphylaxis",
    "confussed": "confused", "jaundise": "jaundice",
}  # fmt: skip


@cache
def lexicon() -> Lexicon:
    corpus = load_corpus(ROOT / "corpus")
    return Lexicon(corpus.passages, corpus.glossary)


def test_there_are_enough_of_both() -> None:
    assert len(set(RIGHT)) >= 60
    assert len(WRONG) >= 30


@pytest.mark.parametrize("word", RIGHT)
def test_a_right_word_stays(word: str) -> None:
    text = f"What about {word} here?"
    assert condense_question(a_question(text), lexicon()).parts[0].terms == text
    assert plain(text, shipped().spelling) == text.lower()


@pytest.mark.parametrize(("wrong", "meant"), WRONG.items())
def test_a_misspelled_word_is_read_as_what_was_meant(wrong: str, meant: str) -> None:
    assert plain(wrong, shipped().spelling) == meant


def test_the_end_of_a_possessive_stays() -> None:
    [part] = condense_question(a_question("how is the new cells' safety judged"), lexicon()).parts
    assert part.terms == "how is zimislecel's safety judged"
