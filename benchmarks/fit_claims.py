"""Fit the head of `evaluation/support_head.py`, and show by cross-validation what it is worth.

    python benchmarks/fit_claims.py DATA [--write]

DATA is a folder with `ragtruth/claims_dev.jsonl` and `ragtruth/spans_dev.jsonl` (RAGTruth, Niu et al. 2024, MIT),
`halueval/claims.jsonl` and `scifact/claim_pairs_train.jsonl`; what is absent is skipped, and said. Fitted on RAGTruth
alone: a sentence is unsupported when a hallucinated span lies in it, a reply when any does. Folds never share passages.
The weights of sentences and those of replies are fitted on different folds, as in stacking (Wolpert 1992).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from isletbot.answering.verification.ledger import find_objection
from isletbot.evaluation import support_head
from isletbot.evaluation.phrasing import split_sentences
from isletbot.evaluation.scores import auroc, measure_detection
from isletbot.evaluation.support import FEATURES, measure_reply
from isletbot.evaluation.support_head import (
    HEAD_FILE,
    POOLED,
    SupportEntailment,
    parse_head,
    pool_sentences,
    weigh_rows,
)

Claims = list[dict[str, Any]]

FOLDS, REPEATS = 5, 5
SENTENCE_PENALTY, REPLY_PENALTY = 10.0, 3.0
"""L2 on standardised features. From 5 to 40 the first moves AUROC by 0.005, less than another draw of the folds."""
PREVALENCE = 0.19
"""Share of unsupported replies the threshold is chosen for: that of RAGTruth's test. The dev file has 0.37."""
OUT = Path(support_head.__file__).with_name(HEAD_FILE)


class Reply(NamedTuple):
    rows: np.ndarray
    """A row a sentence."""
    spans: np.ndarray
    """Whether a hallucinated span lies in the sentence."""
    unsupported: bool
    passages: int
    """Replies with the same number were written from the same passages."""
    task: str


def read(path: Path) -> Claims:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def read_replies(folder: Path) -> list[Reply]:
    groups: dict[tuple[str, ...], int] = {}
    replies = []
    for claim, marked in zip(read(folder / "claims_dev.jsonl"), read(folder / "spans_dev.jsonl"), strict=True):
        assert claim["claim"] == marked["response"]
        passages = tuple(claim["passages"])
        group = groups.setdefault(passages, len(groups))
        spans = mark_sentences(claim["claim"], marked["spans"])
        rows = measure_reply(claim["claim"], passages)
        replies.append(Reply(rows, spans, claim["label"] == "unsupported", group, claim["task"]))
    return replies


def mark_sentences(text: str, spans: Sequence[dict[str, Any]]) -> np.ndarray:
    """Whether a letter or digit of a span lies in each sentence."""
    marked, at = [], 0
    for sentence in split_sentences(text):
        start = text.index(sentence, at)
        at = start + len(sentence)
        inside = (text[max(start, span["start"]) : min(at, span["end"])] for span in spans)
        marked.append(any(character.isalnum() for part in inside for character in part))
    return np.array(marked, dtype=float)


