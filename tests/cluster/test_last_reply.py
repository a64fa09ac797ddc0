"""The proxy alone, with nobody behind it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cluster.machines import Nginx
from tests.cluster.test_replicas import URGENT, asking
from tests.free_ports import find_port


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed: apt install nginx")
@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/completions", "/v1/handoff"])
def test_with_every_replica_away_nginx_says_whom_to_call(tmp_path: Path, path: str) -> None:
    nginx = Nginx(tmp_path / "nginx", (find_port(), find_port()))
    nginx.start()
    try:
        with nginx.open_client() as client:
            refused = client.post(path, json=asking(URGENT))
    finally:
        nginx.stop()
    assert refused.status_code == 503
    assert "call 911 or 112" in refused.json()["error"]["remedy"]
    assert refused.headers["retry-after"] == "5"
