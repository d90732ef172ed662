"""Paths to articles: text, JSON Lines and HTML files, folders of them, and standard input.

    for found in read_articles(["news/", "today.jsonl", "-"]):
        match found:
            case Article(id=identity, text=text): ...
            case InputFault(): print(found)

Articles come lazily and in order. Whatever cannot be read comes as an `InputFault` in its place, so
that the articles after it are still read.

| input            | articles                                                                        |
| ---------------- | ------------------------------------------------------------------------------- |
| `.txt`           | one; its id is the file's name without suffix                                     |
| `.jsonl`         | one a line: {"id": …, "text": …}; without an id, the file's name and the line     |
|                  | number; other fields are kept as meta, annotation in it is dropped                |
| `.html`, `.htm`  | one: the page's main text (extra `sitrep[html]`); offsets are into that text      |
| a folder         | its files of these kinds, at any depth, sorted; hidden ones are left out;         |
|                  | ids begin with the path inside the folder                                         |
| `-`              | one: standard input as plain text                                                 |

Text is UTF-8. A byte order mark is dropped; nothing else changes, line ends included, so offsets are
those of the file. (One exception: half a surrogate pair, which JSON can spell, is no character, and
U+FFFD takes its place.) An id made from a file's name that came before gets "-2", "-3" and so on.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

TEXT_SUFFIX, JSONL_SUFFIX, HTML_SUFFIXES = ".txt", ".jsonl", (".html", ".htm")
SUFFIXES = (TEXT_SUFFIX, JSONL_SUFFIX, *HTML_SUFFIXES)
STANDARD_INPUT = "-"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ANNOTATION = frozenset({"id", "text", "spans", "relations", "records"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_NO_TEXT = "the article is empty"


@dataclass(frozen=True)
class Article:
    """An article as it was read; `meta` holds the other fields of its JSON line."""

    id: str
    text: str
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InputFault:
    """An input that gave no article; as a string, one line that says where and why."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class _UnreadableError(Exception):
    """The reason why bytes are no text."""


def read_articles(
    paths: Iterable[str | Path], *, standard_input: BinaryIO | None = None, skip: Iterable[Path] = ()
) -> Iterator[Article | InputFault]:
    """The articles of files and folders, and what could not be read, in order and lazily.

    Args:
        standard_input: what `-` reads; None takes `sys.stdin`.
        skip: files that a folder's reading leaves out (a result may lie among the articles).
    """
    names = _Names()
    left_out = {path.resolve() for path in skip}
    for path in paths:
        if str(path) == STANDARD_INPUT:
            stream = sys.stdin.buffer if standard_input is None else standard_input
            yield _text_article("standard input", stream.read(), names("stdin"))
        elif Path(path).is_dir():
            yield from _folder(Path(path), names, left_out)
        else:
            yield from _file(Path(path), Path(path).stem, names)


def count_articles(paths: Iterable[str | Path], skip: Iterable[Path] = ()) -> int:
    """About how many articles `read_articles` will give, for a progress bar; reads no more than line ends."""
    left_out = {path.resolve() for path in skip}
    files: list[Path] = []
    for path in map(Path, paths):
        files += [file for file in _walk(path, []) if file.resolve() not in left_out] if path.is_dir() else [path]
    return sum(_lines(file) if file.suffix.lower() == JSONL_SUFFIX and file.is_file() else 1 for file in files)


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as lines:
            return sum(1 for line in lines if line.strip())
    except OSError:
        return 1


