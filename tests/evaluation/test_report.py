import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel

from isletbot.errors import InputError
from isletbot.evaluation.commit_version import read_commit
from isletbot.evaluation.gates import GateCheck
from isletbot.evaluation.html_page import write_page
from isletbot.evaluation.quality_judge import judge_run, load_judge, measure_agreement
from isletbot.evaluation.report import Report, summarise_run, write_json, write_junit, write_markdown
from isletbot.evaluation.run_figures import DEFINITIONS, measure_run
from tests.grading import a_case, a_record, a_reply, a_run

EVIL = "<script>alert('x')</script> & \"quotes\" ]]> \x0b"
VOID = {"meta", "rect", "line", "br"}


def a_report(**changes: Any) -> Report:
    records = (
        a_record(),
        a_record(a_case("bad", turns=("First?", EVIL)), a_reply(text=EVIL, kind="<b>")),
        a_record(a_case("lost"), trouble=f"down {EVIL}"),
        a_record(a_case("flag", kinds=("urgent",), must=(), cite=(), tags=("E1",)), a_reply(kind="urgent")),
    )
    run = a_run(*records)
    checks = (
        GateCheck("gold.pass_rate", 0.5, 0.9, True, False, f"why {EVIL}"),
        GateCheck("gold.stability", None, 0.9, True, False, "not there"),
    )
    return Report(**{"run": run, "figures": measure_run(records), "checks": checks, **changes})


class Reader(HTMLParser):
    """Every tag is closed in its turn, and nothing is fetched from anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "action"):
                self.targets.append(value or "")
            if name == "id":
                self.ids.add(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag


def test_the_page_stands_alone_and_shows_every_failure() -> None:
    page = write_page(a_report())
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    assert "script" not in reader.tags
    assert {target.removeprefix("#") for target in reader.targets} <= reader.ids, "every link leads into the page"
    assert not re.search(r"url\(|@import|https?://(?!doi)", page)
    for said in (
        "gold-bad-0",
        "gold-lost-0",
        "fact missing",
        "Conversation",
        "2 of 2 gates fell short",
        "route: answer",
    ):
        assert said in page
    assert page.count('<span class="chip fail">fail</span>') == 1
    assert "<svg" in page
    assert "viewport" in page
    assert "prefers-color-scheme: dark" in page


def test_a_run_without_gates_or_failures_is_a_page_too() -> None:
    run = a_run(a_record())
    page = write_page(Report(run, measure_run(run.records), ()))
    assert "No gate applies" in page
    assert "every case passed" in page


def test_junit_is_xml_and_tells_failures_from_what_could_not_be_graded() -> None:
    root = ElementTree.fromstring(write_junit(a_report()))
    suite = root.findall("testsuite")[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")
    assert len(root.findall(".//failure")) == 3
    assert len(root.findall(".//error")) == 1


def test_markdown_and_json_say_the_same() -> None:
    report = a_report()
    assert "| gold | pass_rate | 50.0% |" in write_markdown(report)
    assert "**short**" in write_markdown(report)
    value = json.loads(json.dumps(write_json(report)))
    assert value["figures"]["all.pass_rate"]["value"] == 0.5
    assert [one["id"] for one in value["failing"]] == ["bad", "lost"]
    assert "50.0%" in summarise_run(report)


def test_a_model_judge_is_printed_with_its_agreement_and_decides_nothing() -> None:
    records = [a_record(), a_record(a_case("bad"), a_reply(text="No.")), a_record(a_case("odd")), a_record(trouble="x")]
    chat = FakeListChatModel(responses=["Fluent: yes\nComplete: yes", "fluent: no\ncomplete: no", "I like it"])
    agreement = measure_agreement(judge_run(chat, records))
    assert (agreement.judged, agreement.unreadable) == (3, 1)
    assert (agreement.agreement, agreement.kappa, agreement.fluent) == (1.0, 1.0, 0.5)
    report = a_report(agreement=agreement)
    assert "agrees with the rules on 100.0%" in summarise_run(report)
    assert "A model&#x27;s opinion" in write_page(report) or "A model's opinion" in write_page(report)


def test_a_judge_that_fails_has_no_opinion() -> None:
    class Broken(FakeListChatModel):
        def _call(self, *_: Any, **__: Any) -> str:
            raise RuntimeError("quota")

    agreement = measure_agreement(judge_run(Broken(responses=["x"]), [a_record()]))
    assert (agreement.judged, agreement.unreadable) == (1, 1)


@pytest.mark.parametrize("given", ["nowhere:Chat#m", "json:Nothing", "json:JSONDecoder", "plain"])
def test_a_judge_that_cannot_be_made_is_named(given: str) -> None:
    with pytest.raises(InputError, match="MODULE:CLASS#MODEL"):
        load_judge(given)


def test_the_commit_is_read_from_the_checkouts_files(tmp_path: Path) -> None:
    assert read_commit(None) == ""
    assert read_commit(tmp_path) == ""
    git = tmp_path / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads" / "main").write_text("abc\n")
    assert read_commit(tmp_path) == "abc"
    (git / "refs" / "heads" / "main").unlink()
    (git / "packed-refs").write_text("# pack\ndef refs/heads/main\n")
    assert read_commit(tmp_path) == "def"
    (git / "HEAD").write_text("123\n")
    assert read_commit(tmp_path) == "123"


def test_every_figure_is_documented_with_its_definition() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert [name for name, meaning in DEFINITIONS.items() if f"| `{name}` | {meaning} |" not in page] == []
