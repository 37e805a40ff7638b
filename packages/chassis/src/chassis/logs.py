"""Logs: one JSON object a line on standard output, with the request's id, and without people's names or marks.

Whatever a programmer hands to the log by accident is held back by the name of its field, and PostgreSQL's DETAIL lines,
which quote whole rows, are cut from errors.
"""

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.typing import Processor

HELD_BACK = frozenset(
    {
        *("name", "family_name", "given_name", "patronymic", "short_name", "login", "email", "phone", "iin"),
        *("mark", "marks", "value", "values", "result", "results", "body", "form", "data"),
        *("password", "token", "authorization", "cookie", "secret", "csrf"),
    }
)
PLACEHOLDER = "(held back)"
DETAIL = re.compile(r"^.*\b(DETAIL|CONTEXT|ПОДРОБНОСТИ|КОНТЕКСТ):.*$\n?", re.MULTILINE)
Line = MutableMapping[str, Any]


def hold_back(_logger: Any, _method: str, line: Line) -> Line:
    """Replace the values of fields that may name a person, a mark or a secret."""
    for key in HELD_BACK & line.keys():
        line[key] = PLACEHOLDER
    for key in ("exception", "event"):
        if isinstance(line.get(key), str):
            line[key] = DETAIL.sub("", line[key])
    return line


def _name_service(service: str) -> Processor:
    def add(_logger: Any, _method: str, line: Line) -> Line:
        line["service"] = service
        return line

    return add


def configure(service: str, level: str = "INFO") -> None:
    """Send the logs of structlog and of the standard library through one formatter, as JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_service(service),
        structlog.processors.format_exc_info,
        hold_back,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for loud in ("alembic", "httpx", "httpcore", "pika"):
        logging.getLogger(loud).setLevel(logging.WARNING)


def get(name: str) -> Any:
    """Give the logger of a module."""
    return structlog.stdlib.get_logger(name)


def request_id() -> str | None:
    """Answer the id of the request this code runs for, if it runs for one."""
    found = structlog.contextvars.get_contextvars().get("request_id")
    return str(found) if found is not None else None


@contextmanager
def bound(**values: Any) -> Iterator[None]:
    """Put fields, such as `request_id`, on every line logged inside the block."""
    with structlog.contextvars.bound_contextvars(**values):
        yield
