"""`chat`: a conversation in the terminal. It keeps the history, and forgets it at the end."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from isletbot.errors import InputError
from isletbot.ports import Asks
from isletbot.terminal.plain import HEADINGS, format_sources, get_said, list_notices
from isletbot.types import Answer, Kind, Turn

_COLOURS: dict[Kind, str] = {
    "answered": "green",
    "not_in_corpus": "yellow",
    "needs_clinician": "magenta",
    "urgent": "bold red",
    "out_of_scope": "yellow",
    "small_talk": "cyan",
}
_WIDEST = 88

WELCOME = "Ask a question. Every fact comes with its source."
COMMANDS = "/sources shows the words the last reply rests on, /new forgets this conversation, /quit or Ctrl-D ends it."


class TerminalConversation:
    def __init__(self, bot: Asks, console: Console, longest: int) -> None:
        """`longest`: earlier turns the bot takes; the oldest are left out beyond that."""
        self._bot = bot
        self._console = console
        self._longest = longest
        self._history: tuple[Turn, ...] = ()
        self._last: Answer | None = None

    def run(self, read: Callable[[], str]) -> None:
        """Until `read` raises EOFError or a person types /quit."""
        self._console.print(Text(WELCOME, style="bold"), Text(COMMANDS, style="dim"), sep="\n")
        while True:
            try:
                typed = read().strip()
            except (EOFError, KeyboardInterrupt):
                self._console.print()
                return
            if typed in ("/quit", "/exit", "/q"):
                return
            if typed:
                self._console.print(self._reply(typed))

    def _reply(self, typed: str) -> RenderableType:
        match typed:
            case "/sources":
                return _show_sources(self._last, min(self._console.width, _WIDEST) - 4)
            case "/new":
                self._history, self._last = (), None
                return Text("A new conversation.", style="dim")
            case _ if typed.startswith("/"):
                return Text(f"There is no command {typed!r}. {COMMANDS}", style="dim")
        try:
            answer = self._bot.ask(typed, self._history)
        except InputError as error:
            return Text(str(error), style="yellow")
        self._last = answer
        turns = (*self._history, Turn("user", typed), Turn("assistant", answer.text))
        self._history = turns[-self._longest :] if self._longest else ()
        return show_answer(answer)


def show_answer(answer: Answer) -> RenderableType:
    colour = _COLOURS[answer.kind]
    said = Panel(
        Text(get_said(answer)),
        title=HEADINGS[answer.kind] or None,
        title_align="left",
        border_style=colour,
        width=_WIDEST,
    )
    sources = {citation.number: citation.source for citation in answer.citations}
    lines = [
        Text(f"[{number}] {source.title}, {source.publisher}, {source.as_of}") for number, source in sources.items()
    ]
    notices = [Text(notice.text, style="dim") for notice in list_notices(answer)]
    return Group(said, *(Padding(line, (0, 2)) for line in (*lines, *notices)))


def _show_sources(answer: Answer | None, width: int) -> RenderableType:
    if answer is None or not answer.citations:
        return Text("The last reply rests on no source.", style="dim")
    return Padding(Text("\n".join(format_sources(answer.citations, width))), (0, 2))
