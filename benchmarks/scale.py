"""How building and searching the index grow with the number of passages.

Passages are random sentences over a vocabulary with Zipf's frequencies, from a seeded generator; each has one vector. A
vector is the mean of fixed random directions of the words: embedding costs next to nothing, so what is measured is the
index. Such vectors are spread wider than those of a language model, which is harder for Chroma's graph, not easier.
Queries are passages with a third of their words changed. Building and searching run in fresh processes of their own;
exact search over the same vectors is the reference of recall and of the ratio (of processor time), in the same process.

    python benchmarks/scale.py [--passages 100,10000] [--json OUT]
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
from isletbot.ports import Vectors
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

    def __init__(self) -> None:
        self._directions = np.random.default_rng(SEED).standard_normal((WORDS, DIMENSIONS), dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [self._directions[[int(word[1:]) for word in text.split()]].sum(axis=0) for text in texts]
        vectors = np.asarray(rows, dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def draw_words(random: np.random.Generator, count: int) -> list[str]:
    """Word n is drawn 1/(n + 10) as often as word 0 would be."""
    drawn = np.exp(random.random(count) * np.log((WORDS + 10) / 10)) * 10 - 10
    return [f"w{int(number)}" for number in np.minimum(drawn, WORDS - 1)]


def make_corpus(passages: int) -> Corpus:
    random, source = np.random.default_rng([SEED, passages]), make_source("scale")
    made = tuple(make_passage(source, f"k{number}", " ".join(draw_words(random, LENGTH))) for number in range(passages))
    return Corpus((source,), made, (), Glossary((), ()), {source.id: ""}, f"scale-{passages}", {})


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(folder: Path, passages: int) -> dict[str, float]:
    corpus = make_corpus(passages)
    held = peak_mb()
    used = time.process_time()
    report = index_corpus(corpus, folder, ProjectedWords(), ChromaWriter())
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


def search(folder: Path, passages: int) -> dict[str, Any]:
    embeddings, random = ProjectedWords(), np.random.default_rng(SEED)
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


def measure(passages: int) -> dict[str, Any]:
    figures: dict[str, Any] = {"passages": passages}
    with TemporaryDirectory() as folder:
        for part in ("build", "search"):
            command = [sys.executable, __file__, "--part", part, "--passages", str(passages), "--folder", folder]
            figures |= json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return figures


COLUMNS = (
    "passages", "passages/s", "per CPU second", "build peak MB", "index MB", "open s", "serving peak MB",
    "graph ms", "exact ms", "graph : exact", "lexical ms", "hybrid ms", "recall@10",
)  # fmt: skip
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---:|' * len(COLUMNS)}"


def write_row(one: dict[str, Any]) -> str:
    ms = {name: "{median:.2f} ({p95:.2f}; {cpu:.2f})".format(**times) for name, times in one["ms"].items()}
    cells = (
        f"{one['passages']:,}", f"{one['passages_a_second']:,.0f}", f"{one['passages_a_cpu_second']:,.0f}",
        f"{one['build_peak_mb']:,.0f}", f"{one['index_mb']:,.1f}", f"{one['open_s']:.2f}",
        f"{one['serving_peak_mb']:,.0f}", ms["graph"], ms["exact"], f"{one['graph_to_exact']:.2f}",
        ms["lexical"], ms["hybrid"], f"{one['recall_at_10']:.3f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", default="100,10000", help="numbers of passages, with commas")
    parser.add_argument("--json", type=Path, help="writes the figures there")
    parser.add_argument("--part", choices=("build", "search"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        part = {"build": build, "search": search}[given.part]
        print(json.dumps(part(given.folder, int(given.passages))))
        return 0
    print(HEAD, flush=True)
    measured = []
    for number in given.passages.split(","):
        measured.append(measure(int(number)))
        print(write_row(measured[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    short = [one["passages"] for one in measured if one["recall_at_10"] < LEAST_RECALL]
    if short:
        print(f"recall@10 of the graph is below {LEAST_RECALL} at {', '.join(map(str, short))} passages")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
