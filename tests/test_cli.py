"""The command: what it writes, what it says, and the code it ends with. A stand-in reads the articles."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sitrep import __version__, cli
from sitrep.document import Document, Span, build
from tests.samples import crossing, market

_ROOT = Path(__file__).parents[1]
_FIGURE = re.compile(r"\b\d+\b(?: people)?")


class FakeReader:
    """Takes every figure for a number of dead and every capitalised word for a place where they died."""

    def extract(self, text: str, identity: str) -> Document:
        if "TRIP" in text:
            raise ValueError("a word is longer\nthan a window")
        tolls = [Span(*match.span(), "KILLED", 0.8) for match in _FIGURE.finditer(text)]
        places = [Span(*match.span(), "LOCATION", 0.7) for match in re.finditer(r"\b[A-Z]\w+", text)]
        edges = [("occurred_in", toll, place, 0.6) for toll in tolls for place in places[:1]]
        return build(identity, text, [*tolls, *places], edges)


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, int | None]]:
    """With which bundle and how many threads the reader was loaded, each time."""
    calls: list[tuple[str | None, int | None]] = []

    def load(bundle: str | None, threads: int | None) -> FakeReader:
        calls.append((bundle, threads))
        return FakeReader()

    monkeypatch.setattr(cli, "load_reader", load)
    return calls


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"In Homs 12 people died.\r\n")
    (folder / "b.jsonl").write_text('{"id": "x", "text": "3 died in Hama.", "date": "2031-01-01"}\n', "utf-8")
    return folder


def articles(lines: str) -> dict[str, str]:
    return {line["id"]: line["text"] for line in map(json.loads, lines.splitlines())}


def run(*arguments: str | Path) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_jsonl_to_standard_output(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("extract", news) == 0
    captured = capsys.readouterr()
    first, second = map(json.loads, captured.out.splitlines())
    assert first["id"] == "a" and first["text"] == "In Homs 12 people died.\r\n"
    assert first["records"]["tolls"][0]["low"] == 12
    assert second["date"] == "2031-01-01" and second["records"]["tolls"][0]["places"][0]["name"] == "Hama"
    assert captured.err == ""


@pytest.mark.parametrize("form", ["jsonl", "html"])
def test_format_follows_the_suffix(news: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / f"out.{form}"
    assert run("extract", news, "-o", target) == 0
    assert target.read_text("utf-8").startswith('{"id": "a"' if form == "jsonl" else "<!DOCTYPE html>")
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err == f"sitrep: 2 articles in {target}\n"


def test_format_option_and_standard_output(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("extract", news, "-o", "-", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["article_id"], row["low"], row["places"]) for row in rows] == [("a", "12", "In"), ("x", "3", "Hama")]


def test_tables_go_beside_the_name_or_into_a_folder(news: Path, tmp_path: Path) -> None:
    assert run("extract", news, "-o", tmp_path / "day.csv") == 0
    assert run("extract", news, "-o", tmp_path / "tables", "--format", "csv") == 0
    assert (tmp_path / "day.tolls.csv").read_bytes() == (tmp_path / "tables" / "tolls.csv").read_bytes()


def test_parquet(news: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert run("extract", news, "-o", tmp_path / "day.parquet") == 0
    assert parquet.read_table(tmp_path / "day.tolls.parquet").column("low").to_pylist() == [12, 3]


def test_model_and_threads_reach_the_reader_once(news: Path, loaded: list[tuple[str | None, int | None]]) -> None:
    assert run("extract", news, "--model", "bundle", "--threads", "2") == 0
    assert run("show", news) == 0
    assert loaded == [("bundle", 2), (None, None)]


# --- Faults: one line each, the others are done, the code says so ---

_FAULTS = {
    "none.txt": (None, "no such file or folder"),
    "binary.txt": (b"a\0b", "binary content (NUL bytes), not text"),
    "latin.txt": (b"\xe9", "not UTF-8 text: byte 0xe9 at position 0"),
    "empty.txt": (b" \n", "the article is empty"),
    "odd.docx": (b"x", "unknown suffix '.docx'; sitrep reads .txt, .jsonl, .html, .htm, and '-' for plain text"),
    "bad.jsonl": (b'{"text": }', ":1: not JSON (Expecting value, column 10)"),
    "folder": ("folder", "the folder holds no article (.txt, .jsonl, .html, .htm)"),
}


def faulty(folder: Path, name: str) -> tuple[Path, str]:
    content, message = _FAULTS[name]
    path = folder / name
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    return path, f"sitrep: {path}{message if message.startswith(':') else ': ' + message}\n"


@pytest.mark.parametrize("name", _FAULTS)
@pytest.mark.parametrize("command", ["extract", "show"])
def test_a_faulty_input_costs_no_other(
    news: Path, tmp_path: Path, name: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, line = faulty(tmp_path, name)
    assert run(command, news / "a.txt", path, news / "b.jsonl") == 1
    captured = capsys.readouterr()
    assert captured.err == line
    if command == "extract":
        assert articles(captured.out) == {"a": "In Homs 12 people died.\r\n", "x": "3 died in Hama."}
    else:
        assert "[KILLED 12 people]" in captured.out and "[KILLED 3]" in captured.out


@pytest.mark.parametrize("name", _FAULTS)
def test_nothing_to_read_is_code_2_and_touches_no_result(
    tmp_path: Path, name: str, loaded: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    path, line = faulty(tmp_path, name)
    result = tmp_path / "out.jsonl"
    result.write_text("earlier", "utf-8")
    assert run("extract", path, "-o", result) == 2
    assert capsys.readouterr().err == line
    assert result.read_text("utf-8") == "earlier"
    assert not loaded


def test_missing_html_extra(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    page = tmp_path / "page.html"
    page.write_text("<p>5 died</p>", "utf-8")
    assert run("extract", page, news / "a.txt") == 1
    captured = capsys.readouterr()
    assert captured.err == f"sitrep: {page}: reading HTML needs an extra: pip install 'sitrep[html]'\n"
    assert list(articles(captured.out)) == ["a"]


def test_missing_parquet_extra(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert run("extract", news, "-o", tmp_path / "out.parquet") == 2
    assert capsys.readouterr().err == "sitrep: writing Parquet needs an extra: pip install 'sitrep[parquet]'\n"


def test_an_article_that_trips_the_reader(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (news / "aa.txt").write_text("TRIP", "utf-8")
    assert run("extract", news) == 1
    captured = capsys.readouterr()
    line = "sitrep: aa: could not be processed (ValueError: a word is longer than a window)\n"
    assert captured.err == line
    assert list(articles(captured.out)) == ["a", "x"]


@pytest.mark.parametrize("broken", ["missing", "empty", "damaged"])
def test_unusable_bundle(
    news: Path, tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    bundle, result = tmp_path / "bundle", tmp_path / "out.jsonl"
    if broken != "missing":
        bundle.mkdir()
    if broken == "damaged":
        (bundle / "bundle.json").write_text("{", "utf-8")
    assert run("extract", news, "--model", bundle, "-o", result) == 2
    error = capsys.readouterr().err
    told = {"missing": "no such folder", "empty": "bundle.json is missing", "damaged": "bundle.json cannot be read"}
    assert error.startswith(f"sitrep: bundle {bundle}: {told[broken]}") and error.count("\n") == 1
    assert not result.exists()


# --- Wrong usage ---


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["extract"], "the following arguments are required: PATH"),
        (["extract", "a.txt", "--threads", "0"], "expected a whole number from 1 on, found '0'"),
        (["extract", "a.txt", "--format", "xml"], "invalid choice: 'xml'"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("-o", "out.xml"), "out.xml: its suffix names no format; add --format, one of jsonl, csv, parquet, html"),
        (("--format", "parquet"), "parquet is four files: name a folder with -o, as in -o results/ --format parquet"),
        (("--format", "csv", "-o", "a.html"), "a.html: csv tables need a folder or a name that ends in .csv"),
        (("-o", "news/b.jsonl"), "news/b.jsonl: is an input and would be overwritten; give -o another name"),
        (("-o", "news", "--format", "html"), "news: is a folder"),
        (("-o", "news/a.txt/below/out.html"), "news/a.txt/below/out.html: cannot be written (Not a directory)"),
    ],
)
def test_impossible_results(
    news: Path,
    options: tuple[str, ...],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(news.parent)
    assert run("extract", "news/a.txt", "news/b.jsonl", *options) == 2
    captured = capsys.readouterr()
    assert captured.err == f"sitrep: {message}\n"
    assert captured.out == ""


def test_a_result_in_the_folder_that_is_read_is_no_input(news: Path) -> None:
    for _ in range(2):
        assert run("extract", news, "-o", news / "out.jsonl") == 0
        assert list(articles((news / "out.jsonl").read_text("utf-8"))) == ["a", "x"]


def test_interruption(news: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(self: FakeReader, text: str, identity: str) -> Document:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeReader, "extract", interrupt)
    assert run("extract", news) == 130
    assert capsys.readouterr().err == "sitrep: interrupted\n"


# --- show ---


class SampleReader:
    def extract(self, text: str, identity: str) -> Document:
        return next(document for document in (market(), crossing()) if document.text in (text, text.rstrip("\n")))


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cli, "load_reader", lambda bundle, threads: SampleReader())
    path = tmp_path / "crossing.txt"
    path.write_bytes(crossing().text.encode())
    return path


def test_show_without_colours(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", _ROOT / "examples" / "market-shelling.txt", samples) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "\r" not in shown
    unwrapped = " ".join(shown.split())
    assert "[INDIRECT_QUOTE they had received [KILLED 29 bodies] and [WOUNDED 83 wounded people]]" in unwrapped
    assert "[DIRECT_QUOTE They fired on mothers buying bread]" in unwrapped
    assert re.search(r"KILLED +31\+ \(at +people +Tal Harun,", shown)
    assert max(map(len, shown.splitlines())) <= 100


def test_show_with_colours_and_harmless_controls(
    samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert run("show", samples) == 0
    shown = capsys.readouterr().out
    assert "\x1b[" in shown and "[KILLED" not in shown and "\u202e" not in shown
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert '<script>alert("1 & 2")</script>' in plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("show", samples) == 0
    assert "[KILLED " in capsys.readouterr().out


def test_the_example_is_the_annotated_sample() -> None:
    text = (_ROOT / "examples" / "market-shelling.txt").read_text("utf-8")
    assert text.rstrip("\n") == market().text


# --- The command as a process ---

_FAKE_RUN = "import sys; from tests import test_cli; from sitrep import cli; \
cli.load_reader = lambda bundle, threads: test_cli.FakeReader(); sys.exit(cli.main(sys.argv[1:]))"


def start(*arguments: str | Path, stdin: int | None = None) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", _FAKE_RUN, *map(str, arguments)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=stdin)


def test_version_and_help_are_quick_and_load_nothing_heavy() -> None:
    for arguments in (["--help"], ["--version"], ["extract", "--help"]):
        code = f"import sys, sitrep.cli\ntry: sitrep.cli.main({arguments})\n"
        code += "except SystemExit as end: assert not end.code\n"
        code += "heavy = {'numpy', 'onnxruntime', 'tokenizers', 'rich', 'pyarrow', 'trafilatura', 'torch'}"
        code += "; assert not heavy & set(sys.modules), heavy & set(sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert __version__ in done.stdout or ("exit codes" in done.stdout and "examples:" in done.stdout)


def test_module_runs() -> None:
    done = subprocess.run([sys.executable, "-m", "sitrep", "--version"], cwd=_ROOT, capture_output=True, check=True)
    assert done.stdout.decode().strip() == f"sitrep {__version__}"


def test_standard_input() -> None:
    process = start("extract", "-", stdin=subprocess.PIPE)
    out, error = process.communicate("7 died in Idlib. 💣\r\n".encode())
    assert (process.returncode, error) == (0, b"")
    assert articles(out.decode("utf-8")) == {"stdin": "7 died in Idlib. 💣\r\n"}


@pytest.mark.parametrize("command", ["extract", "show"])
@pytest.mark.skipif(os.name == "nt", reason="pipes close in another way there")
def test_a_closed_pipe_is_no_error_to_talk_about(tmp_path: Path, command: str) -> None:
    lines = '{"text": "7 died in Idlib."}\n' * 3000
    (tmp_path / "many.jsonl").write_text(lines, "utf-8")
    process = start(command, tmp_path / "many.jsonl")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
def test_an_interrupted_run_keeps_the_earlier_result(tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_text('{"text": "7 died in Idlib."}\n' * 200_000, "utf-8")
    target = tmp_path / "out.jsonl"
    target.write_text("earlier", "utf-8")
    process = start("extract", tmp_path / "many.jsonl", "-o", target)
    while process.poll() is None and len(list(tmp_path.iterdir())) < 3:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert (process.returncode, error) == (130, b"sitrep: interrupted\n")
    assert target.read_text("utf-8") == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.jsonl", "out.jsonl"]
