"""How building and searching the index grow with the number of passages.

Passages are random sentences over a vocabulary with Zipf's frequencies, from a seeded generator; each has one vector.
Queries are passages with a third of their words changed. The vectors:

    words     the mean of fixed random directions of the words: embedding costs next to nothing, so what is measured is
              the index; such vectors are spread wider than a language model's, which is harder for Chroma's graph
    topics    the same, but half the words of a passage belong to one of 1,000 topics, so that vectors lie in clusters
    encoder   the bot's own encoder reads the same sentences: what embedding costs, and hours at a million

Building and searching run in fresh processes of their own; exact search over the same vectors is the reference of
recall and of the ratio (of processor time), in the same process.

    python benchmarks/scale.py [--passages 100,10000] [--vectors words] [--json OUT]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from isletbot.answering.retrieve import Retrieval, retrieve_evidence
from isletbot.corpus import Corpus, Glossary
from isletbot.evaluation.external_texts import make_passage, make_source
from isletbot.ingestion.ingest import index_corpus
from isletbot.ingestion.text_batches import EMBED_AT_ONCE
from isletbot.ports import Embeddings, Vectors
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.chroma_writer import ChromaWriter
from isletbot.types import Part, Query

SEED = 7
WORDS, LENGTH, DIMENSIONS = 20_000, 14, 384
QUERIES, WARM, NEAREST = 200, 20, 10
LEAST_RECALL = 0.98
EVERYTHING = 10**9
"""More vectors than there are: all are searched whole."""


class ProjectedWords:
    """Embeds a text of words `w123` as the mean of their fixed random directions."""

    digest = f"projected-{SEED}-{DIMENSIONS}"
    topics = 0

    def __init__(self) -> None:
        self._directions = np.random.default_rng(SEED).standard_normal((WORDS, DIMENSIONS), dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [self._directions[[int(word[1:]) for word in text.split()]].sum(axis=0) for text in texts]
        vectors = np.asarray(rows, dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class ProjectedTopics(ProjectedWords):
    topics = 1_000


def open_encoder() -> Embeddings:
    from isletbot.settings import load_settings
    from isletbot.wiring.trained_models import open_embeddings

    return open_embeddings(load_settings(), None)


VECTORS: dict[str, Callable[[], Any]] = {
    "words": ProjectedWords,
    "topics": ProjectedTopics,
    "encoder": open_encoder,
}


def draw_words(random: np.random.Generator, count: int) -> list[str]:
    """Word n is drawn 1/(n + 10) as often as word 0 would be."""
    drawn = np.exp(random.random(count) * np.log((WORDS + 10) / 10)) * 10 - 10
    return [f"w{int(number)}" for number in np.minimum(drawn, WORDS - 1)]


def draw_text(random: np.random.Generator, topics: int) -> str:
    words = draw_words(random, LENGTH)
    if topics:
        first = int(random.integers(topics)) * (WORDS // topics)
        words[: LENGTH // 2] = [f"w{number}" for number in random.integers(first, first + WORDS // topics, LENGTH // 2)]
    return " ".join(words)


def make_corpus(passages: int, topics: int) -> Corpus:
    random, source = np.random.default_rng([SEED, passages]), make_source("scale")
    made = tuple(make_passage(source, f"k{number}", draw_text(random, topics)) for number in range(passages))
    return Corpus((source,), made, (), Glossary((), ()), {source.id: ""}, f"scale-{passages}", {})


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show_progress(stage: str, done: int, total: int) -> None:
    if done % (total // 20 or 1) < EMBED_AT_ONCE:
        print(f"{stage} {done:,} of {total:,}, {peak_mb():,.0f} MB", file=sys.stderr, flush=True)


def build(folder: Path, passages: int, vectors: str) -> dict[str, float]:
    embeddings = VECTORS[vectors]()
    without = peak_mb()
    corpus = make_corpus(passages, getattr(embeddings, "topics", 0))
    held = peak_mb() - without
    used = time.process_time()
    report = index_corpus(corpus, folder, embeddings, ChromaWriter(), show_progress)
    used = time.process_time() - used
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
    return {
        "passages_a_second": passages / report.seconds,
        "passages_a_cpu_second": passages / used,
        "corpus_mb": held,
        "build_peak_mb": peak_mb(),
        "index_mb": size,
    }


def time_queries(ask: Callable[[str], object], queries: Sequence[str]) -> dict[str, float]:
    """Median and 95th percentile of the wait, and the mean of the processor's time, which other work on the machine
    hardly touches; in milliseconds."""
    for query in queries[:WARM]:
        ask(query)
    taken, used = [], time.process_time()
    for query in queries:
        began = time.perf_counter()
        ask(query)
        taken.append((time.perf_counter() - began) * 1000)
    cpu = (time.process_time() - used) * 1000 / len(queries)
    return {"median": statistics.median(taken), "p95": sorted(taken)[int(len(taken) * 0.95)], "cpu": cpu}


def search(folder: Path, passages: int, vectors: str) -> dict[str, Any]:
    embeddings, random = VECTORS[vectors](), np.random.default_rng(SEED)
    began = time.perf_counter()
    graph = ChromaPassages.open(folder, embeddings.digest, exact_up_to=0)
    figures: dict[str, Any] = {"open_s": time.perf_counter() - began, "serving_peak_mb": peak_mb()}
    texts = [passage.text for passage in graph.everything()]
    queries = []
    for place in random.integers(0, passages, QUERIES):
        words = texts[place].split()
        kept = LENGTH - LENGTH // 3
        queries.append(" ".join((*random.permutation(words)[:kept], *draw_words(random, LENGTH - kept))))
    hybrid = Retrieval(dense_weight=0.4, candidates=20)
    exact = ChromaPassages.open(folder, embeddings.digest, exact_up_to=EVERYTHING)

    def find(index: ChromaPassages, query: str) -> set[str]:
        return {hit.key for hit in index.search_dense(embeddings.embed([query])[0], NEAREST)}

    searches = {
        "graph": lambda query: find(graph, query),
        "exact": lambda query: find(exact, query),
        "lexical": lambda query: graph.search_lexical(query, NEAREST),
        "hybrid": lambda query: retrieve_evidence(Query(query, (Part(query),)), graph, embeddings, hybrid),
    }
    figures["ms"] = {name: time_queries(ask, queries) for name, ask in searches.items()}
    shares = [len(find(graph, query) & find(exact, query)) / min(NEAREST, passages) for query in queries]
    figures["recall_at_10"] = statistics.mean(shares)
    figures["graph_to_exact"] = figures["ms"]["graph"]["cpu"] / figures["ms"]["exact"]["cpu"]
    return figures


def measure(passages: int, vectors: str) -> dict[str, Any]:
    figures: dict[str, Any] = {"passages": passages, "vectors": vectors}
    with TemporaryDirectory() as folder:
        for part in ("build", "search"):
            size = ["--passages", str(passages), "--vectors", vectors]
            command = [sys.executable, __file__, "--part", part, *size, "--folder", folder]
            figures |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return figures


COLUMNS = (
    "passages", "vectors", "passages/s", "per CPU second", "build peak MB (corpus)", "index MB",
    "open s", "serving peak MB", "graph ms", "exact ms", "graph : exact", "lexical ms", "hybrid ms", "recall@10",
)  # fmt: skip
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---:|' * len(COLUMNS)}"


def write_row(one: dict[str, Any]) -> str:
    ms = {name: "{median:.2f} ({p95:.2f}; {cpu:.2f})".format(**times) for name, times in one["ms"].items()}
    cells = (
        f"{one['passages']:,}", one["vectors"],
        f"{one['passages_a_second']:,.0f}", f"{one['passages_a_cpu_second']:,.0f}",
        f"{one['build_peak_mb']:,.0f} ({one['corpus_mb']:,.0f})", f"{one['index_mb']:,.1f}", f"{one['open_s']:.2f}",
        f"{one['serving_peak_mb']:,.0f}", ms["graph"], ms["exact"], f"{one['graph_to_exact']:.2f}",
        ms["lexical"], ms["hybrid"], f"{one['recall_at_10']:.3f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", default="100,10000", help="numbers of passages, with commas")
    parser.add_argument("--vectors", choices=VECTORS, default="words", help="what stands for the vectors of a model")
    parser.add_argument("--json", type=Path, help="writes the figures there")
    parser.add_argument("--part", choices=("build", "search"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        part = {"build": build, "search": search}[given.part]
        print(json.dumps(part(given.folder, int(given.passages), given.vectors)))
        return 0
    print(HEAD, flush=True)
    measured = []
    for number in given.passages.split(","):
        measured.append(measure(int(number), given.vectors))
        print(write_row(measured[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    short = [one["passages"] for one in measured if one["recall_at_10"] < LEAST_RECALL]
    if short:
        print(f"recall@10 of the graph is below {LEAST_RECALL} at {', '.join(map(str, short))} passages")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
