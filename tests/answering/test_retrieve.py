"""Dense and lexical together; what neither finds is not there, and a correction comes with what it corrects."""

from datetime import date

import pytest

from isletbot.answering.retrieve import Retrieval, find_answers, fuse_scores, retrieve_evidence
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.ports import Hit
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.types import Part, Query
from tests.builders import ANSWERS, INDEPENDENCE, a_corpus, a_digest

HOW = Retrieval(dense_weight=0.4, candidates=10)
EMBEDDINGS = HashEmbeddings()


def query(*parts: Part) -> Query:
    return Query(text=" ".join(part.text for part in parts), parts=parts)


@pytest.fixture
def index(tmp_path):
    return MemoryPassages(load_corpus(a_corpus(tmp_path)), EMBEDDINGS)


def test_the_statement_whose_words_are_asked_for_comes_first(index) -> None:
    evidence = retrieve_evidence(query(Part("Two of the people died")), index, EMBEDDINGS, HOW)
    assert evidence.found[0].passages[0].passage.statement == "paper#deaths"


def test_each_part_of_a_question_is_searched_for_itself(index) -> None:
    evidence = retrieve_evidence(query(Part("died"), Part("off insulin")), index, EMBEDDINGS, HOW)
    assert [found.passages[0].passage.statement for found in evidence.found] == ["paper#deaths", "paper#independence"]


def test_what_a_part_leans_on_steers_the_search(index) -> None:
    alone = retrieve_evidence(query(Part("how many people")), index, EMBEDDINGS, HOW)
    leaning = retrieve_evidence(
        query(Part("how many people", "died die", terms="how many people died die")), index, EMBEDDINGS, HOW
    )
    places = [
        [scored.passage.statement for scored in evidence.found[0].passages].index("paper#deaths")
        for evidence in (alone, leaning)
    ]
    assert places[1] <= places[0]
    assert places[1] == 0


def test_a_stronger_statement_comes_along_with_the_one_it_corrects(index) -> None:
    narrow = Retrieval(dense_weight=0.4, candidates=1)
    evidence = retrieve_evidence(query(Part("Vertex says 12 people had been followed")), index, EMBEDDINGS, narrow)
    assert evidence.found[0].passages[0].passage.statement == "release#followed"
    assert [passage.statement for passage in evidence.related] == ["paper#independence"]


def test_a_source_that_is_not_approved_is_never_found(tmp_path) -> None:
    folder = a_corpus(
        tmp_path, secret_md=a_digest("secret", "## Results\n\n- Cells cure all. {#cure}\n", status="draft")
    )
    index = MemoryPassages(load_corpus(folder), EMBEDDINGS)
    evidence = retrieve_evidence(query(Part("Cells cure all.")), index, EMBEDDINGS, HOW)
    assert all(scored.passage.source.id != "secret" for scored in evidence.found[0].passages)


def test_fused_scores_are_the_weighted_sum_of_scores_scaled_within_the_query() -> None:
    dense = [Hit("a", 0.9), Hit("b", 0.5), Hit("c", 0.1)]
    lexical = [Hit("b", 8.0), Hit("d", 4.0)]
    fused = fuse_scores(dense, lexical, 0.4)
    assert fused == pytest.approx({"a": 0.4, "b": 0.4 * 0.5 + 0.6, "c": 0.0, "d": 0.0})


def test_one_hit_counts_in_full_and_none_counts_nothing() -> None:
    assert fuse_scores([Hit("a", 0.2)], [], 0.4) == pytest.approx({"a": 0.4})
    assert fuse_scores([], [], 0.4) == {}


def test_the_turn_before_steers_the_dense_search(index) -> None:
    words = Retrieval(dense_weight=1.0, candidates=10)
    part = Part("how many", message="how many | before: Two of the people in the trial died")
    evidence = retrieve_evidence(query(part), index, EMBEDDINGS, words)
    assert evidence.found[0].passages[0].passage.statement == "paper#deaths"


def test_what_a_sum_is_asked_of_comes_along(index) -> None:
    asked = Query("as a percentage?", (Part("as a percentage?"),), said=("Nobody knows.", INDEPENDENCE))
    evidence = retrieve_evidence(asked, index, EMBEDDINGS, HOW)
    assert evidence.related[0].text == INDEPENDENCE


def test_nothing_is_judged_while_it_is_searched(index) -> None:
    evidence = retrieve_evidence(query(Part("died")), index, EMBEDDINGS, HOW)
    assert {scored.relevance for scored in evidence.found[0].passages} == {None}


@pytest.mark.parametrize(("today", "ids"), [(date(2027, 1, 31), ["off-insulin"]), (date(2027, 2, 1), [])])
def test_answers_come_with_what_they_rest_on_until_they_expire(tmp_path, today, ids) -> None:
    index = MemoryPassages(load_corpus(a_corpus(tmp_path, answers=ANSWERS)), EMBEDDINGS)
    evidence = retrieve_evidence(query(Part("Who stopped insulin?")), index, EMBEDDINGS, HOW)
    evidence = find_answers(evidence, index.answers, index, EMBEDDINGS, today)
    assert [near.answer.id for near in evidence.found[0].approved] == ids
    assert [passage.statement for passage in evidence.quoted] == ["paper#independence", "paper#deaths"] * bool(ids)
    assert all(near.similarities[0] == pytest.approx(1.0) for near in evidence.found[0].approved)
