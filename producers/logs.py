"""Logs: fixed short events with their values, as text on a terminal and as JSON lines otherwise, on standard error."""

import logging
import sys
from logging import INFO, WARNING

import structlog

from producers.terminal import printable, printable_lines

__all__ = ["INFO", "WARNING", "configure"]

#: Libraries whose chatter at INFO says nothing about the desk.
_QUIET = ("alembic", "celery.redirected", "httpx", "kombu", "py.warnings", "trafilatura", "transformers", "watchfiles")


def configure(level: int = INFO) -> None:
    """Send the logs of structlog and of the standard library to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
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
        [_printing, structlog.dev.ConsoleRenderer()]
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


def _printing(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Let no text in an event speak to the terminal; a traceback keeps its lines."""
    return {name: printable(value) if isinstance(value, str) else value for name, value in event.items()}


def _line(_logger: object, _method: str, event: object) -> str:
    return printable_lines(str(event))
