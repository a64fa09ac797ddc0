"""The commands: parse, call, print. Rooms are imported when a command needs them, so that `ask` answers at once."""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

import isletbot.terminal.source_drafts  # noqa: F401  adds its commands to `corpus_app`
from isletbot.errors import CorpusError, IsletbotError, UserError
from isletbot.terminal.backup import backup, restore
from isletbot.terminal.corpus import corpus_app
from isletbot.terminal.corpus_choice import choose_corpus
from isletbot.terminal.corpus_coverage_report import coverage
from isletbot.terminal.corpus_fetch import fetch
from isletbot.terminal.corpus_new import new
from isletbot.terminal.corpus_pull import pull
from isletbot.terminal.evaluate import eval_app
from isletbot.terminal.evaluate_approved import approved
from isletbot.terminal.evaluate_compare import compare
from isletbot.terminal.evaluate_labels import relevance
from isletbot.terminal.migrate import migrate
from isletbot.terminal.model import model_app
from isletbot.terminal.progress import show_progress
from isletbot.terminal.serving import mcp, serve, switch_app
from isletbot.terminal.staff import staff_app
from isletbot.terminal.train import train

if TYPE_CHECKING:
    from isletbot.settings import Settings
    from isletbot.types import Answer

GATE_FELL_SHORT = 1
CALLERS_MISTAKE = 2


