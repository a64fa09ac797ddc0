"""The quotes composer says what answers, once, from the strongest source, and declines what the corpus lacks."""

from pathlib import Path

import pytest

from isletbot.answering.glossary import Lexicon
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.retrieve import Retrieval, retrieve_evidence
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.storage.passages_memory import MemoryPassages
from isletbot.types import Draft, Part, Query
from tests.builders import INDEPENDENCE, Unheard, a_corpus, a_digest

EMBEDDINGS = HashEmbeddings()
NEWS = """\
## News

- The news report: of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent. {#ten}
  ? Did anyone come off insulin?
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return a_corpus(tmp_path, news_md=a_digest("news", NEWS, evidence="news"))


def compose(
    folder: Path, *parts: str, said: tuple[str, ...] = (), leans_on: str = "", begun: Draft | None = None
) -> Draft:
    index = MemoryPassages(load_corpus(folder), EMBEDDINGS)
    query = Query(" ".join(parts), tuple(Part(part, leans_on) for part in parts), said)
    evidence = retrieve_evidence(query, index, EMBEDDINGS, Retrieval(0.4, 10))
    composer = QuotesComposer(Lexicon(index.everything(), index.glossary))
    return composer.compose(query, evidence, begun or Draft("none", (), unanswered=query.parts), Unheard())


def said(draft: Draft) -> list[str]:
    return [sentence.text for sentence in draft.sentences]


def test_the_statement_that_answers_is_said_word_for_word_from_the_strongest_source(folder: Path) -> None:
    draft = compose(folder, "Of the people given the full dose, how many were insulin independent at day 365?")
    assert said(draft) == [INDEPENDENCE]
    [quote] = draft.sentences[0].quotes
    assert quote.text == INDEPENDENCE


def test_every_part_is_answered_and_a_part_that_is_not_is_named(folder: Path) -> None:
    draft = compose(folder, "Did anyone come off insulin?", "Did anyone die?", "Who sells parking permits in Oslo?")
    assert len(draft.sentences) == 2
    assert [str(part) for part in draft.unanswered] == ["Who sells parking permits in Oslo?"]


@pytest.mark.parametrize("text", ["Did anyone come off insulin with Lantidra?", "Did anyone take Fooglutide?"])
def test_a_name_the_evidence_does_not_hold_is_declined_however_near_the_rest(folder: Path, text: str) -> None:
    draft = compose(folder, text)
    assert draft.sentences == ()
    assert draft.declined


def test_a_weaker_statement_brings_its_correction_first(folder: Path) -> None:
    draft = compose(folder, "How long were people followed?")
    assert said(draft)[0] == INDEPENDENCE
    assert len(draft.sentences) == 2


def test_a_follow_up_hears_something_new_first(folder: Path) -> None:
    fresh = compose(folder, "how many people no longer needed insulin", leans_on="died")
    heard = compose(folder, "how many people no longer needed insulin", leans_on="died", said=(said(fresh)[0],))
    assert said(heard)[0] == said(fresh)[0] or said(fresh)[0] not in said(heard)


def test_what_is_suggested_was_not_just_said(folder: Path) -> None:
    draft = compose(folder, "Did anyone come off insulin?")
    assert "Did anyone come off insulin?" not in draft.suggestions


def test_two_sources_with_the_same_figures_are_one_statement_the_stronger_ones(folder: Path) -> None:
    draft = compose(folder, "How many of the 12 people given the full dose were insulin independent, 10 or 83%?")
    assert said(draft).count(INDEPENDENCE) == 1
    assert not any("news report" in text for text in said(draft))


def test_before_and_after_are_two_statements(tmp_path: Path) -> None:
    body = """\
## Results

- Before zimislecel, C-peptide was not detected in all 14 people of the trial. {#before}
  ? Was C-peptide detected in the people of the trial?
- With zimislecel, C-peptide was detected in all 14 people of the trial. {#with}
  ? Was C-peptide detected in the people of the trial?
"""
    folder = a_corpus(tmp_path, paper_md=a_digest(body=body), cautions_yaml=None)
    assert len(compose(folder, "Was C-peptide detected in the people of the trial?").sentences) == 2


def test_a_date_in_common_does_not_make_two_statements_one(tmp_path: Path) -> None:
    body = """\
## Status

- On 4 October 2026 the record gave phase 3 for the zimislecel trial. {#phase}
  ? What does the record say of the zimislecel trial?
- On 4 October 2026 the record listed the zimislecel trial as recruiting, with no results posted. {#status}
  ? What does the record say of the zimislecel trial?
"""
    folder = a_corpus(tmp_path, paper_md=a_digest(body=body), cautions_yaml=None)
    assert len(compose(folder, "What does the record say of the zimislecel trial?").sentences) == 2
