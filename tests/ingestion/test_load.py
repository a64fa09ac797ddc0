from __future__ import annotations

from pathlib import Path

import pytest

from isletbot.corpus import Glossary
from isletbot.errors import CorpusError, Problem
from isletbot.ingestion import fields
from isletbot.ingestion.fields import parse_cards, parse_lists
from isletbot.ingestion.load import load_corpus
from tests.builders import CAUTIONS, DEATHS, INDEPENDENCE, PROGRAMME, RELEASE, RESULTS, a_card, a_corpus, a_digest

ROOT = Path(__file__).parents[2]


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    return caught.value.problems


def the_problem_of(folder: Path) -> Problem:
    problems = problems_of(folder)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_corpus_is_its_sources_statements_cautions_and_glossary(tmp_path: Path) -> None:
    corpus = load_corpus(a_corpus(tmp_path))
    assert [source.id for source in corpus.sources] == ["paper", "release"]
    assert [passage.text for passage in corpus.passages] == [INDEPENDENCE, DEATHS, PROGRAMME]
    assert corpus.passages[0].asks == ("Did anyone come off insulin?", "How many people no longer needed insulin?")
    assert corpus.passages[0].statement == "paper#independence"
    assert corpus.passages[0].heading == "Results"
    assert [caution.id for caution in corpus.cautions] == ["P5"]
    assert corpus.glossary == Glossary((("insulin independent", "off insulin"),), (("Lantidra", "donislecel"),))


def test_a_source_says_whether_its_statements_are_a_summary_or_the_originals_own_words(tmp_path: Path) -> None:
    quoted = a_digest("release", RELEASE, evidence="company_release", quotes="original")
    paper, release = load_corpus(a_corpus(tmp_path, release_md=quoted)).sources
    assert (paper.quotes, release.quotes) == ("summary", "original")


def test_every_passage_stands_at_its_offsets(tmp_path: Path) -> None:
    corpus = load_corpus(a_corpus(tmp_path, paper_md=a_digest(title='"µ–β “curly”"').replace("\n", "\r\n")))
    for passage in corpus.passages:
        assert corpus.texts[passage.source.id][passage.start : passage.end] == passage.text


def test_a_statement_keeps_its_key_wherever_it_moves(tmp_path: Path) -> None:
    before = {passage.text: passage.key for passage in load_corpus(a_corpus(tmp_path)).passages}
    moved = a_corpus(tmp_path, paper_md=a_digest(body="Some words first.\n\n" + RESULTS))
    assert {passage.text: passage.key for passage in load_corpus(moved).passages} == before


def test_a_weaker_statement_knows_what_corrects_it_and_a_misreading_is_no_question(tmp_path: Path) -> None:
    said, _, weaker = load_corpus(a_corpus(tmp_path)).passages
    assert weaker.corrected_by == (said.key,)
    assert said.misread == ("they were insulin-free for a whole year",)
    assert not set(said.misread) & set(said.asks)


def test_cautions_glossary_and_coverage_may_be_absent(tmp_path: Path) -> None:
    corpus = load_corpus(a_corpus(tmp_path, cautions_yaml=None, glossary_yaml=None))
    assert (corpus.cautions, corpus.glossary, dict(corpus.coverage)) == ((), Glossary(), {})


def test_any_change_of_any_file_is_another_version(tmp_path: Path) -> None:
    first = load_corpus(a_corpus(tmp_path)).version
    assert load_corpus(a_corpus(tmp_path)).version == first
    assert load_corpus(a_corpus(tmp_path, paper_md=a_digest() + "\n")).version != first
    assert load_corpus(a_corpus(tmp_path, glossary_yaml=None)).version != first


def test_the_readme_of_the_folder_is_no_digest(tmp_path: Path) -> None:
    assert len(load_corpus(a_corpus(tmp_path, README_md="# The corpus\n")).sources) == 2


def test_a_folder_without_digests_is_named_with_the_setting(tmp_path: Path) -> None:
    problem = the_problem_of(tmp_path / "nowhere")
    assert "nowhere" in problem.file
    assert "ISLETBOT_CORPUS_DIR" in problem.remedy


