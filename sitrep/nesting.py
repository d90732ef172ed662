"""Spans that cross as properly nested pieces: what HTML elements and brackets need.

    list(pieces("abcd", [Span(0, 3, "X"), Span(2, 4, "Y")]))
    # Open 0, "ab", Open 1, "c", Close 1, Close 0, Open 1 again, "d", Close 1

Where a span ends before one that was opened inside it, the inner one is closed and opened again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sitrep.document import Span
from sitrep.labels import INVENTORY

# Quotes enclose what is said, a toll or an actor encloses the places in its words.
_DEPTH = {"INDIRECT_QUOTE": 0, "DIRECT_QUOTE": 1, "TOLL": 2, "ACTOR": 3, "LOCATION": 4}


@dataclass(frozen=True)
class Open:
    """A piece of span `index` begins; it is the span's first and last piece or neither."""

    index: int
    first: bool
    last: bool


@dataclass(frozen=True)
class Close:
    """The innermost open piece ends."""

    index: int
    last: bool


def pieces(text: str, spans: Sequence[Span]) -> Iterator[str | Open | Close]:
    """The text in stretches, between the openings and closings of its spans.

    All strings together are the text; every `Close` closes what was opened last.
    """
    starts: dict[int, list[int]] = {}
    for index, span in enumerate(spans):
        if 0 <= span.start < span.end <= len(text):
            starts.setdefault(span.start, []).append(index)
    borders = sorted({0, len(text)} | {border for index in range(len(spans)) for border in _ends(spans, starts, index)})
    stack: list[int] = []
    for start, end in pairwise(borders):
        fresh = sorted(starts.get(start, ()), key=lambda index: _order(spans, index))
        yield from _open(fresh, spans, stack, start)
        yield text[start:end]
        yield from _close(spans, stack, end)


def _ends(spans: Sequence[Span], starts: dict[int, list[int]], index: int) -> tuple[int, ...]:
    span = spans[index]
    return (span.start, span.end) if index in starts.get(span.start, ()) else ()


def _order(spans: Sequence[Span], index: int) -> tuple[int, int, int]:
    span = spans[index]
    layer = INVENTORY.layer_of.get(span.label)
    return -span.end, _DEPTH.get(layer.name, 5) if layer else 5, index


def _open(fresh: Sequence[int], spans: Sequence[Span], stack: list[int], start: int) -> Iterator[Open]:
    for index in fresh:
        # A piece is the last one unless a span around it ends earlier and so cuts it.
        last = all(spans[outer].end >= spans[index].end for outer in stack)
        stack.append(index)
        yield Open(index, spans[index].start == start, last)


def _close(spans: Sequence[Span], stack: list[int], end: int) -> Iterator[Open | Close]:
    lowest = next((depth for depth, index in enumerate(stack) if spans[index].end == end), len(stack))
    again = [index for index in stack[lowest:] if spans[index].end > end]
    while len(stack) > lowest:
        index = stack.pop()
        yield Close(index, spans[index].end == end)
    yield from _open(sorted(again, key=lambda index: _order(spans, index)), spans, stack, end)
