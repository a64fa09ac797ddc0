"""The pages for a newcomer name every room, only files that exist, and the words of the project in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "isletbot"
TEMPLATES, MIGRATIONS = PACKAGE / "console" / "templates", PACKAGE / "storage" / "migrations"
SKELETON = PACKAGE / "documents" / "skeleton"
MAP, WALK = "architecture.md", re.compile(r"^\| (\d+) \|(.*)$", re.MULTILINE)
STEPS = ("question", "triage", "condense", "retrieve", "judge", "compose", "verify", "conclude")
BUILT = {"build", "dist", "var"}
WORD = re.compile(r"^\| \*\*([^*]+)\*\* \| (.+) \|$", re.MULTILINE)
NEEDED = {
    "approved answer", "citation", "digest", "gap", "line", "opening", "passage", "red flag", "route", "statement",
    "trace", "triage", "verdict",
}  # fmt: skip
RECIPE = re.compile(r"^### ([^\n]+)\n\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
RECIPES = {
    "A source", "A rule", "An answer", "A route", "A setting", "A page of the console", "A suite", "A model",
}  # fmt: skip


def read_page(name: str) -> str:
    path = ROOT / name if (ROOT / name).is_file() else ROOT / "docs" / name
    return path.read_text(encoding="utf-8")


def list_named_paths(text: str) -> list[str]:
    """What stands in backticks and is a file or a folder of the tree; `corpus/<id>.md` stands for any, and `var/` is
    made when the bot runs."""
    named = re.findall(r"`([\w.-]+(?:/[\w.-]*)*)`", text)
    named = [name for name in named if not name.startswith("var/")]
    return [name for name in named if "/" in name or name.endswith((".py", ".md", ".yaml", ".toml"))]


def is_there(name: str) -> bool:
    return any((folder / name).exists() for folder in (ROOT, PACKAGE, PACKAGE / "answering"))


@pytest.mark.parametrize("page", [MAP, "glossary.md", "CONTRIBUTING.md"])
def test_every_file_that_the_page_names_exists(page: str) -> None:
    assert [name for name in list_named_paths(read_page(page)) if not is_there(name)] == []


def test_every_module_that_a_docstring_names_exists() -> None:
    modules = {path.name for path in ROOT.rglob("*.py") if not BUILT.intersection(path.parts)}
    texts = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    named = {(path.name, name) for path, text in texts.items() for name in re.findall(r"`(?:\w+/)*(\w+\.py)`", text)}
    assert {(path, name) for path, name in named if name not in modules} == set()


def test_every_room_of_the_package_is_on_the_map() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    shown_as_one = {
        folder for folder in folders if folder.parent in (TEMPLATES, MIGRATIONS) or SKELETON in folder.parents
    }
    rooms = {f"`{folder.relative_to(ROOT).as_posix()}/`" for folder in folders - shown_as_one - {PACKAGE}}
    rooms |= {f"`{path.relative_to(ROOT).as_posix()}`" for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    page = read_page(MAP)
    assert {room for room in rooms if f"| {room} |" not in page} == set()


def test_every_folder_at_the_top_is_on_the_map() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))}
    page = read_page(MAP)
    assert {name for name in folders - BUILT if f"| `{name}/` |" not in page} == set()


def test_the_walk_goes_through_every_step_of_the_line_in_order() -> None:
    stops = WALK.findall(read_page(MAP))
    assert [int(number) for number, _ in stops] == list(range(1, len(stops) + 1))
    named = [re.search(r"`([\w/]+)\.py`", stop) for _, stop in stops]
    files = [found[1] for found in named if found]
    steps = [f"answering/{step}" for step in STEPS]
    assert [file for file in files if file in steps] == steps
    assert files.index("server/chat_api") < files.index("answering/graph") < files.index(steps[0])


def test_the_glossary_is_in_order_and_has_the_words_of_the_project() -> None:
    words = [word for word, _ in WORD.findall(read_page("glossary.md"))]
    assert words == sorted(set(words))
    assert set(words) >= NEEDED


def test_there_is_a_short_recipe_for_each_kind_of_change() -> None:
    found = dict(RECIPE.findall(read_page("CONTRIBUTING.md")))
    assert set(found) >= RECIPES
    lengths = {name: len(found[name].strip().splitlines()) for name in RECIPES}
    assert {name: lines for name, lines in lengths.items() if not 5 <= lines <= 10} == {}
    assert [name for name in RECIPES if not re.search(r"^ {7}\S", found[name], re.MULTILINE)] == [], "name the command"
