"""The documentation says what the code does. As a program (`make docs`) this writes what can be written."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
import typer

from isletbot.__main__ import app
from isletbot.answering.graph import Bot
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.settings import Settings, describe_settings, load_settings
from isletbot.terminal.plain import format_answer
from isletbot.types import Composer, Kind
from isletbot.wiring import make_bot

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
BEGIN, END = "<!-- transcript: begin -->", "<!-- transcript: end -->"
TRANSCRIPT = re.compile(f"{BEGIN}\n(.*?){END}", re.DOTALL)
QUESTIONS = (
    "How many people could stop insulin?",
    "were they insulin-free for a whole year",
    "What will it cost?",
    "Should I stop my insulin?",
)
DIAGRAM = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
WRITTEN = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md"), ROOT / "corpus" / "README.md"])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def draw_line() -> str:
    # Drawing runs no step, so next to nothing is needed.
    index = SimpleNamespace(cautions=())
    nothing = SimpleNamespace(failures=Counter(), composers=(), entailment=LedgerEntailment(), index=index, openings={})
    return Bot(nothing).draw()  # type: ignore[arg-type]


def list_commands() -> set[str]:
    root = typer.main.get_command(app)
    names = set()
    for name, command in getattr(root, "commands", {}).items():
        inner = getattr(command, "commands", None)
        names |= {f"{name} {below}" for below in inner} if inner else {name}
    return names


def test_the_settings_page_is_what_the_code_says() -> None:
    assert read("docs/settings.md") == f"{describe_settings()}\n", "run `make docs`"


def test_the_diagram_of_the_line_is_the_compiled_graph() -> None:
    found = DIAGRAM.search(read("docs/line.md"))
    assert found is not None
    assert found[1] == draw_line(), "run `make docs`"


def test_every_command_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `isletbot ([a-z]+(?: [a-z]+)?)", read("docs/commands.md"), re.MULTILINE))
    assert documented == list_commands()


def test_every_kind_and_composer_of_an_answer_is_documented() -> None:
    text = read("docs/answers.md")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)) == set(get_args(Kind))
    assert all(f"`{composer}`" in text for composer in get_args(Composer))


def test_every_route_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(?:GET|POST|DELETE) (/[^`]*)`", read("docs/http.md"), re.MULTILINE))
    served: set[str] = set()
    for path in (*(ROOT / "src/isletbot/server").glob("*.py"), ROOT / "src/isletbot/widget/pages.py"):
        routes = re.findall(r'@router\.[a-z_]+\(\s*"(/[^"]+)"', path.read_text(encoding="utf-8"))
        served |= {re.sub(r"\{\w+(?::path)?\}", "{id}", route) for route in routes}
    assert documented == served | {"/"}


def test_every_error_code_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"`([a-z0-9_]+)`", read("docs/http.md").split("## Errors")[1].split("The limits")[0]))
    raised = {"internal", "not_ready", "incomplete_body", "not_found", "method_not_allowed"}
    for path in (*(ROOT / "src/isletbot/server").glob("*.py"), ROOT / "src/isletbot/answering/question.py"):
        code = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r'code="([a-z0-9_]+)"', code))
        raised |= set(re.findall(r'error_response\(\s*\d+, "([a-z0-9_]+)"', code))
    assert documented == raised


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = {target for path in WRITTEN for target in re.findall(r"`?\bmake ([a-z]+)\b", path.read_text("utf-8"))}
    assert {"install", "serve", "test", "check", "eval", "bench"} <= targets
    assert named - targets <= {"no"}


def test_every_variable_that_is_named_exists() -> None:
    known = {f"ISLETBOT_{name.upper()}" for name in Settings.model_fields}
    places = [*WRITTEN, *(ROOT / "src").rglob("*.py"), ROOT / "Makefile"]
    named = {name for path in places for name in re.findall(r"\bISLETBOT_[A-Z_]+[A-Z]\b", path.read_text("utf-8"))}
    assert named - {"ISLETBOT_TEST"} <= known


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_the_pages_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.weights
def test_the_conversation_in_the_readme_is_what_the_bot_says(weights: Path, test_cache: Path) -> None:
    found = TRANSCRIPT.search(read("README.md"))
    assert found is not None
    assert found[1] == write_transcript(load_settings(data_dir=test_cache)), "run `make docs`"


def write_transcript(settings: Settings) -> str:
    """Questions of several kinds and what `isletbot ask` prints."""
    bot = make_bot(settings)
    lines = []
    for question in QUESTIONS:
        lines += [f'$ isletbot ask "{question}"', *format_answer(bot.ask(question)).splitlines(), ""]
    return "".join(f"    {line}".rstrip() + "\n" for line in lines[:-1])


def write_docs() -> None:
    (DOCS / "settings.md").write_text(f"{describe_settings()}\n", encoding="utf-8")
    line = DIAGRAM.sub(lambda _: f"```mermaid\n{draw_line()}```", read("docs/line.md"))
    (DOCS / "line.md").write_text(line, encoding="utf-8")
    transcript = f"{BEGIN}\n{write_transcript(load_settings())}{END}"
    (ROOT / "README.md").write_text(TRANSCRIPT.sub(lambda _: transcript, read("README.md")), encoding="utf-8")


if __name__ == "__main__":
    write_docs()
