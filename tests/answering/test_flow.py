"""The plain loop goes where the edges say, and as LangGraph would."""

from dataclasses import replace

import pytest

from isletbot.answering.flow import Flow, Fork
from isletbot.answering.graph import Bot
from isletbot.answering.line import Line
from isletbot.types import Answer, Turn


def test_a_walk_follows_the_edges_and_each_step_finds_what_those_before_it_left() -> None:
    flow = Flow(
        "begin",
        {
            "begin": lambda state: {"seen": ["begin"]},
            "again": lambda state: {"seen": [*state["seen"], "again"]},
            "end": lambda state: {"answer": state["seen"]},
        },
        {"begin": "again", "again": Fork(lambda state: "end" if len(state["seen"]) > 2 else "again", ("again", "end"))},
    )
    given = {"question": "Who?"}
    assert flow.walk(given) == {
        "question": "Who?",
        "seen": ["begin", "again", "again"],
        "answer": ["begin", "again", "again"],
    }
    assert given == {"question": "Who?"}


@pytest.mark.parametrize(
    ("text", "history"),
    [
        ("How many people could stop insulin?", ()),
        ("Should I stop my insulin?", ()),
        ("I have severe chest pain", ()),
        ("Hello", ()),
        ("Who won the cup final in 1998?", ()),
        ("And how many died? And does it hurt?", (Turn("user", "How many people could stop insulin?"),)),
    ],
)
def test_the_answer_is_the_one_that_langgraph_comes_to(line: Line, text: str, history: tuple[Turn, ...]) -> None:
    """A line that is traced runs in LangGraph."""
    walked, traced = (Bot(replace(line, traced=traced)).ask(text, history) for traced in (False, True))
    assert comparable(walked) == comparable(traced)


def comparable(answer: Answer) -> Answer:
    assert set(answer.trace.milliseconds)
    return replace(answer, id="", trace=replace(answer.trace, milliseconds={}))
