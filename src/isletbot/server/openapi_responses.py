"""Describes POST /v1/responses as OpenAPI schemas."""

from __future__ import annotations

from isletbot.server.openai_parameters import RESPONSES_IGNORED, RESPONSES_OFFERED
from isletbot.server.openapi import (
    DESCRIBED,
    MODEL_NAME,
    NUMBER,
    OPENAI_ERROR,
    TEXT,
    TOOLS,
    URL_CITATION,
    WORDS,
    a_list,
    an_object,
    describe_route,
    one_of,
)
from isletbot.server.wire import Json

_ITEM: Json = {"type": "object"}
_CHOSEN: dict[str, Json] = {
    "stream": {"type": ["boolean", "null"]},
    "text": {"anyOf": [{"type": "null"}, {"type": "object"}]},
    **{name: {} for name in sorted(RESPONSES_IGNORED)},
    **{name: one_of(*values) for name, values in RESPONSES_OFFERED.items()},
    **TOOLS,
}
_REQUEST = an_object(tuple(_CHOSEN), model=MODEL_NAME, input={"anyOf": [WORDS, a_list(_ITEM, at_least=1)]}, **_CHOSEN)
_NULL: Json = {"type": "null"}
_PART = an_object(
    type=one_of("output_text"),
    text=TEXT,
    annotations=a_list(an_object(type=one_of("url_citation"), **URL_CITATION)),
    logprobs=a_list({}),
)
_MESSAGE = an_object(
    id=TEXT,
    type=one_of("message"),
    status=one_of("completed"),
    role=one_of("assistant"),
    content=a_list(_PART, at_least=1),
)
_USAGE = an_object(
    input_tokens=NUMBER,
    output_tokens=NUMBER,
    total_tokens=NUMBER,
    input_tokens_details=an_object(cached_tokens=NUMBER),
    output_tokens_details=an_object(reasoning_tokens=NUMBER),
)
_RESPONSE = an_object(
    id=TEXT,
    object=one_of("response"),
    created_at=NUMBER,
    status=one_of("completed"),
    model=MODEL_NAME,
    output=a_list(_MESSAGE),
    error=_NULL,
    incomplete_details=_NULL,
    instructions=_NULL,
    tools=a_list({}),
    tool_choice=one_of("none"),
    parallel_tool_calls=one_of(False),
    previous_response_id=_NULL,
    metadata={"type": "object"},
    store=one_of(False),
    text={"type": "object"},
    usage=_USAGE,
    isletbot=DESCRIBED,
)
RESPONSES_ROUTE = describe_route(_RESPONSE, _REQUEST, OPENAI_ERROR, streams=True, keyed=True)
