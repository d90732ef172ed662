"""Writers: documents and their records to JSON Lines, CSV, Parquet or an HTML page.

    with open_writer("html", Path("view.html")) as writer:
        writer.write(document, to_records(document))

| format  | result                                                                                   |
| ------- | ---------------------------------------------------------------------------------------- |
| jsonl   | one line an article: the document, and its records under "records"                         |
| html    | one page that stands alone                                                                |
| csv     | four tables (sitrep.tables). To standard output: the table of tolls                        |
| parquet | the same four tables with nested columns, as the records have them (`sitrep[parquet]`)     |

Tables go to a folder (`results/` gives `results/tolls.csv`, …), or beside a name with the suffix
(`day.csv` gives `day.tolls.csv`, `day.quotes.csv`, `day.actors.csv`, `day.locations.csv`).

Articles are written as they come. Files take their names when everything is written: a run that
fails leaves the files of the run before as they were.

CSV is RFC 4180 in UTF-8. A text cell that a spreadsheet would take for a formula (it begins with
=, +, -, @ or a control character) gets an apostrophe in front.
"""

import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from sitrep.document import Document
from sitrep.tables import COLUMNS, Cell, rows

if TYPE_CHECKING:
    from sitrep.records import Records

FORMATS = ("jsonl", "csv", "parquet", "html")
_SUFFIXES = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet", ".html": "html", ".htm": "html"}
_FILE_SUFFIXES = {*_SUFFIXES, ".txt", ".json", ".tsv", ".xls", ".xlsx", ".zip"}
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # spreadsheets read the full-width forms as well


class OutputError(Exception):
    """A result that cannot be written as asked; one line says why."""


class Writer(Protocol):
    """What every format offers: a context manager that takes articles one by one."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None: ...

    def write(self, document: Document, records: "Records") -> None:
        """Add one article."""
        ...


def format_of(path: Path) -> str | None:
    """The format that a file's suffix names, or None."""
    return _SUFFIXES.get(path.suffix.lower())


def open_writer(form: str, target: Path | None) -> Writer:
    """A writer of one of `FORMATS`; without a target, to standard output.

    Raises:
        OutputError: the format cannot go to standard output, or an extra is missing.
    """
    if form == "html":
        from sitrep.html_view import HtmlWriter

        return HtmlWriter(target)
    if form == "parquet":
        from sitrep.parquet import ParquetWriter

        if target is None:
            raise OutputError("parquet is four files: name a folder with -o, as in -o results/ --format parquet")
        return ParquetWriter(table_paths(target, ".parquet"))
    return CsvWriter(target) if form == "csv" else JsonlWriter(target)


def table_paths(target: Path, suffix: str) -> dict[str, Path]:
    """Table name to its file: in a folder, or beside a name that has the suffix.

    Raises:
        OutputError: the target has the suffix of another kind of file.
    """
    if target.suffix.lower() == suffix and not target.is_dir():
        return {table: target.with_name(f"{target.stem}.{table}{suffix}") for table in COLUMNS}
    if target.suffix.lower() in _FILE_SUFFIXES and not target.is_dir():
        raise OutputError(f"{target}: {suffix[1:]} tables need a folder or a name that ends in {suffix}")
    return {table: target / f"{table}{suffix}" for table in COLUMNS}


def written_files(form: str, target: Path) -> list[Path]:
    """The files that a format writes for a target."""
    return list(table_paths(target, f".{form}").values()) if form in ("csv", "parquet") else [target]


class Replacement:
    """A new file beside the one that it will replace: `commit` puts it in place, `discard` drops it.

    A device or a named pipe is written to directly; a link stays a link.

    Raises:
        OutputError: the folder does not exist and cannot be made, or cannot be written to.
    """

    def __init__(self, target: Path) -> None:
        self.target = self.path = target.resolve()
        if target.is_dir():
            raise OutputError(f"{target}: is a folder")
        if target.exists() and not target.is_file():
            return
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(dir=self.target.parent, prefix=f".{target.name}.", suffix=".tmp")
        except OSError as error:
            raise OutputError(f"{target}: cannot be written ({error.strerror or error})") from error
        os.close(number)
        self.path = Path(name)

    def commit(self) -> None:
        if self.path == self.target:
            return
        # mkstemp makes private files; a result has the rights of any new file, or those of its forerunner.
        self.path.chmod(self.target.stat().st_mode & 0o777 if self.target.exists() else 0o666 & ~_umask())
        self.path.replace(self.target)

    def discard(self) -> None:
        if self.path != self.target:
            self.path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class TextOutput:
    """A text stream to a replaced file or to standard output: UTF-8, line ends as they are written."""

    def __init__(self, target: Path | None) -> None:
        self._target = target
        self._replacement: Replacement | None = None

    def __enter__(self) -> TextIO:
        if self._target is None:
            sys.stdout.flush()
            self._stream = io.TextIOWrapper(sys.stdout.buffer, "utf-8", "replace", newline="", write_through=True)
        else:
            self._replacement = Replacement(self._target)
            self._stream = self._replacement.path.open("w", encoding="utf-8", errors="replace", newline="")
        return self._stream

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if self._replacement is None:
            # Standard output belongs to the process: it is left open, even where it is broken.
            if kind is None:
                self._stream.flush()
            self._stream.detach()
            return
        try:
            self._stream.close()
            if kind is None:
                self._replacement.commit()
        finally:
            self._replacement.discard()


class JsonlWriter:
    """One line an article: `document.to_dict()` and "records"."""

    def __init__(self, target: Path | None) -> None:
        self._output = TextOutput(target)

    def __enter__(self) -> Self:
        self._stream = self._output.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._output.__exit__(kind, *rest)

    def write(self, document: Document, records: "Records") -> None:
        line = {**document.to_dict(), "records": records.to_dict()}
        try:
            encoded = json.dumps(line, ensure_ascii=False)
            encoded.encode("utf-8")
        except UnicodeEncodeError:  # half a surrogate pair in a meta field; JSON can spell it, UTF-8 cannot
            encoded = json.dumps(line)
        self._stream.write(encoded + "\n")
        self._stream.flush()  # who reads a pipe has each article as soon as it is done


class CsvWriter:
    """Four tables, or the tolls alone to standard output."""

    def __init__(self, target: Path | None) -> None:
        paths: Mapping[str, Path | None] = {"tolls": None} if target is None else table_paths(target, ".csv")
        self._outputs = {table: TextOutput(path) for table, path in paths.items()}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._streams = {table: stack.enter_context(output) for table, output in self._outputs.items()}
            self._tables = {
                table: csv.DictWriter(stream, COLUMNS[table], lineterminator="\r\n")
                for table, stream in self._streams.items()
            }
            for table in self._tables.values():
                table.writeheader()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            self._stack.__exit__(kind, *rest)  # pyright: ignore[reportArgumentType]
            return
        with self._stack:
            for stream in self._streams.values():
                stream.flush()  # a full disk shows here, before any table takes its name

    def write(self, document: Document, records: "Records") -> None:
        for name, table in self._tables.items():
            for row in rows(name, records):
                table.writerow({column: harmless(cell) for column, cell in row.items()})


def harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
