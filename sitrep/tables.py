"""Records as flat tables: one row a record, for spreadsheets and data frames.

| table     | a row is                          |
| --------- | --------------------------------- |
| tolls     | one count of people               |
| quotes    | one quotation                     |
| actors    | one actor, with all its mentions  |
| locations | one place, with all its mentions  |

A cell with several values joins them with "; ", best first, and the columns of their scores, starts
and ends keep that order. `start` and `end` are offsets into the article's text. Names are the actor's
best name in the article; the words that stand in the text are in the `…_mentions` columns. A place's
full form is "hospital, city, country". `least_score` is the least of a row's score and those of its relations: a
person should look at rows where it is below 0.9 (`sitrep.calibration.ACCEPT`). An empty cell means that the article
does not say.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sitrep.groups import Linked, Mention
from sitrep.records import ActorGroup, LocationGroup, Party, Place, QuoteRecord, Records, TollRecord

Cell = str | int | float | None
Row = dict[str, Cell]

SEPARATOR = "; "


def joined(values: Iterable[Any]) -> str:
    return SEPARATOR.join(str(value) for value in values)


def bounds(low: int | None, high: int | None) -> str:
    """Bounds as a reader writes them: "54", "54+", "1–54", "≤ 54", "?"."""
    if low is None:
        return "?" if high is None else f"≤ {high:,}"
    if high is None:
        return f"{low:,}+"
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def full_place(name: str, within: Sequence[Linked]) -> str:
    """A place with those that contain it: "Al-Noor hospital, Homs, Syria"."""
    return ", ".join([name, *(link.mention.name for link in within)])


def _organisations(parties: Iterable[Party]) -> str:
    names = (link.mention.name for party in parties for link in party.organisations)
    return joined(dict.fromkeys(names))


def _party_cells(role: str, parties: Sequence[Party]) -> Row:
    return {
        f"{role}s": joined(party.name for party in parties),
        f"{role}_mentions": joined(party.mention.name for party in parties),
        f"{role}_organisations": _organisations(parties),
        f"{role}_scores": joined(party.relation_score for party in parties),
    }


def _place_cells(places: Sequence[Place]) -> Row:
    return {
        "places": joined(place.name for place in places),
        "places_full": joined(full_place(place.name, place.within) for place in places),
        "place_scores": joined(place.relation_score for place in places),
    }


def _mention_cells(mentions: Sequence[Mention]) -> Row:
    return {
        "mentions": joined(mention.name for mention in mentions),
        "starts": joined(mention.start for mention in mentions),
        "ends": joined(mention.end for mention in mentions),
        "scores": joined(mention.score for mention in mentions),
    }


def toll_row(article: str, toll: TollRecord) -> Row:
    return {
        "article_id": article,
        "kind": toll.kind,
        "low": toll.low,
        "high": toll.high,
        "qualifier": toll.qualifier,
        "victims": toll.victims.text if toll.victims else None,
        **_place_cells(toll.places),
        **_party_cells("source", toll.sources),
        **_party_cells("culprit", toll.culprits),
        "text": toll.text,
        "start": toll.start,
        "end": toll.end,
        "score": toll.score,
        "least_score": toll.least_score,
        "sentence": toll.sentence.text,
    }


def quote_row(article: str, quote: QuoteRecord) -> Row:
    return {
        "article_id": article,
        "kind": quote.kind,
        "text": quote.text,
        **_party_cells("speaker", quote.speakers),
        "start": quote.start,
        "end": quote.end,
        "score": quote.score,
        "least_score": quote.least_score,
    }


def actor_row(article: str, actor: ActorGroup) -> Row:
    return {
        "article_id": article,
        "name": actor.name,
        "label": actor.label,
        "count": actor.count,
        "organisations": joined(link.mention.name for link in actor.organisations),
        "organisation_scores": joined(link.relation_score for link in actor.organisations),
        **_mention_cells(actor.mentions),
    }


def location_row(article: str, location: LocationGroup) -> Row:
    return {
        "article_id": article,
        "name": location.name,
        "full": full_place(location.name, location.within),
        "count": location.count,
        "within": joined(link.mention.name for link in location.within),
        "within_scores": joined(link.relation_score for link in location.within),
        **_mention_cells(location.mentions),
    }


_ROWS: dict[str, Callable[[str, Any], Row]] = {
    "tolls": toll_row,
    "quotes": quote_row,
    "actors": actor_row,
    "locations": location_row,
}

_MENTIONS = ("mentions", "starts", "ends", "scores")


def _party_columns(role: str) -> tuple[str, ...]:
    return (f"{role}s", f"{role}_mentions", f"{role}_organisations", f"{role}_scores")


COLUMNS: dict[str, tuple[str, ...]] = {
    "tolls": (
        *("article_id", "kind", "low", "high", "qualifier", "victims", "places", "places_full", "place_scores"),
        *_party_columns("source"),
        *_party_columns("culprit"),
        *("text", "start", "end", "score", "least_score", "sentence"),
    ),
    "quotes": ("article_id", "kind", "text", *_party_columns("speaker"), "start", "end", "score", "least_score"),
    "actors": ("article_id", "name", "label", "count", "organisations", "organisation_scores", *_MENTIONS),
    "locations": ("article_id", "name", "full", "count", "within", "within_scores", *_MENTIONS),
}
"""Table name, which is also the field of `Records`, to its columns; known before the first article."""


def rows(table: str, records: Records) -> list[Row]:
    """The rows that one article adds to a table."""
    return [_ROWS[table](records.id, record) for record in getattr(records, table)]
