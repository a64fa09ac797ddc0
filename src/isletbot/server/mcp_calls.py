"""An MCP server that offers tools alone, takes null for absent, and says in plain words what is wrong with a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

_NOT_OFFERED = ("prompts/", "resources/", "logging/", "completion/")
_REMEDY = "tools/list says what each tool takes."


class ToolServer(MCPServer):
    def __init__(self, name: str, *, version: str, instructions: str, emergency: str) -> None:
        super().__init__(name, version=version, instructions=instructions, log_level="WARNING", subscriptions=False)
        self._emergency = emergency
        # The library claims a capability for every handler it has, and has handlers for prompts and resources always.
        handlers = self._lowlevel_server._request_handlers
        for method in [method for method in handlers if method.startswith(_NOT_OFFERED)]:
            del handlers[method]

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        try:
            return await super().call_tool(name, _without_nulls(arguments), context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            problems = "; ".join(_describe(problem) for problem in error.__cause__.errors(include_input=False))
            raise ToolError(f"{problems}. {_REMEDY} {self._emergency}") from None


def _without_nulls(arguments: Mapping[str, object]) -> dict[str, object]:
    """Leaves out what is null, and turns of the history that say nothing."""
    given = {name: value for name, value in arguments.items() if value is not None}
    if isinstance(history := given.get("history"), list):
        given["history"] = [turn for turn in history if turn and not _is_empty(turn)]
    return given


def _is_empty(turn: object) -> bool:
    return isinstance(turn, Mapping) and turn.get("content") in (None, "", [])


def _describe(problem: Mapping[str, Any]) -> str:
    """Says which field is wrong, and what it may be as far as that is no more than a kind or a limit."""
    field = ".".join(str(part) for part in problem["loc"])[:80]
    limits: Mapping[str, Any] = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return f"`{field}` is missing"
        case "greater_than_equal":
            return f"`{field}` is less than {limits['ge']}"
        case "less_than_equal":
            return f"`{field}` is more than {limits['le']}"
        case "literal_error":
            return f"`{field}` is not {limits['expected']}"
        case kind:
            return f"`{field}` is not {_WANTED.get(kind, 'of the form asked for')}"


_WANTED = {"string_type": "text", "int_type": "a whole number", "int_parsing": "a whole number", "list_type": "a list"}
