"""The command `sitrep`: articles in, records out."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

from sitrep import __version__
from sitrep.inputs import STANDARD_INPUT, Article, InputFault, count_articles, read_articles
from sitrep.parallel import Workers, available_cores, in_order

if TYPE_CHECKING:
    from sitrep.document import Document
    from sitrep.records import Records

ALL_RIGHT, SOME_FAILED, NOTHING_DONE, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141
FORMATS = ("jsonl", "csv", "parquet", "html")

_EPILOGUE = """\
inputs:
  .txt, .jsonl ({"id": …, "text": …}, one article a line), .html (extra sitrep[html]),
  folders of them, and - for plain text on standard input. All text is UTF-8.

examples:
  sitrep extract news/ -o day.html           one page with marked texts and tables
  sitrep extract news/ -o day.jsonl          spans, relations and records, a line an article
  sitrep extract news/ -o day.csv            day.tolls.csv, day.quotes.csv, day.actors.csv, day.locations.csv
  sitrep extract news/ -o day/ --format csv  the same tables in a folder
  sitrep extract a.txt b.jsonl | jq .records.tolls
  curl -s https://example.org/a.txt | sitrep show -

exit codes:
  0    every input was read and every article done
  1    some inputs failed (a line on standard error says which and why); the others are done
  2    wrong usage, an unusable model bundle, a result that cannot be written, or no article to read
  130  interrupted
