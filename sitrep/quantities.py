"""Quantities: the first figure or counting word of some words, with its place and its bounds.

`sitrep.numbers` adds what stands around it ("at least", "or so"). The words come lower-cased, so
that every word a pattern finds is a key of the tables here.

Runs of number words are evaluated by text2num, a maintained package of 0.4 MB with wheels and no
dependencies. It is given only runs of the words in this file: articles, dozens, fractions, ranges
and digits with separators are not its business, so they are read here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from text_to_num import text2num

EXACT, ABOUT, BETWEEN, UNSPECIFIED = "exact", "about", "between", "unspecified"

VAGUE = {
    "several": 3,
    "a few": 3,
    "tens": 20,
    "dozens": 24,
    "scores": 40,
    "hundreds": 200,
    "thousands": 2_000,
    "tens of thousands": 20_000,
    "hundreds of thousands": 200_000,
    "millions": 2_000_000,
    "tens of millions": 20_000_000,
    "hundreds of millions": 200_000_000,
}
"""Counting words without a figure, and the least that each can mean. The words are its qualifier."""


@dataclass(frozen=True)
class Quantity:
    """A quantity at its place; `scale` is that of its last word ("million"), 1 without one."""

    low: int | None
    high: int | None
    start: int
    end: int
    qualifier: str = EXACT
    scale: int = 1


_START = re.compile(r"(?<![\w.,-])(?=\w)")

# A number that these follow tells an age, a part or a kind: "12-year-old", "30%", "four-member", "7th".
_NO_COUNT = re.compile(
    r"\w|\s*%|\s*per\s?cent\b|[.,]\d|\s+(?:year|month|week|day)s?[\s-]+olds?\b"
    r"|[\s-](?:thirds?|quarters?|fifths?|tenths?)\b|-(?!plus\b|odd\b|something\b)[^\W\d]",
)


def first_quantity(words: str) -> Quantity | None:
    """The first quantity of lower-cased words that counts something, or None."""
    for start in _START.finditer(words):
        position = start.start()
        number = _vague(words, position) or _between(words, position) or _range(words, position)
        number = number or _exact(words, position, len(words))
        if number and not _NO_COUNT.match(words, number.end):
            return number
    return None


_VAGUE_WORDS = re.compile(
    r"(?:(?:tens|hundreds)\s+of\s+(?:thousands|millions)"
    r"|(?:(?P<few>several|a\s+few|a\s+handful(?:\s+of)?|few|a\s+couple(?:\s+of)?)"
    r"(?:\s+(?P<times>dozen|score|hundred|thousand|million)s?)?)"
    r"|(?:tens|dozens|scores|hundreds|thousands|millions)"
    r"|(?P<none>many|numerous|countless|an?\s+(?:\w+\s+)?number|a\s+lot|lots))\b(?!\s+(?:than|as)\b)",
)


def _vague(words: str, position: int) -> Quantity | None:
    """A counting word without a figure: "dozens", "several hundred", "a couple", "many"."""
    match = _VAGUE_WORDS.match(words, position)
    if match is None:
        return None
    start, end = match.span()
    if match["none"]:
        return Quantity(None, None, start, end, UNSPECIFIED)
    if match["few"] is None:
        name = " ".join(match[0].split())
        return Quantity(VAGUE[name], None, start, end, name)
    times = _SCALES[match["times"]] if match["times"] else 1
    if "couple" in match["few"]:
        return Quantity(2 * times, 2 * times, start, end, ABOUT if match["times"] else EXACT)
    name = "several" if match["few"] == "several" else "a few"
    return Quantity(VAGUE[name] * times, None, start, end, name)


_BETWEEN = re.compile(r"(?:between|(?:anywhere\s+)?from)\s+")
_AND = re.compile(r"\s+(?:and|to)\s+")
_RANGE_SIGN = re.compile(r"\s*-?\b(?:to|or)\b-?\s*|\s*[-‐-―−]\s*")


def _between(words: str, position: int) -> Quantity | None:
    """ "between 30 and 40"; each "and" is tried, since "one hundred and fifty" holds one of its own."""
    opening = _BETWEEN.match(words, position)
    if opening is None:
        return None
    for joint in _AND.finditer(words, opening.end()):
        low = _exact(words, opening.end(), joint.start())
        high = _exact(words, joint.end(), len(words))
        if low and high and low.end == joint.start() and (found := _span_of(low, high)):
            return found
    return None


def _range(words: str, position: int) -> Quantity | None:
    """ "30 to 40", "30-40", "two or three"."""
    low = _exact(words, position, len(words))
    joint = _RANGE_SIGN.match(words, low.end) if low else None
    high = _exact(words, joint.end(), len(words)) if joint else None
    return _span_of(low, high) if low and high else None


def _span_of(low: Quantity, high: Quantity) -> Quantity | None:
    """Two numbers as one range, or nothing where they do not rise. "2 to 3 million" shares its scale."""
    floor, ceiling = low.low or 0, high.high or 0
    if low.scale == 1 and floor * high.scale < ceiling:
        floor *= high.scale
    return Quantity(floor, ceiling, low.start, high.end, BETWEEN) if floor < ceiling else None


_SCALES = {
    "dozen": 12,
    "score": 20,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "million": 1_000_000,
    "crore": 10_000_000,
    "billion": 1_000_000_000,
    "k": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mln": 1_000_000,
    "bn": 1_000_000_000,
}
_SCALE = r"(?:[\s-]?(?P<scale>hundred|thousand|lakh|million|crore|billion|mln|mn|bn)s?\b|(?P<short>[km])\b)"
_DOZEN = r"[\s-](?P<dozen>dozens?)\b"
_DOZEN_AFTER = re.compile(_DOZEN)

# Fifteen digits are more than there are people, and far from the length that int() refuses.
_DIGITS = re.compile(
    r"(?:(?P<grouped>[0-9]{1,3}(?P<mark>[, \u00a0\u2009\u202f.'’])[0-9]{3}(?:(?P=mark)[0-9]{3}){0,4})"
    r"|(?P<indian>[0-9]{1,2}(?:,[0-9]{2}){1,4},[0-9]{3})|(?P<plain>[0-9]{1,15}))(?![0-9])"
    rf"(?P<fraction>\.[0-9]{{1,9}}(?![0-9]))?(?:{_SCALE}|{_DOZEN})?",
)
_FRACTION = re.compile(
    r"(?:(?:a\s+)?(?P<half>half)(?:[\s-]+an?)?|(?P<quarter>a\s+quarter)\s+of\s+an?"
    r"|(?P<three>three[\s-]quarters)\s+of\s+an?"
    r"|(?P<whole>\w+)[\s-]and[\s-]a[\s-]half)[\s-](?P<scale>dozen|hundred|thousand|million|billion)\b",
)
_WORD = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|zero"
)
_AND_AFTER_SCALE = r"(?:(?<=hundred)|(?<=thousand)|(?<=million))\s+and"
_RUN = re.compile(
    rf"(?:an?\s+(?=(?:hundred|thousand|million|billion)\b))?(?:{_WORD})\b"
    rf"(?:(?:{_AND_AFTER_SCALE})?[\s-]+(?:{_WORD})\b){{0,14}}",
)
_FIXED = re.compile(r"(?:(?P<both>both|a\s+pair)|(?:an?\s+)?(?P<dozen>dozen)|a\s+(?P<score>score))\b")


def _exact(words: str, position: int, stop: int) -> Quantity | None:
    """The one figure that starts at `position` and ends by `stop`."""
    return (
        _fraction(words, position, stop)
        or _fixed(words, position, stop)
        or _digits(words, position, stop)
        or _run(words, position, stop)
    )


def _fraction(words: str, position: int, stop: int) -> Quantity | None:
    """ "half a dozen", "a quarter of a million", "two and a half million"."""
    match = _FRACTION.match(words, position, stop)
    if match is None:
        return None
    part = Fraction(1, 4) if match["quarter"] else Fraction(3, 4) if match["three"] else Fraction(1, 2)
    if match["whole"]:
        whole = _exact(words, position, match.end("whole"))
        if whole is None or whole.end != match.end("whole") or whole.low is None:
            return None
        part += whole.low
    scale = _SCALES[match["scale"]]
    value = int(part * scale)
    return Quantity(value, value, position, match.end(), scale=scale)


def _fixed(words: str, position: int, stop: int) -> Quantity | None:
    """ "both", "a dozen", "a score"."""
    match = _FIXED.match(words, position, stop)
    if match is None:
        return None
    value = 2 if match["both"] else _SCALES[match["dozen"] or match["score"]]
    return Quantity(value, value, position, match.end(), scale=1 if match["both"] else value)


def _digits(words: str, position: int, stop: int) -> Quantity | None:
    """ "2,000", "12 000", "1.2 million", "1.2m", "2 dozen"."""
    match = _DIGITS.match(words, position, stop)
    if match is None:
        return None
    unit = match["scale"] or match["short"] or (match["dozen"] or "").rstrip("s")
    scale = _SCALES[unit] if unit else 1
    figure = match["grouped"] or match["indian"] or match["plain"]
    decimal = match["mark"] == "." == re.sub(r"[0-9]", "", figure) and bool(
        unit
    )  # "1.250 million", but "12.500 people"
    value = Fraction(figure if decimal else re.sub(r"[^0-9]", "", figure)) + Fraction("0" + (match["fraction"] or ""))
    value *= scale
    if value.denominator != 1:
        return None
    return Quantity(int(value), int(value), position, match.end(), scale=scale)


def _run(words: str, position: int, stop: int) -> Quantity | None:
    """The longest run of number words that is one number: "two hundred and six", "three dozen"."""
    match = _RUN.match(words, position, stop)
    if match is None:
        return None
    for end in _word_ends(match[0]):
        value = _evaluate(match[0][:end])
        if value is not None:
            break
    else:
        return None
    end += position
    if dozen := _DOZEN_AFTER.match(words, end, stop):
        return Quantity(12 * value, 12 * value, position, dozen.end(), scale=12)
    last = re.split(r"[\s-]+", words[position:end])[-1]
    return Quantity(value, value, position, end, scale=_SCALES.get(last, 1))


def _word_ends(run: str) -> Iterator[int]:
    """Where each word of a run ends, last first, "and" left out."""
    ends = [match.end() for match in re.finditer(r"\w+", run) if match[0] not in ("and", "a", "an")]
    return reversed(ends)


def _evaluate(run: str) -> int | None:
    """The value of number words, or None where they are not one number."""
    plain = re.sub(r"^an?\s+", "one ", " ".join(run.split()))
    try:
        return text2num(plain, "en")
    except ValueError:
        return None
