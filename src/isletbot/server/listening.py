"""How uvicorn runs an app of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn


def configure_server(app: Any) -> uvicorn.Config:
    """Returns the one configuration of every server.

    Its own access log would hold queries, its own proxy headers would trust this machine, and there are no sockets. Of
    its two parsers only h11 ends a stream to an HTTP/1.0 client by closing; the other sends chunks it cannot read.
    """
    import uvicorn

    return uvicorn.Config(
        app, http="h11", log_config=None, access_log=False, proxy_headers=False, ws="none", server_header=False
    )
