"""The HTTP shapes of the chat, played by question: what the real server would need luck or a breakdown to show."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.middleware.cors import CORSMiddleware

from isletbot.server.security_headers import SecurityHeaders
from isletbot.widget.pages import make_widget_router
from tests.widget.answers import ANSWERS, STARTERS, XSS, XSS_URLS, Json, make_answer, make_attack
from tests.widget.running import RunningApp

EMERGENCY = "If this is an emergency, call 911."
SAID = {
    "emergency_line": EMERGENCY,
    "clinic_contact": "Harbour Diabetes Clinic",
    "page_heading": "New islet cells",
    "page_text": "Islet cells are put into the liver.",
}
TITLES = {"en": "Ask about zimislecel", "de": "Fragen zu Zimislecel"}
DISCLOSURE = (
    "You are not talking to a person. What you ask is kept for up to 30 days. Please do not type your name or your "
    f"record number. You can delete this chat at any time. {EMERGENCY}"
)
SESSION: Json = {
    "expires_at": "2099-01-01T00:00:00Z",
    "disclosure": {"text": DISCLOSURE, "retention_days": 30, "repeat_after_days": 7},
    "contact": {"text": "Harbour Diabetes Clinic", "phone": "555 0100"},
    "emergency": {"text": EMERGENCY, "numbers": ["911"]},
    "handoff": {
        "offered": True,
        "hours": "Monday to Friday, 8 to 17",
        "response_time": "two working days",
        "consent": "I agree that the clinic gets what I wrote here and uses it to contact me.",
    },
    "starters": STARTERS,
    "max_question_chars": 500,
}


@dataclass(slots=True)
class Play:
    """What happened, and what is to happen."""

    requests: list[tuple[str, str, Json]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    sessions: dict[str, list[Json]] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    held: threading.Event = field(default_factory=threading.Event)
    """An answer to a question with "slow" in it waits for this after its first sentence."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set when somebody went away while being answered."""
    translations: dict[str, str] = field(default_factory=dict)
    """The disclosure and the consent in other languages."""
    page: str = ""
    """What /host.html shows, at http://localhost: another origin than the widget's, http://127.0.0.1."""
    policy: str = ""

    def called(self, path: str) -> list[Json]:
        return [body for _, at, body in self.requests if at.startswith(path)]


def refuse(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    error = {"code": code, "message": message, "remedy": f"Try again later. {EMERGENCY}"}
    return JSONResponse({"error": error}, status, headers)


def pick_answer(question: str) -> Json:
    if question.startswith("attack "):
        number = int(question.split()[1])
        return make_attack(XSS[number], XSS_URLS[number])
    return next((answer for word, answer in ANSWERS.items() if word in question), make_answer())


def write_event(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


async def stream_answer(play: Play, question: str, drops: bool) -> AsyncIterator[str]:
    answer = pick_answer(question)
    try:
        yield write_event("step", {"step": "triage"})
        if answer["kind"] != "urgent":
            yield write_event("step", {"step": "retrieve"})
            for said in answer["sentences"]:
                cited = [source for source in answer["citations"] if source["key"] in said["citations"]]
                yield write_event("sentence", {**said, "cited": cited})
                yield ": alive\n\n"
                if drops:
                    return
                while "slow" in question and not play.held.is_set():
                    await asyncio.sleep(0.01)
        if "breaks" in question:
            broken = {"code": "internal", "message": "Something went wrong here.", "remedy": EMERGENCY}
            yield write_event("error", {"error": broken})
        else:
            yield write_event("answer", answer)
    except (asyncio.CancelledError, GeneratorExit):
        play.left.set()
        raise


async def answer_chat(play: Play, request: Request, body: Json) -> Response:
    question, key = body["messages"][-1]["content"], request.headers["idempotency-key"]
    drops = "never" in question or ("drop" in question and key not in play.keys)
    play.keys.append(key)
    if "refused" in question:
        return refuse(422, "question_empty", "The question says nothing.")
    if "crowded" in question:
        return refuse(503, "too_busy", "Too many people are asking now.", {"Retry-After": "5"})
    token = request.headers["authorization"].removeprefix("Bearer ")
    play.sessions[token] += [
        {"role": "user", "content": question},
        {"role": "assistant", "answer": pick_answer(question)},
    ]
    if "event-stream" not in request.headers["accept"]:
        return JSONResponse(pick_answer(question))
    return StreamingResponse(stream_answer(play, question, drops), media_type="text/event-stream")


def tell_in_languages(translations: dict[str, str]) -> Json:
    """The session with the same words as its disclosure and as the consent to a message."""
    disclosure = SESSION["disclosure"] | {"translations": translations}
    return SESSION | {"disclosure": disclosure, "handoff": SESSION["handoff"] | {"consent_translations": translations}}


def check_session(play: Play, request: Request) -> Response | None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token in play.expired:
        return refuse(401, "session_expired", "The session has ended.")
    return None if token in play.sessions else refuse(401, "session_unknown", "There is no such session.")


async def handle(play: Play, request: Request, path: str) -> Response:
    body: Json = await request.json() if await request.body() else {}
    play.requests.append((request.method, f"/v1/{path}", body))
    if path == "sessions":
        token = f"token{len(play.sessions) + 1}"
        play.sessions[token] = []
        return JSONResponse({"id": token, "token": token, **tell_in_languages(play.translations)}, 201)
    if refused := check_session(play, request):
        return refused
    token = request.headers["authorization"].removeprefix("Bearer ")
    match path:
        case "chat":
            return await answer_chat(play, request, body)
        case "history":
            return JSONResponse({"messages": play.sessions[token]})
        case "handoff":
            said = "Sent to the clinic. It answers within two working days."
            return JSONResponse({"id": "h1", "reference": "H1-22", "text": said}, 202)
        case "feedback":
            return Response(status_code=204)
    del play.sessions[token]
    return Response(status_code=204)


def make_scripted_app(play: Play) -> FastAPI:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    app.include_router(make_widget_router(SAID, titles=TITLES, questions=STARTERS))

    @app.get("/host.html")
    async def host() -> Response:
        return HTMLResponse(play.page, headers={"Content-Security-Policy": play.policy} if play.policy else {})

    @app.api_route("/v1/{path:path}", methods=["GET", "POST", "DELETE"])
    async def api(path: str, request: Request) -> Any:
        return await handle(play, request, path)

    return app


class ScriptedServer(RunningApp):
    def __init__(self) -> None:
        self.play = Play()
        super().__init__(make_scripted_app(self.play))

    def reset(self) -> None:
        """Another test begins: nothing happened yet."""
        fresh = Play()
        for name in Play.__slots__:
            setattr(self.play, name, getattr(fresh, name))
