"""Carry inline mark-up onto the untouched text that it annotates, and keep it stand-off.

    python -m data.transfer FILE.inl … --texts ../shared/corpora                 check: do the words agree?
    python -m data.transfer FILE.inl … --texts ../shared/corpora -o OUT.jsonl    write stand-off annotation

Each article's header names its text: `=== id | source: muc4/muc34.tar.gz#TST4-MUC4-0017`. The mark-up may break
lines and space words as is easy to read; every other character must be the text's own.
"""

import argparse
import dataclasses
import sys
from pathlib import Path

from data.inline import parse_file
from data.standoff import write_standoff
from data.texts import read_text
from sitrep.document import Document, DocumentError, Span


def transfer(document: Document, text: str) -> Document:
    """The document on `text`, from which its own text may differ in white space only.

    Raises:
        DocumentError: the texts differ in their words; the message shows the first place.
    """
    own = [place for place, character in enumerate(document.text) if not character.isspace()]
    other = [place for place, character in enumerate(text) if not character.isspace()]
    for here, there in zip(own, other, strict=False):
        if document.text[here] != text[there]:
            raise DocumentError(
                f"{document.id}: the words differ: {_around(document.text, here)} where the text has "
                f"{_around(text, there)}"
            )
    if len(own) != len(other):
        longer, place = (document.text, own[len(other)]) if len(own) > len(other) else (text, other[len(own)])
        whose = "the mark-up" if len(own) > len(other) else "the text"
        raise DocumentError(f"{document.id}: {whose} goes on at its end: {_around(longer, place)}")
    place_of = dict(zip(own, other, strict=True))
    spans = []
    for span in document.spans:
        inside = [place for place in range(span.start, span.end) if place in place_of]
        if not inside:
            raise DocumentError(f"{document.id}: {span.label} at {span.start} holds no word")
        spans.append(Span(place_of[inside[0]], place_of[inside[-1]] + 1, span.label, span.score))
    return dataclasses.replace(document, text=text, spans=tuple(spans))


def _around(text: str, place: int) -> str:
    return repr(text[max(0, place - 20) : place] + "»" + text[place : place + 20])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m data.transfer", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", nargs="+", type=Path, help="mark-up files")
    parser.add_argument("--texts", type=Path, required=True, help="folder of the texts")
    parser.add_argument("-o", "--output", type=Path, help="stand-off file to write; nothing is written where one fails")
    options = parser.parse_args(arguments)
    documents, n_faults = [], 0
    for path in options.files:
        try:
            for document in parse_file(path):
                try:
                    source = document.meta.get("source")
                    if not source:
                        raise DocumentError(f"{document.id}: its header names no source")
                    documents.append(transfer(document, read_text(options.texts, source)))
                except DocumentError as error:
                    print(f"error: {path}: {error}", file=sys.stderr)
                    n_faults += 1
        except (DocumentError, OSError) as error:
            print(f"error: {error}", file=sys.stderr)
            n_faults += 1
    if options.output and not n_faults:
        write_standoff(options.output, documents)
    print(f"{len(documents)} documents agree with their texts, {n_faults} faults")
    return 1 if n_faults else 0


if __name__ == "__main__":
    sys.exit(main())
