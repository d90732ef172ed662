"""Documents: an article's untouched text with spans and relations, and their JSON Lines form.

One format serves gold annotation, model predictions and baselines alike. Offsets are half-open
Unicode code points into the text as it was read.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from sitrep.labels import INVENTORY, Inventory


class DocumentError(ValueError):
    """A document that breaks the format; the message names the document and the fault."""


@dataclass(frozen=True, order=True)
class Span:
    """`text[start:end]` carries `label`; `score` is the model's confidence, 1.0 for gold."""

    start: int
    end: int
    label: str
    score: float = 1.0


@dataclass(frozen=True, order=True)
class Relation:
    """A directed relation between two spans, given as indices into the document's spans."""

    type: str
    source: int
    target: int
    score: float = 1.0


@dataclass(frozen=True)
class Document:
    """An article with its annotation; `meta` keeps whatever else a JSON line carried."""

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    def text_of(self, span: Span) -> str:
        return self.text[span.start : span.end]

    @property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8: what a stand-off file knows its text by."""
        return sha256_of(self.text)

    def to_dict(self) -> dict[str, Any]:
        """The JSON line: `id`, `text`, `spans`, `relations`, then the meta fields."""
        return {"id": self.id, "text": self.text, **_annotation(self), **self.meta}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Document":
        """Build a document from a JSON line.

        Raises:
            DocumentError: a required field is missing or has the wrong type.
        """
        identity = raw.get("id")
        if not isinstance(identity, str) or not isinstance(raw.get("text"), str):
            raise DocumentError(f"document {identity!r}: 'id' and 'text' must be strings")
        spans, relations = parse_annotation(raw)
        meta = {key: value for key, value in raw.items() if key not in ("id", "text", "spans", "relations")}
        return cls(identity, raw["text"], spans, relations, meta)


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _annotation(document: Document) -> dict[str, Any]:
    return {
        "spans": [
            {"start": span.start, "end": span.end, "label": span.label, "score": span.score} for span in document.spans
        ],
        "relations": [
            {"type": edge.type, "source": edge.source, "target": edge.target, "score": edge.score}
            for edge in document.relations
        ],
    }


def parse_annotation(raw: Mapping[str, Any]) -> tuple[tuple[Span, ...], tuple[Relation, ...]]:
    """Read the `spans` and `relations` of a JSON line or a stand-off line (either may be absent).

    Raises:
        DocumentError: an entry lacks a field or has one of the wrong type.
    """
    try:
        spans = tuple(
            Span(int(span["start"]), int(span["end"]), str(span["label"]), float(span.get("score", 1.0)))
            for span in raw.get("spans") or ()
        )
        relations = tuple(
            Relation(str(edge["type"]), int(edge["source"]), int(edge["target"]), float(edge.get("score", 1.0)))
            for edge in raw.get("relations") or ()
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DocumentError(f"document {raw.get('id')!r}: malformed span or relation ({error!r})") from error
    return spans, relations


def build(
    identity: str, text: str, spans: Iterable[Span], edges: Iterable[tuple[str, Span, Span, float]], **meta: Any
) -> Document:
    """A document from spans and relations between span *objects*; spans are sorted and deduplicated."""
    ordered = tuple(sorted(set(spans), key=lambda span: (span.start, -span.end, span.label)))
    index = {span: position for position, span in enumerate(ordered)}
    relations = sorted({Relation(name, index[head], index[tail], score) for name, head, tail, score in edges})
    return Document(identity, text, ordered, tuple(relations), meta)


def faults(document: Document, inventory: Inventory = INVENTORY) -> list[str]:
    """Everything that is wrong with a document's annotation, one line each; empty when it is sound."""
    found = []
    for number, span in enumerate(document.spans):
        name = f"span {number} {span.label} [{span.start}, {span.end})"
        if span.label not in inventory.layer_of:
            found.append(f"{name}: unknown label")
        if not 0 <= span.start < span.end <= len(document.text):
            found.append(f"{name}: offsets outside the text of {len(document.text)} characters, or empty")
        elif document.text_of(span) != document.text_of(span).strip():
            found.append(f"{name}: white space at its border: {document.text_of(span)!r}")
    found += _overlaps(document, inventory)
    found += _relation_faults(document, inventory)
    return found


def _overlaps(document: Document, inventory: Inventory) -> Iterator[str]:
    for layer in inventory.layers:
        spans = sorted(span for span in document.spans if span.label in layer.types)
        for left, right in pairwise(spans):
            if right.start < left.end:
                yield (
                    f"layer {layer.name}: {left.label} {document.text_of(left)!r} overlaps "
                    f"{right.label} {document.text_of(right)!r} at {right.start}"
                )


def _relation_faults(document: Document, inventory: Inventory) -> Iterator[str]:
    seen = set()
    for edge in document.relations:
        name = f"relation {edge.type} {edge.source}->{edge.target}"
        if not (0 <= edge.source < len(document.spans) and 0 <= edge.target < len(document.spans)):
            yield f"{name}: no such span"
            continue
        source, target = document.spans[edge.source], document.spans[edge.target]
        kind = inventory.relation_of.get(edge.type)
        if kind is None:
            yield f"{name}: unknown relation"
        elif edge.source == edge.target:
            yield f"{name}: a span relates to itself"
        elif not kind.permits(source.label, target.label):
            yield f"{name}: not permitted from {source.label} to {target.label}"
        if (edge.type, edge.source, edge.target) in seen:
            yield f"{name}: stands twice"
        seen.add((edge.type, edge.source, edge.target))


def read_jsonl(path: Path) -> Iterator[Document]:
    """Documents of a JSON Lines file, lazily.

    Raises:
        DocumentError: a malformed line; the message starts with `file:line`.
    """
    for number, raw in read_json_lines(path):
        try:
            yield Document.from_dict(raw)
        except DocumentError as error:
            raise DocumentError(f"{path}:{number}: {error}") from error


def read_json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each non-blank line; `DocumentError` names the line that is no object."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                raw = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError as error:
                raise DocumentError(f"{path}:{number}: not UTF-8 (byte {error.start} of the line)") from error
            except json.JSONDecodeError as error:
                raise DocumentError(f"{path}:{number}: not JSON: {error.msg} at column {error.colno}") from error
            if not isinstance(raw, dict):
                raise DocumentError(f"{path}:{number}: not a JSON object")
            yield number, raw


def write_jsonl(path: Path, documents: Iterable[Document]) -> int:
    """Write documents, one JSON line each; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as lines:
        for document in documents:
            lines.write(json.dumps(document.to_dict(), ensure_ascii=False) + "\n")
            count += 1
    return count
