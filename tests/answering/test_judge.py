"""Each candidate is scored once: answers by the nearest messages whose answer is known, statements where none fits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from isletbot.answering.glossary import Lexicon
from isletbot.answering.judge import STATEMENTS, Judge, judge_evidence
from isletbot.answering.votes import NEAREST_OF_EACH, NEIGHBOURS, NEW_ANSWER, UNKNOWN, share_votes
from isletbot.corpus import Example, Glossary, Kept
from isletbot.inference.scripted import HashEmbeddings, ScriptedRelevance
from isletbot.storage.example_search import ExampleSearch
from isletbot.types import ApprovedAnswer, Evidence, Found, NearAnswer, Part, ScoredPassage, Sentence
from tests.builders import a_passage, score_alike

ASKED = "who came off insulin"
NOTHING = 0.02
"""What the vote for nothing takes at most from messages at 0.9."""
LEXICON = Lexicon([], Glossary(elsewhere=(("Lantidra",),)))
Known = Sequence[tuple[float, tuple[str, ...]]]
"""(cosine to the message, ids of the answers)."""


class Northward(HashEmbeddings):
    """Every text is the same direction, so that an example's first number is its cosine to any message."""

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[1.0, 0.0]] * len(texts), dtype=np.float32)


class Reading(ScriptedRelevance):
    """Writes down what it is asked."""

    def __init__(self, values: Mapping[str, float] | None = None) -> None:
        super().__init__(values)
        self.read: list[str] = []
        self.messages: list[str] = []

    def score(self, message: str, texts: Sequence[str]) -> tuple[float, ...]:
        self.messages.append(message)
        self.read.extend(texts)
        return super().score(message, texts)


def a_near(name: str, *similarities: float, asks: tuple[str, ...] = ("something else",)) -> NearAnswer:
    day = date(2026, 11, 20)
    return NearAnswer(ApprovedAnswer(name, asks, (), "Al", "Bo", day, day, date.max), similarities)


def judge_part(
    known: Known,
    *approved: NearAnswer,
    text: str = ASKED,
    passages: tuple[ScoredPassage, ...] = (),
    relevance: ScriptedRelevance | None = None,
    own: Known = (),
    personal: bool = False,
    embeddings: HashEmbeddings | None = None,
) -> Found:
    examples = [Example(f"message {place}", answers) for place, (_, answers) in enumerate(known)]
    examples += [Example(f"own {place}", answers, personal=True) for place, (_, answers) in enumerate(own)]
    known = (*known, *own)
    vectors = np.array([[near, math.sqrt(1 - near * near)] for near, _ in known] or [[0, 1]], dtype=np.float32)
    judge = Judge(
        ExampleSearch(examples, vectors),
        relevance or ScriptedRelevance(),
        answer=0.5,
        statement=0.3,
        score_sentences=score_alike,
    )
    evidence = Evidence((Found(Part(text, terms=text), passages, approved),))
    [found] = judge_evidence(evidence, embeddings or Northward(), judge, LEXICON, personal).found
    return found


def test_the_facts_that_may_follow_a_referral_are_told_by_messages_about_somebodys_own_case() -> None:
    asked, own = [(0.9, ("off",))], [(0.9, ("died",)), (0.9, ())]
    near = (a_near("off", 0.0), a_near("died", 0.0))
    assert relevances(judge_part(asked, *near, own=own)) == pytest.approx({"off": 1.0, "died": 0.0}, abs=NOTHING)
    referred = judge_part(asked, *near, own=own, personal=True)
    assert relevances(referred) == pytest.approx({"off": 2 / 3, "died": 2 / 3}, abs=NOTHING)


def relevances(found: Found) -> dict[str, float]:
    return {near.answer.id: near.relevance for near in found.approved}


def test_the_likeliest_answer_is_as_relevant_as_it_is_likely_that_anything_answers() -> None:
    known = [(0.9, ("off",)), (0.9, ("off",)), (0.9, ("off",)), (0.9, ("died",))]
    found = judge_part(known, a_near("off", 0.0), a_near("died", 0.0))
    assert relevances(found) == pytest.approx({"off": 1.0, "died": 1 / 3}, abs=NOTHING)


