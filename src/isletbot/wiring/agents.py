"""Builds the MCP server, over stdio or over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isletbot.answering.question import read_question
from isletbot.answering.retrieve import retrieve_evidence
from isletbot.errors import SettingsError
from isletbot.server.mcp_tools import ToolContext, make_mcp_server, make_mcp_web
from isletbot.server.middleware import MiddlewareSettings
from isletbot.settings import Settings
from isletbot.types import Part, Query, ScoredPassage
from isletbot.wiring import Progress, make_whole_line
from isletbot.wiring.prompts import open_prompts
from isletbot.wiring.server_context import make_server_context, open_records
from isletbot.wiring.serving import guard_answers, make_middleware_settings, open_live, open_switch

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from starlette.applications import Starlette


def make_mcp(settings: Settings, progress: Progress | None = None) -> MCPServer:
    return _make_tools(settings, _protect(settings, settings.host), progress)


def make_mcp_app(settings: Settings, host: str, progress: Progress | None = None) -> Starlette:
    """Serves the tools at `/mcp` behind an API key; only a server that no other machine reaches may go without one."""
    guard = _protect(settings, host)
    if not guard.keys.keys and not guard.keys.open_without:
        raise SettingsError(f"{host!r} is reached from other machines and ISLETBOT_API_KEYS is empty. Set a key.")
    return make_mcp_web(_make_tools(settings, guard, progress), guard, host, settings.max_body_bytes)


def _protect(settings: Settings, host: str) -> MiddlewareSettings:
    return make_middleware_settings(settings, open_prompts(settings).say("emergency-line"), host)


def _make_tools(settings: Settings, guard: MiddlewareSettings, progress: Progress | None) -> MCPServer:
    records = open_records(settings)
    live, _ = open_live(make_whole_line(settings, progress), settings, records.database)

    def search(text: str) -> tuple[ScoredPassage, ...]:
        line = live.line
        query = read_question(text, (), line.limits).text
        evidence = retrieve_evidence(Query(query, (Part(query),)), line.index, line.embeddings, line.retrieval)
        return evidence.found[0].passages

    answers = guard_answers(live, open_switch(settings, records.database), guard)
    chat = make_server_context(settings, live.line, answers, records).chat
    return make_mcp_server(ToolContext(chat.for_channel("mcp"), lambda: live.line.index, search, guard.emergency))
