"""The page of a run, docs/peers.md, and its table for the terminal. `python benchmarks/peer_page.py` writes page and
chart anew from the figures that are kept in benchmarks/peers.json, and measures nothing."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from peer_chart import draw_chart, show_number
from peer_pipelines import CANDIDATES, PIPELINES, ROOT, K
from peer_scores import FIGURES, OURS, compare_rounds

TEXT, KEPT = Path(__file__).with_name("peers_page.md"), Path(__file__).with_name("peers.json")
PAGE, CHART = ROOT / "docs" / "peers.md", ROOT / "docs" / "peers.svg"
Record = Mapping[str, Any]


def show_cell(record: Record, name: str, figure: str) -> str:
    """The median of the rounds; of another pipeline than isletbot's also its ratio and the spread of that."""
    pipelines = record["pipelines"]
    value = show_number(statistics.median(row[figure] for row in pipelines[name]["rounds"]))
    if name == OURS:
        return value
    ratio = compare_rounds(pipelines[name]["rounds"], pipelines[OURS]["rounds"], figure)
    spread = f", {ratio.least:.2f} to {ratio.most:.2f}" if record["rounds"] > 1 else ""
    return f"{value} (×{ratio.median:.2f}{spread})"


def list_rows(record: Record) -> list[list[str]]:
    """The figures as cells, a row a figure, with a head."""
    names = list(record["pipelines"])
    head = ["", *(PIPELINES[name].label for name in names)]
    return [head, *([title, *(show_cell(record, name, key) for name in names)] for key, title in FIGURES.items())]


def list_right_rows(record: Record) -> list[list[str]]:
    """Questions right as cells, a row a pipeline, with a head. A head that is untrained ranks by chance: no count."""
    rows = [["", "passages hold the facts", "the same, approved answers indexed too", "graded right", "characters"]]
    for name, measured in record["pipelines"].items():
        right, chance = measured["right"], name == "reranked"
        counts = [show_count(record, None if chance else right.get(kind)) for kind in ("passages", "with_answers")]
        graded = show_count(record, right.get("graded"))
        rows.append([PIPELINES[name].label, *counts, graded, show_number(measured["characters"])])
    return rows


def show_count(record: Record, count: int | None) -> str:
    return "–" if count is None else f"{count} of {record['questions']} ({count / record['questions']:.0%})"


def write_table(rows: Sequence[Sequence[str]]) -> str:
    head, *below = rows
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *below]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show_table(record: Record) -> str:
    """Both tables for the terminal, in columns."""
    shown = []
    for rows in (list(zip(*list_rows(record), strict=True)), list_right_rows(record)):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        shown += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        shown.append("")
    return "\n".join(line.rstrip() for line in shown)


def write_conditions(record: Record) -> str:
    before, after = record["load"]
    skipped = "".join(f" Skipped: {PIPELINES[name].label} ({why})." for name, why in record["skipped"].items())
    versions = ", ".join(f"{package} {number}" for package, number in record["versions"].items())
    first = record["first_build"]
    built = (
        f"From nothing, isletbot's took {show_number(first['build_s'])} s once ({show_number(first['build_cpu_s'])} s "
        "of the processor)."
        if first
        else "From nothing it takes minutes, which this run did not measure (`--first-build` does)."
    )
    return (
        f"Run of {record['date']}, commit {record['commit']}: {record['rounds']} rounds, {record['cores']} cores, "
        f"Python {record['python']}, nice {record['nice']}, load {before} before and {after} after.{skipped} "
        f"Versions: {versions}.\n\n"
        "The index build is that after a change of the corpus: weights are there, and isletbot holds the vectors of "
        f"its question bank. {built}"
    )


def write_page(record: Record) -> str:
    """The text of benchmarks/peers_page.md with the figures in it."""
    return Template(TEXT.read_text("utf-8")).substitute(
        record,
        figures=write_table(list(zip(*list_rows(record), strict=True))),
        conditions=write_conditions(record),
        right=write_table(list_right_rows(record)),
        k=K,
        candidates=CANDIDATES,
    )


def write_files(record: Record) -> None:
    KEPT.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    PAGE.write_text(write_page(record), "utf-8")
    CHART.write_text(draw_chart(record), "utf-8")


if __name__ == "__main__":
    write_files(json.loads(KEPT.read_text("utf-8")))
