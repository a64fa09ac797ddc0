"""Fit `answering/answerability_weights.py`, and show what the weights do to questions they never saw.

    python benchmarks/fit_answerability.py [DATA] [--write]

Two fits, each a logistic regression.

Alignment: does a text hold the answer? From DATA/squad2/answerability.jsonl and DATA/clapnq/answerability.jsonl, both
counting the same; measured on folds that share no article (SQuAD2) and no question (CLAPnq) with what was fitted.
Without DATA the weights that ship are kept.

Standing: is a passage that the search found one that answers? From single-turn cases of `evals/gold.jsonl` that must be
answered: of the passages found, the best that says every must-say fact answers, and the two best that say none of them
do not. For a case that must not be answered, and for `evals/not_in_corpus.jsonl`, the best passage does not. Fitted,
with the alignment's share added, on cases tagged `dev` and every second of not_in_corpus; the others are only measured.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from isletbot.answering import answerability_weights as shipped
from isletbot.answering.alignment import Alignment
from isletbot.answering.answerability import Asked, Standing
from isletbot.answering.condense import condense_question
from isletbot.answering.graph import Line
from isletbot.answering.composers.quotes import CONSIDERED, rank_scored
from isletbot.answering.retrieve import retrieve_evidence
from isletbot.evaluation.answerability import PassageJudge, read_askings
from isletbot.evaluation.scores import auroc
from isletbot.settings import load_settings
from isletbot.types import Question
from isletbot.wiring import make_line

ROOT = Path(__file__).resolve().parents[1]
EVALS = ROOT / "evals"
WEIGHTS = ROOT / "src" / "isletbot" / "answering" / "answerability_weights.py"
SETS = {"squad2": "SQuAD 2.0, CC BY-SA 4.0", "clapnq": "CLAPnq, Apache-2.0"}
FOLDS = 5
ALIGNMENT_PENALTY, STANDING_PENALTY = 30.0, 4.0
"""L2 of weights in standard deviations, in examples."""
SHARE = 0.15
"""Of the alignment beside the standing. Chosen on our own gold: from 0.1 to 0.25 the passages that come first are told
apart better (AUROC 0.78 without, 0.80 with), and beyond that search knows more than the text does."""


class Example(NamedTuple):
    standing: Standing
    alignment: Alignment
    answers: bool
    seen: bool
    """Whether it took part in the fit."""
    best: bool
    """Whether it is the passage the question would be answered with."""


class Fitted(NamedTuple):
    weights: np.ndarray
    bias: float

    def logits(self, features: np.ndarray) -> np.ndarray:
        return features @ self.weights + self.bias


def fit_logistic(
    features: np.ndarray, answered: np.ndarray, penalty: float, counts: np.ndarray, offset: np.ndarray
) -> Fitted:
    """By Newton's method; `counts` says how much each example counts, `offset` is added to its logit."""
    middle, spread = features.mean(axis=0), features.std(axis=0)
    x = np.c_[(features - middle) / spread, np.ones(len(features))]
    ridge = np.diag([*[penalty] * features.shape[1], 0.0])
    solved = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ solved + offset)))
        gradient = x.T @ (counts * (p - answered)) + ridge @ solved
        hessian = (x * (counts * p * (1 - p))[:, None]).T @ x + ridge
        solved -= np.linalg.solve(hessian, gradient)
    weights = solved[:-1] / spread
    return Fitted(weights, float(solved[-1] - middle @ weights))


def read_aligned(data: Path, line: Line) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """Of each set: its name, the alignments, whether each is answerable, and its fold."""
    for name in SETS:
        path = data / name / "answerability.jsonl"
        askings = read_askings(path)
        judge = PassageJudge(askings, line.embeddings, lambda *_: None)
        rows = [json.loads(text) for text in path.read_text("utf-8").splitlines()]
        groups = [row.get("title", row["question"]) for row in rows]
        places = {group: place for place, group in enumerate(sorted(set(groups)))}
        # A question with several passages would need to know which of them answers; these sets have one each.
        features = np.array([judge.align(asking)[0] for asking in askings])
        answered = np.array([asking.answerable for asking in askings], dtype=float)
        yield name, features, answered, np.array([places[group] % FOLDS for group in groups])


