"""The ingestion line: corpus folder to an index that serves. Where vectors are kept is the writer's business.

The corpus is held whole, since its rules go across statements; vectors are held a batch at a time.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

from filelock import FileLock

from isletbot.corpus import Corpus, Withheld
from isletbot.errors import IndexAway, IndexCorrupt
from isletbot.ingestion.index_folder import (
    INDEX_FORMAT,
    Manifest,
    current_folder,
    index_version,
    open_building,
    read_manifest,
    seal_folder,
    sweep_builds,
)
from isletbot.ingestion.load import MakeVerify, load_corpus
from isletbot.ingestion.passage_writer import PassageWriter, SearchText
from isletbot.ingestion.text_batches import BatchEmbedding, Progress, cut_batches
from isletbot.ports import Embeddings, Vectors
from isletbot.types import Passage


@dataclass(frozen=True, slots=True)
class IndexReport:
    version: str
    passages: int
    vectors: int
    embedded: int
    """Vectors of texts that had to go through the model."""
    reused: int
    """Vectors taken over from the index of before, or from a build of the same version that was killed."""
    answers: int
    """Approved answers that are served."""
    withheld: tuple[Withheld, ...]
    """Answers that are not, and why."""
    seconds: float


def build_index(
    corpus_dir: Path,
    index_dir: Path,
    embeddings: Embeddings,
    writer: PassageWriter,
    progress: Progress = lambda _stage, _done, _total: None,
    rebuild: bool = False,
    make_verify: MakeVerify | None = None,
) -> IndexReport:
    """Makes the index of this corpus the one that serves, unless it is already.

    `rebuild` trusts nothing that is there. Raises CorpusError with every problem; whatever happens, a kill included,
    the index of before serves until the new one is whole. A build that was killed goes on where it was.
    """
    return index_corpus(load_corpus(corpus_dir, make_verify), index_dir, embeddings, writer, progress, rebuild)


def index_corpus(
    corpus: Corpus,
    index_dir: Path,
    embeddings: Embeddings,
    writer: PassageWriter,
    progress: Progress = lambda _stage, _done, _total: None,
    rebuild: bool = False,
) -> IndexReport:
    """`build_index` for a corpus at hand."""
    started = time.monotonic()
    version = index_version(corpus.version, embeddings.digest)
    index_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(index_dir / ".lock"):
        sweep_builds(index_dir, kept="" if rebuild else version)
        before = None if rebuild else _find_before(index_dir, embeddings.digest)
        if before is not None and before[1].version == version:
            sweep_builds(index_dir)
            return _report(corpus, before[1], before[1].vectors + before[1].asks, started)
        served = approved_only(corpus)
        known = writer.stored_vectors(before[0]) if before is not None else _NothingKnown()
        counted = _count_texts(served, version, embeddings.digest)
        embedding = BatchEmbedding(embeddings, known, progress, counted.vectors + counted.asks)
        building = open_building(index_dir, version)
        try:
            files = _write_index(building, served, writer, embedding, progress)
            seal_folder(building, replace(counted, files=dict.fromkeys(files, "")))
            writer.publish(index_dir, building, version)
            progress("writing", 1, 1)
        except Exception as error:
            if not isinstance(error, IndexAway):  # whatever broke it may be in it, and a full disk wants the room
                shutil.rmtree(building, ignore_errors=True)
            raise
    return _report(corpus, counted, embedding.reused, started)


def _count_texts(corpus: Corpus, version: str, weights_digest: str) -> Manifest:
    """The manifest but for its files, which are not written yet."""
    return Manifest(
        format=INDEX_FORMAT,
        version=version,
        corpus=corpus.version,
        weights=weights_digest,
        passages=len(corpus.passages),
        vectors=sum(1 for _ in search_texts(corpus)),
        files={},
        asks=len(answer_texts(corpus)),
    )


def _report(corpus: Corpus, manifest: Manifest, reused: int, started: float) -> IndexReport:
    withheld = corpus.withheld_on(date.today())
    return IndexReport(
        version=manifest.version,
        passages=manifest.passages,
        vectors=manifest.vectors + manifest.asks,
        embedded=manifest.vectors + manifest.asks - reused,
        reused=reused,
        answers=len(corpus.answers) + len(corpus.withheld) - len(withheld),
        withheld=withheld,
        seconds=time.monotonic() - started,
    )


def approved_only(corpus: Corpus) -> Corpus:
    """What may be served. Nothing else enters an index, so that no search has to remember to leave it out."""
    approved = {source.id for source in corpus.sources if source.status == "approved"}
    return replace(
        corpus,
        sources=tuple(source for source in corpus.sources if source.id in approved),
        passages=tuple(passage for passage in corpus.passages if passage.source.id in approved),
        texts={source_id: text for source_id, text in corpus.texts.items() if source_id in approved},
    )


def search_texts(corpus: Corpus) -> Iterator[SearchText]:
    """Everything that is embedded, in a fixed order, passage by passage."""
    return (text for passage in corpus.passages for text in passage_texts(passage))


def answer_texts(corpus: Corpus) -> tuple[SearchText, ...]:
    """Every way of asking for an approved answer, in a fixed order."""
    return tuple(SearchText(answer.id, "ask", ask) for answer in corpus.answers for ask in answer.asks)


def statement_text(passage: Passage) -> str:
    """What is embedded for the statement itself."""
    return passage.text


def passage_texts(passage: Passage) -> Iterator[SearchText]:
    yield SearchText(passage.key, "statement", statement_text(passage))
    for ask in passage.asks:
        yield SearchText(passage.key, "ask", ask)
    for reading in passage.misread:
        yield SearchText(passage.key, "misread", reading)


def _find_before(index_dir: Path, weights_digest: str) -> tuple[Path, Manifest] | None:
    """The index that serves, if its vectors are of these weights and this format."""
    try:
        folder = current_folder(index_dir)
        manifest = read_manifest(folder) if folder is not None else None
    except IndexCorrupt:
        return None
    if folder is None or manifest is None or (manifest.format, manifest.weights) != (INDEX_FORMAT, weights_digest):
        return None
    return folder, manifest


class _NothingKnown:
    def find(self, text: str) -> Vectors | None:
        return None


def _write_index(
    building: Path, corpus: Corpus, writer: PassageWriter, embedding: BatchEmbedding, progress: Progress
) -> tuple[str, ...]:
    """Embeds and writes batch by batch, from where a killed builder stopped."""
    with closing(writer.begin(building, corpus)) as build:
        embedding.skip(build.written)
        for batch in cut_batches(islice(search_texts(corpus), build.written, None), build.at_once):
            build.add(batch, embedding.embed(batch))
        answers = embedding.embed(answer_texts(corpus))
        progress("writing", 0, 1)
        return build.finish(answers)
