from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isletbot.ingestion.read import Digest
from isletbot.ingestion.split import MAX_ASK, MAX_STATEMENT, split_digest
from tests.builders import INDEPENDENCE, a_source


def a_digest_of(body: str) -> Digest:
    return Digest(a_source(), "paper.md", body, body=0)


def rules_of(body: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.rule) for problem in split_digest(a_digest_of(body))[1]]


@pytest.mark.parametrize(
    ("body", "line", "rule"),
    [
        ("## R\n\n- A statement.\n", 3, "an anchor"),
        ("## R\n\n- A statement. {#Not Good}\n", 3, "an anchor"),
        ("## R\n\n- {#empty}\n", 3, "a statement with words"),
        ("- A statement. {#a}\n", 1, "a heading above every statement"),
        ("## R\n- One. {#a}\n- Two. {#a}\n", 3, "unique anchor"),
        ("## R\n- One. {#a}\n- One. {#b}\n", 3, "unique statement"),
        ("## R\n- It works. {#a}\n", 2, "names its subject"),
        ("## R\n- They stopped insulin. {#a}\n", 2, "names its subject"),
        ("## R\n- This is so. {#a}\n", 2, "names its subject"),
        (f"## R\n- {'w' * (MAX_STATEMENT + 1)} {{#a}}\n", 2, "a short statement"),
        ("## R\n- A **bold** claim. {#a}\n", 2, "plain words"),
        ("## R\n- A [link](https://x.org). {#a}\n", 2, "plain words"),
        ("## R\n- One {#a}\n  and more.\n", 3, "a statement on one line"),
        ("## R\n  ? Who asks?\n- One. {#a}\n", 2, "a statement above every question"),
        ("## R\n- One. {#a}\n\nWords.\n\n  ? Who asks?\n", 6, "a statement above every question"),
        ("## R\n- One. {#a}\n  ?\n", 3, "a question with words"),
        (f"## R\n- One. {{#a}}\n  ? {'w' * (MAX_ASK + 1)}\n", 3, "a short question"),
        ("## R\n- One. {#a}\n? Who asks?\n", 3, "an indented question"),
        ("Only words for the reader.\n", 1, "at least one statement"),
    ],
)
def test_a_rule_that_is_broken_is_named_with_its_line(body: str, line: int, rule: str) -> None:
    assert rules_of(body) == [(line, rule)]


def test_a_statement_may_begin_with_a_word_that_only_looks_like_it() -> None:
    # "Italy" and "Theyer" once were taken for "It" and "They".
    assert rules_of("## R\n- Italy has one site. {#a}\n- Theyer et al. wrote of 12 people. {#b}\n") == []


def test_words_between_statements_are_not_indexed() -> None:
    passages, problems = split_digest(a_digest_of(f"Intro.\n\n## R\n\n- {INDEPENDENCE} {{#a}}\n\nA note.\n"))
    assert [passage.text for passage in passages] == [INDEPENDENCE]
    assert problems == []


def test_a_question_after_an_empty_line_still_belongs_to_its_statement() -> None:
    passages, _ = split_digest(a_digest_of("## R\n- One. {#a}\n\n  ? Who asks?\n"))
    assert passages[0].asks == ("Who asks?",)


@given(st.text(alphabet=st.sampled_from(list("- ?#{}\r\n\t ab.é\U0001f600")), max_size=200))
def test_whatever_the_text_every_passage_stands_at_its_offsets(body: str) -> None:
    passages, problems = split_digest(a_digest_of(body))
    assert passages or problems
    for passage in passages:
        assert body[passage.start : passage.end] == passage.text
