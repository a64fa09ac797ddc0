"""Make false claims of true ones: of `evals/claims/paraphrases.jsonl` and the corpus as it is now.

    python benchmarks/mutate_claims.py OUT

Every claim differs from a true one in one thing, named in `detail`: number, unit, group, negation, entity, direction,
order, hedge, or the passage it cites. The same claims every time.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from isletbot.answering.text import NUMBER_WORDS, stem, tokenise
from isletbot.answering.verification.plain_vocabulary import GENERIC
from isletbot.ingestion.load import load_corpus

ROOT = Path(__file__).resolve().parents[1]
TRUE = ROOT / "evals" / "claims" / "paraphrases.jsonl"
SWAPS = {
    "unit": """
        mg/dL>mmol/L; mmol/L>mg/dL; days>weeks; day>week; months>weeks; years>months; year>month;
        million>thousand; million>billion; %>percentage points; percentage point>per cent; 4-hour>4-day;
        hours>days; cells>drugs
    """,
    "group": """
        full dose>half dose; half dose>full dose; full-dose>half-dose; part A>part B; part C>part A; parts B and
        C>parts A and B; type 1>type 2; adults>children; patients>mice; people>mice; donor>patient;
        high-risk>low-risk; Part C>Part A; Part A>Part C
    """,
    "entity": """
        Vertex>Novo Nordisk; FDA>EMA; clinic article>Knowridge report; Knowridge report>clinic article; New
        England Journal of Medicine>Lancet; Toronto>Boston; portal vein>hepatic artery; liver>spleen;
        pancreas>kidney; neutropenia>anaemia; meningitis>pneumonia; dementia>stroke; glucagon>insulin;
        insulin>metformin; stem cells>pigs; zimislecel>Lantidra; Zimislecel>Lantidra; islet>skin;
        HbA1c>cholesterol; C-peptide>cortisol; FORWARD>REVERSE; Reichman>Smith; Rickels>Jones; Canada>Japan;
        Germany>Spain; Europe>Africa; October>November; June>May; March>April; September>August; July>January;
        NIDDK>WHO; ClinicalTrials.gov>PubMed; immune system>nervous system; beta cells>alpha cells;
        seizure>fever; Knowridge>Reuters; donor organs>blood donors; neutropenia>diarrhoea; cord blood>bone
        marrow; steroids>antibiotics; meal test>sleep test; Saudi Arabia>Brazil; Oxford>Leeds; Edmonton>Calgary;
        Dresden>Munich
    """,
    "direction": """
        below>above; under>over; less than>more than; more than>less than; lower>higher; fell>rose;
        weaker>stronger; before>after; early>late; small>large; short>long; mild>severe; rare>common;
        often>rarely; most>few; Most>Few; more>fewer; bigger>smaller; larger>smaller; safe>dangerous;
        dangerous>harmless; prevent>cause; destroys>protects; destroyed>protected; kills>protects;
        restore>destroy; bring back>take away; reduce>increase; lower the need>raise the need; stop>start;
        with>without; all>half of the; All>Half of the; none of>most of; None of>Most of; hard>easy;
        scarce>plentiful; serious>minor; misleading>accurate; illegally>legally; for life>for a month; at
        least>at most; better>worse; severe>mild; increased>decreased; widely>rarely; last>middle;
        strongest>weakest; approved>rejected; natural>artificial; unrelated>related; foreign>own; real>false;
        went below>went above; drop>rise; drops>rises; started>ended; began>ended; recruiting>closed;
        excellent>poor; within>after; first>fifth
    """,
    "hedge": """
        may be>is; could lower>lowers; could reduce>reduces; could potentially replace>replaces; has the
        potential to replace>replaces; support the hypothesis>prove; hopes that>says that; may not>will not; can
        restore>restores; may one day>will soon; voices a hope, not a finding:>reports a finding:; plans to>did;
        judged>proved; should not>did not; is aimed>is approved; often needs>always needs; often need>always
        need; sometimes>always; some>all; Some>All; most>all; Most>All; Many>All; many>all; not yet>no longer
    """,
    "negation": """
        did not>did; does not>does; do not>do; is not>is; are not>are; was not>was; were not>were; don't>do;
        can't>can; No >Some ; no >some ; none of>all of; None of>All of; had no>had a; without>with; not a >a ;
        never>always; nobody>everybody; Nobody>Everybody; not >; no one>everyone; without>only with
    """,
}
TOLD_TWICE = {
    "journal-2026#twelve-full-dose~1",
    "journal-2026#hba1c-below-7~1",
    "trial-record-2026#status~1",
    "trial-record-2026#no-results~1",
}
"""True claims that other statements say too: with another passage they stay true."""
INSERT = re.compile(r"\b(is|are|was|were|can|could|had|has|have|may|need|needed|says|got|used|died)\b")
DENIED = {
    "is": "is not",
    "are": "are not",
    "was": "was not",
    "were": "were not",
    "can": "cannot",
    "could": "could not",
    "had": "had not",
    "has": "has not",
    "have": "have not",
    "may": "may not",
    "need": "do not need",
    "needed": "did not need",
    "got": "did not get",
    "used": "did not use",
    "died": "did not die",
}
NUMBER = re.compile(
    r"(?<![\w.-])\d+(?:\.\d+)?(?![\w.]*-\d|[\w/])|\b(?:" + "|".join(NUMBER_WORDS) + r")\b", re.IGNORECASE
)
WORDS = {value: word for word, value in NUMBER_WORDS.items()}


def mutate(claim: str) -> Iterator[tuple[str, str]]:
    """(what differs, the false claim)."""
    yield from change_numbers(claim)
    for kind, rules in SWAPS.items():
        for rule in rules.split(";"):
            old, new = " ".join(rule.split()).split(">")
            pattern = rf"(?<!\w){re.escape(old.strip())}(?!\w)"
            for place, found in enumerate(re.finditer(pattern, claim)):
                if place < 2 and new.strip().lower() not in claim.lower().replace(old.strip().lower(), ""):
                    changed = claim[: found.start()] + new.strip() + claim[found.end() :]
                    yield kind, re.sub(r"\s{2,}", " ", changed)
    for found in list(INSERT.finditer(claim))[:2]:
        if found.group() in DENIED and not re.match(r"\s+(?:not|no|never|nothing)\b", claim[found.end() :]):
            yield "negation", claim[: found.start()] + DENIED[found.group()] + claim[found.end() :]


def change_numbers(claim: str) -> Iterator[tuple[str, str]]:
    found = list(NUMBER.finditer(claim))
    for match in found[:6]:
        said = match.group()
        value = NUMBER_WORDS.get(said.lower(), said)
        other = f"{float(value) + 0.7:.1f}" if "." in value else str(int(value) + (1 if int(value) < 5 else 3))
        if said.lower() in NUMBER_WORDS:
            other = WORDS.get(other, other)
        if value != "1":
            yield "number", claim[: match.start()] + other + claim[match.end() :]
    for one, two in pairwise(found):
        a, b = (NUMBER_WORDS.get(match.group().lower(), match.group()) for match in (one, two))
        if a != b and not re.search(r"\bor\b|,", claim[one.end() : two.start()]):
            yield "order", claim[: one.start()] + b + claim[one.end() : two.start()] + a + claim[two.end() :]


def content(text: str) -> frozenset[str]:
    return frozenset(stem(token) for token in tokenise(text) if token not in GENERIC)


def make_false_claims() -> list[dict[str, object]]:
    """Rows in the form of `isletbot eval claims`, and `detail`."""
    texts = [passage.text for passage in load_corpus(ROOT / "corpus").passages]
    rows = [json.loads(line) for line in TRUE.read_text("utf-8").splitlines()]
    made: dict[tuple[str, str], dict[str, object]] = {}
    for row in rows:
        passage = row["passages"][0]
        for base in (row["claim"], passage):
            for kind, claim in mutate(base):
                if claim not in (row["claim"], passage):
                    made.setdefault((claim, passage), {"claim": claim, "passages": [passage], "detail": kind})
        mine = content(row["claim"])
        near = sorted(texts, key=lambda text: -len(mine & content(text)) / len(mine | content(text)))
        for other in near[5:9]:
            if other != passage and row["id"] not in TOLD_TWICE and not mine <= content(other):
                made[row["claim"], other] = {"claim": row["claim"], "passages": [other], "detail": "passage"}
    return [{"id": f"m{place:04}", **row, "label": "unsupported"} for place, row in enumerate(made.values(), 1)]


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    rows = make_false_claims()
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} false claims in {sys.argv[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
