"""Corpora of names in columns, one token a line: CrossNER, WikiGold, Broad Twitter, WNUT, Universal NER; and CoNLL04.

Each is sentences only; sentences that stand together in the file are joined to documents of some length, as the
network reads them, but for CoNLL04, whose sentences have nothing to do with one another.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from data.partial import Annotated
from data.readers.detokenise import detokenise
from data.readers.named import LOCATION, ORGANIZATION, PERSON, Entity, Link, convert_named, entities_of_tags
from sitrep.document import DocumentError

KINDS = {
    "PER": PERSON, "person": PERSON, "politician": PERSON, "Peop": PERSON,
    "ORG": ORGANIZATION, "organisation": ORGANIZATION, "politicalparty": ORGANIZATION, "Org": ORGANIZATION,
    "corporation": ORGANIZATION,
    "LOC": LOCATION, "location": LOCATION, "country": LOCATION, "Loc": LOCATION,
}  # fmt: skip
"""Types of these corpora; all others decide nothing."""

_TOGETHER = 12  # sentences to a document
_RELATIONS = {"Located_In": "located_in", "Work_For": "member_of"}


def read_names(path: Path) -> Iterator[Annotated]:
    """Documents of one file, or of all its files where `path` is a folder.

    Raises:
        DocumentError: no such file, or a line that is neither a token with a tag, a comment nor empty.
    """
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    files = [file for file in found if file.suffix in _SUFFIXES and not file.stem.startswith(("LICENSE", "README"))]
    if not files:
        raise DocumentError(f"{path}: no file of a known form ({', '.join(sorted(_SUFFIXES))})")
    for file in files:
        batch: list[tuple[list[str], list[str]]] = []
        number = 0
        for sentence in _sentences(file):
            batch.append(sentence)
            if len(batch) == _TOGETHER:
                yield _joined(f"{file.parent.name}/{file.name}#{number}", batch)
                batch, number = [], number + 1
        if batch:
            yield _joined(f"{file.parent.name}/{file.name}#{number}", batch)


_SUFFIXES = frozenset({".conll", ".iob2", ".txt", ".annotated"})


def _sentences(file: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Tokens and tags; a line is `token tag`, or with more than two columns `number token tag …`."""
    tokens: list[str] = []
    tags: list[str] = []
    for number, line in enumerate(file.read_text("utf-8", "replace").split("\n"), 1):
        cells = line.split("\t") if "\t" in line else line.split()
        if line.startswith("# ") or (len(cells) >= 3 and "-" in cells[0]):
            continue
        if line.strip() and len(cells) < 2:
            raise DocumentError(f"{file}:{number}: expected a token and its tag, found {line.strip()!r}")
        if not line.strip():
            if tokens:
                yield tokens, tags
            tokens, tags = [], []
            continue
        token, tag = (cells[1], cells[2]) if len(cells) > 2 else (cells[0], cells[1])
        if tag != "O" and tag[:2] not in ("B-", "I-"):
            raise DocumentError(f"{file}:{number}: {tag!r} is no tag")
        tokens.append(token)
        tags.append(tag)
    if tokens:
        yield tokens, tags


def _joined(identity: str, sentences: list[tuple[list[str], list[str]]]) -> Annotated:
    text, entities = "", []
    for tokens, tags in sentences:
        sentence, places = detokenise(tokens)
        offset = len(text)
        moved = [(start + offset, end + offset) for start, end in places]
        entities += [entity for _, entity in entities_of_tags(tags, moved, KINDS)]
        text += sentence + "\n"
    return convert_named(identity, text.rstrip("\n"), entities)


def read_conll04(path: Path) -> Iterator[Annotated]:
    """Sentences of a CoNLL04 file: names, located_in (Located_In) and member_of (Work_For).

    Raises:
        DocumentError: a line that has not five columns.
    """
    blocks = path.read_text("utf-8").split("#doc ")
    for block in blocks[1:]:
        heading, *lines = block.strip().split("\n")
        rows = [line.split("\t") for line in lines if line.strip()]
        if any(len(row) != 5 for row in rows):
            raise DocumentError(f"{path}: sentence {heading}: a line has not five columns")
        try:
            yield _related(f"conll04/{path.stem}-{heading.strip()}", rows)
        except (ValueError, SyntaxError, IndexError) as error:
            raise DocumentError(f"{path}: sentence {heading}: its relations cannot be read ({error!r})") from error


def _related(identity: str, rows: list[list[str]]) -> Annotated:
    text, places = detokenise([row[1] for row in rows])
    named = [
        (source, kind, int(target))
        for source, row in enumerate(rows)
        for kind, target in zip(ast.literal_eval(row[3]), ast.literal_eval(row[4]), strict=True)
        if kind != "N"
    ]
    placed = frozenset(end for source, kind, target in named if kind == "Located_In" for end in (source, target))
    found = list(entities_of_tags([row[2] for row in rows], places, KINDS, placed))
    number_of = {last: number for number, (last, _) in enumerate(found)}
    entities: list[Entity] = [entity for _, entity in found]
    links = [
        Link(_RELATIONS[kind], number_of[source], number_of[target])
        for source, kind, target in named
        if kind in _RELATIONS and source in number_of and target in number_of
    ]
    # Live_In and OrgBased_In are silent about posts and containment, so the rest means no.
    return convert_named(identity, text, entities, links, frozenset(_RELATIONS.values()))
