"""The documentation says what the code does. As a program (`make docs`) this writes what can be written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
import typer
import yaml

from isletbot.__main__ import app
from isletbot.answering.graph import Bot
from isletbot.answering.red_flags.rule_examples import load_rules
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.settings import Settings, load_settings
from isletbot.settings.describing import describe_settings
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
TRANSCRIPTS = {"README.md": QUESTIONS[:1], "docs/conversation.md": QUESTIONS}
DIAGRAM = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
DRAWN = ("README.md", "docs/line.md")
LONGEST_README = 200
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


def test_the_page_of_the_rules_is_what_the_rules_say() -> None:
    assert read("docs/rules.md") == write_rules(), "run `make docs`"


def test_the_diagram_of_the_line_is_the_compiled_graph() -> None:
    drawn = draw_line()
    for page in DRAWN:
        found = DIAGRAM.search(read(page))
        assert found is not None
        assert found[1] == drawn, "run `make docs`"


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
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    written = (path for path in WRITTEN if path.name != "rules.md")  # what people write there: "make a bomb"
    named = {
        target for path in written for target in re.findall(r"`?\bmake ([a-z]+(?:-[a-z]+)*)\b", path.read_text("utf-8"))
    }
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


def test_the_readme_is_short() -> None:
    assert len(read("README.md").splitlines()) <= LONGEST_README, "move the detail to a page under docs/ and link to it"


def test_the_readme_lists_every_page_of_docs_and_no_other() -> None:
    listed = re.findall(r"^\| \[[a-z-]+\]\(docs/([^)]+)\) \|", read("README.md"), re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in DOCS.glob("*.md")), "add its row to the last table"


@pytest.mark.weights
@pytest.mark.parametrize("page", TRANSCRIPTS)
def test_a_conversation_on_a_page_is_what_the_bot_says(page: str, bot: Bot) -> None:
    found = TRANSCRIPT.search(read(page))
    assert found is not None
    assert found[1] == write_transcript(bot, TRANSCRIPTS[page]), "run `make docs`"


def write_transcript(bot: Bot, questions: Sequence[str]) -> str:
    """The questions, and what `isletbot ask` prints for each."""
    lines = []
    for question in questions:
        lines += [f'$ isletbot ask "{question}"', *format_answer(bot.ask(question)).splitlines(), ""]
    return "".join(f"    {line}".rstrip() + "\n" for line in lines[:-1])


RULES_HEAD = """# The rules of triage

What each rule means and which messages it must find and must not. Whoever signs a file of rules answers for these
sentences and examples; a rule that fails one is refused when it is loaded.
[How a rule is written](../prompts/triage/README.md).
"""


def write_rules() -> str:
    """Every rule with its sentence and its examples, file by file."""
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "prompts/triage").glob("*.yaml")}
    rules = [rule for tier in load_rules(texts).tiers.values() for rule in tier]
    page = [RULES_HEAD]
    for name, each in groupby(rules, key=lambda rule: rule.file):
        head = yaml.safe_load(texts[name])
        signed = f"signed by {head['signed_by']}, {head['signed_on']}" if head["signed_by"] else "signed by nobody yet"
        page.append(
            f"## {name}\n\n{texts[name].splitlines()[0].removeprefix('# ')} Version {head['version']}, {signed}.\n"
        )
        for rule in each:
            found, other = (["", *(f"- {_escape(text)}" for text in part), ""] for part in (rule.match, rule.other))
            lines = [f"### {rule.id}", "", _escape(rule.means), "", "Finds:", *found, "Does not find:", *other]
            page.append("\n".join([*lines, f"Replies with `{rule.say}`.", ""]))
    return "\n".join(page)


def _escape(text: str) -> str:
    return re.sub(r"([*_<>`\[\]])", r"\\\1", text)


def write_docs() -> None:
    (DOCS / "rules.md").write_text(write_rules(), encoding="utf-8")
    (DOCS / "settings.md").write_text(f"{describe_settings()}\n", encoding="utf-8")
    diagram, bot = f"```mermaid\n{draw_line()}```", make_bot(load_settings())
    for page in DRAWN:
        (ROOT / page).write_text(DIAGRAM.sub(lambda _: diagram, read(page)), encoding="utf-8")
    for page, questions in TRANSCRIPTS.items():
        transcript = f"{BEGIN}\n{write_transcript(bot, questions)}{END}"
        written = TRANSCRIPT.sub(lambda _, said=transcript: said, read(page))
        (ROOT / page).write_text(written, encoding="utf-8")


if __name__ == "__main__":
    write_docs()
