"""This module lists every case that did not pass as HTML, with everything that shows why."""

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


def list_failures(records: Sequence[Record], new: frozenset[tuple[str, str]]) -> str:
    """Lists one fold a case, by suite. `new` holds the cases that passed in the baseline."""
    failed = [record for record in records if not record.passed]
    if not failed:
        return "<p>None: every case passed.</p>"
    parts = []
    for suite in dict.fromkeys(record.suite for record in failed):
        group = [record for record in failed if record.suite == suite]
        parts.append(f"<h3>{escape(suite)} <span class='soft'>{len(group)}</span></h3>")
        parts += [_show_case(record, (record.suite, record.id) in new) for record in group]
    return "".join(parts)


def _show_case(record: Record, is_new: bool) -> str:
    outcome = record.grade.outcome
    rules = ", ".join(dict.fromkeys(_NAMES[one.rule] for one in record.grade.failing))
    mark = ' <span class="chip ungraded">new</span>' if is_new else ""
    return (
        f'<details id="{escape(record.suite)}-{escape(record.id)}-{record.repeat}"><summary>'
        f'<span class="chip {outcome}">{outcome}</span>{mark} {escape(record.turns[-1])} '
        f'<span class="soft">{escape(rules)} · <code>{escape(record.id)}</code></span></summary>'
        f'<div class="case"><dl>{_show_question(record)}{_show_reasons(record.grade.failing)}'
        f"{_show_reply(record)}{_show_quotes(record.reply or {})}{_show_support(record)}{_show_trace(record)}"
        "</dl></div></details>"
    )


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
