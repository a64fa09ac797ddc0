"""OpenAI's JSON forms: messages become a Question, an Answer becomes a completion. Pure; knows no framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from isletbot.dates import write_date
from isletbot.errors import InputError
from isletbot.server.openai_parameters import (
    COMPLETIONS_IGNORED,
    COMPLETIONS_OFFERED,
    MODEL,
    check_model,
    check_parameters,
)
from isletbot.server.wire import Json, leave_out_empty
from isletbot.types import Answer, Citation, Question, Role, Sentence, Turn

_KNOWN = COMPLETIONS_IGNORED | {"model", "messages", "stream"}
_OVERHEARD = ("system", "developer", "tool", "function")
"""Roles whose words are dropped: what the bot says is decided here, not by the caller or by another model's tools."""


@dataclass(frozen=True, slots=True)
class Request:
    question: Question
    stream: bool
    include_usage: bool
    corpus: str
    """Name of the corpus that the model stands for, or empty."""


def read_request(body: object, corpora: Sequence[str]) -> Request:
    """`corpora` are the names that a model may stand for. Raises InputError."""
    form = 'Send {"model": "isletbot", "messages": [{"role": "user", "content": "…"}]}.'
    if not isinstance(body, Mapping):
        raise InputError("The body is no object.", code="bad_request", remedy=form)
    corpus = check_model(body.get("model"), corpora)
    check_parameters(body, _KNOWN, COMPLETIONS_OFFERED)
    stream, options = body.get("stream"), body.get("stream_options")
    for name, value, kind in (("stream", stream, bool), ("stream_options", options, Mapping)):
        if value is not None and not isinstance(value, kind):
            wanted = "true or false" if kind is bool else "an object"
            raise InputError(f"`{name}` is not {wanted}.", code="bad_request", remedy=form, param=name)
    wants_usage = isinstance(options, Mapping) and options.get("include_usage") is True
    return Request(_read_messages(body.get("messages"), form), stream is True, wants_usage, corpus)


def _read_messages(messages: object, form: str) -> Question:
    if not isinstance(messages, list) or not messages:
        raise InputError("`messages` is no list of messages.", code="bad_request", remedy=form, param="messages")
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
    if role in _OVERHEARD or (role == "assistant" and not content):
        return None  # an assistant without words called a tool, or was stopped
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
        f"[{number}] {source.title}. {source.publisher}, {write_date(source.published)}. "
        f"{' '.join(quotes[number])} {source.url}"
        for number, source in sources.items()
    ]
    return "\n".join((answer.text, "", "Sources:", *lines))


def write_annotations(answer: Answer, text: str) -> list[Json]:
    """One for each number, where its marker first stands: programs that number sources by address count the same. Its
    `quotes` say which words stand behind which marker. `text` ends with the reply as `write_content` writes it."""
    cited = {citation.key: citation for citation in answer.citations}
    by_number: dict[int, list[Json]] = {}
    for start, citations in _find_markers(answer, text):
        place: Json = {"start_index": start, "end_index": start + len(f"[{citations[0].number}]")}
        quotes = [{**place, "key": citation.key, "quote": citation.quote} for citation in citations]
        by_number.setdefault(citations[0].number, []).extend(quotes)
    annotations: list[Json] = []
    for quotes in (by_number[number] for number in sorted(by_number)):
        source = cited[str(quotes[0]["key"])].source
        named = {"url": source.url, "title": source.title, "quotes": quotes}
        annotations.append({"type": "url_citation", "url_citation": {**quotes[0], **named}})
    return annotations


def _find_markers(answer: Answer, text: str) -> Iterator[tuple[int, Sequence[Citation]]]:
    """Where each marker stands, and what is cited there; a bracket within a sentence's own words is none of ours."""
    cited = {citation.key: citation for citation in answer.citations}
    place = len(text) - len(write_content(answer))
    for sentence in answer.sentences:
        place = text.index(sentence.text, place) + len(sentence.text)
        behind = [cited[key] for key in dict.fromkeys(quote.key for quote in sentence.quotes)]
        for number in dict.fromkeys(citation.number for citation in behind):
            start = text.index(f"[{number}]", place)
            yield start, [citation for citation in behind if citation.number == number]
            place = start + len(f"[{number}]")


@dataclass(frozen=True, slots=True)
class CompletionHead:
    """What a completion and every chunk of it begin with."""

    id: str
    created: int
    model: str = MODEL

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
        return {"id": self.id, "object": form, "created": self.created, "model": self.model}


def describe_answer(answer: Answer) -> Json:
    """Ours, beside what OpenAI's form has: the id is the one that feedback names."""
    described = {"answer_id": answer.id, "kind": answer.kind, "composer": answer.composer}
    return {"isletbot": {**described, "as_of": answer.as_of.isoformat()}}


def count_usage(answer: Answer) -> Json:
    """Tokens that a chat model read and wrote; none when none was asked."""
    sent, written = answer.trace.chat_tokens or (0, 0)
    return {"usage": {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written}}


def write_sentence(sentence: Sentence, citations: Sequence[Citation]) -> str:
    """A sentence with its markers, as it stands in the text of the answer."""
    numbers = {citation.key: citation.number for citation in citations}
    marks = [f"[{number}]" for number in dict.fromkeys(numbers[quote.key] for quote in sentence.quotes)]
    return f"{sentence.text} {''.join(marks)}"


def write_rest(content: str, streamed: str) -> str:
    """What is still to be sent. A line that failed half-way has another answer than it began: it follows whole."""
    return content.removeprefix(streamed) if content.startswith(streamed) else f"\n\n{content}"
