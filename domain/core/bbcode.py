"""BBCode as far as it matters to readers of posts: what is quoted or struck out, and tags that only decorate.

It knows no format; what is left keeps its lines where they were.
"""

import re
from collections import Counter

_BLOCK = re.compile(r"\[(/?)(quote|citation|strike|s|del|barr[ée])(?:=[^\]\n]*)?\]", re.IGNORECASE)
_TAG = re.compile(rf"(?!{_BLOCK.pattern})\[/?[a-zé*]{{1,12}}(?:=[^\]\n]*)?\]", re.IGNORECASE)
_NOT_A_LINE_END = re.compile(r"[^\n]")


def own_words(body: str) -> str:
    """The text without quoted and struck-out blocks, however they lie in each other. One that is not closed is none."""
    spans: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    for tag in _BLOCK.finditer(body):
        name = tag[2].casefold()
        if not tag[1]:
            opened.append((name, tag.start()))
            waiting[name] += 1
        elif waiting[name]:
            while True:
                last, start = opened.pop()
                waiting[last] -= 1
                if last == name:
                    break
            while spans and spans[-1][0] >= start:
                spans.pop()
            spans.append((start, tag.end()))
    parts, at = [], 0
    for start, end in spans:
        parts += [body[at:start], _NOT_A_LINE_END.sub("", body[start:end])]
        at = end
    return "".join(parts) + body[at:]


def without_tags(line: str) -> str:
    """A line without bold, colours and the like; what opens or closes a block is no ornament."""
    return _TAG.sub("", line)
