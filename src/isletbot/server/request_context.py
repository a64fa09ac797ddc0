"""Collects facts about the current request for its log line and the metrics."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from isletbot.types import Answer

Dialect = Literal["ours", "openai"]
_OPENAI = {"/v1/chat/completions": "messages", "/v1/responses": "input", "/v1/models": "model"}
"""Beginnings of the paths of OpenAI's protocols, with the parameter that holds what is asked."""


@dataclass(slots=True)
class RequestContext:
    """Filled while the request is answered. Never holds a word that somebody wrote."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    dialect: Dialect = "ours"
    asked_in: str = ""
    """Parameter that holds what is asked, in OpenAI's protocols."""
    emergency: str = ""
    """The emergency line in the language that the request prefers to English; empty for English."""
    param: str = ""
    """Field of the body that is wrong, as its error names it."""
    code: str = ""
    """Code of the error that refused the request, or empty."""
    kind: str = ""
    composer: str = ""
    rule: str = ""
    """Id of the triage rule that fired."""
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    """Duration of each step of the pipeline."""

    def record_answer(self, answer: Answer) -> None:
        self.kind, self.composer = answer.kind, answer.composer
        self.milliseconds = answer.trace.milliseconds
        self.rule = answer.trace.triage.rule if answer.trace.triage else ""


_current: ContextVar[RequestContext] = ContextVar("context")


def begin_request(path: str) -> RequestContext:
    """Starts the context of the request that this task answers; threads it starts share it."""
    asked_in = next((name for start, name in _OPENAI.items() if path.startswith(start)), "")
    context = RequestContext(dialect="openai" if asked_in else "ours", asked_in=asked_in)
    _current.set(context)
    return context


def current_request() -> RequestContext:
    """Outside a request, returns a context that nobody reads."""
    return _current.get(None) or RequestContext()
