"""Fit the weights of `answering/answerability.py`, and show what they do to the half of the questions they never saw.

    python benchmarks/fit_answerability.py

Does a passage answer a question? Examples come from single-turn cases of `evals/gold.jsonl` that must be answered: of
the passages found, the best that says every must-say fact answers, and the two best that say none of them do not. For a
case that must not be answered, and for `evals/not_in_corpus.jsonl`, the best passage does not. Fitted on cases tagged
`dev` and every second of not_in_corpus; the others are only measured.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from isletbot.answering.answerability import Asked, Features
from isletbot.answering.condense import condense_question
from isletbot.answering.graph import Line
from isletbot.answering.quotes import CONSIDERED, rank_scored
from isletbot.answering.retrieve import retrieve_evidence
from isletbot.settings import load_settings
from isletbot.types import Question
from isletbot.wiring import make_line

EVALS = Path(__file__).resolve().parents[1] / "evals"
PENALTY = 0.3
"""L2, over the number of questions."""


class Example(NamedTuple):
    features: Features
    answers: bool
    seen: bool
    """Whether it took part in the fit."""
    best: bool
    """Whether it is the passage the question would be answered with."""


def read_cases() -> Iterator[tuple[dict[str, Any], bool]]:
    """Each single-turn case with one allowed kind, and whether the fit may see it."""
    for name in ("gold", "not_in_corpus"):
        for place, line in enumerate((EVALS / f"{name}.jsonl").read_text("utf-8").splitlines()):
            case = json.loads(line)
            if len(case["turns"]) == 1 and "two_questions" not in case["tags"] and len(case["kinds"]) == 1:
                yield case, "dev" in case["tags"] if name == "gold" else place % 2 == 0


def make_examples(line: Line, case: dict[str, Any], seen: bool) -> Iterator[Example]:
    query = condense_question(Question(case["turns"][0]), line.lexicon)
    found = retrieve_evidence(query, line.index, line.embeddings, line.retrieval).found[0]
    asked = Asked(found.part, line.lexicon)
    facts = [re.compile("|".join(fact["any"]), re.IGNORECASE) for fact in case["must"]]
    wanted = {True: 1 if case["kinds"] == ["answered"] and facts else 0, False: 2 if facts else 1}
    for place, scored in enumerate(sorted(found.passages[:CONSIDERED], key=rank_scored, reverse=True)):
        said = [bool(fact.search(scored.passage.text)) for fact in facts]
        answers = bool(said) and all(said)
        features = asked.features(scored)
        if features is not None and wanted[answers] and (answers or not any(said)):
            wanted[answers] -= 1
            yield Example(features, answers, seen, place == 0)


def fit_logistic(features: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Weights and bias (last) by Newton's method."""
    x = np.c_[features, np.ones(len(features))]
    penalty = np.diag([*[2 * PENALTY] * features.shape[1], 0.0])
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - answered) + penalty @ weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + penalty
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def main() -> int:
    line = make_line(load_settings())
    examples = [example for case, seen in read_cases() for example in make_examples(line, case, seen)]
    x = np.array([example.features for example in examples])
    y = np.array([example.answers for example in examples], dtype=float)
    seen = np.array([example.seen for example in examples])
    weights = fit_logistic(x[seen], y[seen])
    print(f"weights {np.round(weights[:-1], 2).tolist()}, bias {weights[-1]:.2f}, from {seen.sum()} examples")
    scores = 1 / (1 + np.exp(-(np.c_[x, np.ones(len(x))] @ weights)))
    for name, part in (("seen", seen), ("unseen", ~seen)):
        for threshold in (0.1, 0.2, 0.3, 0.4):
            kept, declined = scores[part & (y == 1)] >= threshold, scores[part & (y == 0)] < threshold
            print(
                f"{name:7} at {threshold}: kept {kept.mean():.3f} of {len(kept)} that answer, "
                f"declined {declined.mean():.3f} of {len(declined)} that do not"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
