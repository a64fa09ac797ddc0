"""The corpus that ships holds every fact it was made from, in words of its own; every statement reads well alone."""

import re
from pathlib import Path

from isletbot.ingestion.load import load_corpus

CORPUS = load_corpus(Path(__file__).parents[2] / "corpus")
FACTS = [
    *(f"A1.{number}" for number in range(1, 44)),
    *(f"A2.{number}" for number in range(1, 31)),
    *(f"B1.{number}" for number in (*range(1, 11), 13, 14)),
    *("B3.1", "B4.1", "B4.2", "B4.3", "B4.4", "B4.5", "B4.9", "B4.13", "B5.1", "B5.2", "B5.3", "B5.6"),
    *("B6.1", "B6.2", "B6.5", "B6.6", "B2.7", "D1", "D4", "D5", "D6", "D7", "D8", "D28", "D29"),
]
"""Articles 1 and 2, the paper's abstract, the sponsor's release, the trial record's sites, reference pages."""
COUNTRIES = (
    "United States|the US, United Kingdom|the UK, Canada, France, Germany, Italy, Netherlands, Norway, Switzerland, "
    "Saudi Arabia".split(", ")
)


def test_every_fact_is_held_by_a_statement_that_exists() -> None:
    statements = {passage.statement for passage in CORPUS.passages}
    assert [fact for fact in FACTS if not CORPUS.coverage.get(fact)] == []
    assert [name for names in CORPUS.coverage.values() for name in names if name not in statements] == []


def test_the_eight_sources_are_there_and_approved() -> None:
    assert {source.id for source in CORPUS.sources if source.status == "approved"} == {
        "journal-2026",
        "knowridge-2025",
        "nejm-2025",
        "vertex-2025",
        "trial-record-2026",
        "niddk-islet-transplant",
        "endocrine-society-hypoglycemia",
        "fda-stem-cell-alert",
    }


def test_every_country_of_the_trial_record_is_named() -> None:
    said = " ".join(passage.text for passage in CORPUS.passages if passage.source.id == "trial-record-2026")
    assert [country for country in COUNTRIES if not re.search(country, said)] == []


def test_all_twenty_six_traps_have_a_caution() -> None:
    assert [caution.id for caution in CORPUS.cautions] == [f"P{number}" for number in range(1, 27)]


def test_a_statement_reads_well_alone_in_few_short_sentences() -> None:
    for passage in CORPUS.passages:
        sentences = re.split(r"(?<=[a-z)%\d])\. (?=[A-Z])", passage.text)
        assert len(sentences) <= 3, passage.statement
        assert max(len(sentence.split()) for sentence in sentences) <= 30, passage.statement
        assert not re.match(r"(?:It|They|This|That|These|Those|He|She)\b", passage.text), passage.statement


def test_every_statement_can_be_asked_for_in_several_ways() -> None:
    assert [passage.statement for passage in CORPUS.passages if len(passage.asks) < 5] == []
