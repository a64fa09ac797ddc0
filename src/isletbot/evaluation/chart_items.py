"""The run reported along CHART, the reporting guideline for studies of chatbots that give health advice (2025)."""

from __future__ import annotations

from html import escape

from isletbot.evaluation.intervals import wilson
from isletbot.evaluation.records import Run


def list_chart_items(run: Run) -> tuple[tuple[str, str], ...]:
    """(item, what this run says to it), in the guideline's order."""
    header, records = run.header, run.records
    passed = sum(record.grade.outcome == "pass" for record in records)
    interval = wilson(passed, len(records))
    versions = "; ".join(f"{name} {value}" for name, value in header.versions.items() if value) or "none told"
    turns = sum(len(record.turns) > 1 for record in records)
    suites = ", ".join(header.suites)
    return (
        ("Title and summary", f"Evaluation of {header.target} on {len(records)} cases, begun {header.began}."),
        (
            "Background and aim",
            "Whether a question-answering program about the trial treatment zimislecel says only what its approved "
            "sources say, refers people on where it must, and never misses an emergency.",
        ),
        ("Model identifiers", f"Target {header.target}. Versions: {versions}."),
        (
            "Model details",
            "The local target answers by retrieval and verbatim quotation; no generative model takes part unless "
            "one is "
            "configured. An endpoint is whatever its operator says it is.",
        ),
        ("Prompt engineering", "None in the local target; its fixed texts are hashed as `prompts` and `rules` above."),
        (
            "Query strategy",
            f"Suites {suites}; {turns} cases are conversations of several turns, replayed with the target's own "
            f"replies. "
            f"Every case was put {header.repeat} time{'s' if header.repeat > 1 else ''}, each in a new "
            f"conversation, in "
            "English unless the case says otherwise.",
        ),
        (
            "Performance evaluation",
            "Deterministic rules, defined beside every figure below: allowed kinds, facts that must be said, errors "
            "that "
            "must not, sources, quotes and figures. Three outcomes; what could not be graded is no pass. The suites "
            "were "
            "written by the program's makers, who also wrote the program; its development half was seen while it "
            "was made.",
        ),
        (
            "Sample size",
            f"{len(records)} replies; chosen to cover every statement of the corpus, by no power calculation.",
        ),
        (
            "Data analysis",
            "Shares with Wilson 95 % intervals, other figures with bootstrap 95 % intervals; fixed seeds.",
        ),
        (
            "Results",
            f"{passed} of {len(records)} passed ({interval.low:.1%} to {interval.high:.1%}); details in this page.",
        ),
        (
            "Limits",
            "Written questions, not those of patients; rules over words miss what they do not name; no clinician "
            "judged "
            "these replies; nothing here shows an effect on anybody's health.",
        ),
        ("Open science", "Suites, thresholds, baselines and this harness lie in the repository under evals/ and src/."),
    )


def show_chart_items(run: Run) -> str:
    items = "".join(f"<li><b>{escape(name)}</b>{escape(said)}</li>" for name, said in list_chart_items(run))
    return f'<ol class="items">{items}</ol>'
