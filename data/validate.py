"""Check annotation: format faults, stand-off texts, and places that a reviewer should look at again.

    python -m data.validate data/authored/train.jsonl
    python -m data.validate data/seeds.jsonl --texts FOLDER      stand-off: joined with its texts
    python -m data.validate FILE --print                          the annotation as inline mark-up
    python -m data.validate FILE --review                         also list suspicious places

Faults (offsets, overlap inside a layer, unknown labels, ends that a relation does not permit, a text
that is missing or differs) make the exit code 1. Suspicions are questions, not faults.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from data.inline import InlineError, parse_file, render
from data.standoff import is_standoff, join
from sitrep.document import Document, DocumentError, Span, faults, read_jsonl
from sitrep.labels import INVENTORY, Inventory, LabelsError

OPENING_MARKS, CLOSING_MARKS = "\"“„«'‘", "\"”“»'’"
_LEADING = re.compile(r"(the|a|an|his|her|their|its|two|three|some|several|other|another)\b", re.IGNORECASE)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m data.validate", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", nargs="+", type=Path, help="documents (.jsonl) or inline mark-up (.inl)")
    parser.add_argument("--texts", type=Path, help="folder that holds the texts of stand-off files")
    parser.add_argument("--print", action="store_true", dest="show", help="print the annotation inline")
    parser.add_argument("--review", action="store_true", help="list suspicious places")
    parser.add_argument("--labels", type=Path, help="label file, where it is not the project's own")
    options = parser.parse_args(arguments)
    n_documents = n_faults = 0
    try:
        inventory = Inventory.load(options.labels)
    except (LabelsError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for path in options.files:
        try:
            documents = list(load(path, options.texts, inventory))
        except (DocumentError, OSError) as error:
            print(f"error: {error}", file=sys.stderr)
            n_faults += 1
            continue
        for document in documents:
            n_documents += 1
            found = faults(document, inventory)
            for fault in found:
                print(f"fault: {path}: {document.id}: {fault}", file=sys.stderr)
            n_faults += len(found)
            if options.show and not found:
                print(render(document))
            if options.review and not found:
                for suspicion in suspicions(document):
                    print(f"look: {document.id}: {suspicion}")
    print(f"{n_documents} documents, {n_faults} faults")
    return 1 if n_faults else 0


def load(path: Path, texts: Path | None = None, inventory: Inventory = INVENTORY) -> Iterator[Document]:
    """Documents of a `.inl`, `.jsonl` or stand-off file, whichever it is.

    Raises:
        DocumentError: a malformed file, or a stand-off file without its texts.
    """
    if path.suffix == ".inl":
        yield from parse_file(path, inventory)
    elif is_standoff(path):
        if texts is None:
            raise InlineError(f"{path}: stand-off annotation needs its texts: add --texts FOLDER")
        yield from join(path, texts)
    else:
        yield from read_jsonl(path)


def suspicions(document: Document) -> Iterator[str]:
    """Places where annotation often goes wrong; each is a question for the annotator."""
    for span in document.spans:
        words = document.text_of(span)
        before = document.text[: span.start].rstrip()[-1:]
        after = document.text[span.end :].lstrip()[:1]
        if span.label in ("PERSON", "ORGANIZATION", "UNNAMED", "LOCATION") and _LEADING.match(words):
            yield f"{span.label} {words!r} starts with an article or quantifier"
        if span.label in ("PERSON", "ORGANIZATION", "UNNAMED", "LOCATION") and words.endswith(("'s", "’s", ",", ".")):
            yield f"{span.label} {words!r} ends with punctuation or a possessive"
        if span.label == "DIRECT_QUOTE" and (before not in OPENING_MARKS or after not in CLOSING_MARKS + ",.?!…"):
            yield f"DIRECT_QUOTE {words[:40]!r} does not stand between quotation marks"
        if span.label == "INDIRECT_QUOTE" and re.match(r"that\b", words):
            yield f"INDIRECT_QUOTE {words[:40]!r} starts with 'that'"
        if span.label in ("DIRECT_QUOTE", "INDIRECT_QUOTE") and words[-1] in ".,":
            yield f"{span.label} {words[-40:]!r} ends with outer punctuation"
    yield from _without_relation(document)
    yield from _names_missed(document)


def _without_relation(document: Document) -> Iterator[str]:
    held = {(edge.type, edge.source) for edge in document.relations}
    expected = {"DIRECT_QUOTE": "said_by", "INDIRECT_QUOTE": "said_by", "PRONOUN": "refers_to"}
    for index, span in enumerate(document.spans):
        kind = expected.get(span.label)
        if kind and (kind, index) not in held:
            yield f"{span.label} {document.text_of(span)[:40]!r} has no {kind}"


def _names_missed(document: Document) -> Iterator[str]:
    """Words annotated as a name somewhere that stand elsewhere in the text with no annotation over them."""
    names = {
        document.text_of(span): span.label
        for span in document.spans
        if span.label in ("PERSON", "ORGANIZATION", "LOCATION")
    }
    actors = [span for span in document.spans if span.label in ("PERSON", "ORGANIZATION", "LOCATION", "UNNAMED")]
    for name, label in names.items():
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", document.text):
            found = Span(match.start(), match.end(), label)
            if name[:1].isupper() and not any(span.start < found.end and found.start < span.end for span in actors):
                yield f"{name!r} at {found.start} is not annotated, elsewhere it is {label}"


if __name__ == "__main__":
    sys.exit(main())
