"""Logs: fixed short events with their values, on standard error: a line for a person on a terminal, JSON otherwise."""

import logging
import sys
import time
import traceback
from logging import INFO, WARNING
from types import TracebackType

import structlog

from producers.terminal import printable, printable_lines

__all__ = ["INFO", "WARNING", "configure"]

#: Libraries whose chatter at INFO says nothing about the desk.
_QUIET = ("alembic", "celery.redirected", "httpx", "kombu", "trafilatura", "transformers", "watchfiles")


def configure(level: int = INFO) -> None:
    """Send the logs of structlog and of the standard library to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        _shortened,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    terminal = sys.stderr.isatty()
    renderer: list[structlog.typing.Processor] = (
        [_read_aloud]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False), _line]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(WARNING)
    # Python's warnings are for programmers, whose tests take them as errors.
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


def _shortened(_logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace the traceback of a warning by its error: what is waited for or tried again is no fault of the code."""
    if method == "warning" and event.get("exc_info"):
        event["reason"] = str(_raised(event.pop("exc_info"))[1])
    return event


def _read_aloud(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    """Return an event as a line for a person: `09:33:52 file done: a.txt, stored 1`; a traceback follows in its lines.

    No text in it speaks to the terminal.
    """
    for name in ("timestamp", "logger"):
        event.pop(name, None)
    level, what, reason = event.pop("level", ""), str(event.pop("event", "")), event.pop("reason", "")
    error = event.pop("exc_info", None)
    values = [str(event.pop("path"))] if "path" in event else []
    values += [f"{name.replace('_', ' ')} {value}" for name, value in event.items()]
    said = ": ".join(part for part in (_words(what), ", ".join(values), str(reason)) if part)
    line = f"{time.strftime('%H:%M:%S')} {'' if level in ('info', 'debug') else f'{level}: '}{_on_one_line(said)}"
    if not error:
        return line
    return f"{line}\n{printable_lines(''.join(traceback.format_exception(*_raised(error))).rstrip())}"


def _on_one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def _words(event: str) -> str:
    """Return one of our events in words; the sentences of libraries stay as they are."""
    return event if " " in event else event.replace("_", " ")


def _raised(error: object) -> tuple[type[BaseException] | None, BaseException | None, TracebackType | None]:
    """Return what `exc_info` of an event stands for."""
    if isinstance(error, BaseException):
        return type(error), error, error.__traceback__
    return error if isinstance(error, tuple) else sys.exc_info()


def _line(_logger: object, _method: str, event: object) -> str:
    return printable_lines(str(event))
