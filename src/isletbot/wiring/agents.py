"""Builds the MCP server, over stdio or over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isletbot import __version__
from isletbot.answering.question import read_question
from isletbot.answering.retrieve import retrieve_evidence
from isletbot.errors import SettingsError
from isletbot.prompts import Prompts
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.kill_switch import KillSwitch, SubordinateSwitch
from isletbot.server.mcp_tools import ToolContext, make_mcp_server, make_mcp_web
from isletbot.server.middleware import MiddlewareSettings
from isletbot.settings import Settings, load_corpora
from isletbot.storage.sql_sources import SqlSources
from isletbot.types import Part, Query, ScoredPassage
from isletbot.wiring import make_whole_line
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.server_context import make_redaction, make_server_context, open_records
from isletbot.wiring.serving import (
    guard_answers,
    make_emergency_handler,
    make_middleware_settings,
    open_live,
    open_switch,
)
from isletbot.wiring.trained_models import Progress

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from starlette.applications import Starlette


@dataclass(frozen=True, slots=True)
class Agents:
    """The tools of each corpus: `own` of that without a name."""

    own: ToolContext
    named: Mapping[str, ToolContext]

    def find_handler(self, name: str) -> EmergencyHandler | None:
        return self.named[name].emergency_handler if name in self.named else None

    def make_server(self) -> MCPServer:
        return make_mcp_server(self.own, self.named)


@dataclass(frozen=True, slots=True)
class OpenedTools:
    context: ToolContext
    switch: KillSwitch


def make_mcp(settings: Settings, progress: Progress | None = None) -> MCPServer:
    guard = _make_guard(settings, open_prompts(settings), settings.host)
    return _open_agents(settings, guard, progress).make_server()


def make_mcp_app(settings: Settings, host: str, progress: Progress | None = None) -> Starlette:
    """Serves the tools at `/mcp` behind an API key; only a server that no other machine reaches may go without one."""
    guard = _make_guard(settings, open_prompts(settings), host)
    if not guard.keys.keys and not guard.keys.open_without:
        raise SettingsError(f"{host!r} is reached from other machines and ISLETBOT_API_KEYS is empty. Set a key.")
    agents = _open_agents(settings, guard, progress)
    return make_mcp_web(
        agents.make_server(), guard, host, settings.max_body_bytes, agents.own.emergency_handler, agents.find_handler
    )


def _make_guard(settings: Settings, prompts: Prompts, host: str) -> MiddlewareSettings:
    return make_middleware_settings(settings, prompts.say("emergency-line"), host)


def _open_agents(settings: Settings, guard: MiddlewareSettings, progress: Progress | None) -> Agents:
    own = _open_tools(settings, guard, progress)
    corpora = load_corpora(settings).items()
    return Agents(own.context, {name: _open_tools(one, guard, progress, own.switch).context for name, one in corpora})


def _open_tools(
    settings: Settings, guard: MiddlewareSettings, progress: Progress | None, above: KillSwitch | None = None
) -> OpenedTools:
    """`above` is the switch of the corpus without a name, which turns this one off too."""
    prompts, records = open_prompts(settings), open_records(settings)
    guard = replace(guard, emergency=prompts.say("emergency-line"))
    line = make_whole_line(settings, progress, prompts)
    live, _ = open_live(line, settings, prompts, records.database, SqlSources(records.database))

    def search(text: str) -> tuple[ScoredPassage, ...]:
        line = live.line
        query = read_question(text, (), line.limits).text
        evidence = retrieve_evidence(Query(query, (Part(query),)), line.index, line.embeddings, line.retrieval)
        return evidence.found[0].passages

    switch = open_switch(settings, records.database)
    if above:
        switch = SubordinateSwitch(switch, above)
    ask = guard_answers(live, switch, guard)
    redact = make_redaction(settings, live.line.index.everything())
    context = make_server_context(settings, live.line, ask, records, redact, prompts)
    emergency_handler = make_emergency_handler(live, settings, context, guard)
    ask_and_keep = context.chat.for_channel("mcp")
    topic = live.line.lexicon.topic
    tools = ToolContext(
        ask_and_keep, lambda: live.line.index, search, guard.emergency, __version__, emergency_handler, topic
    )
    return OpenedTools(tools, switch)
