"""Counts: the words of a TOLL span to a lower and an upper bound.

    count = parse_count("at least 54 civilians")
    count.low, count.high, count.qualifier        # 54, None, "at least"
    "at least 54 civilians"[count.start : count.end]  # "54"

What each qualifier says of a number N (`None` is an open end; bounds are inclusive):

| qualifier  | words (a sample)                                          | low  | high         |
| ---------- | --------------------------------------------------------- | ---- | ------------ |
| exact      | "54", "a dozen", "both", "another seven", "a policeman"   | N    | N            |
| at least   | "at least", "no fewer than", "N or more", "N-plus", "N+"  | N    | None         |
| more than  | "more than", "over", "upwards of", "in excess of"         | N+1  | None         |
| up to      | "up to", "as many as", "at most", "no more than"          | 1    | N            |
| fewer than | "fewer than", "less than", "under"                        | 1    | N-1          |
| about      | "about", "some", "roughly", "an estimated", "N or so"     | N    | N            |
| nearly     | "nearly", "almost", "close to", "just under"              | N    | N            |
| between    | "between N and M", "N to M", "N-M", "N or M"              | N    | M            |

"about" and "nearly" keep the writer's figure on both ends: a margin would be our invention, and the
qualifier tells a reader that one is due. Counts without a figure take the least that the word can
mean, an open end, and the word itself as qualifier: see `sitrep.quantities.VAGUE`. "a few" and
"several" multiply ("several hundred" is 300 and more). "at least" or "more than" before such a word
adds nothing; "up to" takes its lower bound away ("up to several hundred": 1 to None).

A singular noun phrase without a number ("a policeman") is exactly 1; if the noun is a group ("an
entire family") or two things stand there ("a mother and child"), it is 1 and more, "unspecified".
A span that tells no count ("civilians", "many people") has neither bound, and is "unspecified".
"""

import re
from dataclasses import dataclass

from sitrep.quantities import ABOUT, BETWEEN, EXACT, UNSPECIFIED, VAGUE, Quantity, first_quantity

AT_LEAST, MORE_THAN, UP_TO, FEWER_THAN, NEARLY = "at least", "more than", "up to", "fewer than", "nearly"

QUALIFIERS = (EXACT, AT_LEAST, MORE_THAN, UP_TO, FEWER_THAN, ABOUT, NEARLY, BETWEEN, *VAGUE, UNSPECIFIED)
"""Every name that `Count.qualifier` can have."""


@dataclass(frozen=True)
class Count:
    """A count read from the words of a span; offsets are into those words.

    `[start, end)` holds the number words without the qualifier ("54" of "at least 54 civilians"),
    and is empty where there are none. `noun_start` is where the counted noun phrase begins, or the
    length of the words where none follows.
    """

    low: int | None
    high: int | None
    qualifier: str
    start: int
    end: int
    noun_start: int


def parse_count(words: str) -> Count:
    """The count that the words of a TOLL span tell. Never raises, whatever the words."""
    words = words.translate(_LOWER)
    number = first_quantity(words)
    article = _ARTICLE.match(words)
    if article and (number is None or _starts_new_phrase(words[article.end() : number.start])):
        return _singular(words, article)
    if number is None:
        return Count(None, None, UNSPECIFIED, 0, 0, _skip(words, _SPACE, 0))
    suffix = _SUFFIX.match(words, number.end)
    qualifier = _qualifier(words[: number.start], suffix)
    low, high, name = _bounds(number, qualifier)
    noun_start = _skip(words, _BEFORE_NOUN, suffix.end() if suffix else number.end)
    return Count(low, high, name, number.start, number.end, noun_start)


# str.lower() can change a text's length ("İ"), and re.IGNORECASE lets "ſ" pass for "s".
_LOWER = {ordinal: ordinal + 32 for ordinal in range(ord("A"), ord("Z") + 1)}
_SPACE = re.compile(r"\s*")


def _skip(words: str, pattern: re.Pattern[str], position: int) -> int:
    match = pattern.match(words, position)
    return match.end() if match else position


# --- One indefinite victim ---

_ARTICLE = re.compile(r"\s*(an?|another)(?=\s)")
_PHRASE_BREAK = re.compile(r"[,;:(]|\b(?:and|or|with|from|in|at|who|whose|aged?|near|by|for)\b")
_OF = re.compile(r"(\w+)\s+of\b")
_NOUN_PHRASE_END = re.compile(r",|\s+(?:of|from|in|at|who|with|near|by)\b")

