"""The ingestion line: corpus folder to an index that serves. Where vectors are kept is the writer's business."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from filelock import FileLock

from isletbot.corpus import Corpus, Withheld
from isletbot.errors import IndexCorrupt
from isletbot.ingestion.index_folder import (
    BUILDING,
    INDEX_FORMAT,
    Manifest,
    current_folder,
    index_version,
    read_manifest,
    seal_folder,
    sweep_builds,
)
from isletbot.ingestion.load import MakeVerify, load_corpus
from isletbot.ports import Embeddings, PassageWriter, SearchText, Vectors
from isletbot.types import Passage

EMBED_AT_ONCE = 32
"""Texts between two reports of progress."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    version: str
    passages: int
    vectors: int
    embedded: int
    """Vectors of texts that had to go through the model."""
    reused: int
    """Vectors taken over from the index of before."""
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
    the index of before serves until the new one is whole.
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
        sweep_builds(index_dir)
        before = None if rebuild else _find_before(index_dir, embeddings.digest)
        if before is not None and before[1].version == version:
            return _report(corpus, before[1], before[1].vectors + before[1].asks, started)
        served = approved_only(corpus)
        texts = (*search_texts(served), *answer_texts(served))
        known = writer.stored_vectors(before[0]) if before is not None else {}
        vectors = _embed_texts(texts, known, embeddings, progress)
        progress("writing", 0, 1)
        manifest = _write_index(index_dir, served, vectors, writer, version, embeddings.digest)
        progress("writing", 1, 1)
    return _report(corpus, manifest, sum(text.text in known for text in texts), started)


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


def search_texts(corpus: Corpus) -> tuple[SearchText, ...]:
    """Everything that is embedded, in a fixed order."""
    return tuple(text for passage in corpus.passages for text in _passage_texts(passage))


def answer_texts(corpus: Corpus) -> tuple[SearchText, ...]:
    """Every way of asking for an approved answer, in a fixed order."""
    return tuple(SearchText(answer.id, "ask", ask) for answer in corpus.answers for ask in answer.asks)


def statement_text(passage: Passage) -> str:
    """What is embedded for the statement itself."""
    return passage.text


def _passage_texts(passage: Passage) -> Iterator[SearchText]:
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


def _embed_texts(
    texts: Sequence[SearchText], known: Mapping[str, Vectors], embeddings: Embeddings, progress: Progress
) -> dict[str, Vectors]:
    """A vector for every different text; those that are known do not go through the model."""
    vectors = {text.text: known[text.text] for text in texts if text.text in known}
    missing = list(dict.fromkeys(text.text for text in texts if text.text not in known))
    for start in range(0, len(missing), EMBED_AT_ONCE):
        progress("embedding", start, len(missing))
        batch = missing[start : start + EMBED_AT_ONCE]
        vectors.update(zip(batch, embeddings.embed(batch), strict=True))
    progress("embedding", len(missing), len(missing))
    return vectors


def _write_index(
    index_dir: Path,
    corpus: Corpus,
    vectors: Mapping[str, Vectors],
    writer: PassageWriter,
    version: str,
    weights_digest: str,
) -> Manifest:
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=index_dir))
    building.chmod(0o755)  # whoever serves need not be who built
    try:
        passages, answers = _stack(search_texts(corpus), vectors), _stack(answer_texts(corpus), vectors)
        files = writer.write(building, corpus, passages, answers)
        manifest = Manifest(
            format=INDEX_FORMAT,
            version=version,
            corpus=corpus.version,
            weights=weights_digest,
            passages=len(corpus.passages),
            vectors=len(passages),
            asks=len(answers),
            files=dict.fromkeys(files, ""),
        )
        seal_folder(building, manifest)
        writer.publish(index_dir, building, version)
        return manifest
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _stack(texts: Sequence[SearchText], vectors: Mapping[str, Vectors]) -> Vectors:
    rows = [vectors[text.text] for text in texts]
    return np.asarray(rows, dtype=np.float32) if rows else np.empty((0, 1), dtype=np.float32)
