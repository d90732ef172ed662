"""PolNeAR (political news with attributions: source, cue, content) to partially annotated documents.

What the corpus teaches, and what it leaves open:

- an attribution with a verb of saying gives quotes, their speaker, and said_by between them;
- thoughts and intentions are no speech; the contents of all other cues stay open;
- a source that is a personal pronoun is a speaker, one that is or clearly holds a name is that name,
  PERSON or ORGANIZATION where its words do not tell which;
- elsewhere ACTOR is open but for PRONOUN, which only personal pronouns can be; LOCATION and TOLL are open.
"""

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.partial import Annotated, Constraint
from data.readers.names import POSSESSIVES, PRONOUNS, Name, find_name, known_persons
from data.readers.quotes import Attribution, Quotes, read_quotes
from data.readers.speech import CueKind
from sitrep.document import Document, DocumentError, Relation, Span
from sitrep.labels import INVENTORY, OUTSIDE
from sitrep.quotation import quotations
from sitrep.sentences import sentence_index, sentences

_ACTOR_TAGS = frozenset(INVENTORY.layer_of["PERSON"].tags)
_NO_PRONOUN = _ACTOR_TAGS - {"B-PRONOUN", "I-PRONOUN"}
_SILENCE = {
    "ACTOR": _NO_PRONOUN,
    "LOCATION": None,
    "TOLL": None,
    "DIRECT_QUOTE": frozenset({OUTSIDE}),
    "INDIRECT_QUOTE": frozenset({OUTSIDE}),
}
_NAMED_FIRST = frozenset({"B-PERSON", "B-ORGANIZATION"})
_NAMED = frozenset({"I-PERSON", "I-ORGANIZATION"})
_ENTITY = re.compile(r"(T\d+)\t([\w-]+) (\d+ \d+(?:;\d+ \d+)*)\t")
_EVENT = re.compile(r"E\d+\t(.+)")
_PRONOUN = re.compile(rf"\b(?:{'|'.join(sorted(PRONOUNS | POSSESSIVES))})\b(?![.]\w)", re.IGNORECASE)
_FARTHEST = 1  # sentences between a quote and a speaker whom the annotation scheme would still relate to it

Parts = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Brat:
    """The annotation of a text: attributions, and ranges that the annotators marked as unclear."""

    attributions: tuple[Attribution, ...]
    unclear: Parts


def read_polnear(path: Path, split: str) -> Iterator[Annotated]:
    """Documents of one split; `path` is the corpus' tar.gz or the folder that it unpacks to.

    Of several annotators' files of a text the one with the most attributions is taken, then the first by name.

    Raises:
        DocumentError: the path holds no such split.
    """
    for stem, text, brat in _documents(path, split):
        yield convert(f"polnear/{stem}", text, brat.attributions, brat.unclear)


def read_attributions(path: Path, split: str) -> Iterator[Document]:
    """The same documents under the corpus' own labels, SOURCE, CUE and CONTENT, as a flat tagger learns them.

    A discontinuous range gives one span for each of its parts. Where ranges of different attributions overlap, the
    longer stays.

    Raises:
        DocumentError: the path holds no such split.
    """
    for stem, text, brat in _documents(path, split):
        found = {
            Span(*part, label)
            for attribution in brat.attributions
            for label, ranges in (
                ("SOURCE", [part for source in attribution.sources for part in source]),
                ("CUE", attribution.cue),
                ("CONTENT", attribution.content),
            )
            for part in (_stripped(text, *part) for part in ranges)
            if part[0] < part[1]
        }
        kept: list[Span] = []
        for span in sorted(found, key=lambda span: (span.start - span.end, span.start, span.label)):
            if all(span.end <= other.start or other.end <= span.start for other in kept):
                kept.append(span)
        yield Document(f"polnear/{stem}", text, tuple(sorted(kept)))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def _documents(path: Path, split: str) -> Iterator[tuple[str, str, _Brat]]:
    """Name, text and fullest annotation of each document of a split."""
    texts: dict[str, str] = {}
    annotations: dict[str, list[tuple[str, str]]] = {}
    for kind, name, content in _files(path, split):
        if kind == "text":
            texts[name.removesuffix(".txt")] = content
        else:
            stem, _, annotator = name.removesuffix(".ann").rpartition("_")
            annotations.setdefault(stem, []).append((annotator, content))
    if not texts:
        raise DocumentError(f"{path}: no texts of the split {split!r}; expected data/{split}/text/*.txt inside")
    for stem in sorted(texts):
        found = sorted(annotations.get(stem, []))
        if found:
            brats = [_parse(content, len(texts[stem])) for _, content in found]
            yield stem, texts[stem], max(brats, key=lambda brat: len(brat.attributions))


def _files(path: Path, split: str) -> Iterator[tuple[str, str, str]]:
    """Folder name ("text" or "attributions"), file name and content of each file of a split."""
    if path.is_dir():
        for file in sorted(path.glob(f"**/{split}/*/*")):
            if file.parent.name in ("text", "attributions") and file.suffix in (".txt", ".ann"):
                yield file.parent.name, file.name, file.read_bytes().decode("utf-8")
        return
    if not path.is_file():
        raise DocumentError(f"{path}: no such file or folder")
    with tarfile.open(path) as archive:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            if len(parts) < 3 or parts[-3] != split or parts[-2] not in ("text", "attributions"):
                continue
            if (stream := archive.extractfile(member)) is not None:
                yield parts[-2], parts[-1], stream.read().decode("utf-8")


