"""Refusals: each carries a code, the key of a message and what fills it, and the argument at fault."""

from collections.abc import Callable

import pytest

from domain.core.refusal import Code, Refusal, bad_input, forbidden, not_found


@pytest.mark.parametrize(
    ("refuse", "code", "message", "field", "details"),
    [
        (lambda: bad_input("body", "long_text", most=9), Code.BAD_INPUT, "long_text", "body", {"most": 9}),
        (not_found, Code.NOT_FOUND, "not_found", None, {}),
        (lambda: not_found("id"), Code.NOT_FOUND, "not_found", "id", {}),
        (forbidden, Code.FORBIDDEN, "forbidden", None, {}),
        (lambda: forbidden("not_member"), Code.FORBIDDEN, "not_member", None, {}),
    ],
)
def test_what_a_refusal_says(
    refuse: Callable[[], Refusal], code: Code, message: str, field: str | None, details: dict[str, object]
) -> None:
    refusal = refuse()
    assert (refusal.code, refusal.message, refusal.field, refusal.details) == (code, message, field, details)
    assert str(refusal) == message


def test_a_code_is_its_name() -> None:
    assert [code.value for code in Code] == list(Code.__members__)
