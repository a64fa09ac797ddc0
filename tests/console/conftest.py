from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.people import Workplace, a_workplace


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    workplace = a_workplace(tmp_path)
    yield workplace
    workplace.records.close()
