"""One-time codes as people read them out and type them, and the digest that is kept of them. Draws nothing itself.

Crockford's base 32: no letter that is taken for a digit, and whoever types one all the same is understood.
"""

import hashlib

CODE_BYTES = 15
"""Random bytes of a code: 120 bits, beyond any guessing, so that a fast digest keeps them well enough."""

LONGEST_CODE = 64
"""Characters of a code that is tried."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
_MISREAD = str.maketrans("OILU", "011V", "- \t")


def written_code(drawn: bytes) -> str:
    """The code as it is handed out: `7K2M-9QXR-…`, each character five bits of what was drawn."""
    number = int.from_bytes(drawn, "big")
    count = len(drawn) * 8 // 5
    signs = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))
    return "-".join(signs[at : at + _GROUP] for at in range(0, count, _GROUP))


def code_digest(typed: str) -> str:
    """What is kept of a code and looked for: the same whatever its case, its hyphens and the letters that misled."""
    plain = typed[:LONGEST_CODE].upper().translate(_MISREAD)
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()
