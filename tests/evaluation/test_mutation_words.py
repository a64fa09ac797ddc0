"""The mistakes that only one topic can have are read from its own folder; a topic without any gets the general ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from isletbot.errors import InputError
from isletbot.evaluation.mutation_words import MUTATIONS_FILE, MutationWords, read_mutation_words
from isletbot.evaluation.mutations import SourceStatement, make_mutants

ROOT = Path(__file__).parents[2]
STONE = SourceStatement("k1", "In adults with gout, renal calculi may pass within 4 weeks.")
OTHER = """
names: [calculi]
strangers: [Acme]
scopes: [" with gout"]
claims: [", so no drink is needed"]
swaps: {word: [[calculi, cysts]]}
"""


def write(folder: Path, text: str) -> Path:
    (folder / MUTATIONS_FILE).write_text(text, "utf-8")
    return folder


def list_texts(words: MutationWords) -> set[str]:
    return {mutant.text for mutant in make_mutants([STONE], seed=1, each=1_000, words=words)}


def test_a_topic_without_the_file_gets_the_mistakes_that_hold_for_any(tmp_path: Path) -> None:
    assert read_mutation_words(tmp_path) == MutationWords()
    texts = list_texts(MutationWords())
    assert "In children with gout, renal calculi may pass within 4 weeks." in texts
    assert "In adults with gout, renal calculi may pass beyond 4 weeks." in texts


def test_a_topic_adds_its_own(tmp_path: Path) -> None:
    new = list_texts(read_mutation_words(write(tmp_path, OTHER))) - list_texts(MutationWords())
    assert {
        "In adults with gout, renal Acme may pass within 4 weeks.",
        "In adults, renal calculi may pass within 4 weeks.",
        "In adults with gout, renal calculi may pass within 4 weeks, so no drink is needed.",
        "In adults with gout, renal cysts may pass within 4 weeks.",
    } <= new


def test_the_shipped_topic_has_its_own() -> None:
    words = read_mutation_words(ROOT / "evals")
    assert words.names == ("zimislecel", "VX-880")
    assert ("full dose", "half dose") in words.swaps["group"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("names: [", "is no YAML"),
        ("[a]", "has list: it must be a mapping"),
        ("vendors: [Acme]", "has vendors"),
        ("names: zimislecel", "a list of texts"),
        ('scopes: ["("]', "a regular expression"),
        ("swaps: {colour: []}", "a mapping of unit"),
        ("swaps: {word: [[one]]}", "two texts"),
    ],
)
def test_a_fault_is_named_with_its_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"Write it like evals/mutations\.yaml") as raised:
        read_mutation_words(write(tmp_path, text))
    assert said in str(raised.value)
