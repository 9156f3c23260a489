"""Who sends documents of their own where trusted ones are set."""

import pytest

from permissions.exploration import Exploration, may_explore
from permissions.viewer import ANONYMOUS, Viewer


@pytest.mark.parametrize(("setting", "account"), [("signed-in", True), ("nobody", False)])
def test_nobody_without_an_account_explores(setting: str, account: bool) -> None:
    assert may_explore(Viewer(user_id=1), Exploration(setting)) is account
    assert not may_explore(ANONYMOUS, Exploration(setting))
