import math
import random

import pytest

from isletbot.evaluation.intervals import bootstrap_interval, mcnemar_exact, quantile, wilson_interval
from isletbot.evaluation.scores import (
    auroc,
    best_f1_below,
    measure_detection,
    ndcg,
    reading_grade,
    recall,
    reciprocal_rank,
)


def test_wilson_gives_the_textbook_interval() -> None:
    found = wilson_interval(81, 263)  # Newcombe 1998, table I
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert wilson_interval(0, 20).low == 0.0
    assert round(wilson_interval(0, 20).high, 4) == 0.1611
    assert wilson_interval(20, 20).high == 1.0
    assert wilson_interval(0, 0).high == 1.0


def test_bootstrap_is_the_same_every_time_and_holds_the_mean() -> None:
    values = [1.0, 2.0, 3.0, 4.0, 100.0]
    found = bootstrap_interval(values, lambda some: sum(some) / len(some))
    assert found == bootstrap_interval(values, lambda some: sum(some) / len(some))
    assert found.low < 22 < found.high


def test_mcnemar_is_the_exact_binomial_test() -> None:
    assert mcnemar_exact(0, 0) == 1.0
    assert mcnemar_exact(5, 5) == 1.0
    assert mcnemar_exact(0, 5) == pytest.approx(0.0625)
    assert mcnemar_exact(2, 10) == pytest.approx(0.0385742, abs=1e-6)


def test_quantiles_are_interpolated() -> None:
    assert quantile([4, 1, 3, 2], 0.5) == 2.5
    assert quantile([7], 0.95) == 7


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    draw = random.Random(1)
    scores = [draw.randrange(6) / 5 for _ in range(60)]
    positive = [draw.random() < 0.4 for _ in scores]
    pairs = [
        (p, n)
        for p, is_p in zip(scores, positive, strict=True)
        if is_p
        for n, is_n in zip(scores, positive, strict=True)
        if not is_n
    ]
    assert auroc(scores, positive) == pytest.approx(sum((p > n) + (p == n) / 2 for p, n in pairs) / len(pairs))
    assert auroc([1.0], [True]) == 0.5


def test_detection_counts_as_defined() -> None:
    found = measure_detection([True, True, False, False, True], [True, False, True, False, True])
    assert (found.precision, found.recall, found.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert found.balanced_accuracy == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert measure_detection([False], [True]).f1 == 0.0


def test_the_best_threshold_is_the_best_one() -> None:
    scores, unanswerable = [0.1, 0.2, 0.2, 0.6, 0.9], [True, True, False, True, False]
    threshold, best = best_f1_below(scores, unanswerable)
    by_hand = {cut: measure_detection([s < cut for s in scores], unanswerable).f1 for cut in (0.15, 0.3, 0.7, 1.0)}
    assert best == pytest.approx(max(by_hand.values()))
    assert measure_detection([s < threshold for s in scores], unanswerable).f1 == pytest.approx(best)


def test_reading_grade_follows_the_formula() -> None:
    assert reading_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert reading_grade("Immunosuppression necessitates hospitalisation.") > 20
    assert reading_grade("12, 83 %") == 0.0


def test_retrieval_scores_agree_with_ir_measures() -> None:
    ir_measures = pytest.importorskip("ir_measures", reason="the dev extra is not installed")
    draw = random.Random(2)
    documents = [f"d{number}" for number in range(40)]
    judged = {document: draw.choice([0, 0, 1, 2]) for document in documents[:20]}
    ranking = draw.sample(documents, 30)
    qrels = [ir_measures.Qrel("q", document, grade) for document, grade in judged.items()]
    run = [ir_measures.ScoredDoc("q", document, -place) for place, document in enumerate(ranking)]
    measures = [ir_measures.nDCG @ 10, ir_measures.R @ 10, ir_measures.RR @ 10]
    theirs = ir_measures.calc_aggregate(measures, qrels, run)
    ours = (ndcg(ranking, judged, 10), recall(ranking, judged, 10), reciprocal_rank(ranking, judged, 10))
    assert ours == pytest.approx([theirs[measure] for measure in measures])
    assert not any(map(math.isnan, ours))
