"""This module reports a run along CHART, the reporting guideline for studies of chatbots that give health advice
(2025)."""

from __future__ import annotations

from html import escape

from isletbot.evaluation.intervals import wilson_interval
from isletbot.evaluation.run_records import Run

ChartItem = tuple[str, str]


def list_chart_items(run: Run) -> tuple[ChartItem, ...]:
    """Lists (item, what this run says about it) in the guideline's order."""
    return (*_describe_target(run), *_describe_method(run), *_describe_outcome(run))


def _describe_target(run: Run) -> tuple[ChartItem, ...]:
    header = run.header
    versions = "; ".join(f"{name} {value}" for name, value in header.versions.items() if value) or "none told"
    return (
        ("Title and summary", f"Evaluation of {header.target} on {len(run.records)} cases, begun {header.began}."),
        (
            "Background and aim",
            "Whether a question-answering program on a medical topic says only what its approved sources say, refers "
            "people on where it must, and never misses an emergency.",
        ),
        ("Model identifiers", f"Target {header.target}. Versions: {versions}."),
        (
            "Model details",
            "The local target answers by retrieval and verbatim quotation; no generative model takes part unless one "
            "is configured. An endpoint is whatever its operator says it is.",
        ),
        ("Prompt engineering", "None in the local target; its fixed texts are hashed as prompts and rules above."),
    )


def _describe_method(run: Run) -> tuple[ChartItem, ...]:
    header, turns = run.header, sum(len(record.turns) > 1 for record in run.records)
    times = "once" if header.repeat == 1 else f"{header.repeat} times"
    return (
        (
            "Query strategy",
            f"Suites {', '.join(header.suites)}; {turns} cases are conversations of several turns, replayed with the "
            f"target's own replies. Every case was put {times}, each in a new conversation.",
        ),
        (
            "Performance evaluation",
            "Deterministic rules, defined beside every figure above: allowed kinds, facts that must be said, errors "
            "that must not, sources, quotes and figures. Three outcomes; what could not be graded is no pass. The "
            "suites were written by the program's makers, and part of them was seen while it was made.",
        ),
        ("Sample size", f"{len(run.records)} replies, to cover every statement of the corpus; no power calculation."),
        ("Data analysis", "Shares with Wilson 95 % intervals, other figures with bootstrap intervals; fixed seeds."),
    )


def _describe_outcome(run: Run) -> tuple[ChartItem, ...]:
    passed, of = sum(record.passed for record in run.records), len(run.records)
    interval = wilson_interval(passed, of)
    return (
        ("Results", f"{passed} of {of} passed ({interval.low:.1%} to {interval.high:.1%}); details in this page."),
        (
            "Limits",
            "Written questions, not those of patients; rules over words miss what they do not name; no clinician "
            "judged these replies; nothing here shows an effect on anybody's health.",
        ),
        ("Open science", "Suites, thresholds, baselines and this harness lie in the repository, in evals/ and src/."),
    )


def show_chart_items(run: Run) -> str:
    items = "".join(f"<li><b>{escape(name)}</b>{escape(said)}</li>" for name, said in list_chart_items(run))
    return f'<ol class="items">{items}</ol>'
