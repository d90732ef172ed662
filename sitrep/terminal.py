"""An article in the terminal: its text with nested spans, then its tolls and quotes.

With colours where the terminal has them. In a file, a pipe or under NO_COLOR, spans stand in brackets
behind their labels instead: "[KILLED at least 54 civilians]".
"""

import io
import os
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sitrep.document import Document
from sitrep.labels import INVENTORY
from sitrep.nesting import Open, pieces
from sitrep.records import Party, Records
from sitrep.tables import bounds, full_place

# Outside of quotes, tones that can be read on a light terminal and on a dark one; quotes bring their paper.
_INKS = {"TOLL": "bold #d9403a", "ACTOR": "#3f87e0", "LOCATION": "underline #2f9150"}
_PAPERS = {"INDIRECT_QUOTE": "on #d5d9ee", "DIRECT_QUOTE": "on #f5e3a1"}
_INKS_ON_PAPER = {"": "#15171a", "TOLL": "bold #8f1414", "ACTOR": "#123c86", "LOCATION": "underline #0b5231"}
_LEGEND = {"TOLL": "toll", "ACTOR": "actor", "LOCATION": "place"}

_WIDTH_WITHOUT_TERMINAL = 100
# An article must not drive the terminal; a carriage return would overwrite its own line.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise  # rich would end the process; the command has its own way


def console_for(stream: TextIO) -> Console:
    """A console on a stream."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # an emoji must not stop a terminal that has no UTF-8
    console = _Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console


def show(document: Document, records: Records, console: Console) -> None:
    """Print one article."""
    coloured = console.color_system is not None and not console.no_color
    console.print(Text(harmless(document.id), style="bold"))
    if coloured:
        console.print(_legend())
    console.print()
    console.print(coloured_text(document) if coloured else Text(bracketed_text(document)))
    for table in (_toll_table(records), _quote_table(records)):
        if table.row_count:
            console.print()
            console.print(table)
    console.print()


def harmless(text: str) -> str:
    """The text without characters that steer a terminal, each replaced by U+FFFD; CRLF becomes LF."""
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n"))


def coloured_text(document: Document) -> Text:
    """The text with the colours of the innermost quote and of the innermost mark at each place."""
    text = Text()
    spans = document.spans
    borders = sorted({0, len(document.text)} | {end for span in spans for end in (span.start, span.end)})
    for start, end in pairwise(borders):
        layers = {_layer(span.label) for span in spans if span.start <= start and end <= span.end}
        # Styles go on before control characters are replaced, as CRLF shifts the offsets after it.
        text.append(harmless(document.text[start:end]), style=_style(layers))
    return text


def _style(layers: set[str]) -> str:
    mark = next((layer for layer in reversed(_INKS) if layer in layers), "")
    paper = next((_PAPERS[layer] for layer in reversed(_PAPERS) if layer in layers), "")
    return f"{_INKS_ON_PAPER[mark]} {paper}" if paper else _INKS.get(mark, "")


def _legend() -> Text:
    text = Text()
    for layer, name in _LEGEND.items():
        text.append(name, style=_style({layer})).append("  ")
    for layer in reversed(_PAPERS):
        text.append(layer.replace("_", " ").lower(), style=_style({layer})).append("  ")
    return text


def _layer(label: str) -> str:
    layer = INVENTORY.layer_of.get(label)
    return layer.name if layer else "ACTOR"


def bracketed_text(document: Document) -> str:
    """The text with brackets: "[ACTOR words]", with dots where a crossing span was cut."""
    parts = []
    for piece in pieces(document.text, document.spans):
        if isinstance(piece, str):
            parts.append(harmless(piece))
        elif isinstance(piece, Open):
            parts.append(f"[{document.spans[piece.index].label}{'' if piece.first else '…'} ")
        else:
            parts.append("]" if piece.last else " …]")
    return "".join(parts)


def _toll_table(records: Records) -> Table:
    table = _table("Tolls", ("Kind", "Number", "Victims", "Place", "Source", "Culprit"), ("Score",))
    for toll in records.tolls:
        count = bounds(toll.low, toll.high)
        _add(
            table,
            toll.kind,
            count if toll.qualifier == "exact" else f"{count} ({toll.qualifier})",
            toll.victims.text if toll.victims else "",
            "\n".join(full_place(place.name, place.within) for place in toll.places),
            _names(toll.sources),
            _names(toll.culprits),
            f"{toll.least_score:.2f}",
        )
    return table


def _quote_table(records: Records) -> Table:
    table = _table("Quotes", ("Speaker", "Kind", "Words"), ("Score",))
    for quote in records.quotes:
        _add(table, _names(quote.speakers), quote.kind, quote.text, f"{quote.least_score:.2f}")
    return table


def _table(title: str, heads: Iterable[str], numbers: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for head in numbers:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(Text(harmless(cell)) for cell in cells))


def _names(parties: Sequence[Party]) -> str:
    return "\n".join(
        party.name if party.name == party.mention.name else f"{party.name} (“{party.mention.name}”)"
        for party in parties
    )
