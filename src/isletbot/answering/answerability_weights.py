"""Written by `python benchmarks/fit_answerability.py DATA --write` on 2026-11-20.

The alignment's from
- SQuAD 2.0, CC BY-SA 4.0: sha256 231ca3a97472b88a7292fda067f61231e272ee64185299cde52385018c431b36
- CLAPnq, Apache-2.0: sha256 fd4979e799660e4788feb467236716f1a608f1c21825fd376fe611a5f6ac7656

The standing's from our own evals/gold.jsonl, evals/not_in_corpus.jsonl.
"""

ALIGNMENT_WEIGHTS = (
    7.381,  # near
    0.535,  # covered
    -3.501,  # denied
    -0.314,  # swapped
    -0.776,  # opposed
    -0.657,  # unnamed
    3.301,  # prose
    -1.049,  # lacking
)
ALIGNMENT_BIAS = -5.350
STANDING_WEIGHTS = (
    -0.148,  # near
    5.722,  # found
    2.094,  # told
    0.392,  # stated
    1.238,  # kind
)
STANDING_BIAS = -7.905
SHARE = 0.15
"""Of the alignment beside the standing."""
