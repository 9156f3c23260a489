"""How Hypothesis runs here: without a deadline per example, which a busy machine breaks; every test has a timeout."""

from hypothesis import settings

settings.register_profile("domain", deadline=None)
settings.load_profile("domain")
