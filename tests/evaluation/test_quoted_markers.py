"""Our own completions, read back by the harness, count as the Answer they were written from."""

import json
from dataclasses import replace

import pytest

from isletbot.evaluation.citation_markers import SourceLibrary
from isletbot.evaluation.endpoints import OpenAITarget
from isletbot.evaluation.grading import grade_reply
from isletbot.evaluation.grounding import SourceText
from isletbot.evaluation.quoted_markers import without_source_list
from isletbot.server.openai_wire import CompletionHead
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer, Citation, Quote, Sentence
from tests.grading import a_case
from tests.scripted import NEJM, an_answer

COUNT, DEATHS, SUGAR = "Of 12 people, 10 came off insulin. All got the full dose.", "Two people died.", "HbA1c fell."
OTHER = replace(NEJM, id="other", title="Another paper", url="https://other.example/paper", version="sha256:o")
TEXTS = {NEJM.id: f"{COUNT} {DEATHS}", OTHER.id: SUGAR}
HELD = {COUNT: NEJM, DEATHS: NEJM, SUGAR: OTHER}
SOURCES = {source.id: SourceText(TEXTS[source.id], source.version) for source in (NEJM, OTHER)}
LIBRARY = SourceLibrary({source.url: source.id for source in (NEJM, OTHER)}, TEXTS)


def an_answer_of(*said: tuple[str, str]) -> Answer:
    """Each sentence rests on the statement named beside it."""
    numbers = {source: number for number, source in enumerate(dict.fromkeys(HELD[told] for _, told in said), 1)}
    cited = {told: cite(told, numbers[HELD[told]]) for _, told in said}
    sentences = tuple(
        Sentence(words, (Quote(cited[told].key, told, cited[told].start, cited[told].end),)) for words, told in said
    )
    text = " ".join(f"{words} [{cited[told].number}]" for words, told in said)
    return an_answer(said=text, sentences=sentences, citations=tuple(cited.values()))


def cite(told: str, number: int) -> Citation:
    start = TEXTS[HELD[told].id].index(told)
    return Citation(f"k{len(told)}", number, HELD[told], "", told, start, start + len(told))


class Completion:
    """An endpoint that gives this answer."""

    def __init__(self, answer: Answer, **changes: object) -> None:
        self.body = {**json.loads(json.dumps(CompletionHead("c", 1).completion(answer))), **changes}

    def post(self, _: object) -> dict[str, object]:
        return self.body


def read_back(answer: Answer, **changes: object) -> dict[str, object]:
    target = OpenAITarget("http://here/v1", "isletbot", LIBRARY)
    target._endpoint = Completion(answer, **changes)  # type: ignore[assignment]
    return dict(target.converse(a_case()).reply or {})


BARE = {"sentences": (), "citations": ()}
ANSWERS = [
    an_answer_of((COUNT, COUNT)),
    an_answer_of((COUNT, COUNT), (SUGAR, SUGAR), (DEATHS, DEATHS)),
    an_answer_of(("Nobody died.", DEATHS)),
    an_answer_of(("In 11 of 12 people, vs. none, insulin was stopped.", COUNT)),
    an_answer("needs_clinician", said="I cannot answer it for you. Please ask your doctor.", **BARE),
    an_answer("urgent", said="This may be an emergency. Call 911 now.", **BARE),
    an_answer("not_in_corpus", said="My sources do not say.", **BARE),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_completion_is_graded_as_its_answer_is(answer: Answer) -> None:
    case = a_case()
    native, read = grade_reply(case, answer_to_json(answer), SOURCES), grade_reply(case, read_back(answer), SOURCES)
    assert read == native


def test_each_sentence_has_the_quote_behind_its_own_marker() -> None:
    reply = read_back(ANSWERS[1])
    assert reply["text"] == ANSWERS[1].text
    assert reply["sentences"] == answer_to_json(ANSWERS[1])["sentences"]
    assert reply["notices"] == [{"text": "General information, not medical advice."}]
    assert [one["quote"] for one in reply["citations"]] == [COUNT, SUGAR, DEATHS]  # type: ignore[union-attr]
    assert [one["source_id"] for one in reply["citations"]] == [NEJM.id, "other", NEJM.id]  # type: ignore[union-attr]


@pytest.mark.parametrize("answer", ANSWERS[-3:])
def test_the_kind_is_read_from_the_words_where_the_endpoint_does_not_name_it(answer: Answer) -> None:
    assert read_back(answer, isletbot=None)["kind"] == answer.kind


def test_only_a_list_at_the_end_is_left_out() -> None:
    assert without_source_list("A [1].\n\nSources:\n[1] Paper. “A” https://a") == "A [1]."
    assert without_source_list("A [1].\n\n[1] Paper: https://a\n[2] Other") == "A [1]."
    assert without_source_list("Sources: [1] and more.\n\nA.") == "Sources: [1] and more.\n\nA."