"""


class Reader(Protocol):
    """What reads an article: `sitrep.Extractor`, or anything like it."""

    def extract(self, text: str, identity: str) -> "Document": ...


class _CommandError(Exception):
    """The reason why the whole command ends, in one line."""


def load_reader(bundle: str | None, threads: int | None) -> Reader:
    """The reader that commands use; whoever has another one puts it in the place of this function."""
    # Imported here: the inference engine takes its time, and `--help` does without it.
    from sitrep.bundle import BundleError
    from sitrep.extractor import Extractor

    try:
        return Extractor.load(bundle, threads=threads)
    except BundleError as error:
        raise _CommandError(str(error)) from error
    except ImportError as error:
        raise _CommandError(f"the inference engine cannot be loaded ({error})") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
    except _CommandError as error:
        _complain(str(error))
        return NOTHING_DONE
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. The interpreter's last flush must not complain either.
        _drop_standard_output()
        return PIPE_CLOSED
    except OSError as error:
        _complain(f"{error.filename or 'output'}: {error.strerror or error}")
        return NOTHING_DONE
    return status


def _drop_standard_output() -> None:
    with suppress(OSError, ValueError):  # it may be no file, as in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> None:
    line = " ".join(message.split())
    print(f"sitrep: {line}", file=sys.stderr)


# --- Arguments ---


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sitrep",
        description="Reads conflict and crisis news: who acts, who said what, how many were harmed, and where.",
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"sitrep {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=text, description=text, epilog=_EPILOGUE, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        made.set_defaults(run=run)
        made.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
        made.add_argument("--model", metavar="BUNDLE", help="a model bundle's folder (default: the one shipped)")
        made.add_argument("--threads", type=_positive, metavar="N", help="processor threads (default: all cores)")
        return made

    extract = command("extract", _extract, "Write the records of articles to a file or to standard output.")
    extract.add_argument("-o", "--output", metavar="FILE", help="where to (default, and -: standard output)")
    extract.add_argument("--format", choices=FORMATS, help="default: as FILE's suffix says; without FILE, jsonl")
    command("show", _show, "Show articles in the terminal, with their spans marked, their tolls and their quotes.")
    return parser


def _positive(value: str) -> int:
    number = int(value) if value.isascii() and value.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, found {value!r}")
    return number


# --- Commands ---


def _extract(options: argparse.Namespace) -> int:
    from sitrep.outputs import OutputError, open_writer, written_files

    form, target = _destination(options)
    try:
        files = written_files(form, target) if target else []
        _refuse_inputs(options.paths, files)
        writer = open_writer(form, target)
        with _Job(options, skip=files, bar=target is not None or not sys.stdout.isatty()) as job:
            done = job.done()
            # Nothing is opened, and no earlier result replaced, before there is something to write.
            if first := next(done, None):
                with writer:
                    for document, records in chain([first], done):
                        writer.write(document, records)
    except OutputError as error:
        raise _CommandError(str(error)) from error
    if job.n_done and target:
        _complain(f"{_articles(job.n_done)} in {', '.join(map(str, files))}")
    return job.status()


def _show(options: argparse.Namespace) -> int:
    from sitrep.terminal import console_for, show

    console = console_for(sys.stdout)
    with _Job(options) as job:
        for document, records in job.done():
            show(document, records, console)
    return job.status()


def _destination(options: argparse.Namespace) -> tuple[str, Path | None]:
    """The format and the target, None for standard output."""
    from sitrep.outputs import format_of

    target = Path(options.output) if options.output not in (None, STANDARD_INPUT) else None
    form = options.format or (format_of(target) if target else "jsonl")
    if form is None:
        raise _CommandError(f"{target}: its suffix names no format; add --format, one of {', '.join(FORMATS)}")
    return form, target


def _refuse_inputs(paths: Sequence[str], files: Sequence[Path]) -> None:
    results = {file.resolve() for file in files}
    for path in paths:
        if path != STANDARD_INPUT and Path(path).resolve() in results:
            raise _CommandError(f"{path}: is an input and would be overwritten; give -o another name")


def _articles(number: int) -> str:
    return f"{number} article{'' if number == 1 else 's'}"


# --- Reading ---


class _Job:
    """Reads the articles of a command, and keeps account of what failed."""

    def __init__(self, options: argparse.Namespace, skip: Sequence[Path] = (), bar: bool = False) -> None:
        self._options, self._skip = options, skip
        self._bar = _Bar(lambda: count_articles(options.paths, skip)) if bar and sys.stderr.isatty() else None
        self.n_articles = self.n_done = self.n_failed = 0
        self._loaded: Reader | None = None
        self._loading = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def done(self) -> "Iterator[tuple[Document, Records]]":
        """Every article that could be read, with its records; several are read at a time, and they keep their order."""
        articles = read_articles(self._options.paths, skip=self._skip)
        with Workers(self._options.threads or available_cores()).others() as pool:
            for found, result in in_order(pool, self._attempt, articles):
                if isinstance(found, InputFault):
                    self._fail(str(found))
                    continue
                self.n_articles += 1
                if isinstance(result, Exception):
                    self._fail(f"{found.id}: could not be processed ({type(result).__name__}: {result})")
                    continue
                self.n_done += 1
                yield result
                if self._bar:
                    self._bar.advance()

    def _attempt(self, found: Article | InputFault) -> "tuple[Article | InputFault, Any]":
        """What was found, with what became of it: nothing, a document with its records, or an exception."""
        if isinstance(found, InputFault):
            return found, None
        reader = self._reader()
        try:
            return found, _read(reader, found)
        except Exception as error:  # one article that trips the reader must not cost the others
            return found, error

    def _reader(self) -> Reader:
        """The reader, loaded when there is an article to read."""
        with self._loading:
            self._loaded = self._loaded or load_reader(self._options.model, self._options.threads)
            return self._loaded

    def _fail(self, message: str) -> None:
        self.n_failed += 1
        _complain(message)

    def status(self) -> int:
        if not self.n_articles:
            return NOTHING_DONE
        return SOME_FAILED if self.n_failed else ALL_RIGHT


def _read(reader: Reader, article: Article) -> "tuple[Document, Records]":
    from sitrep.labels import INVENTORY
    from sitrep.records import to_records

    document = replace(reader.extract(article.text, article.id), meta=article.meta)
    # A bundle trained on another scheme brings its own inventory.
    return document, to_records(document, getattr(reader, "inventory", INVENTORY))


class _Bar:
    """A progress bar on standard error. It comes with the first article done, and not for a single one."""

    def __init__(self, total: Callable[[], int]) -> None:
        self._total = total
        self._progress: Any = None

    def advance(self) -> None:
        if self._progress is None:
            self._progress = _progress(self._total())
            self._progress.start()
        self._progress.advance(self._progress.task_ids[0])

    def stop(self) -> None:
        if self._progress is not None:
            self._progress.stop()


def _progress(total: int) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("articles"), TimeRemainingColumn())
    # Standard output is a file or a pipe here: what goes there is not to pass through the bar.
    progress = Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, disable=total < 2
    )
    progress.add_task("", total=total)
    return progress
