import io
from collections.abc import Callable

import pytest
from rich.console import Console

from isletbot.errors import InputError
from isletbot.terminal.chat import COMMANDS, TerminalConversation
from isletbot.types import Kind, Turn
from tests.scripted import NOTICE, WORDS, ScriptedBot, an_answer


def type_lines(*lines: str) -> Callable[[], str]:
    """A person who types these lines and then Ctrl-D."""
    left = iter(lines)

    def read() -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return read


def talk(bot: ScriptedBot, *lines: str, longest: int = 10) -> str:
    console = Console(file=io.StringIO(), width=200)
    TerminalConversation(bot, console, longest).run(type_lines(*lines))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_it_answers_and_names_its_sources() -> None:
    shown = talk(ScriptedBot(), "How many came off insulin?")
    assert "From the sources" in shown
    assert "New England Journal of Medicine" in shown
    assert NOTICE.text in shown


def test_it_keeps_the_history() -> None:
    bot = ScriptedBot()
    talk(bot, "One?", "Two?")
    assert bot.asked[1] == ("Two?", (Turn("user", "One?"), Turn("assistant", an_answer().text)))


def test_it_gives_the_bot_no_more_turns_than_it_takes() -> None:
    bot = ScriptedBot()
    talk(bot, *["Again?"] * 6, longest=4)
    assert [len(history) for _, history in bot.asked] == [0, 2, 4, 4, 4, 4]
    assert talk(ScriptedBot(), "One?", "Two?", longest=0)


def test_sources_shows_the_quote() -> None:
    assert f"“{WORDS[:40]}" in talk(ScriptedBot(), "How many?", "/sources")
    assert "rests on no source" in talk(ScriptedBot(), "/sources")


def test_new_forgets_the_conversation() -> None:
    bot = ScriptedBot()
    assert "rests on no source" in talk(bot, "One?", "/new", "Two?", "/new", "/sources")
    assert bot.asked[1] == ("Two?", ())


@pytest.mark.parametrize("command", ["/quit", "/exit", "/q"])
def test_quit_ends_it(command: str) -> None:
    bot = ScriptedBot()
    talk(bot, command, "Not asked?")
    assert not bot.asked


def test_an_unknown_command_and_a_blank_line_are_not_asked() -> None:
    bot = ScriptedBot()
    assert COMMANDS in talk(bot, "/help", "  ")
    assert not bot.asked


def test_a_question_the_bot_does_not_take_ends_nothing() -> None:
    bot = ScriptedBot([InputError("Too long.", remedy="Ask in fewer words."), an_answer()])
    shown = talk(bot, "x" * 5_000, "How many?")
    assert "Too long. Ask in fewer words." in shown
    assert bot.asked[1] == ("How many?", ())


def test_square_brackets_in_a_question_or_a_reply_are_only_text() -> None:
    assert "[bold]x[/bold]" in talk(ScriptedBot([an_answer("small_talk", "[bold]x[/bold]")]), "[red]")


@pytest.mark.parametrize("kind", ["not_in_corpus", "needs_clinician", "urgent", "out_of_scope", "small_talk"])
def test_every_kind_can_be_shown(kind: Kind) -> None:
    assert f"A {kind} reply." in talk(ScriptedBot([an_answer(kind)]), "Hi")
