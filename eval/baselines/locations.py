"""LOCATION spans: names that the gazetteer, a preposition, a dateline or a class noun shows to be places."""

from eval.baselines.names import LOCATION, Name, names
from eval.baselines.reading import Reading
from sitrep.document import Span


def locations(text: str) -> list[Span]:
    """LOCATION spans of a text, in order."""
    reading = Reading(text)
    return locations_of(reading, names(reading))


def locations_of(reading: Reading, found: list[Name]) -> list[Span]:
    """LOCATION spans among the names of a reading."""
    return [
        Span(reading.tokens[name.first].start, reading.tokens[name.last - 1].end, LOCATION)
        for name in found
        if name.label == LOCATION
    ]
