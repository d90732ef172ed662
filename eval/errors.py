"""What the shipped model gets wrong on the dev articles, counted by kind.

    python -m eval.errors --texts ../shared/corpora --table eval/ERRORS.md

Spans, by layer: an answer or gold span that is not right counts once, as
    border      its label is right, its borders overlap a gold span's of that label but are not the same
    label       its borders are right, its label is another of the layer
    both        it overlaps a gold span of the layer, and neither is right
    spurious    an answer that overlaps no gold span of its layer
    missed      a gold span that no answer of its layer overlaps
Relations, by type: an answer or gold relation that is not right counts once, as
    ends        both ends overlap those of a gold relation of the type, but one is no right span
    target      a gold relation of the type starts at its source and goes elsewhere
    spurious    any other answer that is not right
    missed      a gold relation of whose type no answer joins its source to its target, unless `target` counts for it
Counts only: the words of the articles belong to others.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from data.readme import ReadmeError, replace_block
from data.standoff import join
from eval.metrics import check_pairing
from sitrep.bundle import BundleError
from sitrep.document import Document, DocumentError, Span, read_jsonl
from sitrep.extractor import Extractor
from sitrep.labels import INVENTORY, Inventory

SPAN_KINDS = ("right", "border", "label", "both", "spurious", "missed")
RELATION_KINDS = ("right", "ends", "target", "spurious", "missed")
_LENGTHS = ((1, 1, "1 word"), (2, 3, "2 to 3"), (4, 7, "4 to 7"), (8, 15, "8 to 15"), (16, 10**6, "16 and more"))


def span_errors(gold: Document, predicted: Document, inventory: Inventory = INVENTORY) -> Iterator[tuple[Span, str]]:
    """Each answer with its kind, and each gold span that is missed."""
    for layer in inventory.layers:
        wanted = [span for span in gold.spans if span.label in layer.types]
        found = [span for span in predicted.spans if span.label in layer.types]
        for span in found:
            yield span, _span_kind(span, wanted)
        for span in wanted:
            if not any(_overlap(span, other) for other in found):
                yield span, "missed"


def _span_kind(span: Span, wanted: Sequence[Span]) -> str:
    touched = [other for other in wanted if _overlap(span, other)]
    if not touched:
        return "spurious"
    same_place = [other for other in touched if (other.start, other.end) == (span.start, span.end)]
    if same_place:
        return "right" if same_place[0].label == span.label else "label"
    return "border" if any(other.label == span.label for other in touched) else "both"


def relation_errors(gold: Document, predicted: Document) -> Iterator[tuple[str, str]]:
    """Type and kind of each answer, and of each gold relation that is missed."""
    wanted = [(edge.type, gold.spans[edge.source], gold.spans[edge.target]) for edge in gold.relations]
    found = [(edge.type, predicted.spans[edge.source], predicted.spans[edge.target]) for edge in predicted.relations]
    for kind, source, target in found:
        same = [(left, right) for name, left, right in wanted if name == kind and _overlap(left, source)]
        if any(_same(left, source) and _same(right, target) for left, right in same):
            yield kind, "right"
        elif any(_overlap(right, target) for _, right in same):
            yield kind, "ends"
        else:
            yield kind, "target" if same else "spurious"
    for kind, source, target in wanted:
        answers = [right for name, left, right in found if name == kind and _overlap(left, source)]
        others = [right for name, left, right in wanted if name == kind and _overlap(left, source)]
        astray = [answer for answer in answers if not any(_overlap(answer, right) for right in others)]
        if not any(_overlap(answer, target) for answer in answers) and not astray:
            yield kind, "missed"


def _same(one: Span, other: Span) -> bool:
    return (one.start, one.end, one.label) == (other.start, other.end, other.label)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def report(gold: Sequence[Document], predicted: Sequence[Document], inventory: Inventory = INVENTORY) -> str:
    """Tables of both, by layer and type, by source and by length."""
    check_pairing(gold, predicted)
    by_layer: dict[str, Counter[str]] = {layer.name: Counter() for layer in inventory.layers}
    by_type: dict[str, Counter[str]] = {label: Counter() for label in inventory.labels}
    by_source: dict[str, Counter[str]] = {}
    by_length: dict[str, Counter[str]] = {name: Counter() for _, _, name in _LENGTHS}
    by_relation: dict[str, Counter[str]] = {kind.name: Counter() for kind in inventory.relations}
    for left, right in zip(gold, predicted, strict=True):
        source = str(left.meta.get("source", "authored")).partition("/")[0]
        for span, kind in span_errors(left, right, inventory):
            words = len(left.text[span.start : span.end].split())
            by_layer[inventory.layer_of[span.label].name][kind] += 1
            by_type[span.label][kind] += 1
            by_source.setdefault(source, Counter())[kind] += 1
            by_length[next(name for least, most, name in _LENGTHS if least <= words <= most)][kind] += 1
        for relation, kind in relation_errors(left, right):
            by_relation[relation][kind] += 1
    parts = (
        ("Spans by layer", by_layer, SPAN_KINDS),
        ("Spans by label", by_type, SPAN_KINDS),
        ("Spans by source", dict(sorted(by_source.items())), SPAN_KINDS),
        ("Spans by length", by_length, SPAN_KINDS),
        ("Relations by type", by_relation, RELATION_KINDS),
    )
    return "\n\n".join(f"**{title}**\n\n{_table(rows, kinds)}" for title, rows, kinds in parts)


def _table(rows: dict[str, Counter[str]], kinds: Sequence[str]) -> str:
    lines = [f"| | {' | '.join(kinds)} |", "| --- |" + " ---: |" * len(kinds)]
    lines += [f"| {name} | {' | '.join(str(counts[kind]) for kind in kinds)} |" for name, counts in rows.items()]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.errors", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--bundle", type=Path, default=Path("sitrep/bundle"))
    parser.add_argument("--authored", type=Path, default=Path("data/authored/dev.jsonl"))
    parser.add_argument("--news", type=Path, default=Path("data/news/dev.jsonl"), help="stand-off annotation")
    parser.add_argument("--texts", type=Path, default=Path("../shared/corpora"), help="folder of its texts")
    parser.add_argument("--table", type=Path, help="write into this page's block 'errors' instead of printing")
    options = parser.parse_args(arguments)
    try:
        gold = [*read_jsonl(options.authored), *join(options.news, options.texts)]
        predicted = list(Extractor.load(options.bundle).extract_many(gold))
        text = f"{len(gold)} dev articles.\n\n{report(gold, predicted)}"
        if options.table:
            replace_block(options.table, "errors", text)
        else:
            print(text)
    except (BundleError, DocumentError, ReadmeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
