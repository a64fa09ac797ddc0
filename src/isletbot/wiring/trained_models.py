"""Settings to the trained models, exported when they are missing, and to the judge that asks them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from isletbot.answering.judge import Judge
from isletbot.corpus import Example
from isletbot.inference import weights
from isletbot.inference.adapter import ModelName, open_adapter
from isletbot.inference.embeddings import OnnxEmbeddings
from isletbot.inference.relevance import OnnxRelevance
from isletbot.ingestion.question_bank import (
    EXAMPLES_FORM,
    files_digest,
    find_examples,
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
    """What candidates are scored with; the vectors of the bank are made on the first call."""

    def read() -> tuple[Example, ...]:
        answers = index.answers.answers
        bank = find_examples(read_bank(settings.questions_dir), {answer.id for answer in answers})
        return (*bank, *find_statement_examples(index.everything(), answers))

    version = f"{EXAMPLES_FORM} {files_digest(settings.questions_dir)} {index.version}"
    relevance, statement = open_relevance(settings, progress)
    return Judge(
        examples=open_examples(settings.weights_dir, version, read, embeddings, progress or no_progress),
        relevance=relevance,
        answer=open_adapter(settings.models_dir, "reader").number("answer"),
        statement=statement,
    )


def open_relevance(settings: Settings, progress: Progress | None = None) -> tuple[OnnxRelevance, float]:
    """The cross-encoder, and the least score of a text that answers."""
    least = open_adapter(settings.models_dir, "relevance").number("statement")
    return OnnxRelevance(open_weights(settings, "relevance", progress)), least


def open_embeddings(settings: Settings, progress: Progress | None = None) -> OnnxEmbeddings:
    return OnnxEmbeddings(open_weights(settings, "reader", progress))


def open_weights(settings: Settings, name: ModelName, progress: Progress | None = None) -> Path:
    """The exported weights of a trained model. Only when there are none is anything loaded that needs torch."""
    adapter = open_adapter(settings.models_dir, name)
    folder = weights.find_weights(settings.weights_dir, adapter.sha256)
    if folder is None:
        from isletbot.inference.export import export_weights

        report = progress or no_progress
        report(f"exporting weights of the {name}", 0, 1)
        folder = export_weights(settings.weights_dir, adapter, settings.weights_from)
        report(f"exporting weights of the {name}", 1, 1)
    return folder


def no_progress(_what: str, _done: int, _total: int) -> None:
    """For callers that show none."""
