"""Describes the API as OpenAPI schemas. Each route names its description; none is served to the public.

Request bodies are parsed by hand, for errors that name the mistake; these schemas state what that parsing accepts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from isletbot.server.openai_parameters import COMPLETIONS_IGNORED, COMPLETIONS_OFFERED, MODEL, name_model
from isletbot.server.wire import CORPUS_FIELD, Json
from isletbot.types import Composer, EvidenceTier, Kind, QuoteOf

TEXT: Json = {"type": "string"}
WORDS: Json = {"type": "string", "pattern": r"\S"}
"""Text that is not blank."""
_EVENT: Json = {"type": "object", "properties": {"event": TEXT, "data": TEXT}, "required": ["data"]}
DATE: Json = {"type": "string", "format": "date"}
NUMBER: Json = {"type": "integer", "minimum": 0}
YES_OR_NO: Json = {"type": "boolean"}
_ASSISTANT, _USER = "assistant", "user"


def an_object(optional: Sequence[str] = (), /, **fields: Json) -> Json:
    """An object with these fields and no others; those in `optional` may be left out."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def a_list(of: Json, at_least: int = 0) -> Json:
    return {"type": "array", "items": of, "minItems": at_least}


def one_of(*values: object) -> Json:
    return {"enum": list(values)}


def an_error(*more: str) -> Json:
    or_null: Json = {"type": ["string", "null"]}
    return an_object(error=an_object(code=TEXT, message=TEXT, remedy=TEXT, **dict.fromkeys(more, or_null)))


def describe_route(
    reply: Json | None,
    body: Json | None = None,
    error: Json | None = None,
    *,
    status: int = 200,
    streams: bool = False,
    keyed: bool = False,
    by_query: bool = False,
) -> Json:
    """Builds `openapi_extra` of a route. Every status but `status` has the form of an error; a `reply` of None is an
    empty body. With `by_query` the query may name the corpus."""
    failed = {"description": "Refused, or not possible now.", "content": _as_json(error or an_error())}
    content = (_as_json(reply) if reply else {}) | ({"text/event-stream": {"schema": _EVENT}} if streams else {})
    done = {str(status): {"description": "Done.", "content": content}}
    operation: Json = {"responses": {**done, **dict.fromkeys(("4XX", "422", "5XX"), failed)}}
    if body:
        operation["requestBody"] = {"required": True, "content": _as_json(body)}
    if by_query:
        operation["parameters"] = [{"name": CORPUS_FIELD, "in": "query", "schema": {**CORPUS, "type": "string"}}]
    if keyed:
        operation["security"] = [{"apiKey": []}, {}]
    return operation


def _as_json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


SENTENCE = an_object(text=TEXT, citations=a_list(TEXT))
SOURCE = an_object(
    id=TEXT,
    title=TEXT,
    publisher=TEXT,
    evidence=one_of(*get_args(EvidenceTier)),
    published=DATE,
    as_of=DATE,
    review_due=DATE,
    url=TEXT,
    doi=TEXT,
    licence=TEXT,
    source_version=TEXT,
)
CITATION = an_object(
    key=TEXT,
    number=NUMBER,
    source_id=TEXT,
    title=TEXT,
    publisher=TEXT,
    section=TEXT,
    quote=TEXT,
    start=NUMBER,
    end=NUMBER,
    url=TEXT,
    doi=TEXT,
    published=DATE,
    as_of=DATE,
    evidence=one_of(*get_args(EvidenceTier)),
    quote_of=one_of(*get_args(QuoteOf)),
    source_version=TEXT,
)
ANSWER = an_object(
    id=TEXT,
    kind=one_of(*get_args(Kind)),
    text=TEXT,
    sentences=a_list(SENTENCE),
    citations=a_list(CITATION),
    notices=a_list(an_object(id=TEXT, text=TEXT)),
    as_of=DATE,
    suggestions=a_list(TEXT),
    composer=one_of(*get_args(Composer)),
)
CORPUS: Json = {
    "type": ["string", "null"],
    "minLength": 1,
    "description": "Name of one of the server's further corpora; without it, the corpus of the address answers.",
}
CONVERSATION = an_object(
    ("corpus",), messages=a_list(an_object(role=one_of(_USER, _ASSISTANT), content=WORDS), at_least=1), corpus=CORPUS
)
MODEL_NAME: Json = {
    "anyOf": [one_of(MODEL), {"type": "string", "pattern": f"^{name_model('[a-z0-9-]+')}$"}],
    "description": f"`{MODEL}`, or `{name_model('NAME')}` for a further corpus; GET /v1/models lists them.",
}

