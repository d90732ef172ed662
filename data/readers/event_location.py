"""Event-location (Halterman 2019): an event's verb and its places, as tolls and occurred_in.

The corpus marks verbs, not counts. A count that stands right beside a verb of harm ("killed 14 villagers", "two
policemen were wounded") is taken for its toll; other sentences teach nothing of tolls. Places that belong to
another verb of the same sentence are the ones where the toll did not occur.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data.partial import Annotated
from data.readers.canvas import Canvas
from data.readers.counts import count_beside
from data.readers.names import place_name
from data.readers.re3d_words import CLASS_NOUNS
from sitrep.document import DocumentError, Span, build
from sitrep.labels import OUTSIDE

_TYPES = (
    ("KILLED", r"kill\w*|murder\w*|slain|slay\w*|execut\w+|assassinat\w+|massacr\w+|behead\w+|died"),
    ("WOUNDED", r"wound\w*|injur\w+"),
    ("DETAINED", r"arrest\w*|detain\w*|captured|jailed|imprisoned"),
    ("ABDUCTED", r"kidnap\w*|abduct\w*"),
)
_SILENCE = {"ACTOR": None, "LOCATION": None, "TOLL": None, "DIRECT_QUOTE": None, "INDIRECT_QUOTE": None}


@dataclass
class _Sentence:
    """All records of one sentence: each verb with the places that belong to it."""

    text: str
    verbs: list[tuple[int, int, list[tuple[int, int]]]] = field(default_factory=list)


def read_event_location(path: Path) -> Iterator[Annotated]:
    """Documents of the zip archive; sentences whose tolls have no clear words are passed over.

    Raises:
        DocumentError: not a zip archive with labeled_text.jsonl inside.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            raws = json.loads(archive.read("labeled_text.jsonl"))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DocumentError(f"{path}: not the event-location archive ({error!r})") from error
    sentences: dict[str, _Sentence] = {}
    try:
        for raw in raws:
            spans = raw.get("spans") or ()
            verbs = [(span["start"], span["end"]) for span in spans if span["label"] == "VERB"]
            places = [(span["start"], span["end"]) for span in spans if span["label"] == "LOCATION"]
            sentence = sentences.setdefault(raw["text"], _Sentence(raw["text"]))
            sentence.verbs += [(start, end, places) for start, end in verbs]
    except (KeyError, TypeError, AttributeError) as error:
        raise DocumentError(f"{path}: not the event-location archive ({error!r})") from error
    for number, sentence in enumerate(sentences.values()):
        annotated = _convert(f"event-location/{number}", sentence)
        if annotated is not None:
            yield annotated


def _convert(identity: str, sentence: _Sentence) -> Annotated | None:
    canvas = Canvas(sentence.text)
    tolls: dict[Span, list[tuple[int, int]]] = {}
    for start, end, places in sentence.verbs:
        toll = _toll(sentence.text, start, end)
        if toll is not None:
            tolls.setdefault(toll, []).extend(places)
    if not tolls:
        return None
    spans: dict[tuple[int, int], Span | None] = {}
    for place in (place for _, _, places in sentence.verbs for place in places):
        name = place_name(sentence.text, *place, CLASS_NOUNS)
        spans[place] = Span(*name, "LOCATION") if name else None
    for span in [*tolls, *(span for span in spans.values() if span)]:
        canvas.teach(span.start, span.end, span.label)
        if span.label == "LOCATION":
            canvas.permit(span.start, span.end, "ACTOR", frozenset({OUTSIDE, "B-UNNAMED", "I-UNNAMED"}))
    taught = set(canvas.spans)
    edges = {
        ("occurred_in", toll, named, 1.0)
        for toll, places in tolls.items()
        for place in places
        if (named := spans[place]) is not None and toll in taught and named in taught
    }
    document = build(identity, sentence.text, canvas.spans, sorted(edges))
    if not any(span.label == "LOCATION" for span in document.spans):
        return None
    return Annotated(document, _SILENCE, tuple(canvas.constraints), frozenset({"occurred_in"}))


def _toll(text: str, start: int, end: int) -> Span | None:
    """The count beside a verb of harm."""
    verb = text[start:end].lower()
    label = next((label for label, pattern in _TYPES if re.fullmatch(pattern, verb)), None)
    if label is None:
        return None
    found = count_beside(text, start, end)
    return Span(*found, label) if found else None
