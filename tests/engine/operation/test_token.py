"""Access tokens: read back as issued, and refused when anything about them is another's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from domain.core.refusal import Code, Refusal
from engine.operation import token
from engine.operation.token import ALGORITHM, issue, read

NOW = datetime(2026, 3, 14, 10, 17, 20, 500_000, tzinfo=UTC)
SECRET, SESSION = "a secret of thirty-two bytes or more", uuid4()


def issued(**changes: Any) -> str:
    """A token of ours with some claims changed; None takes one away."""
    claims = jwt.decode(issue(SECRET, 7, 3, SESSION, NOW, 900)[0], options={"verify_signature": False})
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(claims, SECRET, algorithm=ALGORITHM)


def test_a_token_reads_back_until_it_expires() -> None:
    text, expires_at = issue(SECRET, 7, 3, SESSION, NOW, 900)
    claims = read(SECRET, text, expires_at - timedelta(microseconds=1))
    assert (claims.user_id, claims.role_id, claims.session_id) == (7, 3, SESSION)
    assert claims.expires_at == expires_at == NOW.replace(microsecond=0) + timedelta(seconds=900)
    with pytest.raises(Refusal) as refused:
        read(SECRET, text, expires_at)
    assert (refused.value.code, refused.value.message) == (Code.UNAUTHENTICATED, "expired_token")


@pytest.mark.parametrize(
    "changes",
    [
        *({name: None} for name in ("exp", "iat", "iss", "sub", "sid", "rid", "typ")),
        {"typ": "refresh"},
        {"iss": "another"},
        {"sub": "x"},
        {"sid": "x"},
        {"sid": 7},
        {"exp": 10**30},
    ],
    ids=str,
)
def test_what_another_would_state_is_refused(changes: dict[str, Any]) -> None:
    assert read(SECRET, issued(), NOW).user_id == 7
    with pytest.raises(Refusal, match="bad_token"):
        read(SECRET, issued(**changes), NOW)


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_no_other_algorithm_and_no_other_secret_is_taken(algorithm: str) -> None:
    claims = jwt.decode(issued(), options={"verify_signature": False})
    key = "" if algorithm == "none" else SECRET * 2
    for text in (
        jwt.encode(claims, key, algorithm=algorithm),
        issue(SECRET[::-1], 7, 3, SESSION, NOW, 900)[0],
        "",
        "a.b.c",
    ):
        with pytest.raises(Refusal, match="bad_token"):
            read(SECRET, text, NOW)


def test_a_token_is_verified_once_and_expires_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text, expires_at = issue(SECRET, 7, 3, SESSION, NOW, 900)
    known = read(SECRET, text, NOW)
    with monkeypatch.context() as unable:
        unable.setattr(jwt, "decode", None)
        assert read(SECRET, text, NOW) is known
        with pytest.raises(Refusal, match="expired_token"):
            read(SECRET, text, expires_at)
        with pytest.raises(Refusal, match="bad_token"):  # Once it has expired it is known no more.
            read(SECRET, text, NOW)
    assert read(SECRET, text, NOW) == known
    with pytest.raises(Refusal, match="bad_token"):
        read(SECRET[::-1], text, NOW)
    with pytest.raises(Refusal, match="bad_token"):
        read(SECRET, text[:-2], NOW)


def test_known_tokens_are_bounded_and_are_no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token, "MOST_KNOWN", 3)
    monkeypatch.setattr(token, "_KNOWN", {})
    texts = [issue(SECRET, number, 3, SESSION, NOW, 900)[0] for number in range(5)]
    for text in texts:
        read(SECRET, text, NOW)
    assert len(token._KNOWN) == 3
    assert not set(token._KNOWN) & {text.encode() for text in texts}
