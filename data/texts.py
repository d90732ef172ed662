"""Texts that others hold: a file of its own, or one item of a collection, by the `source` of a stand-off line.

    read_text(Path("../shared/corpora"), "muc4/muc34.tar.gz#TST4-MUC4-0017")

`FILE` is a whole UTF-8 file; `FILE#KEY` is the item KEY of a collection, whose format is known by its name.
The text is what the collection holds, with nothing mended in it, so that its sha256 stays the same.
"""

import csv
import io
import json
import logging
import re
import tarfile
import zipfile
from collections.abc import Callable, Container, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.readers.detokenise import detokenise
from sitrep.document import DocumentError, read_json_lines, read_jsonl, sha256_of

log = logging.getLogger(__name__)

_MUC_HEADING = re.compile(r"^(TST\d-MUC\d-\d{4})[ \t]*$", re.MULTILINE)
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, tarfile.TarError, zipfile.BadZipFile, csv.Error)
_PRESS_RELEASE = "PRESS RELEASE TEXT:"


def read_text(root: Path, source: str) -> str:
    """The text that `source` names under `root`.

    Raises:
        DocumentError: no such file or item, a collection of unknown format, or a text that is not UTF-8.
    """
    name, _, key = source.partition("#")
    path = root / name
    if not path.is_file():
        raise DocumentError(f"its text is missing: {path}")
    if not key:
        try:
            return path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise DocumentError(f"{path} is not UTF-8 (byte {error.start})") from error
    texts = collection(path)
    if key not in texts:
        raise DocumentError(f"its text is missing: {path} has no item {key!r}")
    return texts[key]


@lru_cache(maxsize=16)
def collection(path: Path) -> dict[str, str]:
    """All texts of a collection by their keys, in the file's order.

    Raises:
        DocumentError: the file's name belongs to no known format, or its content is not of that format.
    """
    for pattern, load in _FORMATS.items():
        if re.search(pattern, path.as_posix()):
            try:
                return dict(load(path))
            except _BROKEN as error:
                raise DocumentError(f"{path}: cannot be read as its collection's format ({error!r})") from error
    raise DocumentError(f"{path}: no collection of a known format")


def unlabelled(sources: Iterable[str], left_out: Container[str] = ()) -> Iterator[str]:
    """The texts of collections, documents (.jsonl of the project's own form) and plain text files, each once.

    `FILE#PREFIX` takes the items of a collection whose keys begin so. Texts whose sha256 is in `left_out`
    are passed over, and so is, with a warning, a file that is not there.
    """
    seen: set[str] = set()
    for source in sources:
        name, _, prefix = source.partition("#")
        path = Path(name)
        if not path.exists():
            log.warning("%s is not there; going on without its texts", path)
            continue
        if path.suffix == ".txt":
            texts: Iterable[str] = [read_text(path.parent, path.name)]
        elif path.is_dir():
            raise DocumentError(f"{path}: a folder; name the files or collections in it")
        elif any(re.search(pattern, path.as_posix()) for pattern in _FORMATS):
            texts = [text for key, text in collection(path).items() if key.startswith(prefix)]
        else:
            texts = (document.text for document in read_jsonl(path))
        for text in texts:
            digest = sha256_of(text)
            if digest not in seen and digest not in left_out:
                seen.add(digest)
                yield text


def held_out(paths: Iterable[Path]) -> frozenset[str]:
    """The sha256 of every text that stand-off files annotate.

    Raises:
        DocumentError: no such file, or a line that names no text.
    """
    found: set[str] = set()
    for path in paths:
        if not path.is_file():
            raise DocumentError(f"{path}: no such file")
        for number, raw in read_json_lines(path):
            if not isinstance(raw.get("sha256"), str):
                raise DocumentError(f"{path}:{number}: no stand-off line: it has no 'sha256'")
            found.add(raw["sha256"])
    return frozenset(found)


Items = Iterable[tuple[str, str]]


def _wikinews(path: Path) -> Items:
    """Keys are the first 12 digits of the address' sha256; the headline is put before the text, as a reader sees it."""
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield sha256_of(row["url"])[:12], f"{row['title']}\n\n{row['text']}"


def _fa_kes(path: Path) -> Items:
    """Keys are row numbers from 1; the file is not UTF-8 throughout, other bytes become U+FFFD."""
    decoded = path.read_bytes().decode("utf-8", "replace")
    for number, row in enumerate(csv.DictReader(io.StringIO(decoded, newline="")), 1):
        yield str(number), row["article_content"]


