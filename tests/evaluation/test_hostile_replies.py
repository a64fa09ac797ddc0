"""Thousands of wrong replies over the corpus that ships: none of their sentences gets out, and true ones do."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.adversarial import make_trial, put_paraphrases

from isletbot.answering.graph import Bot
from isletbot.evaluation.mutation_words import read_mutation_words
from isletbot.evaluation.mutations import SourceStatement, make_mutants

pytestmark = pytest.mark.weights
FREE_WORDING = Path(__file__).parents[1] / "data" / "free_wording.jsonl"
WORDS = read_mutation_words(Path(__file__).parents[2] / "evals")


def test_no_sentence_of_thousands_that_are_not_supported_is_released(bot: Bot) -> None:
    trial = make_trial(bot.line)
    statements = [SourceStatement(key, passage.text) for key, passage in trial.passages.items()]
    true = [said for said in statements if trial.put(said.text, [said.key])[0]]
    assert len(true) >= 0.99 * len(statements), "word for word, a statement gets out"
    put = Counter[str]()
    released = []
    for mutant in make_mutants(true, seed=1, words=WORDS):
        put[mutant.kind] += 1
        if trial.put_mutant(mutant)[0]:
            released.append(mutant)
    assert released == []
    assert put.total() >= 2_000
    assert min(put.values()) >= 50


def test_true_sentences_in_other_words_get_out_and_wrong_ones_do_not(bot: Bot) -> None:
    trial = make_trial(bot.line)
    true = [went for blind in (False, True) for _, went, _ in put_paraphrases(trial, True, blind)]
    wrong = [text for blind in (False, True) for text, went, _ in put_paraphrases(trial, False, blind) if went]
    assert wrong == []
    assert sum(true) >= 0.65 * len(true)


def test_the_same_seed_makes_the_same_replies() -> None:
    statements = [
        SourceStatement("k1", "Of the 12 people, 10 used no insulin."),
        SourceStatement("k2", "Vertex funded the study."),
    ]
    assert list(make_mutants(statements, 5)) == list(make_mutants(statements, 5))
    assert all(
        mutant.text not in {said.text for said in mutant.cited} or mutant.words
        for mutant in make_mutants(statements, 5)
    )


def test_what_free_wording_lets_out_of_true_sentences_is_known(bot: Bot) -> None:
    """40 that a person would say and 15 that are nearly word for word, written from the corpus by hand."""
    trial = make_trial(bot.line)
    keys = {passage.statement: passage.key for passage in trial.passages.values()}
    rows = [json.loads(line) for line in FREE_WORDING.read_text("utf-8").splitlines()]
    went = Counter[str]()
    for row in rows:
        went[row["kind"]] += trial.put(row["text"], [keys[name] for name in row["cite"]])[0]
    assert Counter(row["kind"] for row in rows) == {"fluent": 40, "near": 15}
    assert went["near"] >= 7
