"""Which process runs which tests, where `make test` runs them in several."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

CLUSTER = "tests/cluster"
"""Its files share one cluster, which is long to start."""
_SLOW = ("weights", "browser", "faults")
"""Marks of tests that wait for models, pages and servers."""


class FilesTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Gives the tests of a file to one process, so that what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return CLUSTER if nodeid.startswith(f"{CLUSTER}/") else nodeid.partition("::")[0]


def put_slow_files_first(items: list[pytest.Item]) -> None:
    """No process is left alone at the end with a file that takes a minute."""
    slow = {item.path for item in items if any(mark.name in _SLOW for mark in item.iter_markers())}
    items.sort(key=lambda item: item.path not in slow)
