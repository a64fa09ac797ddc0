"""Fit the weights of `answering/composers/approved.py`, and show what its thresholds let through.

    python benchmarks/fit_approved.py

Fitted on the ways of asking for the approved answers, each held out in turn: which answer is meant by it? Measured on
cases that no answer was written from: the single questions of `gold`, `gold_fresh` and `stability`, and `not_in_corpus`
as near misses. A match is right when the answer says every fact its case asks for; any match of a near miss is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from isletbot.answering.composers.approved import NEAR, SAID, SURE, TOLD, WEIGHTS, ApprovedComposer, Match, Nearness
from isletbot.answering.condense import condense_question
from isletbot.answering.graph import Line
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.retrieve import find_answers, retrieve_evidence
from isletbot.evaluation.cases import Case, read_suite
from isletbot.evaluation.replies import normalise
from isletbot.settings import load_settings
from isletbot.storage.answers import AnswerSearch
from isletbot.types import Evidence, Question
from isletbot.wiring import check_corpus, make_line

EVALS = Path(__file__).resolve().parents[1] / "evals"
SUITES = ("gold", "gold_fresh", "stability", "not_in_corpus")
PENALTY = 0.001
"""L2 of the fit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A way of asking, and the answers that come into question for it."""

    meant: int
    """Place of its own answer among them; -1 when that is not one of them."""
    nearness: np.ndarray


def find_evidence(line: Line, text: str) -> Evidence:
    query = condense_question(Question(text), line.lexicon)
    found = retrieve_evidence(query, line.index, line.embeddings, line.retrieval)
    return find_answers(found, line.answers, line.index, line.embeddings, line.clock.today())


def hold_out(line: Line, composer: ApprovedComposer) -> Iterator[Choice]:
    """Each way of asking, put to the answers without it."""
    quotes, answers = QuotesComposer(line.lexicon), check_corpus(load_settings()).answers
    vectors = [line.embeddings.embed(answer.asks) for answer in answers]
    for place, answer in enumerate(answers):
        for row, ask in enumerate(answer.asks):
            asks = [*answer.asks[:row], *answer.asks[row + 1 :]]
            others = [*answers[:place], replace(answer, asks=tuple(asks)), *answers[place + 1 :]]
            kept = [*vectors[:place], np.delete(vectors[place], row, axis=0), *vectors[place + 1 :]]
            evidence = find_evidence(replace(line, answers=AnswerSearch(others, np.concatenate(kept))), ask)
            picked = quotes.pick(evidence.found[0], ())
            weighed = composer.compare(evidence.found[0], evidence, (), picked)
            if len(evidence.found) == 1 and weighed:
                names = [near.answer.id for near, _ in weighed]
                meant = names.index(answer.id) if answer.id in names else -1
                yield Choice(meant, np.asarray([nearness for _, nearness in weighed]))


def fit_weights(choices: Sequence[Choice]) -> np.ndarray:
    """Multinomial logistic regression by gradient ascent: the answer meant among those that come into question."""
    known = [choice for choice in choices if choice.meant >= 0]
    weights = np.asarray(WEIGHTS, dtype=float)
    for _ in range(2000):
        gradient = -2 * PENALTY * weights
        for choice in known:
            share = softmax(choice.nearness @ weights)
            gradient += (choice.nearness[choice.meant] - share @ choice.nearness) / len(known)
        weights = weights + 5 * gradient
    return weights


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def grade_matches(line: Line, composer: ApprovedComposer) -> Iterator[tuple[Match, bool]]:
    """For every case of one question the answer most likely meant, and whether it is right."""
    for suite in SUITES:
        for case in read_suite(EVALS / f"{suite}.jsonl").cases:
            evidence = find_evidence(line, case.turns[0])
            if len(case.turns) > 1 or len(evidence.found) > 1:
                continue
            match = composer.match(evidence.found[0], evidence, ())
            if match is not None:
                yield match, is_right(case, " ".join(sentence.text for sentence in match.answer.sentences))


def is_right(case: Case, said: str) -> bool:
    text = normalise(said)
    told = all(any(pattern.search(text) for pattern in fact.patterns) for fact in case.must)
    wrong = any(pattern.search(text) for error in case.must_not for pattern in error.patterns)
    return "answered" in case.kinds and told and not wrong


def main() -> int:
    line = make_line(load_settings())
    composer = line.composers[0]
    assert isinstance(composer, ApprovedComposer)
    choices = list(hold_out(line, composer))
    weights = fit_weights(choices)
    right = [choice.meant == int(np.argmax(choice.nearness @ np.asarray(WEIGHTS))) for choice in choices]
    print(f"weights of {', '.join(Nearness._fields)}: {np.round(weights, 1)}, shipped {WEIGHTS}")
    print(f"{len(choices)} held-out ways of asking: {np.mean(right):.1%} mean their own answer first\n")
    graded = list(grade_matches(line, composer))
    print(
        f"shipped: near {NEAR}, sure {SURE}, told {TOLD}, said {SAID}\n\n near  sure  told  matched  right  precision"
    )
    for near in (0.55, 0.6, 0.65, 0.7):
        for sure in (0.3, 0.5):
            for told in (0.3, 0.4, 0.5):
                least = np.asarray([near, sure, told, SAID])
                kept = [
                    ok for m, ok in graded if (np.asarray([m.nearest, m.confidence, m.told, m.said]) >= least).all()
                ]
                print(f"{near:5} {sure:5} {told:5} {len(kept):8} {sum(kept):6} {np.mean(kept):10.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
