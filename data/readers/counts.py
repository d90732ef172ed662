"""Counts of people in plain text, for corpora that mark an event or its victims but no figure."""

import re

_NUMBER = (
    r"(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|dozens of|hundreds of|scores of|thousands of|an?|"
    r"several|many)"
)
_QUALIFIER = r"(?:(?:at least|more than|about|around|nearly|almost|over|some|up to|as many as|an estimated)\s+)?"
_PEOPLE = (
    r"(?:people|persons?|civilians?|soldiers?|troops|policem[ae]n|police officers?|officers?|militants?|insurgents?|"
    r"fighters?|rebels?|gunm[ae]n|m[ae]n|wom[ae]n|child(?:ren)?|villagers?|protesters?|demonstrators?|students?|"
    r"journalists?|workers?|guards?|terrorists?|guerrillas?|others?|boys?|girls?|farmers?|activists?|suspects?|"
    r"residents|worshippers|pilgrims|bystanders|passengers|hostages|tourists?|teachers?|doctors?|members|victims)"
)
_COUNT = rf"\b{_QUALIFIER}{_NUMBER}(?:\s+(?!and\b|of\b|in\b|were\b|was\b|who\b)[\w-]+){{0,3}}?\s+{_PEOPLE}\b"
_ANY = re.compile(rf"({_COUNT})", re.IGNORECASE)
_AFTER = re.compile(rf"\s+({_COUNT})", re.IGNORECASE)
_BEFORE = re.compile(rf"({_COUNT})\s+(?:were|was|have been|has been|had been)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_BACK = 60  # no count is longer before its noun


def count_beside(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The count that is object of the active verb `text[start:end]`, or subject of it as a passive."""
    match = _AFTER.match(text, end) or _BEFORE.search(text, max(0, start - 2 * _BACK), start)
    if match is None or text[match.end(1) :].startswith(("'", "’")):
        return None
    return match.start(1), match.end(1)


def count_at(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The count whose noun is in the mention `text[start:end]`, which may be the noun alone."""
    for match in _ANY.finditer(text, max(0, start - _BACK), end):
        if match.end(1) > start and match.start(1) <= start:
            return match.start(1), match.end(1)
    return None
