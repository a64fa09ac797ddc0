"""No file of the server may grow any more, as on a full disk; then there is room again."""

from __future__ import annotations

import resource
import time

import pytest

from tests.cluster.dependencies import wait_for
from tests.faults.serving import CALM, READY_SECONDS, ServerProcess, asking, check_refusals

pytestmark = [pytest.mark.faults, pytest.mark.weights]
BREAK_SECONDS = 2
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
def test_with_a_full_disk_emergencies_are_answered_and_nothing_acknowledged_is_lost(server: ServerProcess) -> None:
    with asking(server) as asked:
        # The hard limit stays, so that it may be lifted again.
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, UNLIMITED[1]))
        full = wait_for(lambda: bool(asked.refused), "refused", READY_SECONDS)
        before = len(asked.urgent_seconds)
        time.sleep(BREAK_SECONDS)
        assert len(asked.urgent_seconds) > before, f"urgent messages stopped after {full:.1f} seconds"
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, UNLIMITED)
        wait_for(lambda: server.ask(CALM).status_code == 200, "answers again", READY_SECONDS)
        assert server.status("/readyz") == 200
    check_refusals(asked)
    assert asked.broken == []
    calm = server.kept("SELECT id FROM answers WHERE kind != 'urgent'")
    assert asked.calm
    assert asked.calm <= calm
    assert asked.rated <= server.kept("SELECT answer_id FROM feedback") & calm
    assert "SIGXFSZ" not in server.log
