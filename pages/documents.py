"""The documents with which this service's own pages sign people in: they are trusted wherever any are."""

import re
from pathlib import Path

_SCRIPTS = ("session.js", "graphiql.js")
_CONSTANT = re.compile(r'^const [A-Z_]+ = "((?:query|mutation) [^"\\]+)";$', re.MULTILINE)


def own_documents() -> set[str]:
    """The constants of the scripts, word for word."""
    folder = Path(__file__).parent
    return {text for name in _SCRIPTS for text in _CONSTANT.findall((folder / name).read_text("utf-8"))}
