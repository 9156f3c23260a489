"""Log lines as JSON, one an event: time, level, logger, words and, where there is one, the request's id.

No bodies, no variables, no tokens: of an error only its kind and where it came from, never what it says beyond the
first line, since databases quote rows in their messages.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

MOST_CHARACTERS = 300
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[:MOST_CHARACTERS],
        }
        known = getattr(record, "fields", None)
        if isinstance(known, dict):
            line |= known
        if request_id.get():
            line.setdefault("request", request_id.get())
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = type(error).__name__
            line["detail"] = str(error).partition("\n")[0][:MOST_CHARACTERS]
            line["trace"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        return _encode(line)


def start_logging(level: str = "info") -> None:
    """All loggers write JSON to standard error, a line a request at `info`. The server's own quote URLs: left out.

    `debug` is for the service's own loggers: those of libraries write statements with their values, and whole frames.
    """
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # No line says them.
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    chosen = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=max(chosen, logging.INFO), handlers=[handler], force=True)
    logging.getLogger("pheromone").setLevel(chosen)
    logging.captureWarnings(True)  # Python's own would be the only lines that are no JSON.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.error").addFilter(_without_urls)
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)


def _without_urls(record: logging.LogRecord) -> bool:
    """Drops the lines on sockets: their URLs may carry queries."""
    return "WebSocket" not in str(record.msg)
