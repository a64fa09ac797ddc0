"""Describes sessions, feedback and handoff as OpenAPI schemas."""

from __future__ import annotations

from typing import get_args

from isletbot.curation.records import Rating
from isletbot.server.openapi import (
    ANSWER,
    CORPUS,
    NUMBER,
    TEXT,
    WORDS,
    YES_OR_NO,
    a_list,
    an_object,
    describe_route,
    one_of,
)
from isletbot.server.wire import Json

_MOMENT: Json = {"type": "string", "format": "date-time"}
_BY_LANGUAGE: Json = {
    "type": "object",
    "additionalProperties": TEXT,
    "description": "The same in other languages, by subtag (`de`). Show the English beside it.",
}
_OPENED = an_object(
    id=TEXT,
    token=TEXT,
    expires_at=_MOMENT,
    disclosure=an_object(text=TEXT, translations=_BY_LANGUAGE, retention_days=NUMBER, repeat_after_days=NUMBER),
    contact=an_object(text=TEXT, phone=TEXT),
    emergency=an_object(text=TEXT, numbers=a_list(TEXT)),
    handoff=an_object(
        offered=YES_OR_NO, hours=TEXT, response_time=TEXT, consent=TEXT, consent_translations=_BY_LANGUAGE
    ),
    starters=a_list(TEXT),
    max_question_chars=NUMBER,
)
_MESSAGE = an_object(("content", "answer"), role=one_of("user", "assistant"), content=TEXT, answer=ANSWER)
_RATED = an_object(("words", "corpus"), answer_id=TEXT, rating=one_of(*get_args(Rating)), words=TEXT, corpus=CORPUS)
_ASKED = an_object(
    ("answer_id", "corpus"), contact=WORDS, question=WORDS, consent=one_of(True), answer_id=TEXT, corpus=CORPUS
)

OPEN_ROUTE = describe_route(_OPENED, an_object(("corpus",), widget=TEXT, corpus=CORPUS), status=201)
DELETE_ROUTE = describe_route(None, status=204, by_query=True)
HISTORY_ROUTE = describe_route(an_object(messages=a_list(_MESSAGE)), by_query=True)
FEEDBACK_ROUTE = describe_route(None, _RATED, status=204)
HANDOFF_ROUTE = describe_route(an_object(id=TEXT, reference=TEXT, text=TEXT), _ASKED, status=202)
