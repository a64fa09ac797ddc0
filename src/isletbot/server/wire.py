"""Converts between the contract's JSON and the types: messages to a Question, an Answer to JSON. Uses no framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from isletbot.errors import InputError
from isletbot.types import Answer, Citation, Question, Role, Sentence, Source, Turn

Json = dict[str, object]

_ROLES = ("user", "assistant")
CORPUS_FIELD = "corpus"
"""Names the corpus that is asked, in a body or in a query."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A condition for answering questions, and whether it holds."""

    name: str
    ok: bool
    detail: str
    remedy: str


def answer_to_json(answer: Answer) -> Json:
    return {
        "id": answer.id,
        "kind": answer.kind,
        "text": answer.text,
        "sentences": [_sentence_to_json(sentence) for sentence in answer.sentences],
        "citations": [_citation_to_json(citation) for citation in answer.citations],
        "notices": [{"id": notice.id, "text": notice.text} for notice in answer.notices],
        "as_of": answer.as_of.isoformat(),
        "suggestions": list(answer.suggestions),
        "composer": answer.composer,
    }


def sentence_to_event(sentence: Sentence, citations: Sequence[Citation]) -> Json:
    """Writes a streamed sentence with its citations in full, because the answer that lists them comes later."""
    return {**_sentence_to_json(sentence), "cited": [_citation_to_json(citation) for citation in citations]}


def source_to_json(source: Source) -> Json:
    return {
        "id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "evidence": source.evidence,
        "published": source.published.isoformat(),
        "as_of": source.as_of.isoformat(),
        "review_due": source.review_due.isoformat(),
        "url": source.url,
        "doi": source.doi,
        "licence": source.licence,
        "source_version": source.version,
    }


def _sentence_to_json(sentence: Sentence) -> Json:
    return {"text": sentence.text, "citations": list(dict.fromkeys(quote.key for quote in sentence.quotes))}


def _citation_to_json(citation: Citation) -> Json:
    source = citation.source
    return {
        "key": citation.key,
        "number": citation.number,
        "source_id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "section": citation.section,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "url": source.url,
        "doi": source.doi,
        "published": source.published.isoformat(),
        "as_of": source.as_of.isoformat(),
        "evidence": source.evidence,
        "quote_of": source.quotes,
        "source_version": source.version,
    }


def read_conversation(body: object) -> Question:
    """Returns the last message as a Question, with those before it as its history. Raises InputError.

    Checks the form only; the bot checks length and characters. An empty turn before the last is as if absent.
    """
    turns = [_read_turn(message, place) for place, message in enumerate(_read_messages(body))]
    turns = leave_out_empty(turns)
    if turns[-1].role != "user":
        raise InputError(
            "The last message is the assistant's; there is no question to answer.",
            code="no_question",
            remedy="End the messages with one whose role is 'user'.",
        )
    return Question(turns[-1].content, tuple(turns[:-1]))


def read_corpus(body: object) -> str:
    """Returns the name of the corpus that is asked, or an empty text where the body names none. Raises InputError."""
    name = body.get(CORPUS_FIELD) if isinstance(body, Mapping) else None
    if name is None:
        return ""
    if not isinstance(name, str) or not name:
        found = "empty" if name == "" else f"{_kind(name)}, not text"
        remedy = "Send the name of a corpus, or leave it out."
        raise InputError(f"`{CORPUS_FIELD}` is {found}.", code="bad_request", remedy=remedy, param=CORPUS_FIELD)
    return name


def leave_out_empty(turns: Sequence[Turn]) -> list[Turn]:
    """At least one turn. Raises InputError when the question itself is empty."""
    said = [turn for turn in turns if turn.content.strip()]
    if not said or (turns[-1].role == "user" and not turns[-1].content.strip()):
        raise InputError("The last message is empty.", code="question_empty", remedy="Write a question.")
    return said


def _read_messages(body: object) -> Sequence[object]:
    form = 'Send {"messages": [{"role": "user", "content": "…"}]}.'
    if not isinstance(body, Mapping):
        raise InputError(f"The body is {_kind(body)}, not an object.", code="bad_request", remedy=form)
    if unknown := sorted(name for name in body.keys() - {"messages", CORPUS_FIELD} if body[name] is not None):
        raise InputError(f"There is no field {unknown[0][:40]!r}.", code="unknown_field", remedy=form)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        found = "an empty list" if messages == [] else _kind(messages)
        raise InputError(f"`messages` is {found}, not a list of messages.", code="bad_request", remedy=form)
    return messages


def _read_turn(message: object, place: int) -> Turn:
    where = f"messages[{place}]"
    form = 'A message is {"role": "user" or "assistant", "content": "…"}.'
    if not isinstance(message, Mapping):
        raise InputError(f"{where} is {_kind(message)}, not an object.", code="bad_message", remedy=form)
    if unknown := sorted(name for name in message.keys() - {"role", "content"} if message[name] is not None):
        raise InputError(f"{where} has no field {unknown[0][:40]!r}.", code="unknown_field", remedy=form)
    role, content = message.get("role"), message.get("content")
    if role not in _ROLES:
        shown = repr(role[:40]) if isinstance(role, str) else _kind(role)
        raise InputError(f"{where}.role is {shown}.", code="bad_role", remedy=form)
    if content is None or content == []:
        content = ""
    if not isinstance(content, str):
        raise InputError(f"{where}.content is {_kind(content)}, not text.", code="bad_message", remedy=form)
    return Turn(cast("Role", role), content)


def _kind(value: object) -> str:
    """Names a JSON value's type in plain words."""
    match value:
        case None:
            return "missing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"
