"""Written by `python benchmarks/fit_answerability.py DATA --write` on 2026-11-20.

The alignment's from
- SQuAD 2.0, CC BY-SA 4.0: sha256 231ca3a97472b88a7292fda067f61231e272ee64185299cde52385018c431b36
- CLAPnq, Apache-2.0: sha256 fd4979e799660e4788feb467236716f1a608f1c21825fd376fe611a5f6ac7656

The standing's from our own evals/gold.jsonl, evals/not_in_corpus.jsonl.
"""

ALIGNMENT_WEIGHTS = (
    7.380,  # near
    0.535,  # covered
    -3.502,  # denied
    -0.314,  # swapped
    -0.777,  # opposed
    -0.657,  # unnamed
    3.304,  # prose
    -0.860,  # lacking
)
ALIGNMENT_BIAS = -5.351
STANDING_WEIGHTS = (
    -0.148,  # near
    5.722,  # found
    2.094,  # told
    0.392,  # stated
    1.247,  # kind
)
STANDING_BIAS = -7.915
SHARE = 0.15
"""Of the alignment beside the standing."""
