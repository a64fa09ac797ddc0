from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from filelock import FileLock

from isletbot.inference.adapter import Adapter
from isletbot.inference.weights import find_weights
from tests.exporting import export_models
from tests.inference.adapters import an_adapter, find_base


@pytest.fixture(scope="session")
def small_adapter(tmp_path_factory: pytest.TempPathFactory) -> Adapter:
    """The same bytes in every run, so that its weights are exported once."""
    return an_adapter(tmp_path_factory.mktemp("small-adapter"))


@pytest.fixture(scope="session")
def small_weights(small_adapter: Adapter, test_cache: Path) -> Path:
    """The base with one changed weight, exported; needs no trained model."""
    with FileLock(test_cache / ".exported.lock"):
        found = find_weights(test_cache / "weights", small_adapter.sha256)
        if found is None:
            if importlib.util.find_spec("sentence_transformers") is None:
                pytest.skip("the weights are not exported here and the index extra is not installed")
            find_base()
            export_models(test_cache / "weights", small_adapter.path.parent, "reader")
            found = find_weights(test_cache / "weights", small_adapter.sha256)
    assert found is not None
    return found
