"""Other LangChain programs get the statements with their source card, found as the line finds them."""

from pathlib import Path

import pytest

from isletbot.settings import load_settings
from isletbot.wiring import make_retriever


@pytest.mark.weights
def test_the_retriever_returns_documents_with_the_card_and_offsets(bot: object, test_cache: Path) -> None:
    retriever = make_retriever(load_settings(data_dir=test_cache), k=3)
    documents = retriever.invoke("How many people could stop insulin?")
    assert len(documents) == 3
    first = documents[0]
    assert "10" in first.page_content
    assert first.metadata["source_id"]
    assert first.metadata["end"] - first.metadata["start"] == len(first.page_content)
    assert [document.metadata["score"] for document in documents] == sorted(
        (document.metadata["score"] for document in documents), reverse=True
    )


@pytest.mark.weights
async def test_the_retriever_can_be_awaited(bot: object, test_cache: Path) -> None:
    retriever = make_retriever(load_settings(data_dir=test_cache))
    assert await retriever.ainvoke("Did anyone die?")
