"""Search words: how a query is folded and split, the way the indexes of both databases fold and split texts."""

import re
import unicodedata

LONGEST_QUERY = 200  # Characters.
# What parts words: punctuation, symbols and spaces. The same ranges stand in the migration that makes the indexes.
SEPARATORS = (
    "\x00-/:-`{-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7\u2000-\u206f\u20a0-\u20cf\u2190-\u245f\u2500-\u2775"
    "\u2794-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe0f\uff01-\uff0f\U0001f000-\U0001faff"
)
_SEPARATED = re.compile(f"[{SEPARATORS}]+")
_MARKS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """A text without accents and case: `Œuf ÉCLOS` and `oeuf eclos` are one."""
    bare = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))
    return bare.casefold().replace("œ", "oe").replace("æ", "ae")


def words(text: str) -> list[str]:
    """The folded words of a text, in order; none where it holds no letter and no digit."""
    return [word for word in _SEPARATED.split(fold(text)) if word]
