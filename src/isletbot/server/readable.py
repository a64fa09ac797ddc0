"""Reads what can be read of a request that asks something, whatever is wrong with it. Pure; raises nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote_plus

from isletbot.server.openai_parameters import read_model
from isletbot.types import Question, Role, Turn

_TEXT = re.compile(r'"(?:content|text|question|input)"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL)
"""`"content": "I have`, also where the body breaks off in the middle of it."""
_ROLES = ("user", "assistant")
_UNHEARD = ("system", "developer", "tool", "function")
_UNHEARD_TYPES = ("function_call", "function_call_output", "reasoning")
"""Items of the Responses protocol that no person wrote."""
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class ReadableRequest:
    question: Question
    stream: bool = False
    """Whether the body asks for a stream."""
    call: object = None
    """Id of the call, in JSON-RPC."""
    corpus: str = ""
    """Name of the corpus that is asked, as far as it can be read."""


def read_what_can_be_read(body: bytes) -> ReadableRequest | None:
    """The last thing the person wrote and what was said before it; None where there is none."""
    text = body.decode("utf-8", "replace")
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return _ask([Turn("user", said) for said in _scan(text)])
    if not isinstance(value, Mapping):
        return _ask([Turn("user", said) for said in _list_texts(value)])
    if value.get("method") == "tools/call":
        return _read_call(value)
    said = value.get("messages") or value.get("input")
    texts = (said,) if isinstance(said, str) else _list_texts(value)
    turns = list(_read_turns(said)) if isinstance(said, list) else [Turn("user", text) for text in texts]
    return _ask(turns, stream=value.get("stream") is True, corpus=_read_corpus(value))


def _read_corpus(given: Mapping[str, object]) -> str:
    name = given.get("corpus") or read_model(given.get("model"))
    return name if isinstance(name, str) else ""


def _ask(turns: list[Turn], *, stream: bool = False, call: object = None, corpus: str = "") -> ReadableRequest | None:
    said = [turn for turn in turns if turn.content.strip()]
    asked = max((place for place, turn in enumerate(said) if turn.role == "user"), default=None)
    if asked is None:
        return None
    return ReadableRequest(Question(said[asked].content, tuple(said[:asked])), stream, call, corpus)


def _read_turns(messages: list[object]) -> Iterator[Turn]:
    for message in messages:
        role, kind = (
            (message.get("role", "user"), message.get("type")) if isinstance(message, Mapping) else ("user", "")
        )
        if role not in _UNHEARD and kind not in _UNHEARD_TYPES:
            content = message.get("content") if isinstance(message, Mapping) else message
            known = cast("Role", role) if role in _ROLES else "user"
            yield Turn(known, "\n".join(_list_texts(content)))


def _read_call(call: Mapping[str, object]) -> ReadableRequest | None:
    """The tool `ask` of MCP; the other tools look up what is no message of a person."""
    given = call.get("params")
    if not isinstance(given, Mapping) or given.get("name") != "ask":
        return None
    arguments = given.get("arguments")
    if not isinstance(arguments, Mapping):
        return None
    history = arguments.get("history")
    turns = list(_read_turns(history)) if isinstance(history, list) else []
    turns += [Turn("user", text) for text in _list_texts(arguments.get("question"))]
    return _ask(turns, call=call.get("id"), corpus=_read_corpus(arguments))


def _list_texts(value: object, depth: int = 0) -> Iterator[str]:
    """Every text in a value, but the names of things: roles, types, models."""
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, list):
        for one in value:
            yield from _list_texts(one, depth + 1)
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for name, one in value.items():
            if name not in ("role", "type", "model", "id", "name", "user", "corpus"):
                yield from _list_texts(one, depth + 1)


def _scan(text: str) -> Iterator[str]:
    found = [match[1] for match in _TEXT.finditer(text)]
    for one in found:
        try:
            yield str(json.loads(f'"{one}"', strict=False))
        except ValueError:
            yield one
    if not found and '":' not in text:
        yield unquote_plus(text)
