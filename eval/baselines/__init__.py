"""Rule baselines: what a good engineer reaches by rules alone, in the document format of the models.

Pure functions of the text. `rules` finds spans and relations; `relate_given` relates given spans.
"""

from dataclasses import replace

from eval.baselines.actors import actors_of
from eval.baselines.locations import locations_of
from eval.baselines.names import names
from eval.baselines.quotes import indirect_of
from eval.baselines.reading import Reading
from eval.baselines.relations import relate
from eval.baselines.tolls import tolls_of
from sitrep.document import Document, Span


def rules(document: Document) -> Document:
    """The document's text with the spans and relations that the rules find; any given ones are dropped."""
    spans = tuple(_spans(document.text))
    return replace(document, spans=spans, relations=tuple(relate(document.text, spans)))


def relate_given(document: Document) -> Document:
    """The document with its own spans, and the relations that the rules find between them."""
    return replace(document, relations=tuple(relate(document.text, document.spans)))


def _spans(text: str) -> list[Span]:
    reading = Reading(text)
    found, tolls = names(reading), tolls_of(reading)
    spans = [
        *reading.quotes,
        *indirect_of(reading),
        *actors_of(reading, found, tolls),
        *locations_of(reading, found),
        *tolls,
    ]
    return sorted(spans, key=lambda span: (span.start, -span.end, span.label))
