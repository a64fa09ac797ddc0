import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isletbot.answering.graph import Bot
from isletbot.answering.line import make_classifier
from isletbot.answering.triage import triage_question
from isletbot.curation.name_redaction import learn_vocabulary
from isletbot.curation.redaction import redact_text
from isletbot.ingestion.load import load_corpus
from isletbot.settings import load_settings
from isletbot.types import Question, Turn
from isletbot.wiring.server_context import make_redaction

ROOT = Path(__file__).resolve().parents[2]
PERSONAL = Path(__file__).with_name("personal.jsonl")
Redact = Callable[[str], str]
FLOORS = {
    "name": 0.9, "phone": 1.0, "email": 1.0, "record number": 1.0, "date of birth": 1.0, "address": 0.9, "link": 1.0,
}  # fmt: skip
"""Recall on `personal.jsonl`; the rules were made better with it, so it shows no more than that they stay as good.
The cases from b001 on were written later; before any rule was changed for them, 35 of those 40 were found."""


@pytest.fixture(scope="module")
def redact() -> Redact:
    """As the server has it: with the words of the sources and of the question bank."""
    return make_redaction(load_settings(), load_corpus(ROOT / "corpus").passages)


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_is_personal_is_found_type_by_type(redact: Redact) -> None:
    found: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for case in read_lines(PERSONAL):
        redacted = redact(str(case["text"]))
        for one in case["personal"]:  # type: ignore[attr-defined]
            all_of[one["type"]] += 1
            words = [word for word in one["value"].split() if len(word) > 2]
            found[one["type"]] += one["value"] not in redacted and not set(words) & set(redacted.split())
    assert {kind for kind in FLOORS if found[kind] / all_of[kind] < FLOORS[kind]} == set()
    assert sum(all_of.values()) == 168


@pytest.mark.parametrize(
    "suite", ["gold", "gold_fresh", "dialogues", "not_in_corpus", "red_flags", "red_flags_odd", "look_alikes"]
)
def test_a_question_that_names_nobody_stays_as_it_is(redact: Redact, suite: str) -> None:
    turns = [turn for case in read_lines(ROOT / "evals" / f"{suite}.jsonl") for turn in case["turns"]]  # type: ignore[attr-defined]
    assert [turn for turn in turns if redact(turn) != turn] == []


@pytest.mark.parametrize(
    "text",
    [
        "VX-880",
        "NCT04786262",
        "83% at day 365",
        "by 2030",
        "call 911 or 988",
        "116 123",
        "0.8 x 10^9 cells",
        "HbA1c 6.9",
        "10.1056/NEJMoa2506549",
        "https://doi.org/10.1056/NEJMoa2506549",
        "https://clinicaltrials.gov/study/NCT04786262",
        "N Engl J Med 2025;393:858-868",
        "June 20, 2025",
        "12 people in 3 sites on the road to approval",
        "Is Dr Reichman an author?",
        "glucose 32 mg/dl 250-300",
        "I'm Type 1",
        "I am Suicidal",
        "This is urgent. Help",
        "I'm Bleeding",
        "800,000 IEQ",
        "1 in 10,000",
        "blood sugar 610",
        "my son is unconscious",
        "doses of 800000000 cells",
        "I'm American",
        "the name of the drug is zimislecel",
    ],
)
def test_what_an_answer_needs_is_never_hidden(redact: Redact, text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("my daughter Anna Smith has type 1", "my daughter [name] has type 1"),
        ("My daughter Emily Brown wants to join", "My daughter [name] wants to join"),
        ("my son Jack Hill is 12", "my son [name] is 12"),
        ("My wife Grace Long had a transplant", "My wife [name] had a transplant"),
        ("my husband Mark Young takes tacrolimus", "my husband [name] takes tacrolimus"),
        ("our son William Baker asked", "our son [name] asked"),
        ("my daughter Rose Field, 9, has hypos", "my daughter [name], 9, has hypos"),
        ("my friend Peter Day", "my friend [name]"),
        ("My mother Joy Price is on insulin", "My mother [name] is on insulin"),
        ("my brother Will Power", "my brother [name]"),
        ("my sister May Berry", "my sister [name]"),
        ("I'm Hope Rivers and I have diabetes", "I'm [name] and I have diabetes"),
        ("My name is Anna Maria Lopez Garcia", "My name is [name]"),
        ("my name is john smith and I have type 1", "my name is [name] and I have type 1"),
        ("Dr Sarah Head told me", "Dr [name] told me"),
        ("Dr. James Carter Brown said so", "Dr. [name] said so"),
        ("my daughter's name is Lily White", "my daughter's name is [name]"),
        ("My son, Tom Stone, is 14", "My son, [name], is 14"),
        ("my daughter (Anna Bell) is 9", "my daughter ([name]) is 9"),
        ("This is Ann Wood speaking", "This is [name] speaking"),
        ("Regards, Peter Cook", "Regards, [name]"),
        ("Thanks, Mary-Jane O'Neill", "Thanks, [name]"),
        ("my patient Ahmed Al Farsi has", "my patient [name] has"),
        ("my nephew Noah Cross-Hughes", "my nephew [name]"),
        ("my kid Sam Moon is on a pump", "my kid [name] is on a pump"),
        ("call me Daisy Green", "call me [name]"),
        ("my partner Luis de la Cruz", "my partner [name]"),
        ("my aunt Olga Petrova Ivanova", "my aunt [name]"),
        ("my grandson Leo Fox", "my grandson [name]"),
        ("my daughter Anna and I", "my daughter [name] and I"),
        # what is no name
        ("My son Type 1", "My son Type 1"),
        ("my daughter Vertex", "my daughter Vertex"),
        ("my daughter Passed Out", "my daughter Passed Out"),
        ("I'm Having Chest Pain", "I'm Having Chest Pain"),
        ("my son Jack Having Seizure", "my son [name] Having Seizure"),
        ("MY NAME IS ANNA CHEST PAIN", "MY NAME IS [name] CHEST PAIN"),
    ],
)
def test_a_name_is_hidden_whole_and_nothing_with_it(redact: Redact, text: str, kept: str) -> None:
    assert redact(text) == kept


