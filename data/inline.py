"""Inline mark-up: the form in which people and reviewers read and write annotation.

    {KILLED k1|At least 54 civilians} were killed in {LOCATION l1|Homs}, {UNNAMED u1|activists} said.
    > k1 occurred_in l1; k1 reported_by u1

- `{LABEL id|words}` is a span; the id is needed only where a relation names it. Spans nest.
- `{/id}` closes a span before its inner ones end, for the rare spans of two layers that cross.
- A line that starts with `> ` holds relations, separated by `;`. It is no part of the text.
- A line that starts with `+` goes on with the line before it: no line break stands between them.
- A line `=== id` starts an article; `key: value` pairs after `|` become its meta fields.
- A backslash before `{`, `}` or itself, or before `>`, `+` or `=` at the start of a line, makes it plain.

`parse` and `render` are inverse. `python -m data.inline FILE… -o OUT.jsonl` turns mark-up into documents.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sitrep.document import Document, DocumentError, Span, build, faults, write_jsonl
from sitrep.labels import INVENTORY, Inventory, LabelsError

_OPEN = re.compile(r"\{([A-Z][A-Z0-9_]*)(?: +([A-Za-z]\w*))?\|")
_CLOSE = re.compile(r"\{/(\w+)\}")
_EDGE = re.compile(r"(\w+) +(\w+) +(\w+)")


class InlineError(DocumentError):
    """Mark-up that cannot be read; the message names file, line and fault."""


@dataclass
class _Article:
    """An article being read: its text so far, open spans (innermost last), closed spans, relation lines."""

    id: str
    meta: dict[str, str]
    text: str = ""
    open: list[tuple[int, str, str]] = field(default_factory=list)
    spans: list[tuple[str, Span]] = field(default_factory=list)
    edges: list[tuple[str, str, str, str]] = field(default_factory=list)


def parse(markup: str, name: str = "inline", inventory: Inventory = INVENTORY) -> Iterator[Document]:
    """Documents of a mark-up file; `name` stands before the line number in errors.

    Raises:
        InlineError: mark-up that is not closed, an unknown id, or a document with faults.
    """
    article: _Article | None = None
    body_started = False
    for number, line in enumerate(markup.split("\n"), 1):
        where = f"{name}:{number}"
        if line.startswith("==="):
            if article is not None:
                yield _finish(article, name, inventory)
            article, body_started = _header(line, where), False
        elif article is None:
            if line.strip():
                raise InlineError(f"{where}: text before the first '=== id' line")
        elif line.startswith("> "):
            article.edges += _edges(line[2:], where)
        elif line.startswith("+"):
            _scan(article, line[1:], where)
        else:
            article.text += "\n" if body_started else ""
            _scan(article, line[1:] if re.match(r"\\[>+=]", line) else line, where)
            body_started = True
    if article is not None:
        yield _finish(article, name, inventory)


def parse_file(path: Path, inventory: Inventory = INVENTORY) -> Iterator[Document]:
    """Documents of a mark-up file; `InlineError` also where it is not UTF-8."""
    try:
        markup = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InlineError(f"{path}: not UTF-8 (byte {error.start})") from error
    yield from parse(markup, str(path), inventory)


def _header(line: str, where: str) -> _Article:
    identity, *pairs = (part.strip() for part in line.lstrip("=").split("|"))
    if not identity:
        raise InlineError(f"{where}: an article needs an id: '=== id'")
    meta = {}
    for pair in pairs:
        key, colon, value = pair.partition(":")
        if not colon:
            raise InlineError(f"{where}: expected 'key: value', found {pair!r}")
        meta[key.strip()] = value.strip()
    return _Article(identity, meta)


def _edges(line: str, where: str) -> Iterator[tuple[str, str, str, str]]:
    for part in filter(None, (part.strip() for part in line.split(";"))):
        match = _EDGE.fullmatch(part)
        if not match:
            raise InlineError(f"{where}: expected 'source relation target', found {part!r}")
        yield (match[1], match[2], match[3], where)


def _scan(article: _Article, line: str, where: str) -> None:
    position = 0
    while position < len(line):
        character = line[position]
        if character == "\\" and line[position + 1 : position + 2] in ("{", "}", "\\"):
            article.text += line[position + 1]
            position += 2
        elif opened := _OPEN.match(line, position):
            article.open.append((len(article.text), opened[1], opened[2] or ""))
            position = opened.end()
        elif closed := _CLOSE.match(line, position):
            _close(article, closed[1], where)
            position = closed.end()
        elif character == "}":
            _close(article, None, where)
            position += 1
        elif character == "{":
            raise InlineError(f"{where}: expected '{{LABEL id|' at {line[position : position + 30]!r}")
        else:
            article.text += character
            position += 1


def _close(article: _Article, identity: str | None, where: str) -> None:
    for place in range(len(article.open) - 1, -1, -1):
        start, label, name = article.open[place]
        if identity is None or name == identity:
            del article.open[place]
            article.spans.append((name, Span(start, len(article.text), label)))
            return
    raise InlineError(f"{where}: closes {identity or 'a span'} where none is open")


def _finish(article: _Article, name: str, inventory: Inventory) -> Document:
    where = f"{name}: article {article.id}"
    if article.open:
        start, label, identity = article.open[-1]
        raise InlineError(f"{where}: {label} {identity} is not closed: {article.text[start : start + 40]!r}")
    by_id: dict[str, Span] = {}
    for identity, span in article.spans:
        if identity and identity in by_id:
            raise InlineError(f"{where}: id {identity} stands twice")
        by_id[identity] = span
    edges = []
    for source, kind, target, line in article.edges:
        for end in (source, target):
            if end not in by_id:
                raise InlineError(f"{line}: article {article.id}: no span has the id {end}")
        edges.append((kind, by_id[source], by_id[target], 1.0))
    text = article.text.rstrip("\n")
    document = build(article.id, text, (span for _, span in article.spans), edges, **article.meta)
    if found := faults(document, inventory):
        raise InlineError(f"{where}: " + "; ".join(found))
    return document


def render(document: Document) -> str:
    """The mark-up of a document, one relation line after each line of text that holds its sources."""
    names = {index: _identity(document, index) for index in range(len(document.spans))}
    used = {end for edge in document.relations for end in (edge.source, edge.target)}
    meta = "".join(f" | {key}: {value}" for key, value in document.meta.items() if isinstance(value, str))
    lines, start = [f"=== {document.id}{meta}"], 0
    for line in document.text.split("\n"):
        end = start + len(line)
        marked = _mark_line(document, start, end, names, used)
        lines.append("\\" + marked if re.match(r"> |[+]|===", marked) else marked)
        edges = [
            f"{names[edge.source]} {edge.type} {names[edge.target]}"
            for edge in document.relations
            if start <= document.spans[edge.source].start <= end
        ]
        if edges:
            lines.append("> " + "; ".join(edges))
        start = end + 1
    return "\n".join(lines) + "\n"


def _identity(document: Document, index: int) -> str:
    return f"{document.spans[index].label[0].lower()}{index}"


def _mark_line(document: Document, start: int, end: int, names: dict[int, str], used: set[int]) -> str:
    opens: dict[int, list[int]] = {}
    for index, span in enumerate(document.spans):
        if start <= span.start <= end:
            opens.setdefault(span.start, []).append(index)
    running = [index for index, span in enumerate(document.spans) if span.start < start < span.end]
    marked = ""
    for position in range(start, end + 1):
        for index in [index for index in reversed(running) if document.spans[index].end == position]:
            marked += "}" if running[-1] == index else f"{{/{names[index]}}}"
            running.remove(index)
        for index in opens.get(position, ()):
            crossing = any(document.spans[other].end < document.spans[index].end for other in running)
            crossed = any(position < span.start < document.spans[index].end < span.end for span in document.spans)
            identity = f" {names[index]}" if index in used or crossing or crossed else ""
            marked += f"{{{document.spans[index].label}{identity}|"
            running.append(index)
        if position < end:
            character = document.text[position]
            marked += f"\\{character}" if character in "{}\\" else character
    return marked


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m data.inline", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("files", nargs="+", type=Path, help="mark-up files")
    parser.add_argument("-o", "--output", type=Path, required=True, help="JSON Lines file to write")
    parser.add_argument("--labels", type=Path, help="label file, where it is not the project's own")
    options = parser.parse_args(arguments)
    try:
        inventory = Inventory.load(options.labels)
        documents = [document for path in options.files for document in parse_file(path, inventory)]
    except (DocumentError, LabelsError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    count = write_jsonl(options.output, documents)
    print(f"{count} documents written to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
