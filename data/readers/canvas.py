"""What a reader has decided of a text so far, layer by layer; the first decision stands."""

import re
from dataclasses import dataclass, field

from data.partial import Constraint
from sitrep.document import Span
from sitrep.labels import INVENTORY


@dataclass
class Canvas:
    """What was decided for the characters of each layer; the first decision stands."""

    text: str
    taken: dict[str, list[bool]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)

    def is_free(self, layer: str, start: int, end: int) -> bool:
        """Whether nothing is decided for a range."""
        return not any(self._layer(layer)[start:end])

    def _layer(self, layer: str) -> list[bool]:
        return self.taken.setdefault(layer, [False] * len(self.text))

    def teach(self, start: int, end: int, label: str) -> None:
        """An exact span, if its range is free."""
        layer = INVENTORY.layer_of[label].name
        if start < end and self.is_free(layer, start, end):
            self.spans.append(Span(start, end, label))
            self._layer(layer)[start:end] = [True] * (end - start)

    def permit(self, start: int, end: int, layer: str, tags: frozenset[str] | None) -> None:
        """The tags permitted over those words of a range for which nothing is decided."""
        for word in re.finditer(r"\S+", self.text[start:end]):
            left, right = start + word.start(), start + word.end()
            for run in re.finditer("f+", "".join("t" if each else "f" for each in self._layer(layer)[left:right])):
                self.constraints.append(Constraint(left + run.start(), left + run.end(), layer, tags))
            self._layer(layer)[left:right] = [True] * (right - left)
