"""Whom the schema tells of itself."""

import pytest

from permissions.introspection import Introspection, may_introspect
from permissions.viewer import ANONYMOUS, Viewer


@pytest.mark.parametrize(
    ("setting", "account", "nobody"), [("signed-in", True, False), ("everyone", True, True), ("nobody", False, False)]
)
def test_who_may_ask_the_schema(setting: str, account: bool, nobody: bool) -> None:
    allowed = Introspection(setting)
    assert (may_introspect(Viewer(user_id=1), allowed), may_introspect(ANONYMOUS, allowed)) == (account, nobody)
