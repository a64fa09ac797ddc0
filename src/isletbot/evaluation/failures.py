"""This module shows a case as HTML: one that did not pass with everything that shows why, one that passed with its
reply."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from isletbot.evaluation.grading import Failing
from isletbot.evaluation.replies import read_text
from isletbot.evaluation.run_records import Record

_NAMES: Mapping[str, str] = {
    "no_reply": "no reply",
    "kind": "wrong kind",
    "empty": "empty reply",
    "must": "fact missing",
    "must_not": "says an error",
    "cite": "other source cited",
    "integrity": "citation incomplete",
    "quote": "quote not in the source",
    "number": "figure in no quote",
    "screening": "got past screening",
}


def show_case(record: Record, is_new: bool) -> str:
    """Shows a case that did not pass; `is_new` marks one that passed in the baseline."""
    outcome = record.grade.outcome
    rules = ", ".join(dict.fromkeys(_NAMES[one.rule] for one in record.grade.failing))
    mark = ' <span class="chip ungraded">new</span>' if is_new else ""
    return (
        f"<details {_mark_case(record)}><summary>"
        f'<span class="chip {outcome}">{outcome}</span>{mark} {escape(record.turns[-1])} '
        f'<span class="soft">{escape(rules)} · <code>{escape(record.id)}</code></span></summary>'
        f'<div class="case"><dl>{_show_question(record)}{_show_reasons(record.grade.failing)}'
        f"{_show_reply(record)}{_show_quotes(record.reply or {})}{_show_support(record)}{_show_trace(record)}"
        "</dl></div></details>"
    )


def show_passed(record: Record) -> str:
    """Shows a case that passed, without quotes and trace."""
    return (
        f'<details {_mark_case(record)}><summary><span class="chip pass">pass</span> {escape(record.turns[-1])} '
        f'<span class="soft"><code>{escape(record.id)}</code></span></summary><div class="case"><dl>'
        f"{_show_question(record)}{_show_reply(record)}</dl></div></details>"
    )


def _mark_case(record: Record) -> str:
    """Writes what links and the search know the case by."""
    marks = {
        "id": f"{record.suite}-{record.id}-{record.repeat}",
        "data-suite": record.suite,
        "data-outcome": record.grade.outcome,
        "data-expected": record.expected[0],
        "data-kind": record.kind,
    }
    return " ".join(f'{name}="{escape(value)}"' for name, value in marks.items())


def _show_question(record: Record) -> str:
    if len(record.turns) == 1:
        return _make_row("Question", escape(record.turns[0]))
    turns = "".join(f"<li>{escape(turn)}</li>" for turn in record.turns)
    return _make_row("Conversation", f'<ol class="turns">{turns}</ol>')


def _show_reasons(failing: Sequence[Failing]) -> str:
    items = "".join(f"<li>{_NAMES[one.rule]}: {escape(one.detail)}</li>" for one in failing)
    return _make_row("Why", f'<ul class="reasons">{items}</ul>')


def _show_reply(record: Record) -> str:
    allowed = " or ".join(kind.replace("_", " ") for kind in record.expected)
    if record.reply is None:
        return _make_row("Reply", escape(record.trouble or "none"))
    kind = escape(record.kind.replace("_", " "))
    read = " (read from its words)" if record.reply.get("kind_read_from") else ""
    text = escape(read_text(record.reply))
    return _make_row("Reply", f'<p class="soft">{kind}{read}; allowed: {allowed}</p><div class="said">{text}</div>')


def _show_quotes(reply: Mapping[str, Any]) -> str:
    citations = reply.get("citations")
    shown = [_show_citation(one) for one in citations if isinstance(one, dict)] if isinstance(citations, list) else []
    return _make_row("Quotes", "".join(shown)) if shown else ""


def _show_citation(citation: Mapping[str, Any]) -> str:
    quote = escape(str(citation.get("quote") or "no quote"))
    place = " · ".join(str(citation[name]) for name in ("source_id", "section", "as_of") if citation.get(name))
    return (
        f"<blockquote>{quote}<footer>[{escape(str(citation.get('number', '?')))}] {escape(place)}</footer></blockquote>"
    )


def _show_support(record: Record) -> str:
    lacking = [detail for rule, detail in record.grade.grounding.problems if rule == "support"]
    return _make_row("Support", "<br>".join(map(escape, lacking))) if lacking else ""


def _show_trace(record: Record) -> str:
    if not record.trace:
        return _make_row("Trace", '<span class="soft">The target tells none.</span>')
    lines = [
        f"{name}: {value if isinstance(value, str | float | int) else json.dumps(value, ensure_ascii=False)}"
        for name, value in record.trace.items()
        if value not in ("", [], {})
    ]
    return _make_row("Trace", f"<code>{'<br>'.join(map(escape, lines))}</code>")


def _make_row(name: str, body: str) -> str:
    return f"<dt>{name}</dt><dd>{body}</dd>"
