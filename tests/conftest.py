"""Settings of all tests."""

from hypothesis import settings

# A timing is a benchmark, not a test: a busy machine must not fail a property.
settings.register_profile("sitrep", deadline=None)
settings.load_profile("sitrep")
