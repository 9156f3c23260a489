"""The title of a mirrored topic, `[TAG] token`: whose it is can be read by anyone, what it says only with the key.
Format: DESIGN, Hosting. Neither seals nor opens."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MirrorTitle:
    """The tag of the mother alliance in clear, and the sealed title."""

    tag: str
    token: str


def write_mirror_title(title: MirrorTitle) -> str:
    """Raises ValueError where the title would not read back as it was."""
    written = f"[{title.tag}] {title.token}"
    if read_mirror_title(written) != title:
        raise ValueError("a tag is one line of text, and a token holds no blank")
    return written


def read_mirror_title(text: str) -> MirrorTitle | None:
    """None where the text is no mirrored title. The token is whatever stands there: opening it judges it.

    A tag may hold brackets and spaces: a token holds no blank, so that the last `] ` ends the tag.
    """
    form = re.fullmatch(r"\[(.+)\] (\S+)", text)
    return MirrorTitle(form[1], form[2]) if form else None
