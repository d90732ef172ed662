"""re3d (Dstl; Syria and Iraq, official releases and encyclopaedia) to partially annotated documents.

The crowd marked organisations, people and places with other borders than ours, nominal mentions among
them. An item teaches where its name is clean once articles, titles and class nouns are gone; a group of
people by its lower-case head permits UNNAMED; what neither rule decides stays open over the item.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.partial import Annotated
from data.readers.canvas import Canvas
from data.readers.names import POSSESSIVES, PRONOUNS, TITLES, Word, is_capitalised, words_of
from data.readers.re3d_words import (
    AGENTS,
    CLASS_NOUNS,
    COUNTRIES,
    INSTITUTIONS,
    MODIFIERS,
    NO_LOCATION,
    NO_ORGANIZATION,
    PEOPLES,
    QUANTIFIERS,
)
from data.readers.words import word_set
from sitrep.document import Document, DocumentError, build
from sitrep.labels import OUTSIDE
from sitrep.sentences import sentences

_SURE = 0.5  # the crowd's confidence from which an item teaches
_SILENCE = {
    "ACTOR": frozenset({OUTSIDE}),
    "LOCATION": frozenset({OUTSIDE}),
    "TOLL": None,
    "DIRECT_QUOTE": None,
    "INDIRECT_QUOTE": None,
}
_OUTSIDE = frozenset({OUTSIDE})
_MAYBE_PRONOUN = frozenset({OUTSIDE, "B-PRONOUN", "I-PRONOUN"})
_MAYBE_ORGANIZATION = frozenset({OUTSIDE, "B-ORGANIZATION", "I-ORGANIZATION"})
_MAYBE_LOCATION = frozenset({OUTSIDE, "B-LOCATION", "I-LOCATION"})
_MAYBE_UNNAMED = frozenset({OUTSIDE, "B-UNNAMED", "I-UNNAMED"})
_PARTICLES = word_set("al el ar as ash az ad bin ibn de la du abu")
_LINKS = word_set("of the for and in on")
_PRONOUN = re.compile(rf"\b(?:{'|'.join(sorted(PRONOUNS))})\b(?![.]\w)", re.IGNORECASE)
_AGENT = re.compile(rf"\b(?:{'|'.join(sorted(AGENTS | INSTITUTIONS))})\b")
_CAPITAL = re.compile(r"(?<=[\w,;’'\"] )[A-Z][\w’'-]*")


@dataclass(frozen=True)
class Item:
    """One marked range of a text."""

    start: int
    end: int
    type: str
    sure: bool


def read_re3d(path: Path) -> Iterator[Annotated]:
    """Documents of all source folders under a folder.

    Raises:
        DocumentError: no folder there holds documents.json and entities.json, or one has a broken line.
    """
    files = sorted(path.glob("*/documents.json")) if path.is_dir() else []
    if not files:
        raise DocumentError(f"{path}: expected folders with documents.json and entities.json inside")
    for file in files:
        items: dict[str, list[dict[str, Any]]] = {}
        for raw in _lines(file.with_name("entities.json")):
            items.setdefault(str(raw.get("documentId")), []).append(raw)
        for raw in _lines(file):
            identity, text = str(raw["_id"]), str(raw["text"])
            yield convert(f"re3d/{identity}", text, [_item(entry, text) for entry in items.get(identity, [])])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise DocumentError(f"{path}: no such file")
    for number, line in enumerate(path.read_text("utf-8-sig").split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise DocumentError(f"{path}:{number}: not JSON: {error.msg}") from error


def _item(raw: dict[str, Any], text: str) -> Item:
    """An item; one whose value is not what the text holds there teaches nothing."""
    start, end = max(0, int(raw["begin"])), min(len(text), int(raw["end"]))
    matches = text[start:end].strip() == str(raw.get("value", "")).strip() != ""
    return Item(start, end, str(raw["type"]), matches and float(raw.get("confidence", 0)) >= _SURE)


def convert(identity: str, text: str, items: list[Item]) -> Annotated:
    """The document of a text with its items; of nested items the longer decides first."""
    canvas = Canvas(text)
    openings = {start for start, _ in sentences(text)}
    relevant = [item for item in items if item.type in _TEACHERS]
    for item in sorted(relevant, key=lambda item: (not item.sure, item.start - item.end, item.start, item.type)):
        if item.sure:
            _TEACHERS[item.type](canvas, item, openings)
        else:
            _leave_open(canvas, item.start, item.end)
    _outside_items(canvas, openings)
    document: Document = build(identity, text, canvas.spans, ())
    return Annotated(document, _SILENCE, tuple(canvas.constraints), frozenset())


def _leave_open(canvas: Canvas, start: int, end: int) -> None:
    canvas.permit(start, end, "ACTOR", None)
    canvas.permit(start, end, "LOCATION", None)


def _outside_items(canvas: Canvas, openings: set[int]) -> None:
    """Silence means no, except for pronouns and for what the crowd may have missed: names and agents."""
    text = canvas.text
    for match in _PRONOUN.finditer(text):
        if match[0] != "US":
            canvas.permit(match.start(), match.end(), "ACTOR", _MAYBE_PRONOUN)
    for match in _AGENT.finditer(text):
        canvas.permit(match.start(), match.end(), "ACTOR", None)
    for match in _CAPITAL.finditer(text):
        if match.start() not in openings and match[0].lower() not in PRONOUNS:
            _leave_open(canvas, match.start(), match.end())


def _core(canvas: Canvas, item: Item) -> list[Word]:
    """The words of an item without leading articles, possessives, numbers and quantifiers."""
    words = words_of(canvas.text, item.start, item.end)
    while words and (words[0].key in QUANTIFIERS or re.fullmatch(r"[\d,.]+", words[0].text)):
        words = words[1:]
    return words


def _is_name(canvas: Canvas, words: list[Word]) -> bool:
    """Whether words are one capitalised name with nothing but spaces between them."""
    if not words or not is_capitalised(words[0].text) or not is_capitalised(words[-1].text):
        return False
    if re.search(r"[,;:()/\n]|['’]s?\s", _text(canvas, words)):
        return False
    return all(is_capitalised(word.text) or word.key in _PARTICLES | _LINKS for word in words)


def _organisation(canvas: Canvas, item: Item, openings: set[int]) -> None:
    words, whole = _core(canvas, item), words_of(canvas.text, item.start, item.end)
    if any(word.key in PRONOUNS | POSSESSIVES for word in whole[:1]) or not words:
        return _leave_open(canvas, item.start, item.end)
    counted = any(
        word.key in QUANTIFIERS - {"the"} or word.text[0].isdigit() for word in whole[: len(whole) - len(words)]
    )
    start, end, head = words[0].start, words[-1].end, words[-1]
    name = " ".join(word.text for word in words)
    if name in COUNTRIES:
        canvas.permit(start, end, "ACTOR", _MAYBE_ORGANIZATION)
        canvas.permit(start, end, "LOCATION", _MAYBE_LOCATION)
        return None
    if head.text in AGENTS and _is_compound(canvas, words):
        if counted or head.text not in PEOPLES:
            canvas.permit(start, end, "ACTOR", _MAYBE_UNNAMED)
        else:
            canvas.teach(start, end, "UNNAMED")
        canvas.permit(item.start, item.end, "LOCATION", None)
        return canvas.permit(item.start, start, "ACTOR", _OUTSIDE)
    if head.text in INSTITUTIONS and _is_compound(canvas, words) and not counted:
        canvas.teach(start, end, "ORGANIZATION")
        canvas.permit(item.start, item.end, "LOCATION", None)
        return canvas.permit(item.start, start, "ACTOR", _OUTSIDE)
    return _organisation_name(canvas, item, words, openings)


def _is_compound(canvas: Canvas, words: list[Word]) -> bool:
    """Whether a head has only names and known adjectives before it ("Iraqi security forces")."""
    if re.search(r"[,;:()/\n]|['’]s?\s", _text(canvas, words)):
        return False
    return len(words) <= 4 and all(is_capitalised(word.text) or word.key in MODIFIERS for word in words[:-1])


def _organisation_name(canvas: Canvas, item: Item, words: list[Word], openings: set[int]) -> None:
    while len(words) > 1 and words[-1].text in CLASS_NOUNS:
        words = words[:-1]
    force = len(words) > 1 and words[-1].text == "Forces"  # the capitalised name of forces is an organisation's
    plural = not force and words[-1].text.lower() in PEOPLES | AGENTS | QUANTIFIERS
    common = len(words) == 1 and (words[0].start in openings and not words[0].text.isupper())
    demonym = len(words) == 1 and re.search(r"(?:is|ans|ians|eans|urks|urds|rabs|slims|ese)$", words[0].text)
    if plural or demonym or not _is_name(canvas, words) or (common and _is_doubtful(canvas.text, words[0].text)):
        return _leave_open(canvas, item.start, item.end)
    if any(word.text in NO_ORGANIZATION for word in words) or re.search(r"[–—]|ish [A-Z]{2}", _text(canvas, words)):
        return _leave_open(canvas, item.start, item.end)
    canvas.teach(words[0].start, words[-1].end, "ORGANIZATION")
    canvas.permit(words[0].start, words[-1].end, "LOCATION", _OUTSIDE)
    canvas.permit(item.start, words[0].start, "ACTOR", _OUTSIDE)
    return _leave_open(canvas, item.start, item.end)


def _text(canvas: Canvas, words: list[Word]) -> str:
    return canvas.text[words[0].start : words[-1].end]


def _is_doubtful(text: str, word: str) -> bool:
    """Whether a word that begins a sentence is nowhere written as a name within one."""
    return re.search(rf"[a-z,] {re.escape(word)}\b", text) is None


def _person(canvas: Canvas, item: Item, openings: set[int]) -> None:
    words = words_of(canvas.text, item.start, item.end)
    last = max((place for place, word in enumerate(words) if _is_title(word)), default=-1)
    named = words[last + 1 :]
    lone = len(named) == 1 and named[0].start in openings and _is_doubtful(canvas.text, named[0].text)
    clean = last >= 0 or len(words) <= 4
    pronoun = any(word.key in PRONOUNS | POSSESSIVES | QUANTIFIERS for word in words)
    links = any(word.key in _LINKS for word in named)
    if not clean or pronoun or links or lone or not _is_name(canvas, named) or not 1 <= len(named) <= 5:
        return _leave_open(canvas, item.start, item.end)
    canvas.teach(named[0].start, named[-1].end, "PERSON")
    canvas.permit(named[0].start, named[-1].end, "LOCATION", _OUTSIDE)
    if all(_is_title(word) for word in words[: last + 1]):
        canvas.permit(item.start, named[0].start, "ACTOR", _OUTSIDE)
    return _leave_open(canvas, item.start, item.end)


def _is_title(word: Word) -> bool:
    return word.key in TITLES or word.key in ("petty", "navy", "1st", "class", "army", "state", "special", "he")


def _location(canvas: Canvas, item: Item, openings: set[int]) -> None:
    """Each name between the commas of an item; lower-case class nouns and directions stay outside."""
    text = canvas.text[item.start : item.end]
    if not re.search(r"[A-Z]", text):
        return canvas.permit(item.start, item.end, "LOCATION", _OUTSIDE)
    if re.search(r"[°\d;()/\n]", text):
        return _leave_open(canvas, item.start, item.end)
    for part in re.finditer(r"[^,]+", text):
        _place(canvas, item.start + part.start(), item.start + part.end(), openings)
    return _leave_open(canvas, item.start, item.end)


_PLACE = re.compile(
    r"\s*(?:the\s+)?(?:(?:north|south|east|west|central|northern|southern|eastern|western|northwestern|northeastern|"
    r"southwestern|southeastern|northwest|northeast|southwest|southeast)\s+)?(?:(?:city|town|village|district)\s+of\s+)?",
    re.IGNORECASE,
)


def _place(canvas: Canvas, start: int, end: int, openings: set[int]) -> None:
    prefix = _PLACE.match(canvas.text, start, end)
    words = words_of(canvas.text, prefix.end() if prefix else start, end)
    while len(words) > 1 and words[-1].text in CLASS_NOUNS:
        words = words[:-1]
    directed = prefix is not None and re.search(r"\b[NSEWC][a-z]+", prefix[0].replace("The", "the"))
    common = len(words) == 1 and words[0].start in openings and _is_doubtful(canvas.text, words[0].text)
    inside = any(word.key in ("of", "and", "in", "for", "camp") for word in words)
    inside = inside or any(
        word.text in NO_LOCATION or re.search(r"-(?:speaking|held|led|Iraq)", word.text) for word in words
    )
    if directed or common or inside or not _is_name(canvas, words):
        return
    is_state = " ".join(word.text for word in words) in COUNTRIES
    canvas.teach(words[0].start, words[-1].end, "LOCATION")
    canvas.permit(words[0].start, words[-1].end, "ACTOR", _MAYBE_ORGANIZATION if is_state else _OUTSIDE)
    canvas.permit(start, end, "LOCATION", _OUTSIDE)


def _nationality(canvas: Canvas, item: Item, _openings: set[int]) -> None:
    canvas.permit(item.start, item.end, "ACTOR", _OUTSIDE)
    canvas.permit(item.start, item.end, "LOCATION", None)


_TEACHERS = {
    "Organisation": _organisation,
    "Person": _person,
    "Location": _location,
    "Nationality": _nationality,
}
