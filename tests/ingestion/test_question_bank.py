"""The question bank: how it is read, and that the one that ships is large, varied and no copy of the evaluation."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz

from isletbot.answering.reply_intents import parse_reply_intents
from isletbot.corpus import Example, Kept
from isletbot.errors import InputError
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.question_bank import (
    BankMessage,
    bank_digest,
    files_digest,
    find_examples,
    find_statement_examples,
    read_bank,
)
from isletbot.types import ApprovedAnswer, Passage, Quote, Sentence
from tests.builders import a_passage

ROOT = Path(__file__).parents[2]
ROW = {
    "id": "q1",
    "turns": ["did it work"],
    "route": "answer",
    "answer": "off-insulin",
    "voice": "terse",
    "writer": "W",
}


def a_bank(folder: Path, *rows: Any, name: str = "a.jsonl") -> Path:
    lines = [row if isinstance(row, str) else json.dumps({**ROW, **row}) for row in rows]
    (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return folder


def test_a_line_becomes_a_message(tmp_path: Path) -> None:
    [message] = read_bank(a_bank(tmp_path, {"turns": ["Hello.", "what  is it", "and\nwhy"], "near": "deaths"}))
    assert message == BankMessage(
        "q1", ("Hello.", "what  is it", "and\nwhy"), "answer", ("off-insulin",), "deaths", "terse", "W"
    )
    assert message.text == "and why | before: what is it"


def test_a_message_may_have_several_answers_or_none(tmp_path: Path) -> None:
    rows = ({"answers": ["a", "b"], "answer": None}, {"id": "q2", "answer": None, "route": "personal"})
    assert [message.answers for message in read_bank(a_bank(tmp_path, *rows))] == [("a", "b"), ()]


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    a_bank(tmp_path, {"id": "second"}, name="b.jsonl")
    a_bank(tmp_path, {"id": "first"}, "", "  ", name="a.jsonl")
    (tmp_path / "README.md").write_text("no bank")
    assert [message.id for message in read_bank(tmp_path)] == ["first", "second"]


def test_without_a_folder_there_are_no_messages(tmp_path: Path) -> None:
    assert read_bank(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", r"not JSON"),
        ("[]", r"a line is an object, not list"),
        ({"answr": "x"}, r"unknown field 'answr'\. Fields are answer, answers, gap, id,"),
        ({"turns": []}, r"`turns` is '\[\]', not a list of texts"),
        ({"turns": "did it work"}, r"`turns` is 'did it work'"),
        ({"turns": ["did it work", " "]}, r"`turns` is .*, not a list of texts"),
        ({"turns": ["did it work", 7]}, r"`turns` is .*, not a list of texts"),
        ({"route": "urgent"}, r"route 'urgent'\. It is one of emergency, crisis,"),
        ({"route": ""}, r"route ''\. It is one of"),
        ({"route": "attack"}, r"an answer on the route 'attack'\. Only `answer` and `personal` have answers"),
        ({"id": "q0"}, r"the id 'q0' stands at a\.jsonl:1 too\. Give it another"),
    ],
)
def test_a_wrong_line_is_named_with_the_rule(tmp_path: Path, row: Any, said: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.jsonl:3: {said}"):
        read_bank(a_bank(tmp_path, {"id": "q0"}, "", row))


def test_an_id_that_stands_in_another_file_is_named(tmp_path: Path) -> None:
    a_bank(tmp_path, {}, name="a.jsonl")
    with pytest.raises(InputError, match=r"^b\.jsonl:1: the id 'q1' stands at a\.jsonl:1 too"):
        read_bank(a_bank(tmp_path, {}, name="b.jsonl"))


def test_examples_are_the_messages_that_ask_for_an_answer(tmp_path: Path) -> None:
    rows = (
        {"id": "q1", "turns": ["what is it", "did it work"]},
        {"id": "q2", "turns": ["what is the price"], "answer": None, "near": "off-insulin", "gap": "price"},
        {"id": "q3", "turns": ["she is not breathing"], "answer": None, "route": "emergency"},
        {"id": "q4", "turns": ["did all stop"], "opening": "no"},
        {"id": "q5", "turns": ["who paid"], "answer": None, "statements": ["paper#paid"]},
        {"id": "q6", "turns": ["who took part"], "answer": None, "statements": ["paper#gone"]},
        {"id": "q7", "turns": ["could I stop insulin too"], "route": "personal"},
        {"id": "q8", "turns": ["shall I stop my tablets"], "answer": None, "route": "personal"},
    )
    bank = read_bank(a_bank(tmp_path, *rows))
    passages = (STATEMENT, a_passage(key="k9", statement="paper#paid"))
    assert find_examples(bank, passages, [an_answer("off-insulin", ("k1",))]) == (
        Example("did it work | before: what is it", ("off-insulin",)),
        Example("what is the price", (), gap="price"),
        Example("did all stop", ("off-insulin",), opening="no"),
        Example("who paid", ("k9",)),
        Example("could I stop insulin too", ("off-insulin",), personal=True),
        Example("shall I stop my tablets", (), personal=True),
    )
    assert find_examples(bank, passages, [an_answer("of-another-corpus", ("k1",))]) == ()


def test_an_example_has_the_sentences_that_readers_kept_where_it_has_one_answer(tmp_path: Path) -> None:
    rows = ({"id": "q1"}, {"id": "q2", "turns": ["who died"]}, {"id": "q3", "answers": ["off-insulin", "deaths"]})
    bank, answers = read_bank(a_bank(tmp_path, *rows)), [an_answer("off-insulin", ("k1",))]
    kept = {"q1": Kept((1,)), "q3": Kept((0,))}
    assert [one.kept for one in find_examples(bank, (STATEMENT,), answers, kept)] == [Kept((1,)), None, None]


def test_a_wrong_opening_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^a\.jsonl:1: opening 'maybe'\. It is one of yes, no, not_yet, unknown"):
        read_bank(a_bank(tmp_path, {"opening": "maybe"}))


STATEMENT = a_passage(key="k1", asks=("who came off?", "how many?"))


def an_answer(name: str, *sentences: tuple[str, ...]) -> ApprovedAnswer:
    """Whose sentences quote these passages."""
    quoting = tuple(Sentence("Said.", tuple(Quote(key, "said", 0, 4) for key in keys)) for keys in sentences)
    return ApprovedAnswer(name, (), quoting, "Al", "Bo", *(STATEMENT.source.as_of,) * 3)


@pytest.mark.parametrize(
    ("answers", "answered_by"),
    [
        ((), "k1"),
        ((an_answer("other", ("k2",)),), "k1"),
        ((an_answer("begins", ("k1",), ("k2",)),), "begins"),
        ((an_answer("says", ("k2",), ("k1",)),), "says"),
        ((an_answer("says", ("k2", "k1")),), "says"),
        ((an_answer("says", ("k2",), ("k1",)), an_answer("begins", ("k1",))), "begins"),
        ((an_answer("says", ("k2",), ("k1",)), an_answer("says-too", ("k3",), ("k1",))), ""),
    ],
)
def test_what_answers_the_questions_of_a_statement(answers: tuple[ApprovedAnswer, ...], answered_by: str) -> None:
    passages: tuple[Passage, ...] = (STATEMENT, a_passage(key="k9", asks=()))
    wanted = tuple(Example(ask, (answered_by,)) for ask in STATEMENT.asks) if answered_by else ()
    assert find_statement_examples(passages, answers) == wanted


def test_the_digest_of_the_files_changes_with_their_names_and_contents(tmp_path: Path) -> None:
    empty = files_digest(tmp_path)
    first = files_digest(a_bank(tmp_path, {}))
    assert files_digest(tmp_path) == first
    (tmp_path / "README.md").write_text("no bank")
    assert files_digest(tmp_path) == first
    changed = files_digest(a_bank(tmp_path, {"voice": "teen"}))
    (tmp_path / "a.jsonl").rename(tmp_path / "b.jsonl")
    renamed = files_digest(tmp_path)
    assert len({empty, first, changed, renamed, files_digest(tmp_path / "nowhere")}) == 4


def test_the_digest_is_of_what_is_said_and_how_it_is_labelled(tmp_path: Path) -> None:
    def digest(**changes: object) -> str:
        return bank_digest(read_bank(a_bank(tmp_path, changes)))

    assert digest() == digest(voice="teen", writer="A", id="q9")
    assert len({digest(), digest(turns=["no"]), digest(answer="deaths"), digest(answer=None, route="personal")}) == 4


BANK = read_bank(ROOT / "training" / "questions")
ANSWERS = [answer.id for answer in load_corpus(ROOT / "corpus").answers]


def test_the_bank_is_large_and_speaks_in_many_voices() -> None:
    assert len(BANK) >= 20_000
    assert len({message.voice for message in BANK}) >= 20
    assert [message.id for message in BANK if not message.voice or not message.writer] == []


def test_every_answer_has_ways_of_asking_and_near_misses() -> None:
    asking = [message for message in BANK if message.route == "answer"]
    asks = Counter(answer for message in asking for answer in message.answers)
    later = Counter(answer for message in asking if len(message.turns) > 1 for answer in message.answers)
    near = Counter(message.near for message in BANK if not message.answers)
    few = {answer for answer in ANSWERS if answer.endswith("-sites")}  # one place each: less to ask
    assert {answer: asks[answer] for answer in ANSWERS if asks[answer] < (58 if answer in few else 115)} == {}
    assert {answer: near[answer] for answer in ANSWERS if near[answer] < (8 if answer in few else 38)} == {}
    assert {answer: later[answer] for answer in ANSWERS if later[answer] < asks[answer] / 8} == {}


def test_every_answer_that_the_bank_names_is_approved() -> None:
    named = {name for message in BANK for name in (*message.answers, message.near) if name}
    assert named - set(ANSWERS) == set()


def test_the_bank_has_what_nothing_answers_and_what_is_no_question() -> None:
    routes = Counter(message.route for message in BANK)
    assert sum(message.route == "answer" and not message.answers for message in BANK) >= 4_000
    assert routes["emergency"] + routes["crisis"] + routes["care_team"] >= 1_500
    assert routes["personal"] >= 1_500


def test_no_message_is_copied_from_the_evaluation() -> None:
    cases = dict(read_cases())
    by_run = defaultdict(set)
    for case in cases:
        for run in list_runs(case):
            by_run[run].add(case)
    copied = []
    for message in BANK:
        said = strip(message.turns[-1])
        if said in cases:
            copied.append((message.id, cases[said]))
        like = {case for run in list_runs(said) for case in by_run.get(run, ())}
        copied.extend((message.id, cases[case]) for case in like if is_copy(said, case) and said != case)
    assert copied == []


def test_no_way_of_asking_for_an_intent_is_copied_from_the_evaluation() -> None:
    cases = dict(read_cases())
    ways = parse_reply_intents((ROOT / "prompts" / "reply_intents.yaml").read_text("utf-8"))
    told = {strip(way): way for listed in ways.values() for way in listed}
    copied = {way: cases[case] for said, way in told.items() for case in cases if case and is_copy(said, case)}
    assert copied == {}


def read_cases() -> Iterator[tuple[str, str]]:
    """What a person says last, and where it stands."""
    for path in sorted((ROOT / "evals").rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row: Mapping[str, Any] = json.loads(line)
            if said := row.get("turns") or [row[name] for name in row.keys() & {"question"}]:
                yield strip(said[-1]), f"{path.name}: {row['id']}"


def is_copy(said: str, case: str) -> bool:
    whole = len(case.split()) >= 5 and f" {case} " in f" {said} "
    return whole or fuzz.ratio(said, case, score_cutoff=90) > 0


def list_runs(text: str) -> set[tuple[str, ...]]:
    """Runs of three words: texts that share none are not compared."""
    words = text.split()
    return {tuple(words[start : start + 3]) for start in range(len(words) - 2)}


def strip(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
