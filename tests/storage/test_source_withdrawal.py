from dataclasses import replace
from pathlib import Path

import pytest

from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.storage.source_withdrawal import exclude_sources, filter_passages
from isletbot.types import Passage
from tests.builders import DEATHS, INDEPENDENCE, PROGRAMME, a_corpus, a_passage, a_source

EMBEDDINGS = HashEmbeddings()


@pytest.fixture
def index(tmp_path: Path) -> MemoryPassages:
    return MemoryPassages(load_corpus(a_corpus(tmp_path)), EMBEDDINGS)


def texts(*passages: Passage) -> set[str]:
    return {passage.text for passage in passages}


def test_nothing_of_a_withdrawn_source_is_found_named_or_quoted(index: MemoryPassages) -> None:
    left = exclude_sources(index, {"release"})
    assert [source.id for source in left.sources] == ["paper"]
    assert texts(*left.everything()) == {INDEPENDENCE, DEATHS}
    assert left.source_text("release") == ""
    assert left.source_text("paper") == index.source_text("paper")
    withdrawn = next(passage.key for passage in index.everything() if passage.text == PROGRAMME)
    assert left.passages([withdrawn]) == ()
    vector = EMBEDDINGS.embed([PROGRAMME])[0]
    assert [hit.key for hit in index.search_dense(vector, 1)] == [withdrawn]
    assert texts(*left.passages([hit.key for hit in left.search_dense(vector, 2)])) == {INDEPENDENCE, DEATHS}
    assert withdrawn not in {hit.key for hit in left.search_lexical(PROGRAMME, 10)}
    assert left.version != index.version


def test_a_statement_is_not_left_alone_when_the_source_that_corrects_it_goes(index: MemoryPassages) -> None:
    assert exclude_sources(index, {"paper"}).everything() == ()


def test_a_statement_stays_while_any_correction_of_it_does() -> None:
    strong, other = a_passage("strong"), a_passage("other", source=a_source(id="other"))
    weak = a_passage("weak", source=a_source(id="weak"), corrected_by=(strong.key, other.key))
    assert texts(*filter_passages([strong, other, weak], {"paper"})) == {"other", "weak"}
    assert texts(*filter_passages([strong, other, weak], {"paper", "other"})) == set()


def test_what_was_corrected_by_what_goes_goes_too() -> None:
    strong = a_passage("strong")
    middle = a_passage("middle", source=a_source(id="middle"), corrected_by=(strong.key,))
    weak = replace(a_passage("weak", source=a_source(id="weak")), corrected_by=(middle.key,))
    assert filter_passages([weak, middle, strong], {"paper"}) == ()


def test_an_index_that_holds_none_of_them_is_left_as_it_is(index: MemoryPassages) -> None:
    assert exclude_sources(index, {"elsewhere"}) is index
