"""Documents written by hand for the tests of inputs and outputs."""

from collections.abc import Sequence
from pathlib import Path

from data.inline import parse
from sitrep.document import Document, Span, build
from sitrep.records import Records, to_records

_MARKET = Path(__file__).with_name("market.inline")

CROSSING_TEXT = (
    '<script>alert("1 & 2")</script>\r\n\r\n\tBombs 💣 fell on "Al-Noor, said Ali & Sons <b>loudly</b>\n'
    "  in the    camp\u2019s east.\n\n\nخمسة قتلى\u202eabc\u202c end </textarea>]]>\n"
)


def market() -> Document:
    """`examples/market-shelling.txt` with its annotation."""
    return next(parse(_MARKET.read_text("utf-8"), _MARKET.name))


def crossing(identity: str = "crossing <1> & 'co'") -> Document:
    """Spans of several layers that cross, touch, nest and share borders, in a text that attacks its page."""
    text = CROSSING_TEXT

    def span(first: str, last: str, label: str, score: float = 0.9) -> Span:
        start = text.index(first)
        return Span(start, text.index(last, start) + len(last), label, score)

    quote = span("Bombs", "camp\u2019s", "INDIRECT_QUOTE")
    inner = span("Al-Noor", "loudly", "DIRECT_QUOTE")
    toll = span("<script>", "Bombs", "KILLED")
    actor = span("loudly", "east", "ORGANIZATION", 0.5)
    place = span("Al-Noor", "Al-Noor", "LOCATION")
    other = span("camp", "camp\u2019s", "LOCATION")
    edges = [
        ("said_by", quote, actor, 0.8),
        ("occurred_in", toll, place, 0.7),
        ("inflicted_by", toll, actor, 0.6),
        ("located_in", place, other, 1.0),
    ]
    return build(identity, text, [quote, inner, toll, actor, place, other], edges)


def recorded(documents: Sequence[Document]) -> list[tuple[Document, Records]]:
    return [(document, to_records(document)) for document in documents]
