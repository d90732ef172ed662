"""Mentions of one article that mean the same actor or place, and what the document says of them.

Two ACTOR mentions stand in one group when

- both are PERSON or both ORGANIZATION, and their names are equal but for case;
- one is the surname of the other: a PERSON name that equals the last words of a longer one ("Annan",
  "Kofi Annan"; "Assad", "Bashar al-Assad"). Its first mention decides for the article: the nearest
  earlier name that fits is meant; if none stands before (a headline), the first that follows;
- the second is the abbreviation of the first: "Free Syrian Army (FSA)", both ORGANIZATION;
- a refers_to relation links them, directly or through others. A mention has at most one antecedent,
  so of several relations the best counts. Groups are the connected sets of these links: a cycle of
  links is one group.

Equal descriptions ("gunmen" here and there) are not one actor. LOCATION mentions of one name are one
place.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sitrep.document import Document, Relation, Span
from sitrep.labels import INVENTORY, Inventory

_OPENING = re.compile(r"\s*\(\s*")
_SURNAME_BORDER = re.compile(r"(?:\s|\b(?:al|el|ul|an|ar|as|ash|at|ad|az)-)$", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """A span of the document with its words: `document.text[start:end] == name`."""

    name: str
    label: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Linked:
    """A mention at the end of a relation; `relation_score` is the model's confidence in the relation."""

    mention: Mention
    relation_score: float


