"""Staff read redacted conversations, see how each reply came about, and ask a question again of today's corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from isletbot.console.labels import CHANNELS, KINDS, RATINGS, ROUTES
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.traces import FindPassages, read_trace
from isletbot.curation.conversation_review import (
    ConversationFilter,
    ConversationReview,
    Cursor,
    QuestionRow,
    ReviewedConversation,
    ReviewedExchange,
    StoredReply,
)
from isletbot.curation.reply_comparison import compare_replies
from isletbot.errors import InputError
from isletbot.types import Turn

_LIST = "/staff/conversations"
_ON_A_PAGE = 50
_CHOICES = {"kind": tuple(KINDS), "route": ROUTES, "rating": RATINGS}
_BACK = NextAction("Go back to the conversations", _LIST)


@dataclass(frozen=True, slots=True)
class ConversationBackend:
    """The stores and functions that these pages use; wiring fills it."""

    conversations: ConversationReview
    find_passages: FindPassages
    """Finds passages by key in the corpus of today."""
    ask_again: Callable[[str, Sequence[Turn]], StoredReply]
    """Puts a question to the pipeline of today; it stores nothing and notifies nobody."""
    list_rules: Callable[[], Sequence[str]]
    most_turns: int
    """The number of latest turns that a patient's question takes along."""


def make_conversation_pages(backend: ConversationBackend) -> PageRouter:
    router = PageRouter(menu=(MenuEntry("Conversations", _LIST, "viewer", "Work", 50),))
    router.get("/conversations", needs="viewer")(lambda request: show_list(request, backend))
    router.get("/conversations/{id}", needs="viewer")(lambda request: show_conversation(request, backend))
    router.post("/conversations/{id}/replay/{answer}", needs="viewer")(
        lambda request: replay_question(request, backend)
    )
    return router


def show_list(request: StaffRequest, backend: ConversationBackend) -> Response:
    filters, after = read_conversation_filter(request), _read_cursor(request.query("after"))
    values = {
        name: request.query(name) for name in (*_CHOICES, "rule", "words", "since", "until") if request.query(name)
    }
    found = backend.conversations.list_questions(filters, _ON_A_PAGE, after)
    named = {name: value for name, value in values.items() if name != "words"}  # they may be a patient's; the log stays
    request.log_action("conversation.listed", detail=urlencode({**named, **({"words": "…"} if filters.words else {})}))
    older = f"{_LIST}?{urlencode({**values, 'after': _write_cursor(found.older)})}" if found.older else ""
    next_action = NextAction("See what is asked most", "/staff/overview")
    if found.rows:
        newest = found.rows[0]
        next_action = NextAction("Read the newest of these", f"{_LIST}/{newest.conversation_id}#{newest.answer_id}")
    elif older:
        next_action = NextAction("Look further back", older)
    return request.render(
        "conversations/list.html",
        next_action,
        found=found,
        chats=group_by_chat(found.rows),
        given=values,
        older=older,
        newest=f"{_LIST}?{urlencode(values)}" if after else "",
        kinds=KINDS,
        choices=_CHOICES,
        rules=backend.list_rules(),
    )


def group_by_chat(rows: Sequence[QuestionRow]) -> tuple[tuple[QuestionRow, ...], ...]:
    """Puts the questions of one chat together, in the order they were asked, the chat with the newest one first."""
    chats: dict[str, list[QuestionRow]] = {}
    for row in rows:
        chats.setdefault(row.conversation_id, []).append(row)
    return tuple(tuple(reversed(chat)) for chat in chats.values())


def show_conversation(request: StaffRequest, backend: ConversationBackend) -> Response:
    conversation = _find_conversation(request, backend)
    request.log_action("conversation.seen", conversation.id)
    traces = {reply.answer_id: read_trace(reply.reply, backend.find_passages) for reply in conversation.replies}
    return request.render(
        "conversations/one.html", _BACK, conversation=conversation, traces=traces, kinds=KINDS, channels=CHANNELS
    )


def replay_question(request: StaffRequest, backend: ConversationBackend) -> Response:
    conversation = _find_conversation(request, backend)
    place = next(
        (n for n, reply in enumerate(conversation.replies) if reply.answer_id == request.path_param("answer")), -1
    )
    if place < 0:
        raise InputError("There is no such reply in this conversation.", remedy="Open the conversation again.")
    exchange = conversation.replies[place]
    request.log_action("conversation.replayed", conversation.id, exchange.answer_id)
    history = recall_turns(conversation.replies[:place], exchange)[-backend.most_turns :] if backend.most_turns else ()
    today = backend.ask_again(exchange.question, history)
    back = NextAction("Go back to the conversation", f"{_LIST}/{conversation.id}#{exchange.answer_id}")
    return request.render(
        "conversations/replay.html",
        back,
        replied=exchange,
        today=today,
        difference=compare_replies(exchange.reply, today),
        turns=len(history),
        trace=read_trace(today, backend.find_passages),
        kinds=KINDS,
    )


def recall_turns(before: Sequence[ReviewedExchange], exchange: ReviewedExchange) -> tuple[Turn, ...]:
    """Returns the turns that the question took along: the conversation so far, or those that its caller sent."""
    if exchange.earlier:
        return tuple(
            Turn("user" if turn["role"] == "user" else "assistant", str(turn["content"])) for turn in exchange.earlier
        )
    pairs = ((Turn("user", one.question), Turn("assistant", str(one.reply.shown["text"]))) for one in before)
    return tuple(turn for pair in pairs for turn in pair)


def read_conversation_filter(request: StaffRequest) -> ConversationFilter:
    """Reads the filter from the query of the address. Raises InputError."""
    until = request.query_day("until")
    return ConversationFilter(
        **{name: _read_choice(request, name) for name in _CHOICES},
        rule=request.query("rule").strip()[:100],
        words=request.query("words").strip()[:200],
        since=request.query_day("since"),
        until=until + timedelta(days=1) if until else None,
    )


def _find_conversation(request: StaffRequest, backend: ConversationBackend) -> ReviewedConversation:
    found = backend.conversations.find_conversation(request.path_param("id")[:64])
    if found is None:
        raise InputError(
            "There is no such conversation.", remedy="It was deleted when its time was over, or by the patient."
        )
    return found


def _read_choice(request: StaffRequest, name: str) -> str:
    given = request.query(name)
    if given and given not in _CHOICES[name]:
        raise InputError(f"{given[:40]!r} is no {name}.", remedy=f"Take one of {', '.join(_CHOICES[name])}.")
    return given


def _write_cursor(cursor: Cursor) -> str:
    return f"{cursor.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}~{cursor.answer_id}"


def _read_cursor(text: str) -> Cursor | None:
    at, _, answer_id = text.partition("~")
    try:
        return Cursor(datetime.fromisoformat(at).replace(tzinfo=UTC), answer_id[:64]) if text else None
    except ValueError:
        raise InputError("This link is broken.", remedy="Begin with the newest again.") from None