@pytest.mark.parametrize(
    ("changes", "line", "rule"),
    [
        ({"url": ""}, 2, "missing field"),
        ({"publisher": "''"}, 4, "missing value"),
        ({"evidence": "blog"}, 5, "known evidence"),
        ({"status": "ready"}, 12, "known status"),
        ({"published": "2025-02-30"}, 6, "a date that exists, YYYY-MM-DD"),
        ({"as_of": "June 2025"}, 7, "a date that exists, YYYY-MM-DD"),
        ({"review_due": "2025-06-19"}, 8, "review_due not before published"),
        ({"url": "javascript-is-no-scheme"}, 9, "an http or https address"),
        ({"url": "https://"}, 9, "an http or https address"),
        ({"doi": "https://doi.org/10.1056/x"}, 10, "a DOI without address"),
        ({"title": "[a, b]"}, 3, "title is one text"),
        ({"colour": "red"}, 13, "unknown field"),
        ({"title": '"open'}, 3, "readable YAML"),
    ],
)
def test_a_broken_card_is_named_by_file_line_and_rule(
    tmp_path: Path, changes: dict[str, str], line: int, rule: str
) -> None:
    problem = problems_of(a_corpus(tmp_path, paper_md=a_digest(**changes)))[0]
    assert (problem.file, problem.line, problem.rule.split(" (")[0]) == ("paper.md", line, rule)
    assert problem.remedy


@pytest.mark.parametrize(
    ("title", "rule"),
    [("[" * 100_000, "readable YAML"), ("[" * 60 + "]" * 60, "plain values"), ("a\t: b", "readable YAML")],
    ids=["nested without end", "nested", "a tab"],
)
def test_what_the_fast_reader_of_yaml_cannot_be_given_is_named_too(tmp_path: Path, title: str, rule: str) -> None:
    problem = problems_of(a_corpus(tmp_path, paper_md=a_digest(title=title)))[0]
    assert (problem.file, problem.rule.split(" (")[0]) == ("paper.md", rule)


@pytest.mark.parametrize("text", ["a: [b, 'c', \"d\"]\ne: |\n  f\n", "", "~", "- a", "a: &x b\nc: *x"])
def test_both_readers_of_yaml_read_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [repr(read("a.md", text)) for read in (parse_cards, parse_lists)]
    monkeypatch.setattr(fields, "_FAST", None)
    assert [repr(read("a.md", text)) for read in (parse_cards, parse_lists)] == fast


def test_an_id_is_the_name_of_its_file_and_nobody_elses(tmp_path: Path) -> None:
    rules = {problem.rule for problem in problems_of(a_corpus(tmp_path, other_md=a_digest("paper")))}
    assert rules == {"id is the file's name", "unique id"}


def test_a_field_that_stands_twice_is_refused(tmp_path: Path) -> None:
    twice = a_digest().replace("status: approved", "status: draft\nstatus: approved")
    assert the_problem_of(a_corpus(tmp_path, paper_md=twice)).rule == "each field once"


def test_a_file_without_a_card_is_refused(tmp_path: Path) -> None:
    assert "front matter" in {problem.rule for problem in problems_of(a_corpus(tmp_path, paper_md=RESULTS))}


def test_bytes_that_are_not_utf_8_are_named_by_line(tmp_path: Path) -> None:
    problem = the_problem_of(a_corpus(tmp_path, paper_md=a_digest().encode().replace(b"Two of", b"Tw\xf6 of")))
    assert (problem.file, problem.line, problem.value) == ("paper.md", 20, "byte 0xf6")


def test_problems_of_all_files_come_together_and_in_order(tmp_path: Path) -> None:
    folder = a_corpus(
        tmp_path,
        paper_md=a_digest(status="ready", evidence="blog"),
        release_md=a_digest("release", "## Programme\n\n- It works. {#followed}\n"),
        cautions_yaml=CAUTIONS + "  colour: red\n",
        glossary_yaml="same: [[alone]]\n",
    )
    places = [(problem.file, problem.rule) for problem in problems_of(folder)]
    assert places == [
        ("cautions.yaml", "unknown field"),
        ("glossary.yaml", "a list of at least 2 words"),
        ("paper.md", "known evidence"),
        ("paper.md", "known status"),
        ("release.md", "names its subject"),
    ]


def test_the_shipped_corpus_breaks_no_rule() -> None:
    corpus = load_corpus(ROOT / "corpus")
    assert corpus.passages
    assert all(corpus.texts[p.source.id][p.start : p.end] == p.text for p in corpus.passages)


def test_a_card_alone_holds_no_statement(tmp_path: Path) -> None:
    folder = a_corpus(tmp_path, paper_md=a_card(), cautions_yaml=None)
    assert the_problem_of(folder).rule == "at least one statement"