_GROUP_NOUNS = frozenset(
    {"band", "busload", "column", "company", "congregation", "contingent", "convoy", "crew", "crowd", "family"}
    | {"gang", "group", "household", "neighborhood", "neighbourhood", "party", "patrol", "platoon", "squad"}
    | {"team", "tribe", "truckload", "unit", "village"}
)
_SUM_NOUNS = frozenset({"average", "maximum", "minimum", "toll", "total"})


def _starts_new_phrase(between: str) -> bool:
    """Whether the words between an article and a number part the two.

    "a woman and two children" and "a boy of 12" do not count with their numbers; "an additional 12
    people", "a total of 54" and "a family of five" do.
    """
    if _PHRASE_BREAK.search(between):
        return True
    return not all(match[1] in _GROUP_NOUNS | _SUM_NOUNS for match in _OF.finditer(between))


def _singular(words: str, article: re.Match[str]) -> Count:
    start, end = article.span(1)
    noun_start = _skip(words, _SPACE, end)
    phrase = _NOUN_PHRASE_END.split(words[noun_start:].strip(), maxsplit=1)[0].split()
    if not phrase:
        return Count(None, None, UNSPECIFIED, start, end, noun_start)
    if phrase[-1] in _GROUP_NOUNS or "and" in phrase:
        return Count(1, None, UNSPECIFIED, start, end, noun_start)
    return Count(1, 1, EXACT, start, end, noun_start)


# --- What stands around a number ---

# The first that is found wins: a phrase stands before those that it contains ("no more than", "more
# than"), and a bound before an approximation ("at least some 200" is at least 200).
_PREFIXES = tuple(
    (qualifier, re.compile(rf"\b(?:{phrases})\b"))
    for qualifier, phrases in (
        (AT_LEAST, r"(?:no|not)\s+(?:fewer|less)\s+than|at\s+(?:the\s+very\s+)?least|a\s+minimum\s+of|as\s+few\s+as"),
        (UP_TO, r"(?:no|not)\s+more\s+than|up\s+to|as\s+(?:many|much)\s+as|at\s+(?:the\s+)?most|a\s+maximum\s+of"),
        (NEARLY, r"just\s+(?:under|below)|slightly\s+(?:under|fewer\s+than|less\s+than)"),
        (MORE_THAN, r"more\s+than|over|upwards?\s+of|above|in\s+excess\s+of|exceeding|beyond"),
        (FEWER_THAN, r"(?:fewer|less)\s+than|under|below"),
        (NEARLY, r"nearly|almost|close\s+to"),
        (ABOUT, r"about|around|some|roughly|estimated|approximately|approx|circa|an\s+average\s+of"),
    )
)

_SUFFIX = re.compile(
    r"(?P<at_least>\s*\+|[\s-]plus\b|\s+or\s+more\b|\s+and\s+counting\b)|(?P<up_to>\s+or\s+(?:fewer|less)\b)"
    r"|(?P<about>[\s-]odd\b|\s+or\s+so\b)"
    # "hundreds, if not thousands, of people": the least that is said stands.
    r"|,?\s+(?:if\s+not|or\s+even|(?:and\s+)?(?:possibly|perhaps|maybe))\s+(?:several\s+|many\s+)?"
    r"(?:dozens|scores|hundreds|thousands|millions)\b,?"
)
_SUFFIX_QUALIFIERS = {"at_least": AT_LEAST, "up_to": UP_TO, "about": ABOUT, None: EXACT}

# "seven more people" are people, "44 of them" are them; the word "others" of "200 others" is a noun.
_BEFORE_NOUN = re.compile(r"\s*(?:(?:more|other|additional|further)\b(?=\s+\w))?\s*(?:of\s+)?(?:more\s*$)?")


def _qualifier(before: str, suffix: re.Match[str] | None) -> str:
    found = next((name for name, phrases in _PREFIXES if phrases.search(before)), EXACT)
    after = _SUFFIX_QUALIFIERS[suffix.lastgroup if suffix else None]
    weak = found == EXACT or (found in (ABOUT, NEARLY) and after in (AT_LEAST, UP_TO))
    return after if weak else found


def _bounds(number: Quantity, qualifier: str) -> tuple[int | None, int | None, str]:
    """Bounds and name of a quantity under a qualifier, by the table of this module."""
    low, high = number.low, number.high
    if number.qualifier in VAGUE and qualifier == UP_TO:
        return 1, None, UP_TO
    if number.qualifier != EXACT or low is None or high is None:
        return low, high, number.qualifier
    if qualifier == AT_LEAST:
        return low, None, qualifier
    if qualifier == MORE_THAN:
        return low + 1, None, qualifier
    if qualifier in (UP_TO, FEWER_THAN):
        ceiling = high - 1 if qualifier == FEWER_THAN and high else high
        return min(1, ceiling), ceiling, qualifier
    return low, high, qualifier
