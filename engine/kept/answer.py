"""Answers from what is kept: the key that an operation's answer is kept under, its text made whole for one viewer.

Versions are read with the viewer, before anything else: what is read afterwards may be newer than they say, never
older, and is asked for under them by nobody who comes after the change.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from engine.kept.making import Making
from engine.kept.part import Part
from engine.kept.store import Outline, Store, Template, Text
from models.live.version import Version, load_versions

EDGE, NUMBER = b"\xff", b"\xfe"
"""Mark a hole, or a number, in a text that is being made. UTF-8 has no such bytes, so nobody's words do."""

YES, NO = b"true", b"false"
HINTS = 1_024
LONGEST = 1_000
"""Bytes of variables, which are part of a key: whoever sends more has nothing kept, least of all what nobody asked."""


@dataclass(slots=True)
class Asked:
    """An operation whose answer may be kept. `found` are its versions, once they were read with the viewer.

    `hinted` are the keys of holes that the viewer's own are read for in the same statement, by `hint`.
    """

    part: Part
    variables: bytes
    declared: Sequence[Version]
    hinted: Sequence[Hashable] = ()
    hint: Version | None = None
    found: tuple[Any, ...] | None = None

    @property
    def versions(self) -> list[Version]:
        """All that is read with the viewer: what is declared, that of the numbers, what is the viewer's own."""
        numbers = self.part.numbers
        beside = (None if numbers is None else numbers.version, self.hint)
        return [*self.declared, *(one for one in beside if one is not None)]

    def key(self, context: Any) -> Hashable | None:
        """What the answer is kept under; None where it is made anew. `context` is the operation's."""
        # Nothing was read with a viewer who is none: of an ended session, or a token that is not ours.
        if not self.found:
            return None
        values = self.found[: len(self.declared)]
        if None in values:
            return None
        kind = self.part.declared.viewers(context, values)
        return None if kind is None else (self.part, self.variables, context.language, kind, values)

    @property
    def own(self) -> Any:
        """What was read of the viewer's own for `hinted`."""
        return self.found[-1] if self.hint is not None and self.found else ()

    @property
    def counted(self) -> Hashable:
        """The version of the numbers of its part; None where it has none, or they have no version."""
        return self.found[len(self.declared)] if self.part.numbers is not None and self.found else None


@dataclass(slots=True)
class Answers:
    """What one process keeps: answers, and the holes of those that were given last."""

    store: Store = field(default_factory=Store)
    making: Making = field(default_factory=Making)
    _own: OrderedDict[Hashable, tuple[Sequence[Hashable], Version]] = field(default_factory=OrderedDict)

    def asked(self, part: Part | None, variables: Mapping[str, Any] | None) -> Asked | None:
        """What is to be read along with the viewer; None where nothing is kept of this."""
        if part is None or not self.store.most:
            return None
        given = part.given(variables or {})
        versions = None if given is None else part.declared.versions(given)
        if versions is None:
            return None
        sent = orjson.dumps(variables)
        if len(sent) > LONGEST:
            return None
        hinted, own = self._own.get((part, sent), ((), None))
        return Asked(part, sent, versions, hinted, own)

    def keep(self, asked: Asked, key: Hashable, text: Text) -> None:
        self.store.put(key, text)
        if text.holes and asked.part.hole is not None:
            at = asked.part, asked.variables
            self._own[at] = text.holes, asked.part.hole.own(text.holes)
            self._own.move_to_end(at)
            if len(self._own) > HINTS:
                self._own.popitem(last=False)

    async def numbered(self, asked: Asked, key: Hashable, outline: Outline) -> Template | None:
        """An outline with its numbers: as they were filled in last, or read now and filled in.

        They are read along with all versions, in one statement: what is filled in is what these versions say. None
        where another of them has changed since they were read with the viewer.
        """
        if outline.newest is not None and outline.newest[0] == asked.counted:
            return outline.newest[1]
        numbers = asked.part.numbers
        if numbers is None or not asked.found:
            return None
        *found, version, values = await load_versions([*asked.declared, numbers.version, numbers.values])
        if tuple(found) != asked.found[: len(found)] or version is None:
            return None
        template = filled(outline, values)
        self.store.put(key, replace(outline, newest=(version, template)))
        return template


class Holes:
    """Those of an answer that is being made, and its numbers: their keys, and what this viewer is told in each."""

    def __init__(self) -> None:
        self.keys: list[Hashable] = []
        self.values: list[bool] = []
        self.numbers: list[Hashable] = []
        self.told: dict[Hashable, int] = {}

    @property
    def is_dug(self) -> bool:
        return bool(self.keys or self.numbers)

    def dig(self, key: Hashable, value: bool) -> orjson.Fragment:  # noqa: FBT001 - a value, no switch
        """What stands in a hole's place until the text is cut there."""
        self.keys.append(key)
        self.values.append(value)
        return orjson.Fragment(b"%b%d%b" % (EDGE, len(self.keys) - 1, EDGE))

    def leave(self, key: Hashable, value: int) -> orjson.Fragment:
        """What stands in a number's place until the text is cut there."""
        self.numbers.append(key)
        self.told[key] = value
        return orjson.Fragment(b"%b%d%b" % (NUMBER, len(self.numbers) - 1, NUMBER))

    def text(self, value: Any) -> tuple[Text, bytes]:
        """The text of a field's value, to keep; and the same with what this viewer is told."""
        written = orjson.dumps(value)
        if not self.numbers:
            made = _cut(written, self.keys)
            return made, whole(made, self._own(made))
        pieces = written.split(NUMBER)
        outline = Outline(pieces[::2], [self.numbers[int(place)] for place in pieces[1::2]], self.keys)
        made = filled(outline, self.told)
        return outline, whole(made, self._own(made))

    def _own(self, made: Template) -> list[bool]:
        own = dict(zip(self.keys, self.values, strict=True))
        return [own[key] for key in made.holes]


def _cut(text: bytes, keys: Sequence[Hashable]) -> Template:
    """A text with its holes marked as what is kept of it."""
    pieces = text.split(EDGE)
    return Template(pieces[::2], [keys[int(place)] for place in pieces[1::2]])


def filled(outline: Outline, values: Mapping[Hashable, int]) -> Template:
    """What an outline is with these numbers in it."""
    pieces = [b""] * (2 * len(outline.numbers) + 1)
    pieces[::2] = outline.texts
    pieces[1::2] = orjson.dumps([values[key] for key in outline.numbers])[1:-1].split(b",")
    return _cut(b"".join(pieces), outline.holes)


def whole(template: Template, values: Sequence[bool]) -> bytes:
    """A template's text with these values in its holes."""
    if not template.holes:
        return template.texts[0]
    pieces = [template.texts[0]]
    for value, text in zip(values, template.texts[1:], strict=True):
        pieces += (YES if value else NO, text)
    return b"".join(pieces)
