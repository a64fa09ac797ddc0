"""OpenAI's Responses protocol: input becomes a Question, an Answer becomes a response or its events. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from isletbot.errors import InputError
from isletbot.server.openai_parameters import (
    MODEL,
    RESPONSES_IGNORED,
    RESPONSES_OFFERED,
    check_model,
    check_parameters,
)
from isletbot.server.openai_wire import describe_answer, write_annotations
from isletbot.server.wire import Json
from isletbot.types import Answer, Question, Role, Turn

_KNOWN = RESPONSES_IGNORED | {"model", "input", "stream", "text"}
_FORM = 'Send {"model": "isletbot", "input": "…"}, or a list of messages as `input`.'
_TEXT_PARTS = ("input_text", "output_text", "text")


@dataclass(frozen=True, slots=True)
class ResponseRequest:
    question: Question
    stream: bool
    corpus: str
    """Name of the corpus that the model stands for, or empty."""


def read_response_request(body: object, corpora: Sequence[str]) -> ResponseRequest:
    """`corpora` are the names that a model may stand for. Raises InputError."""
    if not isinstance(body, Mapping):
        raise InputError("The body is no object.", code="bad_request", remedy=_FORM)
    corpus = check_model(body.get("model"), corpora)
    check_parameters(body, _KNOWN, RESPONSES_OFFERED)
    _check_text(body.get("text"))
    stream = body.get("stream")
    if not isinstance(stream, bool | None):
        raise InputError("`stream` is not true or false.", code="bad_request", remedy=_FORM, param="stream")
    return ResponseRequest(_read_input(body.get("input")), stream is True, corpus)


def _check_text(text: object) -> None:
    """Only plain text is written; how wordy it is to be changes nothing."""
    asked = text.get("format") if isinstance(text, Mapping) else text
    if asked is not None and asked != {"type": "text"}:
        raise InputError(
            "Replies are plain text.", code="unsupported_parameter", remedy="Leave `text` out.", param="text.format"
        )


def _read_input(given: object) -> Question:
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if not isinstance(given, list) or not given:
        raise InputError("`input` is no text and no list of messages.", code="bad_request", remedy=_FORM, param="input")
    turns = [turn for place, item in enumerate(given) if (turn := _read_item(item, place))]
    if not turns or turns[-1].role != "user":
        raise InputError("The last message is not the user's; there is no question.", code="no_question", remedy=_FORM)
    return Question(turns[-1].content, tuple(turns[:-1]))


def _read_item(item: object, place: int) -> Turn | None:
    """None for what is no message, and for words that are dropped."""
    where = f"input[{place}]"
    if not isinstance(item, Mapping):
        raise InputError(f"{where} is no object.", code="bad_message", remedy="Send role and content.")
    role, content = item.get("role"), item.get("content")
    if item.get("type", "message") != "message" or role in ("system", "developer"):
        return None  # calls of tools, their output, another model's reasoning
    if role not in ("user", "assistant"):
        raise InputError(f"{where}.role is not offered here.", code="bad_role", remedy="Send user or assistant.")
    if not content:
        return None
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    texts = [_read_part(part) for part in parts] if isinstance(parts, list) else [None]
    if any(text is None for text in texts):
        raise InputError(f"{where}.content is not text.", code="bad_message", remedy="Send text alone.")
    return Turn(cast("Role", role), "\n".join(cast("list[str]", texts)))


def _read_part(part: object) -> str | None:
    if not isinstance(part, Mapping):
        return None
    name = "refusal" if part.get("type") == "refusal" else "text"
    text = part.get(name) if part.get("type") in (*_TEXT_PARTS, "refusal") else None
    return text if isinstance(text, str) else None


@dataclass(slots=True)
class ResponseWriter:
    """Writes one response, whole or as events, numbered in their order."""

    id: str
    created: int
    model: str = MODEL
    _sent: int = field(default=0)

    def whole(self, answer: Answer, text: str) -> Json:
        part = _write_part(answer, text)
        return {**self._head("completed"), "output": [self._message("completed", part)], **_end(answer)}

    def begin(self) -> Iterator[Json]:
        started = self._head("in_progress")
        yield self._event("response.created", response=started)
        yield self._event("response.in_progress", response=started)
        yield self._event("response.output_item.added", output_index=0, item=self._message("in_progress"))
        empty: Json = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        yield self._part_event("response.content_part.added", part=empty)

    def delta(self, text: str) -> Json:
        return self._part_event("response.output_text.delta", delta=text, logprobs=[])

    def finish(self, answer: Answer, text: str) -> Iterator[Json]:
        """`text` is what was sent in pieces."""
        part = _write_part(answer, text)
        for index, annotation in enumerate(cast("list[Json]", part["annotations"])):
            where = {"annotation_index": index, "annotation": annotation}
            yield self._part_event("response.output_text.annotation.added", **where)
        yield self._part_event("response.output_text.done", text=part["text"], logprobs=[])
        yield self._part_event("response.content_part.done", part=part)
        yield self._event("response.output_item.done", output_index=0, item=self._message("completed", part))
        yield self._event("response.completed", response=self.whole(answer, text))

    def _part_event(self, kind: str, **given: object) -> Json:
        return self._event(kind, item_id=f"msg_{self.id}", output_index=0, content_index=0, **given)

    def _event(self, kind: str, **given: object) -> Json:
        self._sent += 1
        return {"type": kind, "sequence_number": self._sent - 1, **given}

    def _message(self, status: str, *parts: Json) -> Json:
        item: Json = {"id": f"msg_{self.id}", "type": "message", "status": status, "role": "assistant"}
        return item | {"content": list(parts)}

    def _head(self, status: str) -> Json:
        head: Json = {"id": f"resp_{self.id}", "object": "response", "created_at": self.created, "status": status}
        head |= {"model": self.model, "output": [], "error": None, "incomplete_details": None, "instructions": None}
        head |= {"tools": [], "tool_choice": "none", "parallel_tool_calls": False, "previous_response_id": None}
        return head | {"metadata": {}, "store": False, "text": {"format": {"type": "text"}}, "usage": None}


def _write_part(answer: Answer, text: str) -> Json:
    marks = [cast("Json", mark["url_citation"]) for mark in write_annotations(answer, text)]
    annotations = [{"type": "url_citation", **mark} for mark in marks]
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def _end(answer: Answer) -> Json:
    sent, written = answer.trace.chat_tokens or (0, 0)
    usage: Json = {"input_tokens": sent, "output_tokens": written, "total_tokens": sent + written}
    usage |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    return {"usage": usage, **describe_answer(answer)}
