"""Dense, lexical, rank fusion and the hybrid that ships on a judged collection in BEIR's form, with the ratio to BM25.

    python benchmarks/retrieval.py [DIR]

Collections are not part of the project: https://github.com/beir-cellar/beir names them and their licences.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    if len(sys.argv) < 2:
        print(
            "skipped: no collection given. Run: make bench BEIR=DIR, a folder with corpus.jsonl, queries*.jsonl, qrels/"
        )
        return 0
    from isletbot.settings import load_settings
    from isletbot.wiring.evaluation import run_retrieval

    figures = run_retrieval(load_settings(), Path(sys.argv[1]))
    names = tuple(figures["hybrid"])
    print(f"{'':<14}{''.join(f'{name:>16}' for name in names)}{'ratio to BM25':>16}")
    for search, row in figures.items():
        ratio = row["ndcg_at_10"] / figures["lexical"]["ndcg_at_10"]
        print(f"{search:<14}{''.join(f'{row[name]:>16.4f}' for name in names)}{ratio:>16.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