def fit_alignment(data: Path, line: Line) -> Fitted:
    sets = tuple(read_aligned(data, line))
    most = max(len(answered) for _, _, answered, _ in sets)

    def fit(without: int) -> Fitted:
        kept = [fold != without for _, _, _, fold in sets]
        return fit_logistic(
            np.concatenate([features[keep] for (_, features, _, _), keep in zip(sets, kept, strict=True)]),
            np.concatenate([answered[keep] for (_, _, answered, _), keep in zip(sets, kept, strict=True)]),
            ALIGNMENT_PENALTY,
            np.concatenate([np.full(keep.sum(), most / len(keep)) for keep in kept]),
            np.zeros(sum(keep.sum() for keep in kept)),
        )

    folds = [fit(fold) for fold in range(FOLDS)]
    for name, features, answered, fold in sets:
        scores = np.array([folds[number].logits(row) for row, number in zip(features, fold, strict=True)])
        near = features[:, Alignment._fields.index("near")]
        print(
            f"{name:7} {len(answered)} questions, AUROC of the folds left out {auroc(scores, answered == 1):.3f}, "
            f"of nearness alone {auroc(near, answered == 1):.3f}"
        )
    return fit(FOLDS)


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
        standing = asked.standing(scored)
        if standing is not None and wanted[answers] and (answers or not any(said)):
            wanted[answers] -= 1
            alignment = asked.align(scored.passage.text, scored.dense)
            yield Example(standing, alignment, answers, seen, place == 0)


def fit_standing(line: Line, alignment: Fitted) -> Fitted:
    examples = [example for case, seen in read_cases() for example in make_examples(line, case, seen)]
    x = np.array([example.standing for example in examples])
    y = np.array([example.answers for example in examples], dtype=float)
    offset = SHARE * (np.array([example.alignment for example in examples]) @ alignment.weights)
    seen = np.array([example.seen for example in examples])
    best = np.array([example.best for example in examples])
    fitted = fit_logistic(x[seen], y[seen], STANDING_PENALTY, np.ones(seen.sum()), offset[seen])
    scores = 1 / (1 + np.exp(-(fitted.logits(x) + offset)))
    for name, part in (("seen", seen), ("unseen", ~seen)):
        first = auroc(scores[part & best], y[part & best] == 1)
        print(f"{name:7} AUROC {auroc(scores[part], y[part] == 1):.3f}, of the passages that come first {first:.3f}")
        for threshold in (0.1, 0.2, 0.3, 0.4):
            kept, declined = scores[part & (y == 1)] >= threshold, scores[part & (y == 0)] < threshold
            print(
                f"        at {threshold}: kept {kept.mean():.3f} of {len(kept)} that answer, "
                f"declined {declined.mean():.3f} of {len(declined)} that do not"
            )
    return fitted


def write_weights(alignment: Fitted, standing: Fitted, data: Path) -> None:
    digests = {name: hashlib.sha256((data / name / "answerability.jsonl").read_bytes()).hexdigest() for name in SETS}
    provenance = "\n".join(f"- {about}: sha256 {digests[name]}" for name, about in SETS.items())
    gold = ", ".join(f"evals/{name}.jsonl" for name in ("gold", "not_in_corpus"))
    WEIGHTS.write_text(
        f'"""Written by `python benchmarks/fit_answerability.py DATA --write` on {datetime.now(UTC):%Y-%m-%d}.\n\n'
        f"The alignment's from\n{provenance}\n\nThe standing's from our own {gold}.\n"
        '"""\n\n'
        f"ALIGNMENT_WEIGHTS = (\n{_tabulate(alignment, Alignment._fields)})\n"
        f"ALIGNMENT_BIAS = {alignment.bias:.3f}\n"
        f"STANDING_WEIGHTS = (\n{_tabulate(standing, Standing._fields)})\n"
        f"STANDING_BIAS = {standing.bias:.3f}\n"
        f"SHARE = {SHARE}\n"
        '"""Of the alignment beside the standing."""\n',
        encoding="utf-8",
    )


def _tabulate(fitted: Fitted, names: tuple[str, ...]) -> str:
    return "".join(f"    {weight:.3f},  # {name}\n" for name, weight in zip(names, fitted.weights, strict=True))


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("data", nargs="?", type=Path, help="a folder with squad2/ and clapnq/")
    arguments.add_argument("--write", action="store_true", help="write the weights that ship")
    given = arguments.parse_args()
    line = make_line(load_settings())
    if given.data is None or not all((given.data / name / "answerability.jsonl").is_file() for name in SETS):
        print(
            f"The alignment is not fitted: {given.data} holds no {' and '.join(SETS)}. The weights that ship are kept."
        )
        fit_standing(line, Fitted(np.array(shipped.ALIGNMENT_WEIGHTS), shipped.ALIGNMENT_BIAS))
        return 1 if given.write else 0
    alignment = fit_alignment(given.data, line)
    standing = fit_standing(line, alignment)
    if given.write:
        write_weights(alignment, standing, given.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
