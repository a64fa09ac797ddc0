"""Builds evaluation targets, and measures the shipped retrieval on a judged collection."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from isletbot.answering import graph
from isletbot.evaluation.beir import read_beir
from isletbot.evaluation.grounding import SourceText, SourceTexts
from isletbot.evaluation.poison import PoisonedCorpus
from isletbot.evaluation.retrieval import Figures, measure_retrieval
from isletbot.evaluation.targets import LocalTarget, Target
from isletbot.ingestion.ingest import index_corpus
from isletbot.ingestion.plain_forms import list_signed
from isletbot.server.wire import answer_to_json
from isletbot.settings import Settings
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.chroma_writer import ChromaWriter
from isletbot.wiring import check_corpus, make_bot, make_index, make_line
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.staff_answers import add_staff_answers
from isletbot.wiring.trained_models import Progress, no_progress, open_embeddings


def run_retrieval(settings: Settings, folder: Path, progress: Progress | None = None) -> Mapping[str, Figures]:
    """Measures the shipped retrieval on a judged collection, indexed in a temporary folder."""
    report = progress or no_progress
    collection = read_beir(folder)
    embeddings = open_embeddings(settings, progress)
    with TemporaryDirectory() as temporary:
        index_dir = Path(temporary)
        index_corpus(collection.corpus, index_dir, embeddings, ChromaWriter(), report)
        index = ChromaPassages.open(index_dir, embeddings.digest)
        try:
            return measure_retrieval(collection, index, embeddings, settings.dense_weight, report)
        finally:
            index.close()


def open_source_texts(settings: Settings) -> SourceTexts:
    """Reads the corpus on disk, in which the quotes of any target are looked up."""
    corpus = check_corpus(settings)
    signed = list_signed(corpus)
    return {
        source.id: SourceText(
            corpus.texts[source.id], source.version, signed.get(source.id, frozenset()), corpus.glossary.study
        )
        for source in corpus.sources
    }


def keep_apart(settings: Settings, corpus_dir: Path, data_dir: Path) -> Settings:
    """Returns settings for a copy of the corpus, whose index is never published to the replicas of a Chroma server."""
    return settings.model_copy(update={"corpus_dir": corpus_dir, "data_dir": data_dir, "chroma_url": ""})


def make_local_target(
    settings: Settings, commit: str = "", progress: Progress | None = None, at_once: int = 1
) -> Target:
    """Builds this installation's bot as a target; poisoned documents go into a copy of its corpus."""

    def make_poisoned(corpus_dir: Path, data_dir: Path) -> graph.Bot:
        poisoned = keep_apart(settings, corpus_dir, data_dir)
        make_index(poisoned)
        return make_bot(poisoned)

    prompts = open_prompts(settings)
    bot = graph.Bot(add_staff_answers(settings, make_line(settings, progress, prompts)))
    rules = sha256(repr(sorted(prompts.folder("triage").items())).encode()).hexdigest()
    poison = PoisonedCorpus(settings.corpus_dir, settings.weights_dir, settings.index_dir, make_poisoned)
    versions = {**bot.line.versions, "rules": f"sha256:{rules}", "commit": commit}
    return LocalTarget(bot, answer_to_json, versions, poison, at_once)
