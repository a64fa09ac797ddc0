import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel

from isletbot.errors import InputError
from isletbot.evaluation.commit_version import read_commit
from isletbot.evaluation.compare import compare_runs
from isletbot.evaluation.compare_page import write_compare_page
from isletbot.evaluation.gates import GateCheck
from isletbot.evaluation.html_page import write_page
from isletbot.evaluation.quality_judge import judge_run, load_judge, measure_agreement
from isletbot.evaluation.relevance_labels import JudgedReply, RelevanceLabel, measure_relevance
from isletbot.evaluation.replies import read_text
from isletbot.evaluation.report import Report, summarise_run, write_json, write_junit, write_markdown
from isletbot.evaluation.run_figures import DEFINITIONS, measure_run
from isletbot.evaluation.run_history import keep_run
from tests.grading import a_case, a_record, a_reply, a_run

EVIL = "<script>alert('x')</script> & \"quotes\" ]]> \x0b"
VOID = {"meta", "rect", "line", "br", "input", "polyline"}


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
    assert page.count("<script>") == 1
    assert {target.removeprefix("#") for target in reader.targets} <= reader.ids, "every link leads into the page"
    assert not re.search(r"url\(|@import|https?://(?!doi)", page)
    for said in (
        "gold-bad-0",
        "gold-lost-0",
        "fact missing",
        "Conversation",
        "2 of 2 gates fell short",
        "gold-c1-0",
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
    assert "<h3>Did not pass</h3><p>None.</p>" in page


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


def test_the_page_begins_with_missed_emergencies_and_then_the_blind_suites() -> None:
    missed = a_record(a_case("stroke", turns=("My face droops",), kinds=("urgent",), tags=("E1",)), a_reply())
    caught = a_record(a_case("flag", kinds=("urgent",), must=(), cite=()), a_reply(kind="urgent"))
    other = a_record(a_case("seen", suite="seen"), a_reply())
    records = (missed, caught, other)
    run = a_run(*records)
    run = replace(run, header=replace(run.header, suites={"gold": "0", "seen": "1"}))
    page = write_page(a_report(run=run, figures=measure_run(records), blind={"gold": "Asked once."}))
    sections = re.findall(r'<section id="(\w+)">', page)
    assert sections[:2] == ["missed", "blind"]
    top = page.partition('<section id="missed">')[2].partition("</section>")[0]
    assert "<b>1 of 2</b>" in top
    assert 'href="#gold-stroke-0">My face droops' in top
    blind = page.partition('<section id="blind">')[2].partition("</section>")[0]
    assert "Asked once." in blind
    assert "suite-seen" not in blind


def test_a_bar_and_a_cell_of_the_matrix_lead_to_their_cases_and_passed_ones_are_there() -> None:
    page = write_page(a_report())
    assert 'data-filter="suite=gold"' in page
    cell = re.search(r'<a href="#([\w-]+)" data-filter="expected=urgent&amp;kind=urgent"', page)
    assert cell
    assert cell[1] == "gold-flag-0"
    passed = page.partition('id="gold-c1-0"')[2].partition("</details>")[0]
    assert 'chip pass">pass' in passed
    assert read_text(a_reply())[:40] in passed


def test_goals_say_how_far_they_are_and_a_baseline_is_a_floor() -> None:
    checks = (
        GateCheck("gold.pass_rate", 0.92, 0.9, True, True, "w", 0.95),
        GateCheck("gold.kind_accuracy", 0.97, 0.9, True, True, "w", 0.95),
        GateCheck("all.false_alarm_rate", 0.015, 0.02, False, True, "w", 0.01),
        GateCheck("seen.pass_rate", 0.5, 0.6, True, False, "baseline of 2026-11-30"),
    )
    page = write_page(a_report(checks=checks))
    assert "goal 0.95, 0.03 away" in page
    assert "goal 0.95 reached" in page
    assert "goal 0.01, 0.005 away" in page
    floors = page.partition("a floor, no goal")[2].partition("</section>")[0]
    assert "1 of 1 figures fell below it" in floors
    assert "| gold.pass_rate | 0.9200 | at least 0.9000 | goal 0.95, 0.03 away | holds |" in write_markdown(
        a_report(checks=checks)
    )


def test_relevance_stands_in_the_report_with_the_sentences_off_the_point() -> None:
    label = RelevanceLabel("rel-1", "Who died?", frozenset({"p#deaths"}), frozenset())
    judged = (JudgedReply(label, "answered", (("Two died.", True), ("Vertex paid.", False)), direct=True),)
    figures = measure_relevance(judged)
    assert {figure.name: figure.value for figure in figures} == {"relevance": 0.5, "directness": 1.0}
    page = write_page(a_report(figures=figures, judged=judged))
    assert "Vertex paid." in page.partition('<section id="point">')[2].partition("</section>")[0]


def test_kept_runs_are_drawn_as_a_trend(tmp_path: Path) -> None:
    report = a_report()
    keep_run(tmp_path, replace(report.run.header, began="2026-01-01T00:00:00+00:00"), report.figures)
    keep_run(tmp_path, report.run.header, report.figures)
    history = keep_run(tmp_path, report.run.header, report.figures)
    assert len(history) == 2
    page = write_page(a_report(history=history))
    trend = page.partition('<section id="trend">')[2].partition("</section>")[0]
    assert "<polyline" in trend
    assert "all cases" in trend


@pytest.mark.parametrize("line", ["{", '{"began": "x"}'])
def test_a_broken_history_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "history.jsonl").write_text(f"{line}\n")
    with pytest.raises(InputError, match=r"history.jsonl:1"):
        keep_run(tmp_path, a_report().run.header, ())


def test_two_runs_are_shown_side_by_side_with_both_replies() -> None:
    before = a_run(a_record(), a_record(a_case("c2"), a_reply(text="Nobody knows.")))
    after = a_run(a_record(a_case(), a_reply(text="Nobody knows.")), a_record(a_case("c2")))
    page = write_compare_page(before, after, compare_runs(before, after))
    worse = page.partition("Worse: 1")[2].partition("</section>")[0]
    assert "Nobody knows." in worse
    assert read_text(a_reply())[:40] in worse
    assert "must: missing: 10 of 12" in worse
    assert "Better: 1" in page