class Commands(TyperGroup):
    """An error of ours ends a command with its message and remedy; only a defect shows a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CorpusError as error:
            rules = f"{len(error.problems)} rule{'s' if len(error.problems) > 1 else ''} of the corpus broken"
            typer.echo(
                f"{error}\n{rules}. corpus/README.md explains them. An index built before is as it was.", err=True
            )
        except IsletbotError as error:
            typer.echo(f"isletbot: {error}", err=True)
        raise typer.Exit(CALLERS_MISTAKE)


app = typer.Typer(
    cls=Commands,
    help="Answers questions from approved sources, every sentence with the words it rests on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.callback()(choose_corpus)
for subcommand in (coverage, fetch, new, pull):
    corpus_app.command()(subcommand)
for measure in (approved, compare, relevance):
    eval_app.command()(measure)
groups = {"corpus": corpus_app, "eval": eval_app, "model": model_app, "staff": staff_app, "switch": switch_app}
for name, group in groups.items():
    app.add_typer(group, name=name)
for command in (serve, mcp, train, backup, restore, migrate):
    app.command()(command)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in quotes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the Answer as JSON.")] = False,
    jsonl: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help='IN: lines {"id", "turns"}. OUT: lines {"id", "reply"}.', metavar="IN OUT"),
    ] = None,
) -> None:
    """Answer one question, or a file of conversations."""
    if (question is None) == (jsonl is None):
        raise UserError('Ask one question, isletbot ask "…", or a file of them, isletbot ask --jsonl IN OUT.')
    if jsonl is not None:
        _answer_file(*jsonl)
        return
    from isletbot.server.wire import answer_to_json
    from isletbot.terminal.plain import format_answer

    assert question is not None
    answer = _answer_one(question)
    typer.echo(json.dumps(answer_to_json(answer), ensure_ascii=False, indent=2) if as_json else format_answer(answer))


def _answer_one(text: str) -> Answer:
    """An emergency waits for no index that has to be built, and needs no bot at all: its rules are enough."""
    from isletbot.types import Question
    from isletbot.wiring import make_bot
    from isletbot.wiring.rules_fallback import answer_by_rules

    settings, question = _settings(), Question(text)
    if urgent := answer_by_rules(settings, question, surely=True):
        return urgent
    try:
        return make_bot(settings, show_progress).ask(question)
    except IsletbotError:
        if urgent := answer_by_rules(settings, question):
            return urgent
        raise


def _answer_file(source: Path, target: Path) -> None:
    from rich.console import Console
    from rich.progress import track

    from isletbot.terminal.batch import BadLine, answer_line, read_cases
    from isletbot.wiring import make_bot

    if target.resolve() == source.resolve():
        raise UserError(f"IN and OUT are both {str(source)!r}. Name another file for OUT.")
    cases = list(read_cases(source))
    bot = make_bot(_settings(), show_progress)
    bad: list[BadLine] = []
    try:
        with target.open("w", encoding="utf-8") as out:
            for number, case in track(cases, "answering", console=Console(stderr=True)):
                line = answer_line(bot, number, case)
                if isinstance(line, BadLine):
                    bad.append(line)
                else:
                    out.write(f"{line}\n")
    except OSError as error:
        raise UserError(f"{str(target)!r} cannot be written: {error.strerror}. Name another file for OUT.") from error
    if bad:
        lines = [f"{source}:{line.number}: {line.problem}" for line in bad]
        raise UserError(
            "\n".join([*lines, f"{len(bad)} of {len(cases)} lines were left out; the others are answered."])
        )


@app.command()
def chat() -> None:
    """A conversation in the terminal."""
    with contextlib.suppress(ImportError):  # where there is one, it gives the prompt line editing
        import readline  # noqa: F401
    from rich.console import Console

    from isletbot.terminal.chat import TerminalConversation
    from isletbot.wiring import make_bot

    settings = _settings()
    console = Console()
    bot = make_bot(settings, show_progress)
    TerminalConversation(bot, console, settings.max_history_turns).run(lambda: console.input("\n[bold]you>[/] "))


@app.command()
def triage(
    turns: Annotated[list[str], typer.Argument(help="The question; earlier turns of the person, if any, before it.")],
    explain: Annotated[
        bool, typer.Option(help="Also the words that each rule found, and the nearest messages of the question bank.")
    ] = False,
) -> None:
    """Which rule a text fires, and how the classifier reads it."""
    from isletbot.answering.line import make_classifier
    from isletbot.answering.red_flags.normalise import plain, undisguise
    from isletbot.answering.triage import triage_question
    from isletbot.types import Question, Turn
    from isletbot.wiring import make_bot

    line = make_bot(_settings(), show_progress).line
    classifier = make_classifier(line, line.embeddings)
    *earlier, text = turns
    found = triage_question(Question(text, tuple(Turn("user", said) for said in earlier)), line.rules, classifier)
    typer.echo(f"text      {plain(text, line.rules.spelling)}")
    for reading in undisguise(text, line.rules.spelling):
        typer.echo(f"or        {reading}")
    typer.echo(
        f"route     {found.route}\nrule      {found.rule}\nreason    {found.reason}\nsays      {found.say or '-'}"
    )
    scores = replace(classifier, measure=None).read(text, earlier[-1] if earlier else "")
    likely = sorted(scores.items(), key=lambda item: -item[1])[:3]
    typer.echo(f"read as   {', '.join(f'{route} {score:.2f}' for route, score in likely)}")
    if explain:
        from isletbot.terminal.triage_report import explain_triage

        typer.echo("\n".join(explain_triage((*earlier, text), line.rules, line.embeddings, _settings().questions_dir)))


@app.command()
def index(rebuild: Annotated[bool, typer.Option(help="Embed everything anew, reuse nothing.")] = False) -> None:
    """Build the index of the corpus, or bring it up to date."""
    from isletbot.wiring import make_index

    report = make_index(_settings(), show_progress, rebuild=rebuild)
    typer.echo(
        f"index {report.version}: {report.passages} passages, {report.answers} approved answers, "
        f"{report.embedded} vectors made, {report.reused} reused, {report.seconds:.1f} s"
    )
    for answer in report.withheld:
        typer.echo(f"not served: {answer.id}: {answer.why}: {answer.detail}", err=True)


@app.command()
def doctor(
    origin: Annotated[str | None, typer.Option(help="Also whether pages of this origin may hold the widget.")] = None,
) -> None:
    """What works here, and what to do about what does not."""
    from isletbot.terminal.origins import check_origin
    from isletbot.wiring import diagnose, diagnose_chat_model

    settings = _settings()
    checks = (*diagnose(settings), diagnose_chat_model(settings))
    for check in checks:
        typer.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.detail}")
        if not check.ok:
            typer.echo(f"      {check.remedy}", err=True)
    fits = check_origin(origin, settings.widget_origins, settings.corpus) if origin is not None else None
    if fits:
        typer.echo(f"{'ok  ' if fits.ok else 'FAIL'}  origin: {fits.detail}")
        if fits.remedy:
            typer.echo(f"      {fits.remedy}", err=True)
    if not all(check.ok for check in checks) or (fits and not fits.ok):
        raise typer.Exit(GATE_FELL_SHORT)


def _settings(**given: object) -> Settings:
    from isletbot.settings import load_settings

    return load_settings(**given)


def main() -> None:
    # A terminal that cannot show a character must not end a reply halfway.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
