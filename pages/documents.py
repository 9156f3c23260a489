"""The documents that this service's own pages send: they are trusted wherever any are."""

import re

from pages.page import BROWSER
from pages.session_gate import GATE_DOCUMENTS

_CONSTANT = re.compile(
    r'^(?:export )?const [A-Z_]+ =\s(["`])((?:query|mutation|subscription) [^"`\\]+)\1;$', re.MULTILINE
)


def own_documents() -> set[str]:
    """The constants of the pages' scripts, word for word, and what the gate asks for them."""
    scripts = sorted(BROWSER.rglob("*.js"))
    sent = {text for script in scripts for _, text in _CONSTANT.findall(script.read_text("utf-8"))}
    return sent | GATE_DOCUMENTS
