"""What people asked, redacted, and how each reply came about; a question asked again of today's corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.named_kinds import DOORS, KINDS, RATINGS, ROUTES
from isletbot.console.pages import Pages
from isletbot.console.traces import FindPassages, read_trace
from isletbot.console.visit import Visit
from isletbot.curation.insight import Conversation, Kept, KeptConversations, Place, Replied, Wanted
from isletbot.curation.replaying import compare_replies
from isletbot.errors import InputError
from isletbot.types import Turn

_LIST = "/staff/conversations"
_ON_A_PAGE = 50
_CHOICES = {"kind": tuple(KINDS), "route": ROUTES, "rating": RATINGS}
_BACK = NextStep("Go back to the conversations", _LIST)


@dataclass(frozen=True, slots=True)
class Archive:
    """What these pages need; wiring fills it."""

    kept: KeptConversations
    find_passages: FindPassages
    """Of the corpus of today."""
    ask_again: Callable[[str, Sequence[Turn]], Kept]
    """The line of today: nothing is kept, nobody is told."""
    list_rules: Callable[[], Sequence[str]]
    most_turns: int
    """Of the history, the latest: as many as a patient's question takes along."""


def make_conversations_pages(archive: Archive) -> Pages:
    pages = Pages(menu=(MenuEntry("Conversations", _LIST, "viewer", "Work", 50),))
    pages.get("/conversations", needs="viewer")(lambda visit: show_list(visit, archive))
    pages.get("/conversations/{id}", needs="viewer")(lambda visit: show_one(visit, archive))
    pages.post("/conversations/{id}/replay/{answer}", needs="viewer")(lambda visit: replay(visit, archive))
    return pages


def show_list(visit: Visit, archive: Archive) -> Response:
    wanted, after = read_wanted(visit), _read_place(visit.query("after"))
    given = {name: visit.query(name) for name in (*_CHOICES, "rule", "words", "since", "until") if visit.query(name)}
    found = archive.kept.list_asked(wanted, _ON_A_PAGE, after)
    named = {name: value for name, value in given.items() if name != "words"}  # they may be a patient's; the log stays
    visit.write_down("conversation.listed", detail=urlencode({**named, **({"words": "…"} if wanted.words else {})}))
    older = f"{_LIST}?{urlencode({**given, 'after': _name_place(found.older)})}" if found.older else ""
    step = NextStep("See what is asked most", "/staff/overview")
    if found.asked:
        newest = found.asked[0]
        step = NextStep("Read the newest of these", f"{_LIST}/{newest.conversation_id}#{newest.answer_id}")
    elif older:
        step = NextStep("Look further back", older)
    return visit.render(
        "conversations/list.html",
        step,
        found=found,
        given=given,
        older=older,
        newest=f"{_LIST}?{urlencode(given)}" if after else "",
        kinds=KINDS,
        choices=_CHOICES,
        rules=archive.list_rules(),
    )


def show_one(visit: Visit, archive: Archive) -> Response:
    conversation = _find(visit, archive)
    visit.write_down("conversation.seen", conversation.id)
    traces = {reply.answer_id: read_trace(reply.reply, archive.find_passages) for reply in conversation.replies}
    return visit.render(
        "conversations/one.html", _BACK, conversation=conversation, traces=traces, kinds=KINDS, doors=DOORS
    )


def replay(visit: Visit, archive: Archive) -> Response:
    conversation = _find(visit, archive)
    place = next((n for n, reply in enumerate(conversation.replies) if reply.answer_id == visit.of_path("answer")), -1)
    if place < 0:
        raise InputError("There is no such reply in this conversation.", remedy="Open the conversation again.")
    replied = conversation.replies[place]
    visit.write_down("conversation.replayed", conversation.id, replied.answer_id)
    history = recall_turns(conversation.replies[:place], replied)[-archive.most_turns :] if archive.most_turns else ()
    today = archive.ask_again(replied.question, history)
    back = NextStep("Go back to the conversation", f"{_LIST}/{conversation.id}#{replied.answer_id}")
    return visit.render(
        "conversations/replay.html",
        back,
        replied=replied,
        today=today,
        difference=compare_replies(replied.reply, today),
        turns=len(history),
        trace=read_trace(today, archive.find_passages),
        kinds=KINDS,
    )


def recall_turns(before: Sequence[Replied], replied: Replied) -> tuple[Turn, ...]:
    """What the question took along: the conversation so far, or the turns that its caller sent."""
    if replied.earlier:
        return tuple(
            Turn("user" if turn["role"] == "user" else "assistant", str(turn["content"])) for turn in replied.earlier
        )
    pairs = ((Turn("user", one.question), Turn("assistant", str(one.reply.shown["text"]))) for one in before)
    return tuple(turn for pair in pairs for turn in pair)


def read_wanted(visit: Visit) -> Wanted:
    """Raises InputError."""
    until = visit.query_day("until")
    return Wanted(
        **{name: _read_choice(visit, name) for name in _CHOICES},
        rule=visit.query("rule").strip()[:100],
        words=visit.query("words").strip()[:200],
        since=visit.query_day("since"),
        until=until + timedelta(days=1) if until else None,
    )


def _find(visit: Visit, archive: Archive) -> Conversation:
    found = archive.kept.find_conversation(visit.of_path("id")[:64])
    if found is None:
        raise InputError(
            "There is no such conversation.", remedy="It was deleted when its time was over, or by the patient."
        )
    return found


def _read_choice(visit: Visit, name: str) -> str:
    given = visit.query(name)
    if given and given not in _CHOICES[name]:
        raise InputError(f"{given[:40]!r} is no {name}.", remedy=f"Take one of {', '.join(_CHOICES[name])}.")
    return given


def _name_place(place: Place) -> str:
    return f"{place.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}~{place.answer_id}"


def _read_place(text: str) -> Place | None:
    at, _, answer_id = text.partition("~")
    try:
        return Place(datetime.fromisoformat(at).replace(tzinfo=UTC), answer_id[:64]) if text else None
    except ValueError:
        raise InputError("This link is broken.", remedy="Begin with the newest again.") from None
