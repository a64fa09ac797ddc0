"""The line fails closed: whatever step raises, a person gets the safe reply, and it is counted."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from isletbot.answering.composers.arithmetic import SumComposer
from isletbot.answering.graph import Bot
from isletbot.answering.line import Line
from isletbot.answering.reply_intents import ReplyIntents
from isletbot.errors import InputError
from isletbot.inference.scripted import HashEmbeddings, ScriptedRelevance, ScriptedRoutes
from isletbot.ports import Reply, Vectors
from isletbot.types import Citation, Draft, Evidence, Query, Question, Quote, Sentence, Turn
from tests.answering.conftest import PROMPTS
from tests.builders import DEATHS, INDEPENDENCE


class Broken(HashEmbeddings):
    def embed(self, texts: Sequence[str]) -> Vectors:
        raise OSError("the disk is gone")


class Counting(HashEmbeddings):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return super().embed(texts)


class Inventor:
    """A composer that cites what stands nowhere."""

    name = "model"

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        key = evidence.found[0].passages[0].passage.key
        return Draft("model", (Sentence("It cures everybody.", (Quote(key, "It cures everybody.", 0, 19),)),))


def test_a_question_goes_down_the_line_and_the_trace_tells_how(line: Line) -> None:
    answer = Bot(line).ask("Did anyone come off insulin?")
    assert answer.kind == "answered"
    assert answer.sentences[0].text == INDEPENDENCE
    assert list(answer.trace.milliseconds) == ["triage", "condense", "retrieve", "judge", "compose", "verify"]
    assert answer.trace.versions["index"] == line.index.version
    assert answer.trace.found


def test_a_question_may_bring_its_own_history(line: Line) -> None:
    history = (Turn("user", "Did anyone come off insulin?"), Turn("assistant", "Yes."))
    asked = Bot(line).ask(Question("And did anyone die?", history))
    assert asked.text == Bot(line).ask("And did anyone die?", history).text
    assert asked.trace.query is not None
    assert asked.trace.query != Bot(line).ask("And did anyone die?").trace.query


def test_a_step_that_raises_gives_the_safe_reply_and_is_counted(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    bot = Bot(replace(line, embeddings=Broken()))
    answer = bot.ask("Did anyone come off insulin?")
    assert answer.kind == "not_in_corpus"
    assert answer.text.startswith(PROMPTS.say("failed-closed"))
    assert answer.trace.failure == "retrieve: OSError"
    assert bot.line.failures == {"classifier": 1, "retrieve": 1}
    assert "the disk is gone" in caplog.text


def test_what_is_read_as_urgent_needs_no_rule(line: Line) -> None:
    bot = Bot(replace(line, classifier=ScriptedRoutes("emergency")))
    answer = bot.ask("grandpa, wilted")
    assert answer.kind == "urgent"
    assert answer.trace.triage is not None
    assert answer.trace.triage.rule == "E1-read"
    assert answer.text.startswith(PROMPTS.say("urgent-emergency"))


def test_what_is_read_as_urgent_ends_the_line(line: Line) -> None:
    answer = Bot(replace(line, classifier=ScriptedRoutes("care_team"))).ask("Did anyone die?")
    assert list(answer.trace.milliseconds) == ["triage"]


def test_a_referral_may_be_followed_by_general_facts(line: Line) -> None:
    bot = Bot(replace(line, classifier=ScriptedRoutes("personal")))
    answer = bot.ask("Did anyone die, and is it for my body?")
    assert answer.kind == "needs_clinician"
    assert answer.text.startswith(PROMPTS.say("needs-clinician"))
    assert [sentence.text for sentence in answer.sentences] == [DEATHS]


def test_a_judge_that_raises_gives_the_safe_reply(line: Line) -> None:
    class Unread(ScriptedRelevance):
        def score(self, message: str, texts: Sequence[str]) -> tuple[float, ...]:
            raise RuntimeError("no weights")

    bot = Bot(replace(line, judge=replace(line.judge, relevance=Unread())))
    answer = bot.ask("Did anyone die?")
    assert (answer.kind, answer.trace.failure) == ("not_in_corpus", "judge: RuntimeError")
    assert bot.line.failures == {"judge": 1}


def test_the_trace_tells_what_was_judged(line: Line) -> None:
    answer = Bot(line).ask("Did anyone die?")
    judged = dict(answer.trace.judged)
    assert judged[answer.citations[0].key] >= line.judge.statement


def test_the_question_is_embedded_once(line: Line) -> None:
    counting = Counting()
    Bot(replace(line, embeddings=counting)).ask("Did anyone come off insulin?")
    assert counting.texts == ["Did anyone come off insulin?"]


def test_when_the_classifier_fails_the_rules_stand(line: Line) -> None:
    bot = Bot(replace(line, embeddings=Broken()))
    assert bot.ask("My husband is unconscious").kind == "urgent"
    assert bot.ask("What is the weather like in Paris today?").kind == "out_of_scope"
    assert bot.line.failures["classifier"] >= 1


def test_an_emergency_is_caught_though_everything_behind_it_is_broken(line: Line) -> None:
    bot = Bot(replace(line, embeddings=Broken(), composers=()))
    assert bot.ask("My husband is unconscious").kind == "urgent"


def test_what_an_inventive_composer_says_is_dropped_and_the_next_one_is_asked(line: Line) -> None:
    bot = Bot(replace(line, composers=(Inventor(), *line.composers)))
    answer = bot.ask("Did anyone come off insulin?")
    assert answer.composer == "quotes"
    assert [composer for composer, _ in answer.trace.drafts] == ["model", "quotes"]
    assert "cures" not in answer.text


def test_when_no_composer_says_anything_true_the_sources_do_not_say(line: Line) -> None:
    answer = Bot(replace(line, composers=(Inventor(),))).ask("Did anyone come off insulin?")
    assert answer.kind == "not_in_corpus"
    assert [finding.outcome for finding in answer.trace.findings] == ["unsupported"]


class Writer:
    """A composer that writes sentence by sentence: one statement of the evidence, one invention, and leaves a part."""

    name = "model"

    def __init__(self, *unanswered: str) -> None:
        self.unanswered = unanswered

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        passage = evidence.found[0].passages[0].passage
        quote = Quote(passage.key, passage.text, passage.start, passage.end)
        findings = [reply.release(Sentence(text, (quote,))) for text in (passage.text, "It cures everybody.")]
        kept = tuple(finding.sentence for finding in findings if finding.outcome == "supported")
        dropped = tuple(finding for finding in findings if finding.outcome != "supported")
        left = tuple(part for part in query.parts if part.text in self.unanswered)
        return Draft("model", kept, unanswered=left, dropped=dropped)


class Heard:
    """A listener that writes down what it hears."""

    cancelled = False

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.sentences: list[tuple[str, list[int]]] = []

    def step(self, name: str) -> None:
        self.steps.append(name)

    def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        self.sentences.append((sentence.text, [citation.number for citation in citations]))


def test_who_listens_hears_every_step_and_each_sentence_once_as_the_answer_has_them(line: Line) -> None:
    heard = Heard()
    answer = Bot(line).ask("Did anyone come off insulin? Did anyone die?", listener=heard)
    assert heard.steps == ["triage", "condense", "retrieve", "judge", "compose", "verify"]
    assert [text for text, _ in heard.sentences] == [sentence.text for sentence in answer.sentences]
    assert [numbers for _, numbers in heard.sentences] == [[1], [1]]


def test_a_composer_that_writes_is_verified_as_it_writes_and_what_it_invents_is_only_in_the_trace(line: Line) -> None:
    heard = Heard()
    answer = Bot(replace(line, composers=(Writer(), *line.composers))).ask("Did anyone come off insulin?", (), heard)
    assert answer.composer == "model"
    assert [text for text, _ in heard.sentences] == [sentence.text for sentence in answer.sentences] == [INDEPENDENCE]
    assert [finding.outcome for finding in answer.trace.findings] == ["unsupported", "supported"]


def test_the_next_composer_goes_on_with_the_part_that_was_left_and_says_nothing_twice(line: Line) -> None:
    heard = Heard()
    writer = Writer("Did anyone die?")
    bot = Bot(replace(line, composers=(writer, *line.composers)))
    answer = bot.ask("Did anyone come off insulin? Did anyone die?", listener=heard)
    assert [sentence.text for sentence in answer.sentences] == [INDEPENDENCE, DEATHS]
    assert [text for text, _ in heard.sentences] == [INDEPENDENCE, DEATHS]
    assert [composer for composer, _ in answer.trace.drafts] == ["model", "quotes"]
    assert "cures" not in answer.text


class Suggester:
    """A composer that has nothing to say, and knows what is near."""

    name = "quotes"

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        return Draft("quotes", (), ("Did anyone die?",), declined="nothing", unanswered=begun.unanswered)


def test_composers_that_decline_are_asked_in_turn_and_the_nearest_questions_are_kept(line: Line) -> None:
    composers = (Suggester(), SumComposer(line.say))
    answer = Bot(replace(line, composers=composers, starters=("Who paid?",))).ask("Did anyone come off insulin?")
    assert [composer for composer, _ in answer.trace.drafts] == ["quotes", "quotes"]
    assert (answer.kind, answer.suggestions) == ("not_in_corpus", ("Did anyone die?",))


def test_after_a_referral_nothing_is_heard_before_the_whole_is_known(line: Line) -> None:
    heard = Heard()
    answer = Bot(replace(line, classifier=ScriptedRoutes("personal"))).ask("Is it for me? Did anyone die?", (), heard)
    assert answer.sentences
    assert heard.sentences == []


def test_a_listener_that_fails_gets_the_safe_reply(line: Line) -> None:
    class Gone(Heard):
        def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
            raise OSError("the line is dead")

    assert Bot(line).ask("Did anyone come off insulin?", listener=Gone()).kind == "not_in_corpus"


def test_what_is_no_question_is_refused_before_the_line_begins(line: Line) -> None:
    with pytest.raises(InputError):
        Bot(line).ask(" ")
    assert line.failures == {}


def test_the_graph_is_drawn_with_every_step(line: Line) -> None:
    drawn = Bot(line).draw()
    assert all(step in drawn for step in ("triage", "condense", "retrieve", "judge", "compose", "verify", "conclude"))


async def test_an_application_with_an_event_loop_can_await_the_answer(line: Line) -> None:
    assert (await Bot(line).aask("Did anyone die?")).kind == "answered"


def test_a_last_reply_that_cannot_be_read_back_is_counted_and_an_emergency_is_caught_all_the_same(line: Line) -> None:
    history = (Turn("user", "Did anyone come off insulin?"), Turn("assistant", f"{INDEPENDENCE} [1]"))
    bot = Bot(replace(line, embeddings=Broken(), reply_intents=ReplyIntents({"shorter": ("shorter please",)})))
    assert bot.ask("make it short, my husband is unconscious", history).kind == "urgent"
    assert bot.line.failures["intents"] == 1


def test_an_intent_is_answered_by_its_own_composer_before_any_other(line: Line) -> None:
    history = (Turn("user", "Did anyone come off insulin?"), Turn("assistant", f"{INDEPENDENCE} [1]"))
    answer = Bot(replace(line, reply_intents=ReplyIntents({"sure": ("is that so",)}))).ask("Is that so?", history)
    assert [sentence.text for sentence in answer.sentences] == [INDEPENDENCE]
    assert answer.trace.drafts == (("quotes", ""),)
    assert answer.text.startswith(PROMPTS.say("exact-words"))
