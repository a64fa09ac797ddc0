"""OpenAI's JSON forms: messages become a Question, an Answer becomes a completion. Pure; knows no framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from isletbot.errors import InputError
from isletbot.server.wire import Json, leave_out_empty
from isletbot.types import Answer, Citation, Question, Role, Sentence, Turn

MODEL = "isletbot"
IGNORED = frozenset(
    "temperature top_p max_tokens max_completion_tokens presence_penalty frequency_penalty seed stop user metadata "
    "store service_tier reasoning_effort verbosity safety_identifier prompt_cache_key parallel_tool_calls logit_bias "
    "top_logprobs".split()
)
"""Parameters that change how a chat model writes. The sentences of the sources stay as they are."""
HARMLESS: Mapping[str, tuple[object, ...]] = {
    "n": (None, 1),
    "tools": (None, []),
    "tool_choice": (None, "none", "auto"),
    "functions": (None, []),
    "function_call": (None, "none", "auto"),
    "response_format": (None, {"type": "text"}),
    "logprobs": (None, False),
    "modalities": (None, ["text"]),
}
"""Parameters that ask for what is not offered, with the values that ask for nothing."""
_KNOWN = {"model", "messages", "stream", "stream_options"}
_OVERHEARD = ("system", "developer")
"""Roles whose words are dropped: what the bot says is decided here, not by the caller."""


@dataclass(frozen=True, slots=True)
class Request:
    question: Question
    stream: bool
    include_usage: bool


def read_request(body: object) -> Request:
    """Raises InputError."""
    form = 'Send {"model": "isletbot", "messages": [{"role": "user", "content": "…"}]}.'
    if not isinstance(body, Mapping):
        raise InputError("The body is no object.", code="bad_request", remedy=form)
    if body.get("model") != MODEL:
        raise InputError(f"There is no such model; there is {MODEL!r}.", code="model_not_found", remedy=form)
    _refuse_unoffered(body)
    stream, options = body.get("stream"), body.get("stream_options")
    if not isinstance(stream, bool | None) or not isinstance(options, Mapping | None):
        raise InputError("`stream` is true or false, `stream_options` an object.", code="bad_request", remedy=form)
    wants_usage = options is not None and options.get("include_usage") is True
    return Request(_read_messages(body.get("messages"), form), stream is True, wants_usage)


def _refuse_unoffered(body: Mapping[str, object]) -> None:
    for name, value in body.items():
        # In Python 0 equals False; in JSON it does not.
        if name in HARMLESS and any(type(value) is type(none) and value == none for none in HARMLESS[name]):
            continue
        if name not in _KNOWN | IGNORED:
            raise InputError(
                f"The parameter {name[:40]!r} is not offered here with this value.",
                code="unsupported_parameter",
                remedy="Leave it out; docs/http.md lists what is understood.",
            )


def _read_messages(messages: object, form: str) -> Question:
    if not isinstance(messages, list) or not messages:
        raise InputError("`messages` is no list of messages.", code="bad_request", remedy=form)
    turns = [turn for place, message in enumerate(messages) if (turn := _read_message(message, place))]
    turns = leave_out_empty(turns) if turns else []
    if not turns or turns[-1].role != "user":
        raise InputError(
            "The last message is not the user's; there is no question to answer.", code="no_question", remedy=form
        )
    return Question(turns[-1].content, tuple(turns[:-1]))


def _read_message(message: object, place: int) -> Turn | None:
    """None for words that are dropped."""
    where = f"messages[{place}]"
    if not isinstance(message, Mapping):
        raise InputError(f"{where} is no object.", code="bad_message", remedy="Send role and content.")
    role, content = message.get("role"), message.get("content")
    if role in _OVERHEARD:
        return None
    if role not in ("user", "assistant"):
        raise InputError(
            f"{where}.role is not offered here.", code="bad_role", remedy="Send user, assistant or system."
        )
    text = _read_content(content)
    if text is None:
        raise InputError(f"{where}.content is not text.", code="bad_message", remedy="Send text alone.")
    return Turn(cast("Role", role), text)


def _read_content(content: object) -> str | None:
    if isinstance(content, str | None):
        return content or ""
    if not isinstance(content, list):
        return None
    parts = [part.get("text") if isinstance(part, Mapping) and part.get("type") == "text" else None for part in content]
    return "\n".join(cast("list[str]", parts)) if all(isinstance(part, str) for part in parts) else None


def write_content(answer: Answer) -> str:
    """The reply with its list of sources."""
    if not answer.citations:
        return answer.text
    quotes: dict[int, list[str]] = {}
    sources = {citation.number: citation.source for citation in answer.citations}
    for citation in answer.citations:
        quotes.setdefault(citation.number, []).append(f"“{citation.quote}”")
    lines = [
        f"[{number}] {source.title}. {source.publisher}, {source.published}. {' '.join(quotes[number])} {source.url}"
        for number, source in sources.items()
    ]
    return "\n".join((answer.text, "", "Sources:", *lines))


def write_annotations(answer: Answer, content: str) -> list[Json]:
    """One for each marker in the text, with the place where it stands."""
    cited = {citation.key: citation for citation in answer.citations}
    annotations: list[Json] = []
    place = 0
    for sentence in answer.sentences:
        place = content.index(sentence.text, place) + len(sentence.text)
        marked = {cited[quote.key].number: cited[quote.key] for quote in reversed(sentence.quotes)}
        for number in dict.fromkeys(cited[quote.key].number for quote in sentence.quotes):
            citation, marker = marked[number], f"[{number}]"
            start = content.index(marker, place)
            place = start + len(marker)
            url_citation: Json = {"start_index": start, "end_index": place, "url": citation.source.url}
            url_citation |= {"title": citation.source.title, "key": citation.key, "quote": citation.quote}
            annotations.append({"type": "url_citation", "url_citation": url_citation})
    return annotations


@dataclass(frozen=True, slots=True)
class CompletionHead:
    """What a completion and every chunk of it begin with."""

    id: str
    created: int

    def completion(self, answer: Answer) -> Json:
        content = write_content(answer)
        message: Json = {"role": "assistant", "content": content, "refusal": None}
        message["annotations"] = write_annotations(answer, content)
        choice: Json = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {**self._begin("chat.completion"), "choices": [choice], **count_usage(answer), **describe_answer(answer)}

    def chunk(self, delta: Json, finish: str | None = None) -> Json:
        choice: Json = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self._begin("chat.completion.chunk"), "choices": [choice]}

    def usage_chunk(self, answer: Answer) -> Json:
        return {**self._begin("chat.completion.chunk"), "choices": [], **count_usage(answer)}

    def _begin(self, form: str) -> Json:
        return {"id": self.id, "object": form, "created": self.created, "model": MODEL}


def describe_answer(answer: Answer) -> Json:
    """Ours, beside what OpenAI's form has: the id is the one that feedback names."""
    described = {"answer_id": answer.id, "kind": answer.kind, "composer": answer.composer}
    return {"isletbot": {**described, "as_of": answer.as_of.isoformat()}}


def count_usage(answer: Answer) -> Json:
    """Tokens that a chat model read and wrote: none, when none was asked. Left out when one was and did not say."""
    if any(composer == "model" for composer, _ in answer.trace.drafts):
        return {}
    return {"usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}


def write_sentence(sentence: Sentence, citations: Sequence[Citation]) -> str:
    """A sentence with its markers, as it stands in the text of the answer."""
    numbers = {citation.key: citation.number for citation in citations}
    marks = [f"[{number}]" for number in dict.fromkeys(numbers[quote.key] for quote in sentence.quotes)]
    return f"{sentence.text} {''.join(marks)}"


def write_rest(content: str, streamed: str) -> str:
    """What is still to be sent. A line that failed half-way has another answer than it began: it follows whole."""
    return content.removeprefix(streamed) if content.startswith(streamed) else f"\n\n{content}"
