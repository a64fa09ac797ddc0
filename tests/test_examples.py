"""The topics under `examples/` are whole: served, plain, asked for in many ways, and measured with other words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from isletbot.evaluation.cases import read_suite
from isletbot.evaluation.gates import read_thresholds
from isletbot.evaluation.scores import reading_grade
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.question_bank import find_examples, read_bank
from isletbot.prompts import load_prompts
from isletbot.types import ApprovedAnswer
from isletbot.wiring.answers import make_verify
from isletbot.wiring.page_words import list_page_words, list_titles

ROOT = Path(__file__).parents[1]
STONES = ROOT / "examples" / "kidney-stones"
CORPUS = load_corpus(STONES / "corpus", make_verify)
BANK = read_bank(STONES / "questions")
SUITES = tuple(read_suite(path) for path in sorted((STONES / "evals").glob("*.jsonl")))
NAMES = (
    "kidney stones, kidney stone, calcium oxalate, calcium phosphate, uric acid, struvite, cystinuria, cystine, "
    "urinary tract infections, urinary tract, kidney failure, nephrolithiasis, urolithiasis, renal calculus, "
    "nephrolith, percutaneous nephrolithotomy, shock wave lithotripsy, ureteroscopy, urologist, "
    "hyperparathyroidism, indinavir, topiramate, allopurinol, potassium citrate, thiazides, thiazide, citrates, "
    "tiopronin, antibiotics, anesthesia, NIDDK, incontinence, urethra, ureter, dietitian, antacids, oxalate, "
    "sodium, milligrams, calcium, minerals, animal protein, menopause, United States, health care professionals, "
    "health care professional, bacteria"
).split(", ")
"""Drugs, diseases, tests and proper names: they have no plainer word, so each counts as one short one."""
FIRST_TOPIC = re.compile(r"zimislecel|diabet|insulin|transplant|\bstudy\b", re.IGNORECASE)


def bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def test_there_is_enough_of_it_and_all_of_it_is_served() -> None:
    assert (len(CORPUS.passages), len(CORPUS.answers), len(CORPUS.gaps)) == (116, 46, 17)
    assert CORPUS.withheld == ()
    assert len(BANK) == 770


def test_each_statement_has_five_ways_of_asking() -> None:
    assert [passage.statement for passage in CORPUS.passages if len(passage.asks) < 5] == []


@pytest.mark.parametrize("answer", CORPUS.answers, ids=lambda answer: answer.id)
def test_an_answer_is_short_and_plain(answer: ApprovedAnswer) -> None:
    names = "|".join(map(re.escape, sorted(NAMES, key=len, reverse=True)))
    lengths = [len(sentence.text.split()) for sentence in answer.sentences]
    said = re.sub(names, "it", " ".join(sentence.text for sentence in answer.sentences), flags=re.IGNORECASE)
    assert reading_grade(said) <= 8
    assert 2 <= len(lengths) <= 5
    assert max(lengths) <= 22
    assert len(answer.asks) >= 6


def test_every_message_of_the_bank_names_what_there_is() -> None:
    answers, gaps = {answer.id for answer in CORPUS.answers}, {gap.id for gap in CORPUS.gaps}
    assert {name for message in BANK for name in (*message.answers, message.near) if name} <= answers
    assert {message.gap for message in BANK if message.gap} <= gaps
    openings = {(answer.id, one.opening) for answer in CORPUS.answers for one in answer.propositions}
    assert {(message.answers[0], message.opening) for message in BANK if message.opening} <= openings
    assert len(find_examples(BANK, CORPUS.passages, CORPUS.answers)) == 729


def test_no_case_is_a_listed_or_a_known_way_of_asking() -> None:
    known = {bare(message.turns[-1]) for message in BANK}
    known |= {bare(ask) for answer in CORPUS.answers for ask in answer.asks}
    known |= {bare(ask) for passage in CORPUS.passages for ask in passage.asks}
    known |= {bare(ask) for gap in CORPUS.gaps for ask in gap.asks}
    assert [case.turns[-1] for suite in SUITES for case in suite.cases if bare(case.turns[-1]) in known] == []


def test_each_gate_is_of_a_suite_that_is_there() -> None:
    named = {gate.figure.partition(".")[0] for gate in read_thresholds(STONES / "evals" / "thresholds.yaml").gates}
    assert named - {"all"} <= {suite.name for suite in SUITES}


def test_nothing_that_it_says_speaks_of_the_first_topic() -> None:
    prompts = load_prompts(
        ROOT / "prompts", topic=STONES / "prompts", emergency="911", crisis="988", contact="your doctor"
    )
    said = {name: text for name, text in prompts.files.items() if name.startswith(("say/", "topic/", "starters"))}
    assert [name for name, text in said.items() if FIRST_TOPIC.search(text)] == []
    listed = {bare(ask) for answer in CORPUS.answers for ask in answer.asks}
    assert [line for line in prompts.files["starters.txt"].splitlines() if bare(line) not in listed] == []


def test_each_topic_names_its_chat_its_people_and_its_page() -> None:
    shipped, stones = (
        load_prompts(ROOT / "prompts", topic=topic, emergency="911", crisis="988", contact="")
        for topic in (None, STONES / "prompts")
    )
    assert shipped.constants["contact"] == "your doctor or diabetes care team"
    assert list_titles(shipped)["en"] == "Ask about zimislecel"
    assert stones.constants["contact"] == "your doctor or urologist"
    assert list_titles(stones)["de"] == "Fragen zu Nierensteinen"
    assert list_titles(shipped).keys() == list_titles(stones).keys() == {"en", "es", "fr", "de", "pt", "ar"}
    for prompts in (shipped, stones):
        words = list_page_words(prompts)
        assert words["clinic_contact"] == prompts.constants["contact"]
        assert all(words.values())
        assert prompts.say_own("password-words")
