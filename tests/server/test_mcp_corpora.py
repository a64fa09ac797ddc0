"""Tools of several corpora: the argument `corpus` chooses one, through the official client over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.types import CallToolResult

from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.server.concurrency import RequestPool, make_async
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.mcp_tools import ToolContext, make_mcp_server, make_mcp_web
from isletbot.storage.file_journal import FileJournal
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.storage.sql_records import SqlRecords
from isletbot.types import Answer, ScoredPassage
from tests.builders import a_corpus, a_digest
from tests.scripted import ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, a_limiter, an_emergency_handler, middleware_settings
from tests.server.contexts import a_context, open_fleeting
from tests.server.live import serve_live
from tests.server.test_asked_corpora import UNKNOWN, URGENT, find_keeping
from tests.server.urgent import urgent_replies


@dataclass
class Tools:
    """Of the corpus without a name and of `stones`, whose bot says small talk alone and which has other sources."""

    contexts: dict[str, ToolContext] = field(default_factory=dict)
    bots: dict[str, ScriptedBot] = field(default_factory=dict)
    records: dict[str, SqlRecords] = field(default_factory=dict)

    def add(self, name: str, folder: Path, answer: Answer, topic: str, journal: FileJournal) -> None:
        index = MemoryPassages(load_corpus(folder), HashEmbeddings(64))
        bot, records = ScriptedBot([answer]), open_fleeting()
        ask = make_async(bot, RequestPool(1, 4))

        def search(_: str) -> tuple[ScoredPassage, ...]:
            return tuple(ScoredPassage(passage, 0.5, 0.5, 0.5) for passage in index.everything())

        handler = an_emergency_handler(urgent_replies().find, journal, a_context(ask, records), middleware_settings())
        self.contexts[name] = ToolContext(ask, lambda: index, search, EMERGENCY, "1", handler, topic)
        self.bots[name], self.records[name] = bot, records

    def find_handler(self, name: str) -> EmergencyHandler | None:
        return self.contexts[name].emergency_handler if name in self.contexts else None

    def make_server(self) -> MCPServer:
        return make_mcp_server(self.contexts[""], {"stones": self.contexts["stones"]})


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    made = Tools()
    (tmp_path / "stones").mkdir()
    main, leaflet = a_corpus(tmp_path), {"leaflet_md": a_digest("leaflet"), "cautions_yaml": None}
    stones = a_corpus(tmp_path / "stones", paper_md=None, release_md=None, **leaflet)
    made.add("", main, an_answer(), "islets", FileJournal(tmp_path / "main.jsonl"))
    made.add("stones", stones, an_answer("small_talk"), "kidney stones", FileJournal(tmp_path / "stones.jsonl"))
    return made


@pytest.fixture
def url(tools: Tools) -> Iterator[str]:
    own = tools.contexts[""].emergency_handler
    web = make_mcp_web(tools.make_server(), middleware_settings(), "127.0.0.1", 10_000, own, tools.find_handler)
    with serve_live(web) as address:
        yield f"{address}/mcp"


async def call(at: str | MCPServer, tool: str, **arguments: object) -> CallToolResult:
    async with Client(at) as client:
        result: CallToolResult = await client.call_tool(tool, arguments)
    return result


async def read(at: str, tool: str, **arguments: object) -> dict[str, object]:
    result = await call(at, tool, **arguments)
    assert result.structured_content is not None, result
    return result.structured_content


async def test_the_argument_names_the_corpus_whose_bot_answers(url: str, tools: Tools) -> None:
    assert (await read(url, "ask", question="one"))["kind"] == "answered"
    assert (await read(url, "ask", question="two", corpus=None))["kind"] == "answered"
    assert (await read(url, "ask", question="three", corpus="stones"))["kind"] == "small_talk"
    assert [text for text, _ in tools.bots[""].asked] == ["one", "two"]
    assert [text for text, _ in tools.bots["stones"].asked] == ["three"]


@pytest.mark.parametrize(("corpus", "held"), [("", {"paper", "release"}), ("stones", {"leaflet"})])
async def test_statements_and_sources_are_those_of_the_corpus_that_is_named(
    url: str, corpus: str, held: set[str]
) -> None:
    found = await read(url, "search_corpus", query="insulin", corpus=corpus)
    assert {passage["source_id"] for passage in found["passages"]} == held  # type: ignore[attr-defined]
    for source_id in ("paper", "release", "leaflet"):
        shown = await call(url, "get_source", source_id=source_id, corpus=corpus)
        assert shown.is_error == (source_id not in held)


@pytest.mark.parametrize("asked", [("ask", "question"), ("search_corpus", "query"), ("get_source", "source_id")])
async def test_an_unknown_name_is_an_error_with_the_value_the_names_and_the_remedy(
    url: str, tools: Tools, asked: tuple[str, str]
) -> None:
    tool, argument = asked
    result = await call(url, tool, **{argument: "paper", "corpus": "gout"})
    assert result.is_error
    assert result.content[0].text.endswith(f"{UNKNOWN} {EMERGENCY}")  # type: ignore[union-attr]
    assert tools.bots[""].asked == tools.bots["stones"].asked == []


async def test_where_there_is_one_corpus_alone_none_can_be_chosen(tools: Tools) -> None:
    result = await call(make_mcp_server(tools.contexts[""]), "ask", question="Hi", corpus="stones")
    assert result.is_error
    assert "The corpus 'stones' cannot be chosen here" in result.content[0].text  # type: ignore[union-attr]


@pytest.mark.parametrize("corpus", ["stones", "gout", "", None, 7, ["stones"]])
async def test_an_emergency_is_answered_before_the_name_is_looked_at_also_without_http(
    tools: Tools, corpus: object
) -> None:
    result = await call(tools.make_server(), "ask", question=URGENT["content"], corpus=corpus)
    assert result.structured_content is not None
    assert result.structured_content["kind"] == "urgent"
    assert find_keeping(tools.records) == {"stones" if corpus == "stones" else ""}


@pytest.mark.parametrize("corpus", ["stones", "gout", 7])
def test_over_http_an_emergency_is_answered_before_limits_and_the_name(tools: Tools, corpus: object) -> None:
    guard = middleware_settings(limiter=a_limiter(everyone="0/minute"))
    own = tools.contexts[""].emergency_handler
    web = make_mcp_web(tools.make_server(), guard, "127.0.0.1", 10_000, own, tools.find_handler)
    asked = {"name": "ask", "arguments": {"question": URGENT["content"], "corpus": corpus}}
    with serve_live(web) as address:
        said = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": asked}
        reply = httpx.post(f"{address}/mcp", json=said).json()
    assert reply["result"]["structuredContent"]["kind"] == "urgent"
    assert find_keeping(tools.records) == {"stones" if corpus == "stones" else ""}


async def test_an_agent_reads_which_corpora_there_are(tools: Tools) -> None:
    async with Client(tools.make_server()) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        told = client.instructions or ""
    further = "Further corpora, to name as `corpus`: stones (kidney stones)."
    assert further in told
    assert further in (listed["ask"].description or "")
    assert all(tool.input_schema["properties"]["corpus"]["type"] == "string" for tool in listed.values())