class _Names:
    """Ids made from file names, each given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def __call__(self, wish: str) -> str:
        wish, number = characters(wish), 1
        name = wish
        while name in self._given:
            number += 1
            name = f"{wish}-{number}"
        self._given.add(name)
        return name


def characters(text: str) -> str:
    """The text with U+FFFD for every half of a surrogate pair; all offsets stay."""
    return _SURROGATE.sub("\ufffd", text)


def _folder(folder: Path, names: _Names, left_out: set[Path]) -> Iterator[Article | InputFault]:
    faults: list[InputFault] = []
    found = [path for path in _walk(folder, faults) if path.resolve() not in left_out]
    yield from faults
    if not found and not faults:
        yield InputFault(str(folder), f"the folder holds no article ({', '.join(SUFFIXES)})")
    for path in sorted(found, key=lambda path: path.relative_to(folder).parts):
        yield from _file(path, path.relative_to(folder).with_suffix("").as_posix(), names)


def _walk(folder: Path, faults: list[InputFault]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        faults.append(InputFault(str(error.filename), _reason(error)))

    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(parent, name)


def _file(path: Path, name: str, names: _Names) -> Iterator[Article | InputFault]:
    suffix = path.suffix.lower()
    try:
        if not path.exists():
            yield InputFault(str(path), "no such file or folder")
        elif suffix == JSONL_SUFFIX:
            yield from _jsonl_articles(path, name, names)
        elif suffix == TEXT_SUFFIX:
            yield _text_article(str(path), path.read_bytes(), names(name))
        elif suffix in HTML_SUFFIXES:
            yield _html_article(str(path), path.read_bytes(), names(name))
        else:
            kinds = ", ".join(SUFFIXES)
            yield InputFault(str(path), f"unknown suffix {suffix!r}; sitrep reads {kinds}, and '-' for plain text")
    except OSError as error:
        yield InputFault(str(path), _reason(error))


def _reason(error: OSError) -> str:
    return f"cannot be read ({error.strerror or error})"


def _decode(raw: bytes) -> str:
    if raw.startswith(_UTF_16_MARKS):
        raise _UnreadableError("the text is UTF-16; sitrep reads UTF-8")
    if b"\0" in raw:
        raise _UnreadableError("binary content (NUL bytes), not text")
    try:
        return raw.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start + (len(raw) - len(raw.removeprefix(_BYTE_ORDER_MARK)))
        raise _UnreadableError(f"not UTF-8 text: byte 0x{raw[place]:02x} at position {place}") from None


def _text_article(where: str, raw: bytes, identity: str) -> Article | InputFault:
    try:
        text = _decode(raw)
    except _UnreadableError as error:
        return InputFault(where, str(error))
    return Article(identity, text) if text.strip() else InputFault(where, _NO_TEXT)


# --- JSON Lines ---


def _jsonl_articles(path: Path, name: str, names: _Names) -> Iterator[Article | InputFault]:
    with path.open("rb") as lines:
        # A file that is no text would otherwise give a fault for each of its lines.
        head = lines.read(4096)
        if b"\0" in head or head.startswith(_UTF_16_MARKS):
            yield _text_article(str(path), head, name)
            return
        lines.seek(0)
        empty = True
        for number, raw in enumerate(lines, 1):
            if raw.removeprefix(_BYTE_ORDER_MARK).strip():
                empty = False
                yield _line_article(f"{path}:{number}", raw, f"{name}-{number}", names)
    if empty:
        yield InputFault(str(path), "the file holds no article")


def _line_article(where: str, raw: bytes, name: str, names: _Names) -> Article | InputFault:
    try:
        line = json.loads(_decode(raw.rstrip(b"\r\n")))
    except _UnreadableError as error:
        return InputFault(where, str(error))
    except json.JSONDecodeError as error:
        return InputFault(where, f"not JSON ({error.msg}, column {error.colno})")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; thousands of brackets
        return InputFault(where, f"not JSON that can be read ({error})")
    if not isinstance(line, dict):
        return InputFault(where, 'not a JSON object; expected {"id": "…", "text": "…"}')
    identity, text = line.get("id"), line.get("text")
    if not isinstance(text, str):
        return InputFault(where, "'text' is missing" if text is None else "'text' is no string")
    if identity is not None and (isinstance(identity, bool) or not isinstance(identity, (str, int))):
        return InputFault(where, "'id' is neither a string nor a whole number")
    if not text.strip():
        return InputFault(where, _NO_TEXT)
    meta = {key: value for key, value in line.items() if key not in _ANNOTATION}
    own = identity is not None and str(identity) != ""
    return Article(characters(str(identity)) if own else names(name), characters(text), meta)


# --- HTML ---


def _html_article(where: str, raw: bytes, identity: str) -> Article | InputFault:
    try:
        # Imported here: the extra is needed for pages only.
        import trafilatura
    except ImportError as error:
        cause = "" if error.name == "trafilatura" else f" ({str(error).splitlines()[0]})"
        return InputFault(where, f"reading HTML needs an extra: pip install 'sitrep[html]'{cause}")
    try:
        text = trafilatura.extract(_decode_page(raw), include_comments=False)
    except _UnreadableError as error:
        return InputFault(where, str(error))
    if not text or not text.strip():
        return InputFault(where, "the page holds no article text" if raw.strip() else _NO_TEXT)
    return Article(identity, characters(text))


def _decode_page(raw: bytes) -> str:
    """A page's text: UTF-8, or else the encoding that the page itself declares."""
    try:
        return _decode(raw)
    except _UnreadableError:
        declared = _CHARSET.search(raw, 0, 4096)
        if declared is None or b"\0" in raw:
            raise
        try:
            return raw.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeError):
            raise _UnreadableError(f"not UTF-8, nor {declared[1].decode('ascii')} as the page says") from None
