"""The label inventory: layers, span types and relation types with their permitted ends.

Everything that needs a label reads it from here, and this module reads it from a data file:
`labels.json` beside it is the project's own scheme (data/ANNOTATION.md); a user trains on another
by pointing a config at another file of the same shape.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

OUTSIDE = "O"
BORDERS = ("words", "clauses", "quotation_marks")


class LabelsError(ValueError):
    """A label file that does not have the shape described in this module."""


@dataclass(frozen=True)
class Layer:
    """One tagging layer: spans of a layer never overlap, spans of different layers may.

    `borders` says what a span's borders go by: `words`; `clauses`, which have no punctuation at their ends and at
    least two words; or `quotation_marks` where there are any. `side_by_side` says whether a span may begin right
    where another one ends, without a word or mark between.
    """

    name: str
    types: tuple[str, ...]
    borders: str = "words"
    side_by_side: bool = True

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """IOB2 tags in index order: `O`, then `B-` and `I-` of each type."""
        return (OUTSIDE, *(f"{prefix}-{label}" for label in self.types for prefix in "BI"))


@dataclass(frozen=True)
class RelationType:
    """A directed relation; `sources` and `targets` are the permitted span types of its two ends.

    `single_target` says that a source has at most one such relation, so decoding keeps the best; `reach`
    is the most sentences by which the ends may be apart.
    """

    name: str
    sources: frozenset[str]
    targets: frozenset[str]
    single_target: bool
    reach: int

    def permits(self, source: str, target: str) -> bool:
        return source in self.sources and target in self.targets


@dataclass(frozen=True)
class Inventory:
    """All layers and relation types, in the order in which models index them."""

    layers: tuple[Layer, ...]
    relations: tuple[RelationType, ...]

    @cached_property
    def layer_of(self) -> dict[str, Layer]:
        """Span type to the layer that holds it."""
        return {label: layer for layer in self.layers for label in layer.types}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every span type, in layer order."""
        return tuple(label for layer in self.layers for label in layer.types)

    @cached_property
    def relation_of(self) -> dict[str, RelationType]:
        return {relation.name: relation for relation in self.relations}

    @cached_property
    def tag_slices(self) -> dict[str, slice]:
        """Layer name to its columns where the tags of all layers stand side by side."""
        slices, start = {}, 0
        for layer in self.layers:
            slices[layer.name] = slice(start, start + len(layer.tags))
            start += len(layer.tags)
        return slices

    @property
    def n_tags(self) -> int:
        """Number of tags of all layers together."""
        return sum(len(layer.tags) for layer in self.layers)

    def to_dict(self) -> dict[str, Any]:
        return {
            "layers": [
                {
                    "name": layer.name,
                    "types": list(layer.types),
                    "borders": layer.borders,
                    "side_by_side": layer.side_by_side,
                }
                for layer in self.layers
            ],
            "relations": [
                {
                    "name": relation.name,
                    "sources": [label for label in self.labels if label in relation.sources],
                    "targets": [label for label in self.labels if label in relation.targets],
                    "single_target": relation.single_target,
                    "reach": relation.reach,
                }
                for relation in self.relations
            ],
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Inventory":
        """Check and build an inventory.

        Raises:
            LabelsError: a missing key, a type in two layers, or a relation end that is no type.
        """
        try:
            layers = tuple(
                Layer(
                    layer["name"],
                    tuple(layer["types"]),
                    layer.get("borders", "words"),
                    bool(layer.get("side_by_side", True)),
                )
                for layer in raw["layers"]
            )
            relations = tuple(
                RelationType(
                    relation["name"],
                    frozenset(relation["sources"]),
                    frozenset(relation["targets"]),
                    bool(relation.get("single_target", False)),
                    int(relation.get("reach", 2)),
                )
                for relation in raw["relations"]
            )
        except (KeyError, TypeError) as error:
            raise LabelsError(f"labels: malformed layer or relation entry ({error!r})") from error
        if any(layer.borders not in BORDERS for layer in layers):
            raise LabelsError(f"labels: the borders of a layer must be one of {', '.join(BORDERS)}")
        labels = [label for layer in layers for label in layer.types]
        if len(set(labels)) != len(labels):
            raise LabelsError("labels: a span type stands in two layers or twice in one")
        for relation in relations:
            unknown = (relation.sources | relation.targets) - set(labels)
            if unknown:
                raise LabelsError(f"labels: relation {relation.name} names unknown types {sorted(unknown)}")
        return cls(layers, relations)

    @classmethod
    def load(cls, path: Path | None = None) -> "Inventory":
        """Read a label file; without a path, the project's own.

        Raises:
            LabelsError: no such file, not JSON, or not of the shape above.
        """
        path = path or Path(__file__).with_name("labels.json")
        try:
            return cls.from_dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError) as error:
            raise LabelsError(f"{path}: {error}") from error


INVENTORY = Inventory.load()