def test_two_answers_that_a_message_could_mean_do_not_make_it_less_likely_that_it_is_answered() -> None:
    known = [(0.9, ("off",)), (0.9, ("died",)), (0.9, ())]
    found = judge_part(known, a_near("off", 0.0), a_near("died", 0.0))
    assert relevances(found) == pytest.approx({"off": 2 / 3, "died": 2 / 3}, abs=NOTHING)


def test_the_likeliest_answer_comes_first() -> None:
    found = judge_part([(0.9, ("died",))], a_near("off", 0.0), a_near("died", 0.0))
    assert [near.answer.id for near in found.approved] == ["died", "off"]


def test_a_nearer_message_counts_more() -> None:
    found = judge_part([(1.0, ("off",)), (0.9, ("died",))], a_near("off", 0.0), a_near("died", 0.0))
    assert relevances(found)["off"] / relevances(found)["died"] == pytest.approx(math.exp(3), rel=1e-3)


def test_a_near_miss_votes_for_no_answer_and_lowers_all() -> None:
    sure = judge_part([(0.9, ("off",))], a_near("off", 0.0))
    doubted = judge_part([(0.9, ("off",)), (0.9, ()), (0.9, ())], a_near("off", 0.0))
    assert relevances(sure)["off"] == pytest.approx(1.0, abs=NOTHING)
    assert relevances(doubted)["off"] == pytest.approx(1 / 3, abs=NOTHING)


def test_a_message_with_two_answers_shares_its_vote() -> None:
    found = judge_part([(0.9, ("off", "died"))], a_near("off", 0.0), a_near("died", 0.0))
    assert relevances(found) == pytest.approx({"off": 1.0, "died": 1.0}, abs=NOTHING)


def test_an_answer_that_is_not_served_takes_its_votes_with_it() -> None:
    found = judge_part([(0.9, ("off",)), (0.9, ("expired",)), (0.9, ("expired",))], a_near("off", 0.0))
    assert relevances(found) == pytest.approx({"off": 0.5}, abs=NOTHING)


def test_only_the_nearest_messages_vote_on_which_answer_it_is() -> None:
    known = [(0.9, ("off",))] * NEIGHBOURS + [(0.89, ("died",))] * 100
    assert relevances(judge_part(known, a_near("off", 0.0), a_near("died", 0.0)))["died"] == 0.0


def test_as_many_answered_and_unanswered_messages_vote_on_whether_anything_answers() -> None:
    few = [(0.9, ("off",))] * NEAREST_OF_EACH + [(0.9, ())] * NEAREST_OF_EACH
    many = [(0.9, ("off",))] * 100 + [(0.9, ())] * NEAREST_OF_EACH
    told = [relevances(judge_part(known, a_near("off", 0.0)))["off"] for known in (few, many)]
    assert told == pytest.approx([0.5, 0.5], abs=NOTHING)


def test_what_resembles_no_known_message_is_not_answered_though_there_is_one_answer_to_vote_for() -> None:
    assert relevances(judge_part([(UNKNOWN, ("off",))], a_near("off", 0.0)))["off"] == pytest.approx(0.5, abs=1e-3)
    assert relevances(judge_part([(UNKNOWN - 0.4, ("off",))], a_near("off", 0.0)))["off"] < NOTHING


def test_the_votes_of_answered_and_unanswered_messages_together_sum_to_one_less_those_for_nothing() -> None:
    hits = ExampleSearch([Example("one", ("off", "key")), Example("two", ())], np.eye(2, dtype=np.float32)[[0, 0]])
    votes = share_votes(hits.nearest(np.array([1.0, 0.0], dtype=np.float32), NEIGHBOURS))
    assert votes == pytest.approx({"off": 0.25, "key": 0.25}, abs=1e-4)


def test_a_listed_way_of_asking_votes_like_a_message() -> None:
    found = judge_part([(0.9, ("off",)), (0.9, ("died",))], a_near("off", 0.9), a_near("died", 0.0))
    assert relevances(found)["died"] == pytest.approx(1 / 2, abs=NOTHING)


def test_a_new_answer_without_messages_counts_more() -> None:
    found = judge_part([(0.9, ("off",))], a_near("off", 0.0), a_near("new", 0.9))
    assert relevances(found)["off"] == pytest.approx(1 / NEW_ANSWER, abs=NOTHING)


