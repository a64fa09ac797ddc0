"""Formats log lines as JSON, or as coloured text at a terminal. No line holds what somebody wrote.

A message of isletbot or uvicorn is written in full; of another library's only its level and place. An exception is
written with its type and its places but without its message, which may quote its input.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor

_OURS = ("isletbot", "uvicorn")


def configure_logs(level: str, stream: TextIO = sys.stderr) -> None:
    handler = logging.StreamHandler(stream)
    terminal = stream.isatty()
    say: Processor = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
                _keep_ours,
                _name_exception,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, say],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


def _keep_ours(logger: logging.Logger, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    match record.name.partition(".")[0]:
        case "isletbot":
            return structlog.stdlib.ExtraAdder()(logger, method, event)
        case "uvicorn":
            return event
    return {**event, "event": "another library logged something", "at": f"{record.filename}:{record.lineno}"}


def _name_exception(_: object, __: str, event: EventDict) -> EventDict:
    raised: tuple[type[BaseException], BaseException, TracebackType] | None = event.pop("exc_info", None)
    if raised:
        places = traceback.extract_tb(raised[2])
        event["error"] = raised[0].__name__
        event["places"] = [f"{place.filename}:{place.lineno} {place.name}" for place in places]
    return event
