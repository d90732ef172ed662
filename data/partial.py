"""What an annotation permits: for each word and layer the set of tags it does not rule out.

The project's own annotation is complete: a word is what its span says, and `O` elsewhere. A corpus made
by others is partial (data/ANNOTATION.md, section 3): its reader says with `silence` what the absence of
annotation permits in each layer, and with constraints what it permits over a range of characters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sitrep.document import Document
from sitrep.labels import INVENTORY, OUTSIDE, Inventory
from sitrep.tokens import Tokens

ANY: None = None
"""Stands for every tag of a layer."""


@dataclass(frozen=True)
class Constraint:
    """Over the characters `[start, end)`, the words of a layer may carry only `tags`, the first only `first`.

    None permits every tag; `first` None means the same as `tags`.
    """

    start: int
    end: int
    layer: str
    tags: frozenset[str] | None
    first: frozenset[str] | None = None


@dataclass(frozen=True)
class Annotated:
    """A document with what its annotation leaves open.

    Spans are exact. `silence` gives for each layer the tags permitted where neither a span nor a
    constraint says anything (missing layer: all). Constraints override spans. `relations_known` are the
    relation types for which every pair among the document's spans is annotated, as there or not there;
    but nothing is known of the relations that start at the spans whose indices are in `undecided`.
    """

    document: Document
    silence: Mapping[str, frozenset[str] | None]
    constraints: tuple[Constraint, ...] = ()
    relations_known: frozenset[str] = field(default_factory=frozenset)
    undecided: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def complete(cls, document: Document, inventory: Inventory = INVENTORY) -> "Annotated":
        """The project's own annotation, which leaves nothing open."""
        silence = {layer.name: frozenset({OUTSIDE}) for layer in inventory.layers}
        return cls(document, silence, (), frozenset(inventory.relation_of))


def tag_masks(annotated: Annotated, tokens: Tokens, inventory: Inventory = INVENTORY) -> dict[str, NDArray[np.int64]]:
    """For each layer the permitted tags of every word as a bit mask over `Layer.tags`. Shape: (n_words,).

    A span that does not fall on word borders permits everything over the words it touches.
    """
    masks: dict[str, NDArray[np.int64]] = {}
    for layer in inventory.layers:
        silent = bits(annotated.silence.get(layer.name), layer.tags)
        masks[layer.name] = np.full(tokens.n_words, silent, np.int64)
    for span in annotated.document.spans:
        layer = inventory.layer_of[span.label]
        words = tokens.words_of(span.start, span.end)
        if words is None:
            first, end = _touched(tokens, span.start, span.end)
            masks[layer.name][first:end] = bits(ANY, layer.tags)
        else:
            masks[layer.name][words[0] : words[1]] = bits(frozenset({f"I-{span.label}"}), layer.tags)
            masks[layer.name][words[0]] = bits(frozenset({f"B-{span.label}"}), layer.tags)
    for constraint in annotated.constraints:
        tags = next(layer.tags for layer in inventory.layers if layer.name == constraint.layer)
        first, end = _touched(tokens, constraint.start, constraint.end)
        if first < end:
            masks[constraint.layer][first:end] = bits(constraint.tags, tags)
            if constraint.first is not None:
                masks[constraint.layer][first] = bits(constraint.first, tags)
    return masks


def bits(permitted: frozenset[str] | None, tags: tuple[str, ...]) -> int:
    """A set of tags as a bit mask; None is all of them."""
    return sum(1 << index for index, tag in enumerate(tags) if permitted is None or tag in permitted)


def _touched(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    first = int(np.searchsorted(tokens.ends, start, side="right"))
    return first, int(np.searchsorted(tokens.starts, end, side="left"))
