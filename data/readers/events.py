"""WikiEvents and RAMS gold to partially annotated documents: counted victims, where, and by whom.

Both mark arguments of events. A victim is a toll where a count stands in or before it; its type is the event's.
A place teaches occurred_in where it is a name, an attacker inflicted_by where its words show what it is (a
people's lower-case name, or a body's). Events and arguments that have no such words teach nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.partial import Annotated
from data.readers.canvas import Canvas
from data.readers.counts import count_at
from data.readers.detokenise import detokenise
from data.readers.names import ORGANIZATION_WORDS, is_capitalised, place_name, words_of
from data.readers.re3d_words import CLASS_NOUNS, INSTITUTIONS, PEOPLES
from sitrep.document import DocumentError, Span, build

_TYPES = (
    (r"life\.die|life\.die\..*|.*\.execute", "KILLED"),
    (r"life\.injure.*", "WOUNDED"),
    (r"justice\.arrestjaildetain.*", "DETAINED"),
    (r".*kidnap.*|.*abduct.*", "ABDUCTED"),
)
_VICTIMS = frozenset({"victim", "detainee"})
_CULPRITS = frozenset({"killer", "injurer", "attacker", "jailer"})
_SILENCE = {"ACTOR": None, "LOCATION": None, "TOLL": None, "DIRECT_QUOTE": None, "INDIRECT_QUOTE": None}


@dataclass
class _Event:
    """An event's kind and the character ranges of its arguments by role."""

    kind: str
    arguments: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


def read_wikievents(path: Path) -> Iterator[Annotated]:
    """Documents of an official WikiEvents file (dev or test; the derived train file has no reliable offsets).

    Raises:
        DocumentError: a line that is no document of that form.
    """
    for number, raw in _lines(path):
        try:
            places = [(start, end) for sentence in raw["sentences"] for _, start, end in sentence[0]]
            mentions = {
                entry["id"]: (places[entry["start"]][0], places[entry["end"] - 1][1])
                for entry in raw["entity_mentions"]
            }
            events = [_wiki_event(entry, mentions) for entry in raw["event_mentions"]]
            yield _convert(f"wikievents/{raw['doc_id']}", raw["text"], events)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise DocumentError(f"{path}:{number}: not a WikiEvents document ({error!r})") from error


def _wiki_event(raw: Mapping[str, Any], mentions: Mapping[str, tuple[int, int]]) -> _Event:
    event = _Event(raw["event_type"].lower())
    for argument in raw["arguments"]:
        if argument["entity_id"] in mentions:
            event.arguments.setdefault(argument["role"].lower(), []).append(mentions[argument["entity_id"]])
    return event


def read_rams(path: Path) -> Iterator[Annotated]:
    """Windows of a RAMS file that hold an event of harm.

    Raises:
        DocumentError: a line that is no window of that form.
    """
    for number, raw in _lines(path):
        try:
            text, places = detokenise([token for sentence in raw["sentences"] for token in sentence])
            event = _Event(raw["evt_triggers"][0][2][0][0])
            for _, (first, last), role in raw["gold_evt_links"]:
                name = re.sub(r"^evt\d+arg\d+", "", role).lower()
                event.arguments.setdefault(name, []).append((places[first][0], places[last][1]))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise DocumentError(f"{path}:{number}: not a RAMS window ({error!r})") from error
        annotated = _convert(f"rams/{raw['doc_key']}", text, [event])
        if annotated.document.spans:
            yield annotated


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                raise DocumentError(f"{path}:{number}: not JSON: {error.msg}") from error


def _convert(identity: str, text: str, events: list[_Event]) -> Annotated:
    canvas = Canvas(text)
    edges = sorted({edge for event in events for edge in _edges(canvas, event)})
    document = build(identity, text, canvas.spans, edges)
    return Annotated(document, _SILENCE, tuple(canvas.constraints), frozenset({"occurred_in", "inflicted_by"}))


def _edges(canvas: Canvas, event: _Event) -> Iterator[tuple[str, Span, Span, float]]:
    """Teach an event's tolls, places and culprits, and give the relations between them."""
    label = next((label for pattern, label in _TYPES if re.fullmatch(pattern, event.kind)), None)
    if label is None:
        return
    tolls = [_toll(canvas, place, label) for role in sorted(_VICTIMS) for place in event.arguments.get(role, ())]
    places = [_named_place(canvas, *place) for place in event.arguments.get("place", ()) if any(tolls)]
    culprits = [
        _culprit(canvas, *place) for role in sorted(_CULPRITS) for place in event.arguments.get(role, ()) if any(tolls)
    ]
    for kind, targets in (("occurred_in", places), ("inflicted_by", culprits)):
        yield from ((kind, toll, target, 1.0) for toll in tolls if toll for target in targets if target)


def _taught(canvas: Canvas, span: Span) -> Span | None:
    canvas.teach(span.start, span.end, span.label)
    return span if span in canvas.spans else None


def _toll(canvas: Canvas, place: tuple[int, int], label: str) -> Span | None:
    """The count that ends a victim's mention or begins it."""
    found = count_at(canvas.text, *place)
    return _taught(canvas, Span(*found, label)) if found else None


def _culprit(canvas: Canvas, start: int, end: int) -> Span | None:
    words = words_of(canvas.text, start, end)
    while len(words) > 1 and words[0].key in ("the", "a", "an"):
        words = words[1:]
    if not words or len(words) > 5:
        return None
    if words[-1].text in PEOPLES and len(words) == 1:
        return _taught(canvas, Span(words[0].start, words[-1].end, "UNNAMED"))
    if words[-1].text in INSTITUTIONS and len(words) == 1:
        return _taught(canvas, Span(words[0].start, words[-1].end, "ORGANIZATION"))
    if all(is_capitalised(word.text) for word in words) and words[-1].key in ORGANIZATION_WORDS:
        return _taught(canvas, Span(words[0].start, words[-1].end, "ORGANIZATION"))
    return None


def _named_place(canvas: Canvas, start: int, end: int) -> Span | None:
    name = place_name(canvas.text, start, end, CLASS_NOUNS)
    return _taught(canvas, Span(*name, "LOCATION")) if name else None
