"""GUM (news and interviews in CoNLL-U) to partially annotated documents: the names among its nested entities.

An entity whose minimal span is proper nouns throughout is a name; other mentions decide nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from data.partial import Annotated
from data.readers.named import LOCATION, OPEN, ORGANIZATION, PERSON, Entity, convert_named
from sitrep.document import DocumentError

_KINDS = {"person": PERSON, "organization": ORGANIZATION, "place": LOCATION}
_BRACKET = re.compile(r"\(([^()]+)(\))?|([^()]+)\)")


def read_gum(path: Path) -> Iterator[Annotated]:
    """Documents of the CoNLL-U files under a folder.

    Raises:
        DocumentError: no such files, or entities whose brackets do not match.
    """
    files = sorted(path.rglob("*.conllu"))
    if not files:
        raise DocumentError(f"{path}: no .conllu file there")
    for file in files:
        yield _document(file)


def _document(file: Path) -> Annotated:
    text, places, proper, pronouns = "", [], [], []
    glued = range(0)  # words of a range such as "1-2 don't" that no space follows
    marks: list[str] = []
    for line in file.read_text("utf-8").split("\n"):
        if line.startswith("# newpar") and text:
            text = text.rstrip(" ") + "\n"
        if line.startswith("#"):
            glued = range(0)
        cells = line.split("\t")
        if len(cells) == 10 and (span := re.fullmatch(r"(\d+)-(\d+)", cells[0])):
            glued = range(int(span[1]), int(span[2]) + ("SpaceAfter=No" in cells[9]))
            continue
        if len(cells) != 10 or not cells[0].isdigit():
            continue
        places.append((len(text), len(text) + len(cells[1])))
        proper.append(cells[3] == "PROPN" and cells[4] != "NNPS")  # a plural is a people or a set of bodies
        pronouns.append(cells[3] == "PRON")
        found = re.search(r"Entity=([^|]+)", cells[9])
        marks.append(found[1] if found else "")
        text += cells[1] + ("" if "SpaceAfter=No" in cells[9] or int(cells[0]) in glued else " ")
    text = text.rstrip()
    entities = []
    for first, last, attributes in _mentions(marks, file):
        kind = _KINDS.get(attributes[1], OPEN)
        least = [first + int(number) - 1 for number in attributes[5].split(",") if number.isdigit()]
        least = [number for number in least if first <= number <= last] or list(range(first, last + 1))
        if all(pronouns[first : last + 1]) or not any(proper[number] for number in range(first, last + 1)):
            continue
        if kind != OPEN and all(proper[number] for number in least) and least == list(range(least[0], least[-1] + 1)):
            entities.append(Entity(places[least[0]][0], places[least[-1]][1], kind))
        elif last - first < 8:
            entities.append(Entity(places[first][0], places[last][1], OPEN))
    return convert_named(f"gum/{file.stem}", text, entities)


def _mentions(marks: list[str], file: Path) -> Iterator[tuple[int, int, list[str]]]:
    """First and last token of each mention, and its attributes."""
    open_: dict[str, list[tuple[int, list[str]]]] = {}
    for number, mark in enumerate(marks):
        for match in _BRACKET.finditer(mark):
            if match[1] is None:
                starts = open_.get(match[3], [])
                if not starts:
                    raise DocumentError(f"{file}: entity {match[3]} is closed where none is open")
                first, attributes = starts.pop()
                yield first, number, attributes
                continue
            attributes = match[1].split("-")
            if match[2]:
                yield number, number, attributes
            else:
                open_.setdefault(attributes[0], []).append((number, attributes))
