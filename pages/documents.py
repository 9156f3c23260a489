"""The documents that this service's own pages send: they are trusted wherever any are."""

import re
from pathlib import Path

_SCRIPTS = ("session.js", "graphiql.js", "alliance.js")
_CONSTANT = re.compile(r'^const [A-Z_]+ = (["`])((?:query|mutation|subscription) [^"`\\]+)\1;$', re.MULTILINE)


def own_documents() -> set[str]:
    """The constants of the scripts, word for word."""
    folder = Path(__file__).parent
    return {text for name in _SCRIPTS for _, text in _CONSTANT.findall((folder / name).read_text("utf-8"))}