def test_an_answer_nobody_votes_for_is_not_relevant() -> None:
    assert relevances(judge_part([(0.9, ())] * NEIGHBOURS, a_near("new", 0.2)))["new"] < 1e-4


@pytest.mark.parametrize(
    "text", ["Who came off insulin?", "who came off INSULIN", "Who came off insulin?!", "who came off insulin."]
)
def test_a_listed_way_of_asking_always_wins(text: str) -> None:
    listed = a_near("off", 0.1, asks=("How many stopped?", "Who came off insulin?"))
    found = judge_part([(0.99, ("died",))] * NEIGHBOURS, a_near("died", 0.9), listed, text=text)
    assert next((near.answer.id, near.relevance, near.listed) for near in found.approved) == ("off", 1.0, True)
    assert not found.approved[1].listed


def test_words_near_a_listed_way_of_asking_are_not_it() -> None:
    found = judge_part([], a_near("off", 0.9, asks=("Who came off insulin?",)), text="who came off insulin and died?")
    assert not found.approved[0].listed


def scored(*texts: str) -> tuple[ScoredPassage, ...]:
    return tuple(ScoredPassage(a_passage(text), 1 - place / 10, 0.5, 0.5) for place, text in enumerate(texts))


def test_statements_are_not_read_where_an_answer_is_sure() -> None:
    relevance = Reading()
    found = judge_part([(0.9, ("off",))], a_near("off", 0.0), passages=scored("One.", "Two."), relevance=relevance)
    assert relevance.read == []
    assert [one.relevance for one in found.passages] == [None, None]


def test_statements_are_read_where_no_answer_is_sure() -> None:
    relevance = Reading({"One.": 0.2, "Two.": 0.9})
    found = judge_part([(0.9, ())], a_near("off", 0.0), passages=scored("One.", "Two."), relevance=relevance)
    assert [(one.passage.text, one.relevance) for one in found.passages] == [("Two.", 1.0), ("One.", 0.2 / 0.3 * 0.5)]
    assert found.approved[0].relevance == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "doubts", "beside"),
    [
        ("How many came off insulin?", 2, False),
        ("How many came off insulin with Lantidra?", 2, False),
        ("How many came off insulin with Lantidra?", 0, False),
        ("My aunt had Lantidra. How many came off insulin?", 2, True),
        ("My aunt had Lantidra. How many came off insulin with Lantidra?", 2, False),
        ("My aunt had Lantidra. How many?", 2, False),
    ],
)
def test_a_name_stands_beside_the_question_where_the_rest_asks_the_same(text: str, doubts: int, beside: bool) -> None:
    known = [(0.9, ("off",))] * NEAREST_OF_EACH + [(0.9, ())] * doubts
    assert judge_part(known, a_near("off", 0.0), text=text).approved[0].beside is beside


def test_a_name_counts_where_the_rest_asks_for_something_else() -> None:
    class OfOur(HashEmbeddings):
        """What begins with "It is" points away from all that is known."""

        def embed(self, texts: Sequence[str]) -> np.ndarray:
            return np.array(
                [[0.0, 1.0] if text.startswith("It is") else [1.0, 0.0] for text in texts], dtype=np.float32
            )

    text = "Do you know Lantidra? It is our question."
    known = [(0.9, ("off",))] * NEAREST_OF_EACH + [(0.9, ())] * 2
    told = [judge_part(known, a_near("off", 0.0), text=text, embeddings=one) for one in (Northward(), OfOur())]
    assert [found.approved[0].beside for found in told] == [True, False]


def test_statements_are_read_for_a_part_that_names_something_from_elsewhere() -> None:
    relevance = Reading()
    sure = [(0.9, ("off",))] * NEAREST_OF_EACH + [(0.9, ())] * 2
    judge_part(sure, a_near("off", 0.0), text="Lantidra?", passages=scored("One."), relevance=relevance)
    assert relevance.read == ["One."]


