"""This module puts suites to a target and writes a record for each case. Whatever happens later, finished records
stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from isletbot.errors import InputError, IsletbotError
from isletbot.evaluation.cases import Case, Suite
from isletbot.evaluation.grading import Failing, Grade, grade_reply
from isletbot.evaluation.grounding import SourceText, SourceTexts
from isletbot.evaluation.run_records import (
    RECORDS_FILE,
    Header,
    Record,
    Run,
    digest_suites,
    read_run,
    write_header,
    write_record,
)
from isletbot.evaluation.side_by_side import put_side_by_side
from isletbot.evaluation.targets import Target, TargetError, TargetReply

Tick = Callable[[int, int, str], None]
"""Gets the number of finished cases, the number of all cases, and the suite."""


class Interrupted(Exception):
    """Somebody pressed Ctrl-C; the finished records stay."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"{done} of {total}")
        self.done, self.total = done, total


def run_suites(
    suites: Sequence[Suite],
    target: Target,
    sources: SourceTexts,
    folder: Path,
    repeat: int = 1,
    resume: bool = False,
    tick: Tick = lambda _done, _total, _suite: None,
) -> Run:
    """Every case `repeat` times, in order. With `resume`, what `folder` holds of the same run is not asked again.

    Raises Interrupted on Ctrl-C, InputError when there is nothing to go on with.
    """
    header = Header(target.name, target.versions, digest_suites(suites), repeat)
    path = folder / RECORDS_FILE
    done = _resume(path, header) if resume else ()
    folder.mkdir(parents=True, exist_ok=True)
    work = list(_list_work(suites, repeat))
    records = {record.place: record for record in done}
    left = [(case, number) for case, number in work if (case.suite, case.id, number) not in records]
    _start_file(path, header, done)
    with path.open("a", encoding="utf-8") as file:
        try:
            for record in put_side_by_side(lambda one: put_case(*one, target, sources), left, target.at_once):
                records[record.place] = record
                write_record(file, record)
                tick(len(records), len(work), record.suite)
        except KeyboardInterrupt:
            raise Interrupted(len(records), len(work)) from None
    return Run(header, tuple(records[case.suite, case.id, number] for case, number in work))


def _start_file(path: Path, header: Header, done: Sequence[Record]) -> None:
    """Writes the file in one step, so that an interruption loses no earlier record."""
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        write_header(file, header)
        for record in done:
            write_record(file, record)
    fresh.replace(path)


def _list_work(suites: Sequence[Suite], repeat: int) -> Iterator[tuple[Case, int]]:
    for suite in suites:
        for number in range(repeat):
            for case in suite.cases:
                yield case, number


def _resume(path: Path, header: Header) -> tuple[Record, ...]:
    """Reads the earlier records; cases without a reply are asked again."""
    if not path.exists():
        return ()
    before = read_run(path)
    if not before.header.same_run(header):
        raise InputError(
            f"{str(path)!r} holds a run of other suites, another target or other versions.",
            remedy="Leave out --resume, or give another --out.",
        )
    return tuple(record for record in before.records if not record.trouble)


def put_case(case: Case, number: int, target: Target, sources: SourceTexts) -> Record:
    """Puts and grades one case. A case that cannot be put is ungraded with the reason; the function never raises."""
    trouble = ""
    exchange = TargetReply(None)
    try:
        exchange = target.converse(case)
    except (TargetError, IsletbotError) as error:
        trouble = str(error)
    except Exception as error:  # a defect behind the target must not cost the other cases their results
        trouble = f"{type(error).__name__}: {error}"
    grade = _grade_case(case, exchange, sources, trouble)
    return Record(
        suite=case.suite,
        id=case.id,
        repeat=number,
        turns=case.turns,
        expected=case.kinds,
        tags=case.tags,
        group=case.group,
        grade=grade,
        reply=dict(exchange.reply) if exchange.reply is not None else None,
        milliseconds=exchange.milliseconds,
        trace={**exchange.trace, **({"refused": exchange.refused} if exchange.refused else {})},
        trouble=trouble,
    )


def _grade_case(case: Case, exchange: TargetReply, sources: SourceTexts, trouble: str) -> Grade:
    if exchange.refused:
        return Grade("pass", ())
    if case.must_refuse and exchange.reply is not None:
        return Grade("fail", (Failing("screening", "the document got past screening into the corpus"),))
    return grade_reply(case, exchange.reply, _with_digest(case, sources), trouble)


def _with_digest(case: Case, sources: SourceTexts) -> SourceTexts:
    """Adds an accepted poisoned document to the sources, so that quotes from it are looked up in it."""
    named = re.search(r"^id: *(\S+)", case.digest, re.MULTILINE)
    return {**sources, named[1]: SourceText(case.digest)} if named else sources
