"""A text with holes and numbers is, made whole, the text that orjson writes; each thing it depends on is in its key."""

import random
from collections.abc import Hashable
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kept.answer import LONGEST, Answers, Asked, Holes, filled, whole
from engine.kept.field import Kept
from engine.kept.part import Part
from engine.kept.store import BESIDE, Outline, Store, Template
from engine.operation.context import Context, Runtime
from models.live.version import Version
from permissions.viewer import Viewer

TEXTS = st.text() | st.sampled_from(["\xff", "ÿ0ÿ", "\x00", '"', "\\", "\u2028", "0"])
VALUES = TEXTS | st.none() | st.lists(TEXTS, max_size=3) | st.dictionaries(TEXTS, TEXTS, max_size=3)
DUG = st.lists(st.tuples(VALUES, st.booleans()), max_size=12)

VERSION = Version("SELECT 1", "SELECT 1")
BY_OPERATION = Kept(lambda _given: [VERSION], lambda context, _versions: context.operation, {})
PART = Part("any", BY_OPERATION, (), {}, None, None, None)


@settings(deadline=None)
@given(DUG)
def test_an_answer_made_whole_is_that_which_has_no_holes(parts: list[tuple[Any, bool]]) -> None:
    holes = Holes()
    # The later first: fields of one answer are completed in another order than they stand in.
    dug = [[beside, holes.dig(place, mine)] for place, (beside, mine) in reversed(list(enumerate(parts)))][::-1]
    template, first = holes.text(dug)
    assert isinstance(template, Template)
    assert first == orjson.dumps([[beside, mine] for beside, mine in parts])
    assert list(template.holes) == list(range(len(parts)))
    others = [not mine for _, mine in parts]
    text = whole(template, others)
    assert text == orjson.dumps([[beside, other] for (beside, _), other in zip(parts, others, strict=True)])


@settings(deadline=None)
@given(st.lists(st.tuples(VALUES, st.booleans() | st.integers(-(2**31), 2**31 - 1)), max_size=12), st.randoms())
def test_numbers_are_filled_in_around_holes(parts: list[tuple[Any, bool | int]], dice: random.Random) -> None:
    holes = Holes()
    dug: list[Any] = [None] * len(parts)
    places = list(range(len(parts)))
    dice.shuffle(places)  # In whatever order fields are completed.
    for place in places:
        beside, value = parts[place]
        into = holes.dig(place, value) if isinstance(value, bool) else holes.leave(place, value)
        dug[place] = {"beside": beside, "value": into}
    outline, first = holes.text(dug)
    assert first == _written(parts)
    if not any(type(value) is int for _, value in parts):
        assert isinstance(outline, Template)
        return
    assert isinstance(outline, Outline)
    others = [(beside, not value if isinstance(value, bool) else dice.randrange(10**9)) for beside, value in parts]
    template = filled(outline, {place: int(value) for place, (_, value) in enumerate(others) if type(value) is int})
    own: dict[Any, bool | int] = dict(enumerate(value for _, value in others))
    assert whole(template, [own.get(place) is True for place in template.holes]) == _written(others)


def _key(words: str = "one", language: str = "fr", class_: str = "anybody", version: object = 1) -> Hashable:
    """What an answer is kept under."""
    asked = Answers(Store(1_000)).asked(PART, {"words": words})
    assert asked is not None
    asked.found = (version,)
    return asked.key(Context(Runtime("x" * 32), language=language, operation=class_))


def test_an_answer_is_kept_under_all_that_it_depends_on() -> None:
    assert _key() == _key()
    keys = [_key(), _key(words="two"), _key(language="en"), _key(class_="staff"), _key(version=2)]
    assert len(set(keys)) == len(keys)
    assert _key(version=None) is None, "what may not be kept has no version"


def test_what_a_key_may_hold_is_bounded_as_what_it_leads_to_is() -> None:
    answers = Answers(Store(1_000_000))
    empty = len('{"beside":""}')
    assert answers.asked(PART, {"beside": "x" * (LONGEST - empty)}) is not None
    assert answers.asked(PART, {"beside": "x" * (LONGEST - empty + 1)}) is None
    assert BESIDE > LONGEST


def _written(parts: list[tuple[Any, bool | int]]) -> bytes:
    return orjson.dumps([{"beside": beside, "value": value} for beside, value in parts])


def test_whatever_an_answer_depends_on_is_in_its_key() -> None:
    version = Version("SELECT 1", "SELECT 1")
    kept = Kept(lambda _: [version], lambda context, _: context.viewer.user_id, {})
    parts = [Part("it", kept, (), {}, None, None, object()) for _ in range(2)]
    asked = [
        (part, variables, found, language, user_id)
        for part in parts
        for variables in (b"{}", b'{"id":1}')
        for found in ((0,), (1,))
        for language in ("fr", "en")
        for user_id in (1, 2)
    ]
    keys = [
        Asked(part, variables, [version], found=found).key(Context(Runtime("x"), Viewer(user_id), language=language))
        for part, variables, found, language, user_id in asked
    ]
    assert None not in keys
    assert len(set(keys)) == len(asked)
