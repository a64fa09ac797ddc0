"""Replies in the contract's form, for the scripted server to give."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

NOTICE = (
    "This is general information, not medical advice. I am a computer program, not a doctor. "
    "For your own care, ask your care team. In an emergency, call 911."
)
SOURCES: tuple[Json, ...] = (
    {
        "key": "k1",
        "number": 1,
        "source_id": "nejm-2025",
        "title": "Stem Cell-Derived, Fully Differentiated Islets for Type 1 Diabetes",
        "publisher": "New England Journal of Medicine",
        "section": "Results",
        "quote": "Of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent and used no "
        "insulin at day 365.",
        "start": 120,
        "end": 236,
        "url": "https://doi.org/10.1056/NEJMoa2506549",
        "doi": "10.1056/NEJMoa2506549",
        "published": "2025-06-20",
        "as_of": "2025-09-04",
        "evidence": "primary_paper",
        "quote_of": "summary",
        "source_version": "sha256:00",
    },
    {
        "key": "k2",
        "number": 2,
        "source_id": "vertex-2025",
        "title": "Vertex Presents Positive Data for Zimislecel in Type 1 Diabetes",
        "publisher": "Vertex Pharmaceuticals",
        "section": "Programme",
        "quote": "Twelve people had been followed for at least one year.",
        "start": 10,
        "end": 64,
        "url": "https://news.example.org/release",
        "doi": "",
        "published": "2025-06-20",
        "as_of": "2025-06-20",
        "evidence": "company_release",
        "quote_of": "original",
        "source_version": "sha256:00",
    },
)
SENTENCES: tuple[Json, ...] = (
    {"text": SOURCES[0]["quote"], "citations": ["k1"]},
    {"text": "The company says that twelve people had been followed for at least one year.", "citations": ["k1", "k2"]},
)
URGENT = (
    "This may be an emergency. Call 911 in the United States and Canada, or 112 in Europe now. "
    "Do not wait for me. I am a computer program and I cannot see or help the person."
)
REFERRAL = "This is a question about your own care, so I cannot answer it for you. Please ask your care team."
UNKNOWN = "The sources I hold do not answer this, so I will not guess."
GREETING = "Hello. I am a computer program, not a doctor. Every fact I give comes with its source."
STARTERS = ["What is zimislecel?", "How many people could stop insulin?", "What side effects were seen?"]


def make_answer(kind: str = "answered", lead: str = "", *notices: Json, **changes: Any) -> Json:
    """With sentences when there is no lead, and for `needs_clinician`, which has both."""
    cited = not lead or kind == "needs_clinician"
    numbers = {source["key"]: source["number"] for source in SOURCES}
    marked = [f"{said['text']} {''.join(f'[{numbers[key]}]' for key in said['citations'])}" for said in SENTENCES]
    told = [*notices, {"id": "not-medical-advice", "text": NOTICE}]
    text = "\n\n".join(filter(None, [lead, " ".join(marked) if cited else "", *(notice["text"] for notice in told)]))
    answer = {
        "id": f"answer-{kind}",
        "kind": kind,
        "text": text,
        "sentences": list(SENTENCES) if cited else [],
        "citations": list(SOURCES) if cited else [],
        "notices": told,
        "as_of": "2025-06-20",
        "suggestions": STARTERS[1:] if kind in ("answered", "not_in_corpus") else [],
        "composer": "quotes" if cited else "none",
    }
    return {**answer, **changes}


OFFER = {"id": "handoff-offer", "text": "You can also ask the clinic’s people to contact you."}
ANSWERS: dict[str, Json] = {
    "urgent": make_answer("urgent", URGENT, OFFER),
    "personal": make_answer("needs_clinician", REFERRAL),
    "unknown": make_answer("not_in_corpus", UNKNOWN, OFFER),
    "hello": make_answer("small_talk", GREETING),
    "recipe": make_answer("out_of_scope", "I only answer questions about zimislecel."),
}
"""By a word of the question; any other question gets the answer with sources."""

XSS = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "\"><iframe srcdoc='<script>parent.hit=1</script>'>",
    "'-window.hit=1-'",
    "${window.hit=1}{{constructor.constructor('window.hit=1')()}}",
    "</textarea><script>window.hit=1</script>",
    "<a href=javascript:window.hit=1>x</a>",
    "<style>*{background:url(//evil.example/x)}</style>",
    "\u202e<b onmouseover=window.hit=1>\u0000",
)
XSS_URLS = (
    "javascript:window.hit=1",
    "JaVaScRiPt:window.hit=1",
    " javascript:window.hit=1",
    "data:text/html,<script>window.hit=1</script>",
    "vbscript:window.hit=1",
    "//evil.example/x",
    "http://evil.example/x",
    'https://good.example/"onclick="window.hit=1',
    "\tjavascript:window.hit=1",
    "blob:https://good.example/1",
)


def make_attack(payload: str, url: str) -> Json:
    """Every text of an answer is the payload."""
    source = {**SOURCES[0], "url": url} | dict.fromkeys(
        ("title", "publisher", "section", "quote", "published", "as_of", "evidence"), payload
    )
    return make_answer(
        text=f"{payload} [1]\n\n{payload}",
        sentences=[{"text": payload, "citations": ["k1"]}],
        citations=[source],
        notices=[{"id": payload, "text": payload}],
        suggestions=[payload],
        as_of=payload,
    )
