"""Records: what a document says, as a reader's table has it, each value with its place and its score.

    records = to_records(document)
    records.tolls[0].low, records.tolls[0].places[0].name
    json.dumps(records.to_dict())

A document holds spans and relations; a record follows the relations to names. A source "he" becomes
the actor whom "he" refers to, under the actor's full name, with the organisations that any mention
of the actor is said to belong to; a place becomes a chain of places. Every toll and every quote is a
record of its own: two figures for one event stay two, as two sources gave them. Where the document
holds several relations of one type, all are kept, best first, but an actor or place that is joined by two
of its mentions stands once.

All offsets are into `document.text`, and `text[start:end]` is the value beside them. A `score` is that
of the span, a `relation_score` that of the relation that led to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sitrep.document import Document, Span
from sitrep.groups import Grouping, Linked, Mention
from sitrep.labels import INVENTORY, Inventory
from sitrep.numbers import parse_count
from sitrep.sentences import sentence_of, sentences

_QUOTE_KINDS = {"DIRECT_QUOTE": "direct", "INDIRECT_QUOTE": "indirect"}


@dataclass(frozen=True)
class Passage:
    """A stretch of the document's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """A place of a toll; `within` holds the places that contain it, innermost first."""

    name: str
    start: int
    end: int
    score: float
    relation_score: float
    within: tuple[Linked, ...]


@dataclass(frozen=True)
class Party:
    """An actor in a role: the words that stand in the text, and who is meant by them.

    `name` and `resolved` are the actor's best name in the article, which is the mention's own where
    it refers to nobody else.
    """

    name: str
    mention: Mention
    resolved: Mention
    organisations: tuple[Linked, ...]
    relation_score: float


@dataclass(frozen=True)
class TollRecord:
    """One count of people harmed or affected.

    `low` and `high` are inclusive bounds, `None` where the text leaves that side open; `sitrep.numbers`
    says what each `qualifier` makes of a figure. `number` holds the number words, `victims` the noun
    phrase that they count; each is None where the text has none. `least_score` is the least of the toll's score
    and those of its relations: what to go by when deciding whether a person must look.
    """

    kind: str
    low: int | None
    high: int | None
    qualifier: str
    text: str
    start: int
    end: int
    score: float
    least_score: float
    number: Passage | None
    victims: Passage | None
    places: tuple[Place, ...]
    sources: tuple[Party, ...]
    culprits: tuple[Party, ...]
    sentence: Passage


@dataclass(frozen=True)
class QuoteRecord:
    """One quotation, `kind` "direct" or "indirect", with whoever uttered it; `least_score` as for tolls."""

    kind: str
    text: str
    start: int
    end: int
    score: float
    least_score: float
    speakers: tuple[Party, ...]


@dataclass(frozen=True)
class ActorGroup:
    """One actor of the article: its best name, all its mentions, and the organisations it belongs to."""

    name: str
    label: str
    count: int
    mentions: tuple[Mention, ...]
    organisations: tuple[Linked, ...]


@dataclass(frozen=True)
class LocationGroup:
    """One place of the article; `within` holds the places that contain it, innermost first."""

    name: str
    label: str
    count: int
    mentions: tuple[Mention, ...]
    within: tuple[Linked, ...]


@dataclass(frozen=True)
class Records:
    """All records of one document, each kind in order of the text."""

    id: str
    tolls: tuple[TollRecord, ...]
    quotes: tuple[QuoteRecord, ...]
    actors: tuple[ActorGroup, ...]
    locations: tuple[LocationGroup, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, as `json.dumps` takes them and `json.loads` returns them."""
        return _plain(self)


def to_records(document: Document, inventory: Inventory = INVENTORY) -> Records:
    """The records of a sound document (`sitrep.document.faults` finds none)."""
    grouping = Grouping(document, inventory)
    bounds = sentences(document.text)
    order = sorted(range(len(document.spans)), key=lambda index: (document.spans[index].start, index))
    return Records(
        id=document.id,
        tolls=tuple(_toll(grouping, index, bounds) for index in order if grouping.layers[index] == "TOLL"),
        quotes=tuple(_quote(grouping, index) for index in order if document.spans[index].label in _QUOTE_KINDS),
        actors=tuple(_actor_group(grouping, members) for members in grouping.groups("ACTOR")),
        locations=tuple(_location_group(grouping, members) for members in grouping.groups("LOCATION")),
    )


def _toll(grouping: Grouping, index: int, bounds: Sequence[tuple[int, int]]) -> TollRecord:
    document = grouping.document
    span = document.spans[index]
    count = parse_count(document.text_of(span))
    return TollRecord(
        kind=span.label,
        low=count.low,
        high=count.high,
        qualifier=count.qualifier,
        text=document.text_of(span),
        start=span.start,
        end=span.end,
        score=span.score,
        least_score=_least(grouping, index, ("occurred_in", "reported_by", "inflicted_by")),
        number=_passage(document, span.start + count.start, span.start + count.end),
        victims=_passage(document, span.start + count.noun_start, span.end),
        places=tuple(_place(grouping, edge.target, edge.score) for edge in grouping.targets(index, "occurred_in")),
        sources=_parties(grouping, index, "reported_by"),
        culprits=_parties(grouping, index, "inflicted_by"),
        sentence=_sentence(document, span, bounds),
    )


def _quote(grouping: Grouping, index: int) -> QuoteRecord:
    span = grouping.document.spans[index]
    return QuoteRecord(
        kind=_QUOTE_KINDS[span.label],
        text=grouping.document.text_of(span),
        start=span.start,
        end=span.end,
        score=span.score,
        least_score=_least(grouping, index, ("said_by",)),
        speakers=_parties(grouping, index, "said_by"),
    )


def _least(grouping: Grouping, index: int, relations: Sequence[str]) -> float:
    scores = (edge.score for relation in relations for edge in grouping.targets(index, relation))
    return min([grouping.document.spans[index].score, *scores])


def _place(grouping: Grouping, index: int, relation_score: float) -> Place:
    mention = grouping.mention(index)
    within = grouping.containers(index)
    return Place(mention.name, mention.start, mention.end, mention.score, relation_score, within)


def _parties(grouping: Grouping, index: int, relation: str) -> tuple[Party, ...]:
    return tuple(_party(grouping, edge.target, edge.score) for edge in grouping.targets(index, relation))


def _party(grouping: Grouping, index: int, relation_score: float) -> Party:
    resolved = grouping.mention(grouping.canonical(index))
    organisations = grouping.organisations(grouping.group(index))
    return Party(resolved.name, grouping.mention(index), resolved, organisations, relation_score)


def _actor_group(grouping: Grouping, members: tuple[int, ...]) -> ActorGroup:
    best = grouping.mention(grouping.canonical(members[0]))
    mentions = tuple(grouping.mention(member) for member in members)
    return ActorGroup(best.name, best.label, len(members), mentions, grouping.organisations(members))


def _location_group(grouping: Grouping, members: tuple[int, ...]) -> LocationGroup:
    best = grouping.mention(grouping.canonical(members[0]))
    mentions = tuple(grouping.mention(member) for member in members)
    return LocationGroup(best.name, best.label, len(members), mentions, grouping.containers(members[0]))


def _sentence(document: Document, span: Span, bounds: Sequence[tuple[int, int]]) -> Passage:
    start, end = sentence_of(bounds, span.start, span.end)
    return Passage(document.text[start:end], start, end)


def _passage(document: Document, start: int, end: int) -> Passage | None:
    return Passage(document.text[start:end], start, end) if start < end else None


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
