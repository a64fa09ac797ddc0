"""Runs `isletbot serve`, `mcp` and `switch`. Imports a package only when a command needs it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isletbot.errors import UserError
from isletbot.terminal.progress import show_progress

if TYPE_CHECKING:
    from isletbot.server.kill_switch import KillSwitch
    from isletbot.settings import Settings

switch_app = typer.Typer(help="The kill switch.", no_args_is_help=True, rich_markup_mode=None)


def serve(
    host: Annotated[str | None, typer.Option(help="In place of ISLETBOT_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="In place of ISLETBOT_PORT.")] = None,
) -> None:
    """Serve the page and the HTTP API; builds the index first when there is none."""
    from isletbot.settings import load_settings
    from isletbot.wiring import make_app

    settings = load_settings(**{name: value for name, value in (("host", host), ("port", port)) if value is not None})
    with _listen(settings.host, settings.port) as listening:
        web = make_app(settings, show_progress)
        if settings.metrics_port:
            _serve_metrics(settings, web.state.metrics.registry)
        typer.echo(f"isletbot at http://{settings.host}:{settings.port}, Ctrl-C ends it", err=True)
        _run_server(web, listening, settings)


def mcp(
    http: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Over HTTP; without it, over stdio.")] = None,
) -> None:
    """Serve the Model Context Protocol: tools ask, search_corpus and get_source."""
    from isletbot.server.logs import configure_logs
    from isletbot.settings import load_settings
    from isletbot.wiring.agents import make_mcp, make_mcp_app

    settings = load_settings()
    if http is None:
        configure_logs(settings.log_level)
        make_mcp(settings, show_progress).run()  # the library keeps everything but the protocol off standard output
        return
    host, _, port = http.rpartition(":")
    if not host or not port.isdigit():
        raise UserError(f"--http is {http!r}, not HOST:PORT. Give for example 127.0.0.1:8001.")
    with _listen(host, int(port)) as listening:
        web = make_mcp_app(settings, host, show_progress)
        typer.echo(f"isletbot for agents at http://{http}/mcp, Ctrl-C ends it", err=True)
        _run_server(web, listening, settings)


@switch_app.command("off")
def turn_off() -> None:
    """Only urgent replies go out from now on."""
    from isletbot.errors import RecordsError
    from isletbot.server.kill_switch import FileKillSwitch
    from isletbot.settings import load_settings

    try:
        _open_switch().turn_off()
    except RecordsError as error:
        FileKillSwitch(load_settings().switch_path).turn_off()
        typer.echo(f"{error} So it is off only where ISLETBOT_SWITCH_FILE is seen.", err=True)
    typer.echo("Off: only urgent replies go out. `isletbot switch on` ends this.")


@switch_app.command("on")
def turn_on() -> None:
    """Questions are answered again."""
    _open_switch().turn_on()
    typer.echo("On: questions are answered.")


def _open_switch() -> KillSwitch:
    from isletbot.settings import load_settings
    from isletbot.wiring.server_context import open_records
    from isletbot.wiring.serving import open_switch

    settings = load_settings()
    return open_switch(settings, open_records(settings).database)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"Nothing can be served at {host}:{port}: {reason}. Give another with --port or --http."
        ) from error


def _serve_metrics(settings: Settings, registry: Any) -> None:
    from prometheus_client import start_http_server

    try:
        start_http_server(settings.metrics_port, settings.metrics_host, registry)
    except OSError as error:
        raise UserError(
            f"No metrics can be served at {settings.metrics_host}:{settings.metrics_port}: {error.strerror}. "
            "Set another ISLETBOT_METRICS_PORT."
        ) from error


def _run_server(web: Any, listening: socket.socket, settings: Settings) -> None:
    import uvicorn

    from isletbot.server.listening import configure_server
    from isletbot.server.logs import configure_logs

    configure_logs(settings.log_level)
    uvicorn.Server(configure_server(web)).run(sockets=[listening])
