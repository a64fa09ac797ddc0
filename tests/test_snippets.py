"""The examples that people copy from the pages: each block under `<!-- executed -->` is run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from isletbot.settings import load_settings
from isletbot.wiring import make_app
from isletbot.wiring.agents import make_mcp_app
from tests.server.live import serve_live

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
BLOCK = re.compile(r"<!-- executed -->\n```(bash|python)\n(.*?)```", re.DOTALL)
BLOCKS = [found for page in PAGES for found in BLOCK.findall(page.read_text(encoding="utf-8"))]
RUN = {"bash": ["bash", "-euc"], "python": [sys.executable, "-c"]}
SOURCE = "https://doi.org/10.1056/NEJMoa2506549"


@pytest.fixture(scope="module")
def records_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('records')}/records.sqlite"


@pytest.fixture(scope="module")
def servers(built: Path, records_url: str) -> Iterator[dict[str, str]]:
    """What the pages call localhost:8000 and localhost:8001."""
    settings = load_settings(data_dir=built, records_url=records_url)
    with serve_live(make_app(settings)) as api, serve_live(make_mcp_app(settings, "127.0.0.1")) as agents:
        yield {"http://localhost:8000": api, "http://localhost:8001": agents}


@pytest.mark.weights
@pytest.mark.parametrize(("language", "text"), BLOCKS, ids=[text.strip().partition("\n")[0] for _, text in BLOCKS])
def test_an_example_does_what_the_page_says(
    servers: dict[str, str], test_cache: Path, records_url: str, language: str, text: str
) -> None:
    for written, served in servers.items():
        text = text.replace(written, served)
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "ISLETBOT_DATA_DIR": str(test_cache),
        "ISLETBOT_RECORDS_URL": records_url,
    }
    done = subprocess.run(
        [*RUN[language], text], env={**os.environ, **own}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "10 (83%)" in done.stdout
    assert SOURCE in done.stdout
    assert '"error"' not in done.stdout


def test_every_way_in_has_an_example_that_is_run() -> None:
    texts = "\n".join(text for _, text in BLOCKS)
    assert all(name in texts for name in ("curl", "OpenAI(", "ChatOpenAI(", "StdioServerParameters(", "/mcp"))
