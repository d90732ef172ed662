"""DWIE (Deutsche Welle; in DocRED form) to partially annotated documents: names, located_in, member_of.

Its relations hold between entities of a whole document, ours between mentions where the text states them. A pair
of mentions is taught where its words show it ("Hamburg, Germany"; "the SPD's Gerhard Schroeder") and left
undecided wherever else the entities are related, unless the source states another; entities without the relation
mean no.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from data.partial import Annotated
from data.readers.detokenise import detokenise
from data.readers.named import LOCATION, OPEN, ORGANIZATION, PERSON, Entity, Link, convert_named
from data.readers.names import TITLES
from data.readers.words import word_set
from sitrep.document import DocumentError

_KINDS = {"type::person": PERSON, "type::organization": ORGANIZATION, "type::location": LOCATION}
_CONTAINED = frozenset({"in0", "in1", "in2"})
_MEMBER = frozenset(
    {"member_of", "head_of", "agent_of", "spokesperson_of", "minister_of", "player_of", "coach_of", "institution_of"}
)
_WITHIN = re.compile(r"\s*(?:,|in|\()\s*")
_BETWEEN = re.compile(
    r"(?P<own>['’]s)?(?P<words>,?(?:\s+[\w-]+){0,7}?)(?P<link>\s+(?:of|for|at|from|with)(?:\s+the)?)?\s*"
)
_POSTS = TITLES | word_set("expert member professor co-chair co-director boss captain goalkeeper striker fellow star")
_NO_NAME = ("type::time", "type::money", "type::role", "type::ethnicity")


def read_dwie(path: Path) -> Iterator[Annotated]:
    """Documents of one DocRED file.

    Raises:
        DocumentError: not a JSON list of documents with sents, vertexSet and labels.
    """
    try:
        raws = json.loads(path.read_text("utf-8"))
        for raw in raws:
            yield _document(raw)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise DocumentError(f"{path}: not a DocRED file ({error!r})") from error


def _document(raw: dict[str, Any]) -> Annotated:
    tokens = [token for sentence in raw["sents"] for token in sentence]
    text, places = detokenise(tokens)
    related = {(label["r"], label["h"], label["t"]) for label in raw["labels"]}
    entities: list[Entity] = []
    members: dict[int, list[int]] = {}
    for number, mentions in enumerate(raw["vertexSet"]):
        for mention in mentions:
            first, end = mention["pos"]
            if mention["type"] in _NO_NAME or not first < end <= len(tokens):
                continue
            members.setdefault(number, []).append(len(entities))
            kind = _KINDS.get(mention["type"], OPEN)
            entities.append(Entity(places[first][0], places[end - 1][1], kind))
    links: list[Link] = []
    undecided: set[int] = set()
    for relation, head, tail in related:
        kind = "located_in" if relation in _CONTAINED else "member_of" if relation in _MEMBER else ""
        if not kind:
            continue
        undecided |= set(members.get(head, ()))
        for source, target in product(members.get(head, ()), members.get(tail, ())):
            if _states(text, kind, entities[source], entities[target]):
                links.append(Link(kind, source, target))
    placed = {link.source for link in links if link.type == "located_in"}
    placed |= {link.target for link in links if link.type == "located_in"}
    entities = [
        Entity(entity.start, entity.end, entity.kind, number in placed) for number, entity in enumerate(entities)
    ]
    stated = {link.source for link in links}
    known = frozenset({"located_in", "member_of"})
    return convert_named(f"dwie/{raw['title']}", text, entities, links, known, undecided - stated)


def _states(text: str, kind: str, source: Entity, target: Entity) -> bool:
    """Whether the words between two mentions state the relation between them."""
    between = text[min(source.end, target.end) : max(source.start, target.start)]
    if kind == "located_in":
        return source.end <= target.start and _WITHIN.fullmatch(between) is not None
    match = _BETWEEN.fullmatch(between)
    if match is None:
        return False
    words = set(match["words"].replace(",", " ").split())
    if target.end <= source.start:  # "the SPD's leader Gerhard Schroeder", "UN envoy Brahimi"
        return not match["link"] and "," not in match["words"] and bool(match["own"] or words & _POSTS)
    return bool(match["link"]) and not match["own"] and bool(words & _POSTS)
