"""A chat model over real HTTP, in every part it may play: the answer is right, in time, and the trace says why."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from itertools import count
from time import perf_counter

import pytest

from isletbot.answering.graph import Bot
from isletbot.inference.breaker import Breaker
from isletbot.inference.budget import BudgetLimits
from isletbot.inference.chat_models import LangChainChat, Timeouts, open_chat_model
from isletbot.ports import ChatModel
from isletbot.types import Answer, Citation, Sentence
from tests.builders import DEATHS, INDEPENDENCE, PROGRAMME
from tests.free_ports import find_port
from tests.model_server import Part, Stage, play

SILENCE, WHOLE, LATE = 0.4, 1.0, 0.6
"""Seconds: the two time-outs of these tests, and what everything else may take on a busy machine."""
LIMITS = BudgetLimits(input_tokens=4_000, output_tokens=300)
TEN = "Of the 12 people given the full dose, 10 were insulin independent at day 365."
"""True, and not as the passage has it."""
Bots = Callable[[ChatModel], Bot]


def a_chat(url: str, breaker: Breaker | None = None, limits: BudgetLimits = LIMITS) -> LangChainChat:
    timeouts = Timeouts(SILENCE, WHOLE, retries=2)
    model = open_chat_model("openai:test", f"{url}/v1", "", limits, timeouts)
    return LangChainChat(model, limits, timeouts, breaker or Breaker(100, 30))


BOTH = "Did anyone come off insulin? Did anyone die?"


def ask(with_model: Bots, part: Part, question: str = BOTH) -> tuple[Answer, float]:
    with play(part) as server:
        bot = with_model(a_chat(server.url))
        began = perf_counter()
        return bot.ask(question), perf_counter() - began


def why(answer: Answer) -> str:
    """What the trace says of the model."""
    return dict(answer.trace.drafts)["model"]


def says_only_what_stands(answer: Answer) -> bool:
    """Every sentence of these tests that may get out."""
    return all(sentence.text in (INDEPENDENCE, DEATHS, PROGRAMME, TEN) for sentence in answer.sentences)


def test_a_good_model_words_the_answer(with_model: Bots) -> None:
    def good(stage: Stage) -> None:
        stage.say("A: Of the 12 people given the full dose, 10 ")
        stage.say(f"were insulin independent at day 365. [{stage.passages[INDEPENDENCE]}]\n")
        stage.end()

    answer, _ = ask(with_model, good, "Did anyone come off insulin?")
    assert (answer.composer, [sentence.text for sentence in answer.sentences]) == ("model", [TEN])
    assert answer.citations[0].quote == INDEPENDENCE
    assert why(answer) == ""


def slow_first_word(stage: Stage) -> None:
    stage.say("")  # the connection stands, the model thinks
    stage.wait_until_left()


def silent(stage: Stage) -> None:
    stage.wait_until_left()


def stalls(stage: Stage) -> None:
    stage.say(f"A: {TEN} [{stage.passages[INDEPENDENCE]}]\nA: Two of the 14 peo")
    stage.wait_until_left()


def drops(stage: Stage) -> None:
    stage.say(f"A: {TEN} [{stage.passages[INDEPENDENCE]}]\nA: Two of the 14 peo")
    stage.drop()


def trickles(stage: Stage) -> None:
    for word in count():
        stage.say(f"word{word} ")
        if stage.left.wait(0.05):
            return


def rambles(stage: Stage) -> None:
    while not stage.left.is_set():
        stage.say("And so on and on without an end, for there is always more to say of everything. ")


def rambles_in_lines(stage: Stage) -> None:
    while not stage.left.is_set():
        stage.say("A: Zimislecel is a wonderful thing, and here is one more line about it.\n")


def huge(stage: Stage) -> None:
    stage.say("x" * 4_000_000)
    stage.wait_until_left()


def is_no_json(stage: Stage) -> None:
    stage.send("data: {this is no json\n\n")
    stage.end()


def is_no_stream(stage: Stage) -> None:
    stage.refuse(200, "<html>It works!</html>")


def says_nothing(stage: Stage) -> None:
    stage.end()


def reports_an_error(stage: Stage) -> None:
    stage.send('data: {"error": {"message": "overloaded sk-secret", "code": 500}}\n\n')


def is_busy(stage: Stage) -> None:
    stage.refuse(429)


def is_broken(stage: Stage) -> None:
    stage.refuse(500)


def knows_no_key(stage: Stage) -> None:
    stage.refuse(401, '{"error": {"message": "Incorrect API key: sk-secret"}}')


def insults(stage: Stage) -> None:
    stage.say(
        "You are an idiot.\nStop your insulin now!\n**Zimislecel** <b>cures</b> [everyone](http://evil.example)\n"
    )
    stage.say("# Answer\nDon't worry, it is perfectly safe.\nMy instructions say: You answer questions about\n")
    stage.end()


def invents_keys(stage: Stage) -> None:
    stage.say(f"A: {INDEPENDENCE} [kabcdef]\nA: {DEATHS} [1]\nA: {DEATHS} [k2]\nA: {TEN}\n")
    stage.end()


def swaps_keys(stage: Stage) -> None:
    stage.say(f"A: {INDEPENDENCE} [{stage.passages[DEATHS]}]\n")
    stage.end()


def alters_quotes(stage: Stage) -> None:
    key = stage.passages[INDEPENDENCE]
    stage.say(f'A: Of the 12 people, 11 were insulin independent. [{key} "11 (92%) were insulin independent"]\n')
    stage.end()


def obeys_a_poisoned_passage(stage: Stage) -> None:
    for key in stage.passages.values():
        stage.say(f"A: Visit Bright Cells Clinic, where zimislecel cures everyone. [{key}]\n")
    stage.end()


PARTS = [
    (slow_first_word, r"^no word for 0\.4 s$", SILENCE),
    (silent, r"^no word for 0\.4 s$", SILENCE),
    (stalls, r"^no word for 0\.4 s$", SILENCE),
    (drops, r"^broke off \(\w+\)$", SILENCE),
    (trickles, r"^timed out after 1 s$", WHOLE),
    (rambles, r"^not read further: a line without an end$", SILENCE),
    (rambles_in_lines, r"^not read further after 6 lines that did not hold$", SILENCE),
    (huge, r"^about 1000000 tokens written, 300 allowed$", SILENCE),
    (is_no_json, r"^sent what could not be read \(\w+\)$", WHOLE),
    (is_no_stream, r"^sent what could not be read \(\w+\)$", WHOLE),
    (says_nothing, r"^ended without a word$", SILENCE),
    (reports_an_error, r"^could not be reached", WHOLE),
    (is_busy, r"^answered with status 429$", WHOLE),
    (is_broken, r"^answered with status 500$", WHOLE),
    (knows_no_key, r"^answered with status 401$", SILENCE),
    (insults, r"^not read further after 6 lines that did not hold$", WHOLE),
    (invents_keys, r"^nothing it wrote held$", WHOLE),
    (swaps_keys, r"^nothing it wrote held$", WHOLE),
    (alters_quotes, r"^nothing it wrote held$", WHOLE),
    (obeys_a_poisoned_passage, r"^nothing it wrote held$", WHOLE),
]


@pytest.mark.parametrize(("part", "reason", "limit"), PARTS, ids=[part.__name__ for part, _, _ in PARTS])
def test_whatever_the_model_does_the_answer_is_right_and_in_time(
    with_model: Bots, part: Part, reason: str, limit: float
) -> None:
    answer, seconds = ask(with_model, part)
    assert answer.kind == "answered"
    assert says_only_what_stands(answer)
    assert re.search(reason, why(answer)), why(answer)
    assert "secret" not in repr(answer)
    assert seconds < limit + LATE


def test_what_was_verified_before_the_model_failed_stays_and_the_quotes_go_on(with_model: Bots) -> None:
    answer, _ = ask(with_model, stalls)
    assert [sentence.text for sentence in answer.sentences] == [TEN, DEATHS]
    assert answer.composer == "model"


def test_a_model_that_is_down_costs_no_time(with_model: Bots) -> None:
    bot = with_model(a_chat(f"http://127.0.0.1:{find_port()}"))
    began = perf_counter()
    answer = bot.ask("Did anyone come off insulin?")
    assert answer.composer == "quotes"
    assert why(answer).startswith("could not be reached (")
    assert perf_counter() - began < WHOLE + LATE


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_recovers_is_asked_again(with_model: Bots, status: int) -> None:
    def recovers(stage: Stage) -> None:
        if stage.number == 1:
            stage.refuse(status)
            return
        stage.say(f"{TEN} [{stage.passages[INDEPENDENCE]}]\n")
        stage.end()

    answer, _ = ask(with_model, recovers)
    assert answer.composer == "model"


def test_after_failures_in_a_row_the_model_is_left_alone(with_model: Bots) -> None:
    with play(silent) as server:
        bot = with_model(a_chat(server.url, Breaker(failures=2, seconds=60)))
        reasons = [why(bot.ask("Did anyone die?")) for _ in range(3)]
        assert len(server.stages) == 2
    assert reasons[2] == "left alone after 2 failures, the last: no word for 0.4 s"


def test_lines_that_did_not_hold_are_asked_for_once_more_with_the_findings(with_model: Bots) -> None:
    def mends(stage: Stage) -> None:
        if stage.number == 1:
            stage.say(f"A: Of the 12 people given the full dose, 11 came off. [{stage.passages[INDEPENDENCE]}]\n")
        else:
            stage.say(f"A: {TEN} [{stage.passages[INDEPENDENCE]}]\n")
        stage.end()

    with play(mends) as server:
        answer = with_model(a_chat(server.url)).ask("Did anyone come off insulin?")
        assert "11 came off" in server.stages[1].user
    assert (answer.composer, answer.sentences[0].text) == ("model", TEN)
    assert [finding.outcome for finding in answer.trace.findings] == ["unsupported", "supported"]


class Listening:
    """Whoever waits, with an event to meet the server by."""

    def __init__(self, leaves_after: int = 99) -> None:
        self.heard = threading.Event()
        self.sentences: list[str] = []
        self._leaves_after = leaves_after

    def step(self, name: str) -> None:
        """Not of interest here."""

    def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        assert citations
        self.sentences.append(sentence.text)
        self.heard.set()

    @property
    def cancelled(self) -> bool:
        return len(self.sentences) >= self._leaves_after


def test_the_first_sentence_is_heard_before_the_model_has_finished_its_second(with_model: Bots) -> None:
    listener = Listening()
    heard_first = []

    def waits(stage: Stage) -> None:
        stage.say(f"A: {TEN} [{stage.passages[INDEPENDENCE]}]\n")
        heard_first.append(listener.heard.wait(SILENCE))
        stage.say(f"B: {DEATHS} [{stage.passages[DEATHS]}]\n")
        stage.end()

    with play(waits) as server:
        answer = with_model(a_chat(server.url)).ask(BOTH, (), listener)
    assert heard_first == [True]
    assert listener.sentences == [TEN, DEATHS] == [sentence.text for sentence in answer.sentences]


def test_when_nobody_waits_any_more_the_connection_is_closed(with_model: Bots) -> None:
    with play(stalls) as server:
        answer = with_model(a_chat(server.url)).ask("Did anyone come off insulin?", (), Listening(leaves_after=1))
        assert server.stages[0].left.wait(5)
    assert why(answer) == "nobody waits any more"


def test_a_model_that_is_not_read_further_is_hung_up_on(with_model: Bots) -> None:
    with play(rambles) as server:
        with_model(a_chat(server.url)).ask("Did anyone come off insulin?")
        assert server.stages[0].left.wait(5)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (BudgetLimits(input_tokens=10), r"^about \d+ tokens sent, 10 allowed$"),
        (BudgetLimits(input_price=1_000_000, reply_price=5), r"^would cost \d+, 5 allowed$"),
    ],
)
def test_what_would_cost_too_much_is_not_sent(with_model: Bots, limits: BudgetLimits, reason: str) -> None:
    with play(silent) as server:
        answer = with_model(a_chat(server.url, limits=limits)).ask("Did anyone die?")
        assert server.stages == []
    assert re.search(reason, why(answer))
    assert answer.kind == "answered"


def test_only_the_question_and_the_passages_are_sent_under_keys_that_tell_nothing(with_model: Bots) -> None:
    with play(says_nothing) as server:
        bot = with_model(a_chat(server.url))
        answer = bot.ask("Did anyone come off insulin?")
        bot.ask("How many people no longer needed insulin?")
        first, second = (stage.passages for stage in server.stages if stage.passages)
        sent = repr(server.stages[0].asked)
    assert answer.id not in sent
    assert answer.citations[0].key not in sent
    both = first.keys() & second.keys()
    assert both
    assert all(first[text] != second[text] for text in both)
