"""How the rules are tested: without a deadline per example, which a busy machine breaks, and far from Greenwich."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("domain", deadline=None)
settings.load_profile("domain")


@pytest.fixture(scope="package", autouse=True)
def _far_from_greenwich() -> Iterator[None]:
    """Whoever takes the machine's own zone for UTC is twelve hours off."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "FAR-12")
        time.tzset()
        yield
    time.tzset()