_PART = {**an_object(type=one_of("text"), text=WORDS), "additionalProperties": True}
_MESSAGE = an_object(
    ("content",),
    role=one_of("system", "developer", "tool", "function", _USER, _ASSISTANT),
    content={"anyOf": [WORDS, a_list(_PART, at_least=1)]},
)
TOOLS: dict[str, Json] = {
    "tools": {"type": ["array", "null"]},
    "tool_choice": {"anyOf": [one_of(None, "none", "auto"), an_object(type=one_of("allowed_tools"), allowed_tools={})]},
}
_CHOSEN: dict[str, Json] = {
    "stream": {"type": ["boolean", "null"]},
    "stream_options": {"type": ["object", "null"]},
    **{name: {} for name in sorted(COMPLETIONS_IGNORED - {"stream_options"})},
    **{name: one_of(*values) for name, values in COMPLETIONS_OFFERED.items()},
    "functions": {"type": ["array", "null"]},
    **TOOLS,
}
COMPLETION_REQUEST = an_object(
    tuple(_CHOSEN),
    model=MODEL_NAME,
    messages=a_list({**_MESSAGE, "additionalProperties": True}, at_least=1),
    **_CHOSEN,
)
_QUOTES = a_list(an_object(start_index=NUMBER, end_index=NUMBER, key=TEXT, quote=TEXT))
URL_CITATION: dict[str, Json] = {
    "start_index": NUMBER,
    "end_index": NUMBER,
    "url": TEXT,
    "title": TEXT,
    "key": TEXT,
    "quote": TEXT,
    "quotes": _QUOTES,
}
_SAID = an_object(
    role=one_of(_ASSISTANT),
    content=TEXT,
    refusal={"type": "null"},
    annotations=a_list(an_object(type=one_of("url_citation"), url_citation=an_object(**URL_CITATION))),
)
DESCRIBED = an_object(answer_id=TEXT, kind=one_of(*get_args(Kind)), composer=one_of(*get_args(Composer)), as_of=DATE)
COMPLETION = an_object(
    id=TEXT,
    object=one_of("chat.completion"),
    created=NUMBER,
    model=MODEL_NAME,
    choices=a_list(an_object(index=NUMBER, message=_SAID, finish_reason=one_of("stop"), logprobs={"type": "null"})),
    usage=an_object(prompt_tokens=NUMBER, completion_tokens=NUMBER, total_tokens=NUMBER),
    isletbot=DESCRIBED,
)
OPENAI_ERROR = an_error("type", "param")

CHAT_ROUTE = describe_route(ANSWER, CONVERSATION, streams=True)
COMPLETIONS_ROUTE = describe_route(COMPLETION, COMPLETION_REQUEST, OPENAI_ERROR, streams=True, keyed=True)
_MODEL_CARD = an_object(id=TEXT, object=one_of("model"), created=NUMBER, owned_by=TEXT)
MODELS_ROUTE = describe_route(
    an_object(object=one_of("list"), data=a_list(_MODEL_CARD)), error=OPENAI_ERROR, keyed=True
)
MODEL_ROUTE = describe_route(_MODEL_CARD, error=OPENAI_ERROR, keyed=True)
SOURCES_ROUTE = describe_route(an_object(sources=a_list(SOURCE)), by_query=True)
SOURCE_ROUTE = describe_route(SOURCE, by_query=True)
ALIVE_ROUTE = describe_route(an_object(alive=YES_OR_NO))
READY_ROUTE = describe_route(an_object(ready=YES_OR_NO, checks=a_list(TEXT)))
