"""The code knows no topic: what is said of the shipped one stands in its corpus, its texts, its bank and its suites."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "isletbot"
TEXT = {".py", ".js", ".json", ".html", ".css", ".yaml", ".txt", ".md", ".svg"}
TOPIC = re.compile(
    r"zimislecel|زيميسليسيل|vx-?880|donislecel|lantidra|vertex|vrtx|knowridge|niddk|nct04786262|nejmoa2506549|islet|"
    r"insulin|diabet|سكري|glucagon|glucose|blood sugar|hypoglyc|hba1c|c-peptide|pancrea|stem.?cell|portal vein|"
    r"anti-rejection|engraft|\bT[12]D\b|day 365|\b(?:full|half) dose|\bparts? [abc]\b|"
    r"kidney.?stone|renal|calcul(?:us|i)\b|urolog",
    re.IGNORECASE,
)
"""Words of the shipped topic and of the example's."""
PRODUCT = re.compile(r"isletbot|islet\.bot", re.IGNORECASE)
"""The product is named for what it began with; its name says nothing of a topic."""
EXCEPTIONS = {
    "answering/sentence_choice.py": ({"half dose"}, "comments that show what two patterns match"),
    "console/common_passwords.py": ({"islet"}, "the product's name without its end, and a password refused is no harm"),
    "answering/on_topic.py": ({"kidney stone"}, "says on what two figures were measured"),
    "corpus.py": ({"part a"}, "shows how a section of the glossary is written"),
    "curation/name_redaction.py": ({"diabet"}, "what people say they are, beside `pregnant` and `allergic`: no name"),
    "documents/new_corpus.py": ({"kidney stone"}, "shows how a title is written, in a remedy"),
    "settings/named_corpora.py": ({"kidney-stone"}, "shows how a name is written, in a remedy"),
    "documents/table_sentences.py": ({"full dose", "hba1c"}, "shows which capitals of a table stay"),
    "widget/red_flags.js": ({"insulin"}, "an overdose is an emergency whatever the topic; the rules find it too"),
}
"""File: (its words of a topic, why it may have them). An entry only ever shrinks."""


def find_words(text: str) -> set[str]:
    return {found.lower() for found in TOPIC.findall(PRODUCT.sub("", text))}


def list_files() -> dict[str, set[str]]:
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix in TEXT)
    read = {
        path.relative_to(PACKAGE).as_posix(): find_words(f"{path.name}\n{path.read_text('utf-8')}") for path in files
    }
    return {name: words for name, words in read.items() if words}


def test_no_code_knows_a_topic() -> None:
    known = {name: words - EXCEPTIONS.get(name, (set(), ""))[0] for name, words in list_files().items()}
    left = {name: words for name, words in known.items() if words}
    assert left == {}, "let the corpus say it: glossary.yaml, prompts/topic/, evals/mutations.yaml"


def test_an_exception_is_taken_off_when_it_is_no_longer_needed() -> None:
    found = list_files()
    unneeded = {name: words - found.get(name, set()) for name, (words, _) in EXCEPTIONS.items()}
    assert {name: words for name, words in unneeded.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ask about zimislecel", {"zimislecel"}),
        ("isletbot serve", set()),
        ("isletbot on islets", {"islet"}),
        ("the HALF dose in part B", {"half dose", "part b"}),
        ("a dose of a drug in a trial", set()),
    ],
)
def test_a_word_of_a_topic_is_found(text: str, words: set[str]) -> None:
    assert find_words(text) == words