def _json_lines(key: str, encoding: str = "utf-8") -> Callable[[Path], Items]:
    def load(path: Path) -> Items:
        for line in filter(str.strip, path.read_text(encoding).split("\n")):
            raw: dict[str, Any] = json.loads(line)
            yield str(raw[key]), str(raw["text"])

    return load


def _press_releases(path: Path) -> Items:
    """Keys are line numbers from 1; the release follows the instructions of a prompt."""
    for number, line in enumerate(filter(str.strip, path.read_text("utf-8").split("\n")), 1):
        yield str(number), str(json.loads(line)["prompt"]).partition(_PRESS_RELEASE)[2].strip()


def _current_events(path: Path) -> Items:
    """Keys are dates; the one-sentence reports of a day are the paragraphs of its text."""
    days: dict[str, list[str]] = {}
    for report in json.loads(path.read_text("utf-8")):
        days.setdefault(str(report["date"]), []).append(str(report["description"]))
    for date, reports in days.items():
        yield date, "\n".join(reports)


def _muc(path: Path) -> Items:
    """Keys are the headings' document numbers; member `tst4-muc4.mixed-case`, the only one with capitals."""
    with tarfile.open(path) as archive:
        member = archive.extractfile("muc34/TASK/CORPORA/tst4/tst4-muc4.mixed-case")
        if member is None:
            raise ValueError("the mixed-case texts are no plain file")
        parts = _MUC_HEADING.split(member.read().decode("latin-1"))
    yield from ((key, text.strip("\n")) for key, text in zip(parts[1::2], parts[2::2], strict=True))


def _polnear(path: Path) -> Items:
    """Keys are `split/name` of the archive's text files."""
    with tarfile.open(path) as archive:
        for member in archive:
            parts = Path(member.name).parts
            if member.isfile() and parts[-2:-1] == ("text",) and parts[-1].endswith(".txt"):
                stream = archive.extractfile(member)
                if stream is not None:
                    yield f"{parts[-3]}/{parts[-1]}", stream.read().decode("utf-8")


def _docred(path: Path) -> Items:
    """Keys are titles; the texts exist only as tokens."""
    for raw in json.loads(path.read_text("utf-8")):
        yield str(raw["title"]), detokenise([token for sentence in raw["sents"] for token in sentence])[0]


def _wikievents_tokens(path: Path) -> Items:
    """Keys are document ids; the texts exist only as tokens, torn apart at apostrophes and within abbreviations."""
    for line in filter(str.strip, path.read_text("utf-8").split("\n")):
        raw: dict[str, Any] = json.loads(line)
        text = re.sub(r"(?<=\w)(['’]) (?=(?:s|t|d|m|re|ve|ll)\b)", r"\1", detokenise(raw["tokens"])[0])
        yield str(raw["docid"]), re.sub(r"\b([A-Z]\.) (?=[A-Z]\.)", r"\1", text)


def _rams(path: Path) -> Items:
    """Keys are document keys; each text is the five sentences around an event, which exist only as tokens."""
    for line in filter(str.strip, path.read_text("utf-8").split("\n")):
        raw: dict[str, Any] = json.loads(line)
        yield str(raw["doc_key"]), detokenise([token for sentence in raw["sentences"] for token in sentence])[0]


def _event_location(path: Path) -> Items:
    """Keys are record numbers from 1; each text is one sentence."""
    with zipfile.ZipFile(path) as archive:
        for number, raw in enumerate(json.loads(archive.read("labeled_text.jsonl")), 1):
            yield str(number), str(raw["text"])


_FORMATS: dict[str, Callable[[Path], Items]] = {
    r"wikinews_\d{4}\.csv$": _wikinews,
    r"FA-KES-Dataset\.csv$": _fa_kes,
    r"re3d/[^/]+/documents\.json$": _json_lines("_id", "utf-8-sig"),
    r"isaf_press_releases\w*\.jsonl$": _press_releases,
    r"wikipedia_wikitimes_CEP\.json$": _current_events,
    r"wikievents/(dev|test)\.jsonl$": _json_lines("doc_id"),
    r"wikievents/wiki-train-human\.jsonl$": _wikievents_tokens,
    r"rams/(dev|test)\.jsonlines$": _rams,
    r"muc34\.tar\.gz$": _muc,
    r"polnear-data\.tar\.gz$": _polnear,
    r"labeled_text\.jsonl\.zip$": _event_location,
    r"docred-format/\w+\.json$": _docred,
}