def test_a_statement_is_at_least_as_relevant_as_its_share_of_the_votes() -> None:
    [voted] = scored("One.")
    known = [(0.9, (voted.passage.key,)), (0.9, (voted.passage.key,)), (0.9, ())]
    for score, relevance in ((0.0, 2 / 3), (0.3, 2 / 3), (0.6, 1.0)):
        found = judge_part(known, passages=(voted,), relevance=ScriptedRelevance({"One.": score}))
        assert found.passages[0].relevance == pytest.approx(relevance, abs=NOTHING)


def test_a_statement_that_messages_vote_for_is_read_however_late_it_was_found() -> None:
    passages = scored(*(f"Statement {number}." for number in range(STATEMENTS + 2)))
    late, relevance = passages[-1].passage, Reading(dict.fromkeys((one.passage.text for one in passages), 0.0))
    found = judge_part([(0.9, (late.key,))], passages=passages, relevance=relevance)
    assert found.passages[0].passage == late
    assert len(relevance.read) == STATEMENTS + 1


def test_a_statement_is_not_believed_where_messages_that_nothing_answers_are_nearest() -> None:
    asked = tuple(replace(one, passage=replace(one.passage, asks=("Who?",))) for one in scored("Insulin."))
    for passages, known, relevance in (
        (asked, [(0.9, ())], 0.0),
        (asked, [(UNKNOWN - 0.1, ())], 0.5),
        (asked, [(0.9, ()), (0.9, ("off",))], 0.5),
        (scored("Insulin."), [(0.9, ())], 0.5),
    ):
        found = judge_part(known, a_near("off", 0.0), passages=passages, relevance=ScriptedRelevance({"Insulin.": 0.3}))
        assert found.passages[0].relevance == pytest.approx(relevance)


def test_statements_are_read_where_there_is_no_answer() -> None:
    assert judge_part([], passages=scored("Insulin."), text="insulin").passages[0].relevance == 1.0


def test_no_more_statements_are_read_than_there_is_time_for() -> None:
    texts = [f"Statement {number}." for number in range(STATEMENTS + 2)]
    relevance = Reading({texts[STATEMENTS - 1]: 0.8})
    found = judge_part([], passages=scored(*texts), relevance=relevance)
    assert relevance.read == texts[:STATEMENTS]
    assert found.passages[0].passage.text == texts[STATEMENTS - 1]
    assert [one.passage.text for one in found.passages[STATEMENTS:]] == texts[STATEMENTS:]
    assert [one.relevance for one in found.passages[STATEMENTS:]] == [None, None]


def test_of_statements_as_relevant_the_better_found_comes_first() -> None:
    found = judge_part([], passages=scored("One.", "Two."), relevance=ScriptedRelevance({"One.": 0.4, "Two.": 0.4}))
    assert [one.passage.text for one in found.passages] == ["One.", "Two."]


def test_each_part_is_judged_for_itself_with_the_turn_before() -> None:
    relevance = Reading()
    parts = (Part("why?", message="why? | before: Did anyone die?"), Part("who paid"))
    evidence = Evidence(tuple(Found(part, scored("Two died.")) for part in parts))
    judge = Judge(ExampleSearch((), np.empty((0, 2), dtype=np.float32)), relevance, 0.5, 0.3, score_alike)
    judged = judge_evidence(evidence, Northward(), judge, LEXICON)
    assert [found.part for found in judged.found] == list(parts)
    assert relevance.messages == ["why? | before: Did anyone die?", "who paid"]


def test_labelled_messages_say_which_sentences_of_the_answer_are_said() -> None:
    said = tuple(Sentence(text, ()) for text in ("It was published.", "The title is Islets.", "The DOI is 10.1056/x."))
    near = replace(a_near("paper", 0.0), answer=replace(a_near("paper").answer, sentences=said))
    labels = {"doi pls": Kept((2,)), "which doi": Kept((2, 1))}
    examples = [Example(text, ("paper",), kept=kept) for text, kept in labels.items()]
    vectors = np.array([[1.0, 0.0], [0.6, 0.8]], dtype=np.float32)
    judge = Judge(ExampleSearch(examples, vectors), ScriptedRelevance(), 0.5, 0.3, score_alike)
    [found] = judge_evidence(Evidence((Found(Part(ASKED), (), (near,)),)), Northward(), judge, LEXICON).found
    assert found.approved[0].said == said[2:]
