"""How much of what a reader's table shows is right: records made from predictions against records made from gold.

Both sides go through `sitrep.records.to_records`, so a figure's bounds and a speaker's resolved name count as a
user sees them. A record can be right although a span's border is off, and wrong although every span is right.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from eval.metrics import Score, check_pairing
from sitrep.document import Document
from sitrep.labels import INVENTORY, Inventory
from sitrep.records import Party, Place, QuoteRecord, TollRecord, to_records

RECORD_DEFINITIONS = {
    "speakers": (
        "a quote that has a speaker on both sides, of the same kind (direct or indirect), with the same set of "
        "resolved speaker names (pronouns and descriptions followed to the name); its borders exact in the first row, "
        "overlapping in the second"
    ),
    "tolls": (
        "a toll that overlaps the gold toll and agrees in what the row names: kind, low and high always; in the other "
        "rows also the set of resolved source names, of place names, of resolved culprit names, and in `all right` "
        "all three sets"
    ),
}

Record = TypeVar("Record", QuoteRecord, TollRecord)
Same = Callable[[Record, Record], bool]


def record_scores(
    kind: str, gold: Sequence[Document], predicted: Sequence[Document], inventory: Inventory = INVENTORY
) -> dict[str, Score]:
    """Scores of the records of one kind, "speakers" or "tolls", one for each row of its definition.

    Raises:
        ValueError: gold and predictions are not of the same texts in the same order.
    """
    check_pairing(gold, predicted)
    score = {"speakers": _speaker_scores, "tolls": _toll_scores}[kind]
    totals: dict[str, Score] = {}
    for left, right in zip(gold, predicted, strict=True):
        for name, part in score(left, right, inventory).items():
            totals[name] = totals[name] + part if name in totals else part
    return totals


def _speaker_scores(gold: Document, predicted: Document, inventory: Inventory) -> dict[str, Score]:
    wanted, found = (
        [quote for quote in to_records(document, inventory).quotes if quote.speakers] for document in (gold, predicted)
    )
    return {
        "exact borders": _score(wanted, found, lambda one, other: _exact(one, other) and _same_speakers(one, other)),
        "overlapping borders": _score(
            wanted, found, lambda one, other: _overlap(one, other) and _same_speakers(one, other)
        ),
    }


def _toll_scores(gold: Document, predicted: Document, inventory: Inventory) -> dict[str, Score]:
    wanted, found = (to_records(document, inventory).tolls for document in (gold, predicted))
    rows = {"kind, low and high": (), "… and sources": ("sources",), "… and places": ("places",)}
    rows |= {"… and culprits": ("culprits",), "… and sources and places": ("sources", "places")}
    rows |= {"all right": ("sources", "places", "culprits")}
    return {name: _score(wanted, found, _same_toll(fields)) for name, fields in rows.items()}


def record_outcomes(
    gold: Document, predicted: Document, inventory: Inventory = INVENTORY
) -> Iterator[tuple[str, float, bool]]:
    """Each predicted record with its least score, and whether it is right: a toll by "all right", a quote that has a
    speaker by "overlapping borders"."""
    wanted, found = to_records(gold, inventory), to_records(predicted, inventory)
    tolls = _same_toll(("sources", "places", "culprits"))
    yield from _outcomes("toll records", wanted.tolls, found.tolls, tolls)
    spoken, said = ([quote for quote in records.quotes if quote.speakers] for records in (wanted, found))

    def same(one: QuoteRecord, other: QuoteRecord) -> bool:
        return _overlap(one, other) and _same_speakers(one, other)

    yield from _outcomes("quote records", spoken, said, same)


def _outcomes(
    name: str, wanted: Sequence[Record], found: Sequence[Record], same: Same[Record]
) -> Iterator[tuple[str, float, bool]]:
    free = list(wanted)
    for record in found:
        match = next((index for index, other in enumerate(free) if same(other, record)), None)
        if match is not None:
            del free[match]
        yield name, record.least_score, match is not None


def _score(wanted: Sequence[Record], found: Sequence[Record], same: Same[Record]) -> Score:
    """Counts where each predicted record can be right for one gold record at most."""
    free, correct = list(found), 0
    for record in wanted:
        match = next((index for index, other in enumerate(free) if same(record, other)), None)
        if match is not None:
            del free[match]
            correct += 1
    return Score(len(wanted), len(found), correct)


def _exact(one: QuoteRecord | TollRecord, other: QuoteRecord | TollRecord) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _overlap(one: QuoteRecord | TollRecord, other: QuoteRecord | TollRecord) -> bool:
    return one.start < other.end and other.start < one.end


def _same_speakers(one: QuoteRecord, other: QuoteRecord) -> bool:
    return one.kind == other.kind and _names(one.speakers) == _names(other.speakers)


def _same_toll(fields: Sequence[str]) -> Same[TollRecord]:
    def same(one: TollRecord, other: TollRecord) -> bool:
        figures = (one.kind, one.low, one.high) == (other.kind, other.low, other.high)
        names = all(_names(getattr(one, field)) == _names(getattr(other, field)) for field in fields)
        return _overlap(one, other) and figures and names

    return same


def _names(linked: Sequence[Party] | Sequence[Place]) -> set[str]:
    return {one.name for one in linked}
