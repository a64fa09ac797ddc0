"""Opens the trained models, exports missing ones, and builds the judge on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from isletbot.answering.judge import Judge
from isletbot.corpus import Example
from isletbot.inference.adapter import ModelName, open_adapter
from isletbot.inference.embeddings import OnnxEmbeddings
from isletbot.inference.installed import InstalledModels
from isletbot.inference.relevance import OnnxRelevance
from isletbot.inference.sentence_scores import open_sentence_scores
from isletbot.inference.weights import file_sha256
from isletbot.ingestion.kept_sentences import find_kept_file, read_kept_sentences
from isletbot.ingestion.question_bank import (
    EXAMPLES_FORM,
    files_digest,
    find_examples,
    find_gap_examples,
    find_statement_examples,
    read_bank,
)
from isletbot.settings import Settings
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.example_search import open_examples

Progress = Callable[[str, int, int], None]


def make_judge(
    settings: Settings, embeddings: OnnxEmbeddings, index: ChromaPassages, progress: Progress | None = None
) -> Judge:
    """Builds the judge that scores candidates; makes the vectors of the question bank on the first call."""

    kept_file = find_kept_file(settings.questions_dir)

    def read() -> tuple[Example, ...]:
        answers = index.answers.answers
        passages = index.everything()
        kept = read_kept_sentences(kept_file, answers)
        bank = find_examples(read_bank(settings.questions_dir), passages, answers, kept)
        return (*bank, *find_statement_examples(passages, answers), *find_gap_examples(index.gaps))

    labels = file_sha256(kept_file) if kept_file.is_file() else "no labels"
    version = f"{EXAMPLES_FORM} {files_digest(settings.questions_dir)} {labels} {index.version}"
    relevance, statement = open_relevance(settings, progress)
    reader = open_adapter(settings.models_dir, "reader")
    return Judge(
        examples=open_examples(settings.vectors_dir, version, read, embeddings, progress or no_progress),
        relevance=relevance,
        answer=reader.number("answer"),
        statement=statement,
        score_sentences=open_sentence_scores(settings.models_dir, reader.sha256, embeddings).score,
        gaps={gap.id: gap for gap in index.gaps},
    )


def open_relevance(settings: Settings, progress: Progress | None = None) -> tuple[OnnxRelevance, float]:
    """Returns the cross-encoder and the least score of a text that answers."""
    least = open_adapter(settings.models_dir, "relevance").number("statement")
    return OnnxRelevance(open_weights(settings, "relevance", progress)), least


def open_embeddings(settings: Settings, progress: Progress | None = None) -> OnnxEmbeddings:
    return OnnxEmbeddings(open_weights(settings, "reader", progress))


def open_weights(settings: Settings, name: ModelName, progress: Progress | None = None) -> Path:
    return find_models(settings).open_weights(name, progress or no_progress)


def find_models(settings: Settings) -> InstalledModels:
    return InstalledModels(settings.weights_dir, settings.models_dir, settings.weights_from)


def no_progress(_what: str, _done: int, _total: int) -> None:
    """Ignores progress, for callers that show none."""