def test_a_name_takes_nothing_with_it_that_matters(redact: Redact) -> None:
    assert redact("my name is anna and i have chest pain") == "my name is [name] and i have chest pain"
    assert redact("my name is anna chest pain since noon") == "my name is [name] chest pain since noon"


def test_redacting_again_changes_nothing(redact: Redact) -> None:
    for case in read_lines(PERSONAL):
        once = redact(str(case["text"]))
        assert redact(once) == once


@pytest.mark.weights
@pytest.mark.parametrize(
    "about", ["My name is Anna Berg, born 03/14/1982. {}", "{} My number is 617-555-0143.", "I'm Tom, MRN 00482913. {}"]
)
def test_hiding_who_asks_hides_no_emergency(bot: Bot, redact: Redact, about: str) -> None:
    line = bot.line
    reader = make_classifier(line, line.embeddings)

    def route(text: str, earlier: list[str]) -> str:
        history = tuple(Turn("user", said) for said in earlier)
        return triage_question(Question(text, history), line.rules, reader).rule.split("-")[0]

    weaker, tried = [], 0
    for case in read_lines(ROOT / "evals" / "red_flags.jsonl"):
        *earlier, last = case["turns"]  # type: ignore[misc]
        tried += 1
        asked = about.format(last)
        # A number that says who asks may pass for a blood sugar: so the question alone counts as well.
        before, alone = route(asked, earlier), route(last, earlier)
        if (after := route(redact(asked), earlier)) not in (before, alone):
            weaker.append((asked, before, after))
    # A rule in doubt needs the classifier's agreement, and that reads another message: fewer than one in a hundred.
    assert len(weaker) < tried / 100, weaker


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300))
def test_any_text_can_be_redacted(text: str) -> None:
    assert isinstance(redact_text(text), str)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "1 ",
        "A a ",
        "my name is ",
        "call ",
        "1-",
        "aa.aa.",
        "http://",
        "I'm A",
        "\n ",
        "+1 ",
        "Aa ",
        "born ",
        "1 a ",
    ],
)
def test_hostile_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    began = time.perf_counter()
    redact_text((text * 20_000)[:20_000])
    assert time.perf_counter() - began < 1.5


def test_a_link_to_where_a_source_lies_names_nobody() -> None:
    link = "https://investors.acme.example/release?id=12345678"
    known = learn_vocabulary((), addresses=("https://news.acme.example/a", "no address"))
    assert known.hosts == {"acme.example"}
    assert redact_text(link, known) == link
    assert redact_text(link) == "[link]"


@pytest.mark.parametrize("who", ["endocrinologist", "urologist", "cardiologist"])
def test_a_specialist_of_any_kind_has_a_name(who: str) -> None:
    assert redact_text(f"I asked my {who} Anna Schmidt.") == f"I asked my {who} [name]."


def test_a_short_form_with_a_digit_is_no_postcode() -> None:
    assert redact_text("I have T1D 3YR now.") == "I have T1D 3YR now."
    assert redact_text("I live at M1D 3YR now.") == "I live at [address] now."
