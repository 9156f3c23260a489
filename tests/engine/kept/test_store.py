"""Bytes in memory are bounded, and what was asked for last stays."""

from dataclasses import replace

from engine.kept.store import BESIDE, LARGEST_SHARE, PER_HOLE, Outline, Store, Template

ONE = Template([b"x" * 1_000], [])


def test_the_least_recently_used_goes_first() -> None:
    store = Store(ONE.size * 10)
    for number in range(10):
        store.put(number, ONE)
    assert store.get(0) is ONE
    store.put(10, ONE)
    assert store.get(1) is None
    assert store.get(0) is store.get(10) is ONE
    assert store.held == ONE.size * 10 == ONE.size * len(store)


def test_what_is_kept_anew_is_counted_once() -> None:
    store = Store(ONE.size * 10)
    for _ in range(3):
        store.put("same", ONE)
    assert (store.held, len(store)) == (ONE.size, 1)


def test_an_answer_takes_its_share_at_most_and_nothing_where_nothing_is_kept() -> None:
    store = Store(ONE.size * LARGEST_SHARE - 1)
    store.put("large", ONE)
    Store().put("any", ONE)
    assert (store.held, len(store)) == (0, 0)
    assert ONE.size == 1_000 + BESIDE


def test_a_text_that_was_filled_in_takes_room_of_its_own() -> None:
    store, outline = Store(ONE.size * 100), Outline([b"x" * 500, b"x" * 500], ["one"], [])
    store.put("same", outline)
    assert store.held == outline.size == 1_000 + BESIDE + PER_HOLE
    for version in range(3):
        store.put("same", replace(outline, newest=(version, ONE)))
        assert store.held == outline.size + ONE.size