def _parse(annotation: str, length: int) -> _Brat:
    """A brat file; lines that are neither entity nor event (notes, broken lines) are passed over."""
    entities: dict[str, tuple[str, Parts]] = {}
    events: list[str] = []
    for line in annotation.split("\n"):
        if entity := _ENTITY.match(line):
            offsets = [tuple(map(int, part.split())) for part in entity[3].split(";")]
            parts = tuple(sorted((start, end) for start, end in offsets if 0 <= start < end <= length))
            entities[entity[1]] = (entity[2], parts)
        elif event := _EVENT.match(line):
            events.append(event[1])
    unclear = tuple(part for kind, parts in entities.values() if kind in ("Discuss", "Discard") for part in parts)
    return _Brat(tuple(_attribution(event, entities) for event in events), unclear)


def _attribution(event: str, entities: dict[str, tuple[str, Parts]]) -> Attribution:
    roles: dict[str, list[Parts]] = {"Source": [], "Cue": [], "Content": []}
    for pair in event.split():
        role, _, key = pair.partition(":")
        role = role.rstrip("0123456789")
        if role in roles and key in entities:
            roles[role].append(entities[key][1])
    contents = tuple(sorted({part for parts in roles["Content"] for part in parts}))
    cue = tuple(sorted(part for parts in roles["Cue"] for part in parts))
    return Attribution(tuple(roles["Source"]), cue, contents)


def convert(identity: str, text: str, attributions: tuple[Attribution, ...], unclear: Parts = ()) -> Annotated:
    """The document of a text with its attributions, by the project's scheme."""
    bounds = sentences(text)
    quotes = read_quotes(text, attributions, quotations(text), bounds, unclear)
    actors = _Actors(text, bounds, known_persons(text))
    spoken = [_speaker(actors, attribution, quotes, number) for number, attribution in enumerate(attributions)]
    spans = sorted({*quotes.direct, *quotes.indirect, *actors.spans.values()})
    index = {span: place for place, span in enumerate(spans)}
    relations: set[Relation] = set()
    undecided: set[int] = set()
    for span, number in [*quotes.direct.items(), *quotes.indirect.items()]:
        speaker = None if number is None else spoken[number]
        if speaker is not None and _near(bounds, span, speaker):
            relations.add(Relation("said_by", index[span], index[speaker]))
        else:
            undecided.add(index[span])
    document = Document(identity, text, tuple(spans), tuple(sorted(relations)))
    constraints = (*_open_pronouns(text, actors), *actors.constraints(), *quotes.open)
    return Annotated(document, _SILENCE, constraints, frozenset({"said_by"}), frozenset(undecided))


class _Actors:
    """The sources of a text that became spans, by their place."""

    def __init__(self, text: str, bounds: list[tuple[int, int]], persons: frozenset[str]) -> None:
        self.text, self.bounds, self.persons = text, bounds, persons
        self.spans: dict[tuple[int, int], Span] = {}
        self.doubtful: set[tuple[int, int]] = set()

    def name(self, start: int, end: int) -> Span | None:
        """The span of the name that a source is or holds."""
        initial = any(start == sentence[0] or start - sentence[0] == 1 for sentence in self.bounds)
        name: Name | None = find_name(self.text, start, end, self.persons, initial)
        return None if name is None else self._add(name.start, name.end, name.label, name.certain)

    def pronoun(self, start: int, end: int) -> Span | None:
        """The span of a pronoun that speaks."""
        return self._add(start, end, "PRONOUN", True)

    def _add(self, start: int, end: int, label: str, certain: bool) -> Span | None:
        known = self.spans.get((start, end))
        if known is None:
            if any(start < other_end and other_start < end for other_start, other_end in self.spans):
                return None
            known = self.spans[start, end] = Span(start, end, label)
            if not certain:
                self.doubtful.add((start, end))
        return known

    def constraints(self) -> Iterator[Constraint]:
        """PERSON or ORGANIZATION for the names whose words do not tell which."""
        for start, end in sorted(self.doubtful):
            yield Constraint(start, end, "ACTOR", _NAMED, _NAMED_FIRST)


def _speaker(actors: _Actors, attribution: Attribution, quotes: Quotes, number: int) -> Span | None:
    """The span of an attribution's only source; a pronoun is one only where it speaks outside quotations."""
    if len(attribution.sources) != 1 or len(attribution.sources[0]) != 1:
        return None
    start, end = attribution.sources[0][0]
    start, end = _stripped(actors.text, start, end)
    if start >= end or quotes.is_quoted(start, end):
        return None
    if actors.text[start:end].lower() in PRONOUNS:
        speaks = number in quotes.speaking and attribution.kind(actors.text) is not CueKind.THINKING
        return actors.pronoun(start, end) if speaks else None
    speaker = actors.name(start, end)
    return speaker if not quotes.is_passive(attribution, actors.text) else None


def _near(bounds: list[tuple[int, int]], quote: Span, speaker: Span) -> bool:
    place = sentence_index(bounds, speaker.start)
    first, last = sentence_index(bounds, quote.start), sentence_index(bounds, quote.end - 1)
    return first - _FARTHEST <= place <= last + _FARTHEST


def _open_pronouns(text: str, actors: _Actors) -> Iterator[Constraint]:
    """Everything is permitted for personal pronouns that are not known to speak."""
    for match in _PRONOUN.finditer(text):
        named = any(match.start() < end and start < match.end() for start, end in actors.spans)
        if not named and match[0] != "US":
            yield Constraint(match.start(), match.end(), "ACTOR", None)
