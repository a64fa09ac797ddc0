"""This module offers the corpus as a LangChain retriever to other LangChain programs. LangChain's Document stays in
this file."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from isletbot.types import ScoredPassage


class CorpusRetriever(BaseRetriever):
    """Returns approved statements, best first, with source card and offsets as metadata."""

    find: Callable[[str], tuple[ScoredPassage, ...]]
    """Retrieves passages for one question as the pipeline does."""
    k: int = 4

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_make_document(scored) for scored in self.find(query)[: self.k]]


def _make_document(scored: ScoredPassage) -> Document:
    passage, source = scored.passage, scored.passage.source
    return Document(
        id=passage.key,
        page_content=passage.text,
        metadata={
            "source_id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "evidence": source.evidence,
            "section": passage.heading,
            "url": source.url,
            "as_of": source.as_of.isoformat(),
            "source_version": source.version,
            "start": passage.start,
            "end": passage.end,
            "score": scored.score,
        },
    )
