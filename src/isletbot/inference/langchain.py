"""Offers the embeddings to other LangChain programs through LangChain's interface."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings as LangChainInterface

from isletbot.ports import Embeddings


class LangChainEmbeddings(LangChainInterface):
    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(value) for value in vector] for vector in self._embeddings.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]
