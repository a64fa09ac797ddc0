"""The corpus folder as one Corpus, or every problem in it: read, screen, split, cautions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from isletbot.corpus import Caution, Corpus, StudyWords
from isletbot.errors import CorpusError, Problem
from isletbot.ingestion.answer_lines import Verify
from isletbot.ingestion.answers import read_answers
from isletbot.ingestion.cautions import UNKNOWN_STATEMENT, apply_cautions, read_cautions, read_coverage
from isletbot.ingestion.gaps import read_gaps
from isletbot.ingestion.glossary import read_glossary
from isletbot.ingestion.plain_forms import check_plain_forms
from isletbot.ingestion.read import (
    ANSWERS,
    CAUTIONS_FILE,
    COVERAGE_FILE,
    GAPS_FILE,
    GLOSSARY_FILE,
    Digest,
    corpus_version,
    decode_files,
    read_digests,
    read_files,
)
from isletbot.ingestion.screen import screen_text
from isletbot.ingestion.split import split_digest
from isletbot.types import Passage

MakeVerify = Callable[[tuple[Caution, ...], StudyWords], Verify]
"""The line's verification, from the cautions."""


def load_corpus(folder: Path, make_verify: MakeVerify | None = None) -> Corpus:
    """Raises CorpusError with every problem of every file, in the order of files and lines. Without `make_verify` the
    sentences of approved answers are not held to their quotes."""
    files = read_files(folder)
    texts, problems = decode_files(files)
    for name, text in texts.items():
        problems += screen_text(name, text)
    digests, found = read_digests(files, texts)
    problems += found
    split, found = _split_digests(digests)
    problems += found
    cautions, caution_problems = read_cautions(CAUTIONS_FILE, texts.get(CAUTIONS_FILE, ""), split)
    coverage, coverage_problems = read_coverage(COVERAGE_FILE, texts.get(COVERAGE_FILE, "{}"), split)
    glossary, glossary_problems = read_glossary(GLOSSARY_FILE, texts.get(GLOSSARY_FILE, ""))
    broken = {problem.file for problem in problems}
    problems += [found for found in (*caution_problems, *coverage_problems) if not _follows(found, broken)]
    problems += glossary_problems
    corrected = apply_cautions(split, cautions)
    written = {name: text for name, text in texts.items() if name.startswith(ANSWERS)}
    verify = make_verify(cautions, glossary.study) if make_verify and not problems else None
    if verify:
        bodies = {digest.source.id: digest.text for digest in digests}
        problems += check_plain_forms(corrected, bodies, verify)
    answers = read_answers(written, corrected, verify)
    problems += [found for found in answers.problems if not _follows(found, broken)]
    gaps, gap_problems = read_gaps(
        GAPS_FILE, texts.get(GAPS_FILE, ""), answers.served, {one.id for one in answers.withheld}
    )
    problems += gap_problems
    if problems:
        raise CorpusError(tuple(sorted(problems, key=_place)))
    return Corpus(
        sources=tuple(digest.source for digest in digests),
        passages=corrected,
        cautions=cautions,
        glossary=glossary,
        texts={digest.source.id: digest.text for digest in digests},
        version=corpus_version(files),
        coverage=coverage,
        answers=tuple(answers.served),
        withheld=tuple(answers.withheld),
        gaps=gaps,
    )


def _split_digests(digests: Sequence[Digest]) -> tuple[list[Passage], list[Problem]]:
    halves = [split_digest(digest) for digest in digests]
    return [passage for passages, _ in halves for passage in passages], [one for _, found in halves for one in found]


def _follows(problem: Problem, broken: set[str]) -> bool:
    """Whether it may go away by itself: it misses a statement of a digest that has problems of its own."""
    return problem.rule == UNKNOWN_STATEMENT and f"{problem.value.split('#')[0]}.md" in broken


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, problem.line
