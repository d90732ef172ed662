"""Corpora of names: entities of other schemes as spans, and what their silence permits.

A corpus that marks names says nothing of groups without one, of pronouns as speakers and of institutions in
lower case; and its places include governments that act. So: a person is taught without titles; a place is
taught as LOCATION where a preposition or a containing place shows it as one, and is LOCATION or ORGANIZATION
elsewhere; outside of entities a capitalised word is no name, and a lower-case one no person and no place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data.partial import Annotated
from data.readers.canvas import Canvas
from data.readers.names import TITLES, words_of
from data.readers.re3d_words import CLASS_NOUNS
from sitrep.document import Document, Span, build
from sitrep.labels import OUTSIDE

PERSON, ORGANIZATION, LOCATION, OPEN = "PERSON", "ORGANIZATION", "LOCATION", "OPEN"
"""What an entity's type means here; OPEN decides nothing over its words."""

_TITLES = TITLES | {"mr.", "mrs.", "ms.", "dr.", "sir", "st"}
_OUTSIDE = frozenset({OUTSIDE})
_NO_NAME = frozenset({OUTSIDE, "B-UNNAMED", "I-UNNAMED"})
_MAYBE_ORGANIZATION = frozenset({OUTSIDE, "B-ORGANIZATION", "I-ORGANIZATION"})
_MAYBE_LOCATION = frozenset({OUTSIDE, "B-LOCATION", "I-LOCATION"})
_NOT_A_PERSON = _MAYBE_ORGANIZATION | _NO_NAME | {"B-PRONOUN", "I-PRONOUN"}
SILENCE = {
    "ACTOR": _NOT_A_PERSON,
    "LOCATION": _OUTSIDE,
    "TOLL": None,
    "DIRECT_QUOTE": None,
    "INDIRECT_QUOTE": None,
}
_AS_A_PLACE = re.compile(r"\b(?:in|at|near|into|across|throughout|inside|outside|around|northern|southern|eastern|"
                         r"western|central)\s+(?:the\s+)?$", re.IGNORECASE)  # fmt: skip
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*")


@dataclass(frozen=True)
class Entity:
    """A marked range of a text and what it means here; `placed` says that a relation shows it to be a place."""

    start: int
    end: int
    kind: str
    placed: bool = False


@dataclass(frozen=True)
class Link:
    """A relation between two entities, given as indices."""

    type: str
    source: int
    target: int


def convert_named(
    identity: str,
    text: str,
    entities: Sequence[Entity],
    links: Iterable[Link] = (),
    known: frozenset[str] = frozenset(),
    undecided: Iterable[int] = (),
) -> Annotated:
    """The document of a text with its entities.

    `known` are relation types whose absence between two taught entities means no, but for those that start at
    the entities `undecided`. A link whose ends are not both taught is left out.
    """
    canvas = Canvas(text)
    taught: dict[int, Span] = {}
    for number in sorted(range(len(entities)), key=lambda index: entities[index].start - entities[index].end):
        span = _teach(canvas, entities[number])
        if span is not None:
            taught[number] = span
    for match in _CAPITALISED.finditer(text):
        canvas.permit(match.start(), match.end(), "ACTOR", _NO_NAME)
    edges = [
        (link.type, taught[link.source], taught[link.target], 1.0)
        for link in links
        if link.source in taught and link.target in taught
    ]
    document: Document = build(identity, text, canvas.spans, edges)
    index = {span: place for place, span in enumerate(document.spans)}
    open_ends = frozenset(index[taught[number]] for number in undecided if number in taught)
    return Annotated(document, SILENCE, tuple(canvas.constraints), known, open_ends)


def _teach(canvas: Canvas, entity: Entity) -> Span | None:
    """The span that an entity teaches, if it does, and what it permits around and in other layers."""
    start, end = _without_article(canvas.text, entity)
    span: Span | None = None
    if entity.kind == PERSON:
        words = words_of(canvas.text, start, end)
        while len(words) > 1 and words[0].key in _TITLES:
            words = words[1:]
        if words and words[0].key not in _TITLES:
            span = _span(canvas, words[0].start, end, PERSON)
            canvas.permit(entity.start, entity.end, "LOCATION", _OUTSIDE)
            canvas.permit(entity.start, words[0].start, "ACTOR", _OUTSIDE)
    elif entity.kind == ORGANIZATION:
        span = _span(canvas, start, end, ORGANIZATION)
        canvas.permit(entity.start, entity.end, "LOCATION", _OUTSIDE)
    elif entity.kind == LOCATION:
        start, end = _without_class_noun(canvas.text, start, end)
        if entity.placed or _AS_A_PLACE.search(canvas.text, 0, start):
            span = _span(canvas, start, end, LOCATION)
            canvas.permit(entity.start, entity.end, "ACTOR", _NO_NAME)
        else:
            canvas.permit(start, end, "ACTOR", _MAYBE_ORGANIZATION | _NO_NAME)
            canvas.permit(start, end, "LOCATION", _MAYBE_LOCATION)
        canvas.permit(entity.start, entity.end, "LOCATION", _OUTSIDE)
    canvas.permit(entity.start, entity.end, "ACTOR", None)
    canvas.permit(entity.start, entity.end, "LOCATION", None)
    return span


def _span(canvas: Canvas, start: int, end: int, label: str) -> Span | None:
    before = len(canvas.spans)
    canvas.teach(start, end, label)
    return canvas.spans[-1] if len(canvas.spans) > before else None


def _without_article(text: str, entity: Entity) -> tuple[int, int]:
    article = re.compile(r"the\s+", re.IGNORECASE).match(text, entity.start, entity.end)
    possessive = re.compile(r"['’]s?$").search(text, entity.start, entity.end)
    return article.end() if article else entity.start, possessive.start() if possessive else entity.end


def _without_class_noun(text: str, start: int, end: int) -> tuple[int, int]:
    words = words_of(text, start, end)
    while len(words) > 1 and words[-1].text in CLASS_NOUNS:
        words, end = words[:-1], words[-2].end
    while len(words) > 1 and words[0].text[:1].islower():
        words = words[1:]
    return (words[0].start if words else start), end


def entities_of_tags(
    tags: Sequence[str], places: Sequence[tuple[int, int]], kinds: dict[str, str], placed: frozenset[int] = frozenset()
) -> Iterator[tuple[int, Entity]]:
    """Entities of a sentence's IOB or IOB2 tags, each with the index of its last token.

    A type that `kinds` does not name is OPEN. `placed` are last tokens of places that a relation shows as such.
    """
    start, kind = -1, ""
    for number in range(len(tags) + 1):
        tag = tags[number] if number < len(tags) else OUTSIDE
        goes_on = tag.startswith("I-") and start >= 0 and tag[2:] == kind
        if start >= 0 and not goes_on:
            last = number - 1
            yield last, Entity(places[start][0], places[last][1], kinds.get(kind, OPEN), last in placed)
            start = -1
        if tag != OUTSIDE and not goes_on:
            start, kind = number, tag[2:]
