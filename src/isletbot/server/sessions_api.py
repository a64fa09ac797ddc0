"""Serves sessions, their history, feedback on answers, and handoffs to a person."""

from __future__ import annotations

from typing import cast, get_args

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from isletbot.curation.records import Rating, StoredExchange
from isletbot.errors import InputError
from isletbot.request_headers import read_headers
from isletbot.server.asked_corpora import ServedCorpora, choose_by_body, choose_by_query
from isletbot.server.bodies import read_json
from isletbot.server.forms import Fields, check_contact, check_length, read_fields
from isletbot.server.handoff import write_reference
from isletbot.server.openapi_sessions import (
    DELETE_ROUTE,
    FEEDBACK_ROUTE,
    HANDOFF_ROUTE,
    HISTORY_ROUTE,
    OPEN_ROUTE,
)
from isletbot.server.sessions import refuse_unknown
from isletbot.server.wire import CORPUS_FIELD

_MOST_BYTES = 16_384
_MOST_WORDS, _MOST_CONTACT = 2_000, 300
_BY_NAME: Fields = {CORPUS_FIELD: str}


def make_session_router(corpora: ServedCorpora) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/sessions", status_code=201, openapi_extra=OPEN_ROUTE)
    async def open_session(request: Request) -> JSONResponse:
        body = await read_json(request, _MOST_BYTES)
        context = choose_by_body(corpora, body, request).context
        widget = str(read_fields(body, {"widget": str}, _BY_NAME)["widget"])
        headers = read_headers(request.scope)
        opened = await to_thread.run_sync(context.sessions.open_session, widget, headers.origin, headers.own_origin)
        session = opened.session
        told = {
            "id": session.id,
            "token": opened.token,
            "expires_at": session.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **context.welcome.to_json(context.retention.days),
            "handoff": context.handoff.to_json(),
        }
        return JSONResponse(told, 201)

    @router.delete("/v1/sessions/{session_id}", status_code=204, openapi_extra=DELETE_ROUTE)
    async def delete_session(session_id: str, request: Request) -> Response:
        # Also when it has expired: whoever holds the token may delete what was said.
        chosen = choose_by_query(corpora, request)
        context, session = chosen.context, await chosen.authenticate(request, expired=True)
        if session.id != session_id:
            with chosen.explain_refusal():
                raise refuse_unknown()
        if context.emergency_handler:
            await to_thread.run_sync(context.emergency_handler.forget, read_headers(request.scope).bearer)
        await to_thread.run_sync(context.records.delete_session, session_id)
        return Response(status_code=204)

    @router.get("/v1/history", openapi_extra=HISTORY_ROUTE)
    async def show_history(request: Request) -> JSONResponse:
        chosen = choose_by_query(corpora, request)
        context, session = chosen.context, await chosen.authenticate(request)
        said = await to_thread.run_sync(context.records.read_history, session.id)
        return JSONResponse({"messages": [message for one in said for message in _show_exchange(one)]})

    return router


def _show_exchange(said: StoredExchange) -> tuple[dict[str, object], dict[str, object]]:
    return {"role": "user", "content": said.question}, {"role": "assistant", "answer": said.shown}


def make_feedback_router(corpora: ServedCorpora) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/feedback", status_code=204, openapi_extra=FEEDBACK_ROUTE)
    async def rate_answer(request: Request) -> Response:
        body = await read_json(request, _MOST_BYTES)
        chosen = choose_by_body(corpora, body, request)
        context = chosen.context
        given = read_fields(body, {"answer_id": str, "rating": str}, {"words": str, **_BY_NAME})
        if given["rating"] not in get_args(Rating):
            remedy = f"Send one of {', '.join(get_args(Rating))}."
            raise InputError(f"The rating is {str(given['rating'])[:40]!r}.", code="bad_request", remedy=remedy)
        words = context.chat.redact(check_length("words", str(given.get("words", "")), _MOST_WORDS))
        session = await chosen.find_session(request)
        rated = await to_thread.run_sync(
            context.records.rate_answer,
            str(given["answer_id"]),
            session.id if session else "",
            cast("Rating", given["rating"]),
            words,
            context.chat.now(),
        )
        if not rated:
            where = ", and name in `corpus` the one that gave it" if chosen.named else ""
            remedy = f"Send the id of an answer you got{where}."
            raise InputError("There is no such answer of yours.", code="no_such_answer", remedy=remedy)
        return Response(status_code=204)

    return router


def make_handoff_router(corpora: ServedCorpora) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/handoff", status_code=202, openapi_extra=HANDOFF_ROUTE)
    async def ask_a_person(request: Request) -> JSONResponse:
        body = await read_json(request, _MOST_BYTES)
        chosen = choose_by_body(corpora, body, request)
        context, session = chosen.context, await chosen.authenticate(request)
        if not context.handoff.offered:
            remedy = f"Turn to {context.welcome.contact}."
            raise InputError("Messages are not passed on here.", code="handoff_not_offered", remedy=remedy)
        given = read_fields(body, {"contact": str, "question": str, "consent": bool}, {"answer_id": str, **_BY_NAME})
        if given["consent"] is not True:
            raise InputError(
                "Consent is missing.", code="consent_missing", remedy="Send it only after the person agreed."
            )
        contact = check_contact(check_length("contact", str(given["contact"]), _MOST_CONTACT, 3))
        question = check_length("question", str(given["question"]), _MOST_WORDS, 1)
        answer_id = check_length("answer_id", str(given.get("answer_id", "")), 32)
        handoff = await to_thread.run_sync(context.handoff.take, session.id, contact, question, answer_id)
        told = {"id": handoff.id, "reference": write_reference(handoff), "text": context.handoff.confirm(handoff)}
        return JSONResponse(told, 202)

    return router