class Grouping:
    """The groups of a document, by the indices of its spans."""

    def __init__(self, document: Document, inventory: Inventory = INVENTORY) -> None:
        self.document = document
        self.layers = [getattr(inventory.layer_of.get(span.label), "name", "") for span in document.spans]
        self._outgoing: dict[tuple[int, str], list[Relation]] = defaultdict(list)
        for edge in sorted(document.relations, key=lambda edge: (-edge.score, edge.target)):
            self._outgoing[edge.source, edge.type].append(edge)
        self._parents = list(range(len(document.spans)))
        self._best: dict[int, int] = {}
        self._join_all()

    def mention(self, index: int) -> Mention:
        span = self.document.spans[index]
        return Mention(self.document.text_of(span), span.label, span.start, span.end, span.score)

    def links(self, index: int, relation: str) -> Sequence[Relation]:
        """The relations of one type that start at a span, best first."""
        return self._outgoing.get((index, relation), ())

    def targets(self, index: int, relation: str) -> Iterator[Relation]:
        """The relations of one type that start at a span, best first, and only the best to each group of mentions."""
        seen: set[int] = set()
        for edge in self.links(index, relation):
            root = self._root(edge.target)
            if root not in seen:
                seen.add(root)
                yield edge

    def group(self, index: int) -> tuple[int, ...]:
        """The spans that mean the same as this one, itself among them, in order of the text."""
        return self._members[self._root(index)]

    def groups(self, layer: str) -> Iterator[tuple[int, ...]]:
        """The groups of a layer, in order of their first mentions."""
        return (members for members in self._members.values() if self.layers[members[0]] == layer)

    def canonical(self, index: int) -> int:
        """The mention that names a group best.

        The longest proper name that is no reference to another mention; without a proper name the
        first description, and without one the first mention. Equals go to the earlier.
        """
        root = self._root(index)
        if root not in self._best:
            self._best[root] = self._best_of(self._members[root])
        return self._best[root]

    def _best_of(self, members: Sequence[int]) -> int:
        own = [member for member in members if not self.links(member, "refers_to")] or list(members)
        names = [member for member in own if self._label(member) in ("PERSON", "ORGANIZATION", "LOCATION")]
        if names:
            return max(names, key=lambda member: (len(self._name(member)), -member))
        return next((member for member in own if self._label(member) != "PRONOUN"), own[0])

    def organisations(self, members: Iterable[int]) -> tuple[Linked, ...]:
        """What any of the mentions is a member of: each organisation once, under its full name, best first."""
        best: dict[int, float] = {}
        for edge in (edge for member in members for edge in self.links(member, "member_of")):
            target = self.canonical(edge.target)
            best[target] = max(edge.score, best.get(target, 0.0))
        ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Linked(self.mention(target), score) for target, score in ordered)

    def containers(self, index: int) -> tuple[Linked, ...]:
        """The places that a place lies in, innermost first.

        Each step follows the located_in of the mention itself, or else the best of its place's other
        mentions, and ends where a place would come twice.
        """
        chain, seen = [], {self._root(index)}
        while edge := self._container(index):
            index = edge.target
            if self._root(index) in seen:
                break
            seen.add(self._root(index))
            chain.append(Linked(self.mention(index), edge.score))
        return tuple(chain)

    def _container(self, index: int) -> Relation | None:
        own = self.links(index, "located_in")
        others = (edge for member in self.group(index) for edge in self.links(member, "located_in"))
        return own[0] if own else max(others, key=lambda edge: edge.score, default=None)

    def _label(self, index: int) -> str:
        return self.document.spans[index].label

    def _name(self, index: int) -> str:
        return self.document.text_of(self.document.spans[index])

    # --- Joining ---

    @cached_property
    def _members(self) -> dict[int, tuple[int, ...]]:
        members: dict[int, list[int]] = defaultdict(list)
        for index, _ in sorted(enumerate(self.document.spans), key=lambda item: (item[1].start, item[1].end)):
            members[self._root(index)].append(index)
        return {root: tuple(indices) for root, indices in members.items()}

    def _root(self, index: int) -> int:
        while self._parents[index] != index:
            self._parents[index] = self._parents[self._parents[index]]
            index = self._parents[index]
        return index

    def _join(self, left: int, right: int) -> None:
        first, second = sorted((self._root(left), self._root(right)))
        self._parents[second] = first

    def _join_all(self) -> None:
        for label in ("PERSON", "ORGANIZATION", "LOCATION"):
            indices = [index for index, span in enumerate(self.document.spans) if span.label == label]
            indices.sort(key=lambda index: self.document.spans[index].start)
            for left, right in _same_names([(index, self._name(index).casefold()) for index in indices]):
                self._join(left, right)
            if label == "PERSON":
                self._join_surnames(indices)
            if label == "ORGANIZATION":
                self._join_abbreviations(indices)
        for (source, relation), edges in self._outgoing.items():
            if relation == "refers_to":
                self._join(source, edges[0].target)

    def _join_surnames(self, indices: Sequence[int]) -> None:
        names = {index: self._name(index).casefold() for index in indices}
        by_last_word: dict[str, list[int]] = defaultdict(list)
        for place, index in enumerate(indices):
            by_last_word[_last_word(names[index])].append(place)
        seen = set()
        for place, index in enumerate(indices):
            # Later mentions follow the first one; on their own they would join two who share a surname.
            if names[index] in seen:
                continue
            seen.add(names[index])
            alike = by_last_word[_last_word(names[index])]
            in_reach = [
                *(other for other in reversed(alike) if other < place),
                *(other for other in alike if other > place),
            ]
            full = next(
                (indices[other] for other in in_reach if _is_surname(names[index], names[indices[other]])), None
            )
            if full is not None:
                self._join(index, full)

    def _join_abbreviations(self, indices: Sequence[int]) -> None:
        for left, right in pairwise(indices):
            if _is_abbreviation(self.document.text, self.document.spans[left], self.document.spans[right]):
                self._join(left, right)


def _same_names(named: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    first: dict[str, int] = {}
    for index, name in named:
        yield first.setdefault(name, index), index


def _last_word(name: str) -> str:
    return re.split(r"[\s-]", name)[-1]


def _is_surname(short: str, full: str) -> bool:
    """Whether a name is the last words of a longer one, its Arabic article left out or not."""
    return len(short) < len(full) and full.endswith(short) and bool(_SURNAME_BORDER.search(full[: -len(short)]))


def _is_abbreviation(text: str, full: Span, short: Span) -> bool:
    """Whether the second name stands in brackets of its own behind the first, and is one shorter word."""
    in_brackets = (
        _OPENING.fullmatch(text, full.end, short.start) and text[short.end : short.end + 2].lstrip()[:1] == ")"
    )
    words = text[short.start : short.end].split()
    return bool(in_brackets) and len(words) == 1 and len(words[0]) < full.end - full.start
