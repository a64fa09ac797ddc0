"""Runs `isletbot eval …`. Imports a package only when a command needs it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isletbot.errors import UserError
from isletbot.terminal.progress import show_progress

if TYPE_CHECKING:
    from isletbot.evaluation.cases import Suite
    from isletbot.evaluation.relevance_labels import JudgedReply
    from isletbot.evaluation.report import Report
    from isletbot.evaluation.run import Tick
    from isletbot.evaluation.run_figures import Figure
    from isletbot.evaluation.run_records import Run
    from isletbot.evaluation.targets import Target
    from isletbot.settings import Settings

GATE_FELL_SHORT = 1
BROKEN_OFF = 130
JsonOut = Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the figures as JSON.")]

eval_app = typer.Typer(help="What the bot is worth, measured.", no_args_is_help=True, rich_markup_mode=None)


@eval_app.command("run")
def run(
    suites: Annotated[list[str], typer.Argument(help="Names of suites in evals/, paths of files, or all.")],
    target: Annotated[str, typer.Option(help="local, local:N, the URL of an isletbot, or openai:URL#MODEL.")] = "local",
    repeat: Annotated[int, typer.Option(min=1, help="Put every case this often.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for records and report; default: eval/ in the data.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what the folder holds of the same run.")] = False,
    judge: Annotated[str | None, typer.Option(help="A chat model as MODULE:CLASS#MODEL; off by default.")] = None,
    update_baseline: Annotated[str | None, typer.Option(metavar="WHY", help="Make this run the baseline.")] = None,
) -> None:
    """Put suites to the bot or to an endpoint, write the report, hold the figures to their gates."""
    from isletbot.evaluation.run import Interrupted, run_suites
    from isletbot.evaluation.run_history import keep_run
    from isletbot.settings import load_settings
    from isletbot.terminal.evaluate_labels import measure_target
    from isletbot.wiring.evaluation import open_source_texts

    settings = load_settings()
    evals = settings.evals_dir
    chosen = read_suites(suites, evals)
    folder = out or settings.data_dir / "eval"
    put_to = _make_target(settings, target)
    with progress_bar() as tick:
        try:
            done = run_suites(chosen, put_to, open_source_texts(settings), folder, repeat, resume, tick)
        except Interrupted as stop:
            typer.echo(f"Broken off. {stop.done} of {stop.total} are kept; go on with --resume.", err=True)
            raise typer.Exit(BROKEN_OFF) from None
    labelled = measure_target(put_to, evals) if "all" in suites else ((), ())
    report = _make_report(done, evals, judge, update_baseline, labelled)
    _finish(replace(report, history=keep_run(folder, done.header, report.figures)), folder)


def _finish(report: Report, folder: Path) -> None:
    from isletbot.evaluation.gates import tabulate_checks
    from isletbot.evaluation.html_page import write_page
    from isletbot.evaluation.report import summarise_run, write_json, write_junit, write_markdown

    for name, text in (
        ("report.html", write_page(report)),
        ("report.md", write_markdown(report)),
        ("junit.xml", write_junit(report)),
        ("figures.json", json.dumps(write_json(report), indent=1, ensure_ascii=False) + "\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    typer.echo(summarise_run(report))
    if report.checks:
        typer.echo(f"\n{tabulate_checks(report.checks)}")
    typer.echo(f"\nreport: {folder / 'report.html'}")
    if short := [check for check in report.checks if not check.holds]:
        typer.echo(f"{len(short)} of {len(report.checks)} gates fell short:\n{tabulate_checks(short)}", err=True)
        raise typer.Exit(GATE_FELL_SHORT)


def read_suites(names: Sequence[str], evals: Path) -> tuple[Suite, ...]:
    """Reads every suite before anything is asked, and reports all that is wrong at once."""
    from isletbot.errors import InputError
    from isletbot.evaluation.cases import find_suites, read_suite

    suites, problems = [], []
    for path in find_suites(names, evals):
        try:
            suites.append(read_suite(path))
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("\n".join(problems))
    return tuple(suites)


def _make_target(settings: Settings, given: str) -> Target:
    from isletbot.evaluation.citation_markers import SourceLibrary
    from isletbot.evaluation.commit_version import read_commit
    from isletbot.evaluation.endpoints import parse_target
    from isletbot.evaluation.targets import read_local
    from isletbot.settings.folders import find_checkout
    from isletbot.wiring import check_corpus
    from isletbot.wiring.evaluation import make_local_target

    if at_once := read_local(given):
        return make_local_target(settings, read_commit(find_checkout()), show_progress, at_once)
    corpus = check_corpus(settings)
    names = {name: source.id for source in corpus.sources for name in (source.id, source.url, source.doi, source.title)}
    return parse_target(given, SourceLibrary(names, corpus.texts), os.environ.get("OPENAI_API_KEY"))


def _make_report(
    run: Run,
    evals: Path,
    judge: str | None,
    why: str | None,
    labelled: tuple[tuple[JudgedReply, ...], Sequence[Figure]],
) -> Report:
    from isletbot.evaluation.gates import (
        check_baseline,
        check_gates,
        make_baseline,
        read_baseline,
        read_thresholds,
        write_baseline,
    )
    from isletbot.evaluation.quality_judge import judge_run, load_judge, measure_agreement
    from isletbot.evaluation.report import Report
    from isletbot.evaluation.run_figures import measure_run

    judged, more = labelled
    figures = (*measure_run(run.records), *more)
    path = evals / "baselines" / "offline.json"
    if why is not None:
        write_baseline(path, make_baseline(run, figures, why))
        typer.echo(f"{path} was written: commit it with what changed the answers.", err=True)
    baseline = read_baseline(path) if run.header.target == "local" else None
    thresholds = read_thresholds(evals / "thresholds.yaml")
    checks = check_gates(thresholds, figures, [*run.header.suites, *{figure.suite for figure in more}])
    if baseline is not None:
        checks += check_baseline(baseline, thresholds.margin, figures)
    agreement = measure_agreement(judge_run(load_judge(judge), run.records)) if judge else None
    return Report(run, figures, checks, baseline, agreement, thresholds.blind, judged)


@contextmanager
def progress_bar() -> Iterator[Tick]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:18}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total, suite: bar.update(task, completed=done, total=total, description=suite)


@eval_app.command("retrieval")
def retrieval(
    beir: Annotated[Path, typer.Option(help="A folder in BEIR's form: corpus.jsonl, queries*.jsonl, qrels/*.tsv.")],
    out: JsonOut = None,
) -> None:
    """Dense, lexical and the hybrid that ships, on a judged collection."""
    from isletbot.settings import load_settings
    from isletbot.wiring.evaluation import run_retrieval

    figures = run_retrieval(load_settings(), beir, show_progress)
    for search, row in figures.items():
        typer.echo(f"{search:12}" + "".join(f"  {name} {value:.4f}" for name, value in row.items()))
    write_figures(out, figures)


@eval_app.command("claims")
def claims(
    file: Annotated[Path, typer.Argument(help='Lines {"id", "claim", "passages", "label"?}.')],
    line: Annotated[bool, typer.Option("--line", help="Judge as the line judges one sentence and its quotes.")] = False,
    out: JsonOut = None,
) -> None:
    """Does each claim follow from its passages? Figures where labels stand."""
    from isletbot.evaluation.claim_check import judge_claims, measure_claims, read_claims
    from isletbot.settings import load_settings
    from isletbot.wiring.claims import make_entailment, make_reply_entailment, read_study_words

    study = read_study_words(load_settings())
    entailment = make_entailment(study) if line else make_reply_entailment(study)
    judged = tuple(judge_claims(read_claims(file), entailment))
    for one in judged:
        found = one.judgement
        typer.echo(f"{one.claim.id}\t{found.outcome}\t{found.score:.4f}\t{found.reason.text}")
    print_figures(measure_claims(judged), out)


@eval_app.command("answerability")
def answerability(
    file: Annotated[Path, typer.Argument(help='Lines {"id", "question", "passages", "answerable"?}.')],
    out: JsonOut = None,
) -> None:
    """Do the passages answer the question? Figures where the lines say."""
    from isletbot.evaluation.answerability import PassageJudge, measure_answerability, read_labelled_questions
    from isletbot.settings import load_settings
    from isletbot.wiring.trained_models import open_embeddings, open_relevance

    settings = load_settings()
    askings = read_labelled_questions(file)
    relevance, least = open_relevance(settings, show_progress)
    judge = PassageJudge(askings, relevance, open_embeddings(settings, show_progress), show_progress)
    scored = [judge.score(asking) for asking in askings]
    for one in scored:
        typer.echo(f"{one.asking.id}\t{one.score:.4f}")
    print_figures(measure_answerability(scored, least), out)


def print_figures(figures: Mapping[str, float], out: Path | None) -> None:
    for name, value in figures.items():
        typer.echo(f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}", err=True)
    write_figures(out, figures)


def write_figures(out: Path | None, figures: object) -> None:
    if out is not None:
        write_text(out, json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{str(path)!r} cannot be written: {error.strerror}. Name another file.") from error