def fit_logistic(rows: np.ndarray, labels: np.ndarray, penalty: float) -> np.ndarray:
    """Weights and bias (last) for rows as they are, by Newton's method over standardised ones."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    x = np.c_[(rows - mean) / spread, np.ones(len(rows))]
    ridge = np.diag([*[penalty] * rows.shape[1], 1e-6])
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge
        weights -= np.linalg.solve(hessian, x.T @ (p - labels) + ridge @ weights)
    scaled = weights[:-1] / spread
    return np.r_[scaled, weights[-1] - scaled @ mean]


def deal_folds(replies: Sequence[Reply], seed: int) -> np.ndarray:
    """A fold for each reply: replies to the same passages together, tasks and shares of unsupported ones spread."""
    rng = np.random.default_rng(seed)
    groups = sorted({reply.passages for reply in replies})
    members = {group: [reply for reply in replies if reply.passages == group] for group in groups}
    noise = dict(zip(groups, rng.random(len(groups)) / 2, strict=True))
    groups.sort(key=lambda g: (members[g][0].task, sum(reply.unsupported for reply in members[g]) + noise[g]))
    fold = {}
    for start in range(0, len(groups), FOLDS):
        fold.update(zip(groups[start : start + FOLDS], rng.permutation(FOLDS), strict=False))
    return np.array([fold[reply.passages] for reply in replies])


def fit_head(replies: Sequence[Reply]) -> tuple[np.ndarray, np.ndarray]:
    """Weights over sentences and over replies; the latter from sentences that the former did not see."""
    folds = deal_folds(replies, seed=0)
    gathered = np.empty((len(replies), len(POOLED)))
    for fold in range(FOLDS):
        weights = fit_sentences([reply for reply, own in zip(replies, folds, strict=True) if own != fold])
        for place in np.flatnonzero(folds == fold):
            gathered[place] = pool_sentences(weigh_rows(replies[place].rows, weights))
    labels = np.array([reply.unsupported for reply in replies], dtype=float)
    return fit_sentences(replies), fit_logistic(gathered, labels, REPLY_PENALTY)


def fit_sentences(replies: Sequence[Reply]) -> np.ndarray:
    rows = np.concatenate([reply.rows for reply in replies])
    return fit_logistic(rows, np.concatenate([reply.spans for reply in replies]), SENTENCE_PENALTY)


def score(replies: Sequence[Reply], sentence: np.ndarray, reply: np.ndarray) -> np.ndarray:
    """0..1, how far each is supported."""
    odds = weigh_rows(np.array([pool_sentences(weigh_rows(one.rows, sentence)) for one in replies]), reply)
    return 1 / (1 + np.exp(odds))


def best_threshold(scores: np.ndarray, unsupported: np.ndarray, prevalence: float) -> tuple[float, float]:
    """The score below which F1 of unsupported is best were their share `prevalence`, and that F1."""
    found = unsupported.mean()
    weight = np.where(unsupported, prevalence / found, (1 - prevalence) / (1 - found))
    order = np.argsort(scores)
    hits, taken = np.cumsum((weight * unsupported)[order]), np.cumsum(weight[order])
    f1 = 2 * hits / (taken + prevalence * len(scores))
    best = int(np.argmax(f1))
    return float(scores[order][best : best + 2].mean()), float(f1[best])


def cross_validate(replies: Sequence[Reply]) -> dict[str, float]:
    """Figures of replies scored by a head that saw none of their passages; means over draws of the folds."""
    unsupported = np.array([reply.unsupported for reply in replies])
    qa = np.array([reply.task == "QA" for reply in replies])
    draws: list[dict[str, float]] = []
    for seed in range(1, REPEATS + 1):
        folds, scores = deal_folds(replies, seed), np.empty(len(replies))
        spread = []
        for fold in range(FOLDS):
            head = fit_head([one for one, own in zip(replies, folds, strict=True) if own != fold])
            scores[folds == fold] = score([one for one, own in zip(replies, folds, strict=True) if own == fold], *head)
            here = (folds == fold) & qa
            spread.append(auroc(list(-scores[here]), list(unsupported[here])))
        least, f1_test = best_threshold(scores[qa], unsupported[qa], PREVALENCE)
        draws.append(
            {
                "qa_auroc": auroc(list(-scores[qa]), list(unsupported[qa])),
                "qa_auroc_between_folds_sd": float(np.std(spread)),
                "qa_f1": best_threshold(scores[qa], unsupported[qa], float(unsupported[qa].mean()))[1],
                f"qa_f1_at_{PREVALENCE:.0%}": f1_test,
                "least": least,
                "qa_and_summary_auroc": auroc(list(-scores), list(unsupported)),
            }
        )
    return {name: float(np.mean([draw[name] for draw in draws])) for name in draws[0]} | {
        "qa_auroc_between_draws_sd": float(np.std([draw["qa_auroc"] for draw in draws]))
    }


def choose_alone(sets: Sequence[Claims], sentence: np.ndarray, reply: np.ndarray) -> float:
    """The threshold for single claims that no objection of the ledger has settled; 0.5 without a set to choose on."""
    best = []
    for claims in sets:
        open_ones = [claim for claim in claims if not find_objection(claim["claim"], claim["passages"])]
        rows = [measure_reply(claim["claim"], claim["passages"]) for claim in open_ones]
        scores = 1 / (
            1 + np.exp(weigh_rows(np.array([pool_sentences(weigh_rows(one, sentence)) for one in rows]), reply))
        )
        unsupported = np.array([claim["label"] == "unsupported" for claim in open_ones])
        best.append(best_threshold(scores, unsupported, 0.5)[0])
    return float(np.mean(best)) if best else 0.5


def describe(replies: Sequence[Reply], figures: dict[str, float], sets: Sequence[Claims]) -> dict[str, Any]:
    sentence, reply = fit_head(replies)
    least_alone = choose_alone(sets, sentence, reply)
    return {
        "about": "Weights of evaluation/support_head.py. Made by a program; change that, not this.",
        "made_by": "python benchmarks/fit_claims.py DATA --write",
        "made_on": date.today().isoformat(),
        "versions": {"numpy": np.__version__, "python": sys.version.split()[0]},
        "trained_on": {
            "name": "RAGTruth (Niu et al. 2024), development half: QA and Summary",
            "licence": "MIT",
            "replies": len(replies),
            "sentences": sum(len(one.rows) for one in replies),
            "unsupported_sentences": int(sum(one.spans.sum() for one in replies)),
        },
        "embedding_weights": "none: words only",
        "cross_validation": {name: round(value, 4) for name, value in figures.items() if name != "least"},
        "least_chosen_for": f"best F1 of unsupported were {PREVALENCE:.0%} of the replies unsupported, on QA",
        "least": round(figures["least"], 4),
        "least_alone_chosen_for": "best F1 of unsupported on HaluEval and SciFact, half of each unsupported",
        "least_alone": round(least_alone, 4),
        "sentence": dict(zip((*FEATURES, "bias"), np.round(sentence, 4).tolist(), strict=True)),
        "reply": dict(zip((*POOLED, "bias"), np.round(reply, 4).tolist(), strict=True)),
    }


def measure_elsewhere(name: str, claims: Claims, entailment: SupportEntailment) -> None:
    """What the head makes of a set that its weights never saw; one threshold was chosen on it."""
    start = time.perf_counter()
    judged = [entailment.judge(claim["claim"], claim["passages"]) for claim in claims]
    each = (time.perf_counter() - start) / len(claims) * 1000
    unsupported = [claim["label"] == "unsupported" for claim in claims]
    found = measure_detection([one.outcome != "supported" for one in judged], unsupported)
    print(
        f"{name}: AUROC {auroc([-one.score for one in judged], unsupported):.3f}, F1 {found.f1:.3f}, balanced accuracy "
        f"{found.balanced_accuracy:.3f} of {len(claims)} claims, {each:.1f} ms each"
    )


def read_elsewhere(data: Path) -> dict[str, Claims]:
    found = {}
    for name in ("halueval/claims.jsonl", "scifact/claim_pairs_train.jsonl"):
        if (data / name).is_file():
            found[name] = read(data / name)
        else:
            print(f"skipped: {data / name} is not there")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {HEAD_FILE}")
    arguments = parser.parse_args()
    folder = arguments.data / "ragtruth"
    if not folder.is_dir():
        print(f"skipped: {folder} is not there")
        return 0
    start = time.perf_counter()
    replies = read_replies(folder)
    print(f"{len(replies)} replies, {(time.perf_counter() - start) / len(replies) * 1000:.1f} ms each to measure")
    figures = cross_validate(replies)
    for name, value in figures.items():
        print(f"{name:28} {value:.3f}")
    elsewhere = read_elsewhere(arguments.data)
    head = json.dumps(describe(replies, figures, tuple(elsewhere.values())), indent=1) + "\n"
    if arguments.write:
        OUT.write_text(head, encoding="utf-8")
    for name, claims in elsewhere.items():
        measure_elsewhere(name, claims, SupportEntailment(parse_head(head)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
