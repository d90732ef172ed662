"""The spans of a text laid out for the relation rules: by layer, by sentence, with the words between."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from eval.baselines.reading import Reading
from sitrep.document import Span
from sitrep.labels import INVENTORY
from sitrep.sentences import sentence_index

QUOTES = ("DIRECT_QUOTE", "INDIRECT_QUOTE")


@dataclass(frozen=True)
class Board:
    """Spans in text order, each known by its index in `spans` as they were given."""

    reading: Reading
    spans: tuple[Span, ...]

    @cached_property
    def order(self) -> list[int]:
        return sorted(range(len(self.spans)), key=lambda index: (self.spans[index].start, -self.spans[index].end))

    def of_layer(self, name: str) -> list[int]:
        return [index for index in self.order if _layer(self.spans[index].label) == name]

    @cached_property
    def actors(self) -> list[int]:
        return self.of_layer("ACTOR")

    @cached_property
    def actor_starts(self) -> list[int]:
        return [self.spans[index].start for index in self.actors]

    @cached_property
    def tolls(self) -> list[int]:
        return self.of_layer("TOLL")

    @cached_property
    def places(self) -> list[int]:
        return self.of_layer("LOCATION")

    @cached_property
    def quotes(self) -> list[int]:
        return [index for index in self.order if self.spans[index].label in QUOTES]

    @cached_property
    def quote_rank(self) -> dict[int, int]:
        """Place of each quote among the quotes."""
        return {index: rank for rank, index in enumerate(self.quotes)}

    def sentence_at(self, offset: int) -> int:
        return sentence_index(self.reading.bounds, offset)

    def text(self, index: int) -> str:
        return self.reading.text[self.spans[index].start : self.spans[index].end]

    def label(self, index: int) -> str:
        return self.spans[index].label

    def between(self, left: int, right: int) -> str:
        return self.reading.text[self.spans[left].end : self.spans[right].start]

    def before(self, index: int, length: int = 20) -> str:
        """The characters before a span, in lower case."""
        start = self.spans[index].start
        return self.reading.text[max(0, start - length) : start].lower()

    def after(self, index: int, length: int = 40) -> str:
        end = self.spans[index].end
        return self.reading.text[end : end + length].lower()

    def sentence(self, index: int) -> int:
        return sentence_index(self.reading.bounds, self.spans[index].start)

    def sentence_range(self, offset: int) -> tuple[int, int]:
        if not self.reading.bounds:
            return 0, len(self.reading.text)
        return self.reading.bounds[sentence_index(self.reading.bounds, offset)]

    def actors_in(self, start: int, end: int) -> list[int]:
        """Actors that start in `[start, end)`, found by bisection."""
        low = bisect_right(self.actor_starts, start - 1)
        high = bisect_right(self.actor_starts, end - 1)
        return self.actors[low:high]

    @cached_property
    def by_sentence(self) -> dict[tuple[str, int], list[int]]:
        """Spans of each layer that start in each sentence."""
        found: dict[tuple[str, int], list[int]] = {}
        for index in self.order:
            found.setdefault((_layer(self.spans[index].label), self.sentence(index)), []).append(index)
        return found

    def in_sentence(self, layer: str, sentence: int) -> list[int]:
        return self.by_sentence.get((layer, sentence), [])

    @cached_property
    def enclosing(self) -> dict[int, list[int]]:
        """For each span, the quotes that hold it, outermost first."""
        found: dict[int, list[int]] = {}
        open_quotes: list[int] = []
        for index in self.order:
            span = self.spans[index]
            open_quotes = [quote for quote in open_quotes if self.spans[quote].end > span.start]
            found[index] = [quote for quote in open_quotes if self.spans[quote].end >= span.end and quote != index]
            if span.label in QUOTES:
                open_quotes.append(index)
        return found

    @cached_property
    def paragraph_of(self) -> dict[int, int]:
        """Number of the line that each span starts on."""
        breaks = [offset for offset, character in enumerate(self.reading.text) if character == "\n"]
        return {index: bisect_right(breaks, self.spans[index].start) for index in self.order}


_LAYERS = {label: layer.name for label, layer in INVENTORY.layer_of.items()}


def _layer(label: str) -> str:
    return _LAYERS.get(label, "")
