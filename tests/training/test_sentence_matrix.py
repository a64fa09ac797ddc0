"""The matrix learns which sentences of an answer belong in the reply, from a handful of messages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from isletbot.corpus import Kept
from isletbot.inference.scripted import HashEmbeddings
from isletbot.inference.sentence_scores import open_sentence_scores
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.question_bank import BankMessage
from isletbot.wiring.answers import make_verify
from tests.builders import ANSWERS, a_corpus


@pytest.fixture
def messages() -> list[BankMessage]:
    texts = ("and the deaths?", "anybody die", "deaths please", "who was lost")
    return [
        BankMessage(f"q{row}", (text,), "answer", ("off-insulin",), "", "plain", "T" if row else "U")
        for row, text in enumerate(texts)
    ]


def test_what_is_fitted_is_opened_and_ranks_what_belongs(
    base: Path, tmp_path: Path, messages: list[BankMessage]
) -> None:
    from isletbot.training.sentence_matrix import train_sentences

    corpus = load_corpus(a_corpus(tmp_path, ANSWERS), make_verify)
    embeddings = HashEmbeddings()
    kept = {message.id: Kept((1,)) for message in messages}
    figures = train_sentences(corpus, messages, kept, ("U",), embeddings, tmp_path, "r1")
    assert figures["messages"] == 1
    card = json.loads((tmp_path / "sentences.json").read_bytes())
    assert (card["reader_sha256"], card["held_out_writers"]) == ("r1", ["U"])
    assert (tmp_path / "sentences.safetensors").stat().st_mode & 0o044 == 0o044
    [vector] = embeddings.embed([messages[1].text])
    scores = open_sentence_scores(tmp_path, "r1", embeddings)
    texts = [sentence.text for sentence in corpus.answers[0].sentences]
    before = np.vecdot(embeddings.embed(texts), vector)
    after = scores.score(vector, texts)
    assert after[1] - after[0] > before[1] - before[0]


def test_the_best_sentence_is_counted_where_it_belongs(base: Path) -> None:
    import torch

    from isletbot.training.sentence_matrix import Listing, measure_best

    sentences = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    listings = [Listing(torch.tensor([1.0, 0.0]), sentences, (place,), (place,)) for place in (0, 1)]
    assert measure_best(listings, np.eye(2, dtype=np.float32)) == 0.5


def test_a_message_written_for_a_sentence_says_what_begins_the_reply(
    base: Path, tmp_path: Path, messages: list[BankMessage]
) -> None:
    from isletbot.training.sentence_matrix import list_sentences

    corpus = load_corpus(a_corpus(tmp_path, ANSWERS), make_verify)
    [answer, *_] = corpus.answers
    places = tuple(reversed(range(len(answer.sentences))))
    asked = {one.id: Kept(places, ordered=True, complete=False) for one in messages}
    [listing, *_] = list_sentences(corpus, messages, asked, HashEmbeddings())
    assert (listing.kept, listing.first) == (places, places[:1])
