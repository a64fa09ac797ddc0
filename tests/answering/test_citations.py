"""One citation a passage, one number a source, with the words from the first to the last that are quoted."""

from __future__ import annotations

import pytest

from isletbot.answering.citations import cite_sentences
from isletbot.types import Evidence, Found, Part, Passage, Quote, ScoredPassage, Sentence
from tests.builders import DEATHS, INDEPENDENCE, PROGRAMME, a_passage, a_source

FIRST = a_passage(INDEPENDENCE, start=100, end=100 + len(INDEPENDENCE))
SECOND = a_passage(DEATHS)
OTHER = a_passage(PROGRAMME, source=a_source(id="vertex"))
EVIDENCE = Evidence((Found(Part("?"), (ScoredPassage(FIRST, 1.0, 1.0, 1.0),)),), quoted=(SECOND, OTHER))


def quote(passage: Passage, words: str) -> Quote:
    start = passage.start + passage.text.index(words)
    return Quote(passage.key, words, start, start + len(words))


def test_sources_are_numbered_in_the_order_of_first_use_and_each_has_one_number() -> None:
    said = [
        Sentence("Two died.", (quote(SECOND, DEATHS),)),
        Sentence("Twelve.", (quote(OTHER, PROGRAMME),)),
        Sentence("Ten.", (quote(FIRST, INDEPENDENCE),)),
    ]
    cited = cite_sentences([*said, said[0]], EVIDENCE)
    numbers = [(citation.number, citation.key) for citation in cited]
    assert numbers == [(1, SECOND.key), (2, OTHER.key), (1, FIRST.key)]
    assert [citation.quote for citation in cited] == [DEATHS, PROGRAMME, INDEPENDENCE]


def test_two_quotes_of_a_passage_are_one_citation() -> None:
    said = Sentence("Ten of 12.", (quote(FIRST, "insulin independent"), quote(FIRST, "12 people")))
    [cited] = cite_sentences([said], EVIDENCE)
    assert cited.quote.startswith("12 people")
    assert cited.quote.endswith("insulin independent")
    assert INDEPENDENCE[cited.start - 100 : cited.end - 100] == cited.quote


def test_a_citation_says_where_its_words_stand() -> None:
    [cited] = cite_sentences([Sentence("Two died.", (quote(SECOND, DEATHS),))], EVIDENCE)
    assert (cited.source, cited.section) == (SECOND.source, "Results")


def test_nothing_said_is_nothing_cited() -> None:
    assert cite_sentences([], EVIDENCE) == ()


def test_a_quote_of_no_evidence_is_a_fault() -> None:
    with pytest.raises(AssertionError, match="among the evidence"):
        cite_sentences([Sentence("Ten.", (Quote("gone", "Ten", 0, 3),))], EVIDENCE)
