"""Inputs: every kind of article, and for every fault one clear line while the others still come."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from sitrep.inputs import Article, InputFault, count_articles, read_articles


def read(*paths: str | Path, **options) -> list[Article | InputFault]:
    return list(read_articles(paths, **options))


def only_fault(found: list[Article | InputFault]) -> str:
    assert len(found) == 1
    assert isinstance(found[0], InputFault)
    assert "\n" not in str(found[0])
    return str(found[0])


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def test_text_is_untouched_but_for_the_byte_order_mark(tmp_path: Path) -> None:
    text = "\r\n  One\r\ntwo\rthree 💣\u2028four\x85 \n\n"
    path = write(tmp_path / "a.txt", b"\xef\xbb\xbf" + text.encode())
    assert read(path) == [Article("a", text)]
    assert read(write(tmp_path / "b.TXT", text)) == [Article("b", text)]


def test_jsonl_keeps_ids_and_meta_and_drops_annotation(tmp_path: Path) -> None:
    lines = [
        {"id": "x", "text": "One\r\n", "date": "2031-01-02", "spans": [{"start": 0}], "relations": [], "records": {}},
        {"text": "Two", "url": {"a": [1]}},
        {"id": 7, "text": "Three"},
        {"id": "x", "text": "Four"},
    ]
    path = write(tmp_path / "day.jsonl", "\ufeff" + "\n\n".join(map(json.dumps, lines)))
    assert read(path) == [
        Article("x", "One\r\n", {"date": "2031-01-02"}),
        Article("day-3", "Two", {"url": {"a": [1]}}),
        Article("7", "Three"),
        Article("x", "Four"),  # an id that a user gave is never changed
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "open', "not JSON (Unterminated string starting at, column 10)"),
        ("[1]", 'not a JSON object; expected {"id": "…", "text": "…"}'),
        ('{"id": "a"}', "'text' is missing"),
        ('{"text": 5}', "'text' is no string"),
        ('{"id": [], "text": "a"}', "'id' is neither a string nor a whole number"),
        ('{"text": " \\n"}', "the article is empty"),
        (b'{"text": "\xff"}', "not UTF-8 text: byte 0xff at position 10"),
        ("[" * 100_000, "not JSON that can be read"),
    ],
)
def test_a_faulty_line_names_file_and_line_and_the_others_come(tmp_path: Path, line: str | bytes, message: str) -> None:
    raw = line.encode() if isinstance(line, str) else line
    path = write(tmp_path / "a.jsonl", b'{"text": "first"}\n' + raw + b'\n{"text": "last"}\n')
    first, fault, last = read(path)
    assert isinstance(first, Article) and first.text == "first"
    assert isinstance(last, Article) and last.text == "last"
    assert isinstance(fault, InputFault)
    assert str(fault).startswith(f"{path}:2: {message}")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"ab\0cd", "binary content (NUL bytes), not text"),
        ("a.jsonl", b"\x00\x01\n\x00\n", "binary content (NUL bytes), not text"),
        ("a.html", b"<p>\0", "binary content (NUL bytes), not text"),
        ("a.txt", "é".encode("utf-16"), "the text is UTF-16; sitrep reads UTF-8"),
        ("a.txt", "caf\xe9".encode("latin-1"), "not UTF-8 text: byte 0xe9 at position 3"),
        ("a.txt", b"", "the article is empty"),
        ("a.txt", b"\xef\xbb\xbf \r\n\t", "the article is empty"),
        ("a.jsonl", b"\n\n", "the file holds no article"),
        ("a.html", b"", "the article is empty"),
        ("a.html", b"<html><body></body></html>", "the page holds no article text"),
        ("a.docx", b"text", "unknown suffix '.docx'; sitrep reads .txt, .jsonl, .html, .htm, and '-' for plain text"),
        ("README", b"text", "unknown suffix ''; sitrep reads .txt, .jsonl, .html, .htm, and '-' for plain text"),
    ],
)
def test_faulty_files(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    if name.endswith(".html"):
        pytest.importorskip("trafilatura", exc_type=ImportError)
    path = write(tmp_path / name, content)
    good = write(tmp_path / "good.txt", "good")
    assert only_fault(read(path)) == f"{path}: {message}"
    assert read(path, good)[1:] == [Article("good", "good")]


def test_missing_file(tmp_path: Path) -> None:
    assert only_fault(read(tmp_path / "none.txt")) == f"{tmp_path / 'none.txt'}: no such file or folder"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "text")
    path.chmod(0)
    assert only_fault(read(path)) == f"{path}: cannot be read (Permission denied)"


def test_folder_is_read_in_order_without_unknown_and_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b.txt", "a.txt", ".hidden.txt", ".git/x.txt", "notes.md"):
        write(tmp_path / name, name)
    write(tmp_path / "a" / "c.jsonl", '{"text": "line"}\n')
    write(tmp_path / "result.jsonl", '{"text": "mine"}\n')
    found = read(tmp_path, skip=[tmp_path / "result.jsonl"])
    assert [article.id for article in found if isinstance(article, Article)] == ["a/b", "a/c-1", "a/z", "a", "b"]
    assert count_articles([tmp_path], [tmp_path / "result.jsonl"]) == 5


def test_folder_without_articles(tmp_path: Path) -> None:
    write(tmp_path / "notes.md", "x")
    assert only_fault(read(tmp_path)) == f"{tmp_path}: the folder holds no article (.txt, .jsonl, .html, .htm)"


def test_ids_from_names_are_given_once(tmp_path: Path) -> None:
    paths = [write(tmp_path / folder / "story.txt", folder) for folder in ("one", "two", "three")]
    assert [article.id for article in read(*paths) if isinstance(article, Article)] == ["story", "story-2", "story-3"]


def test_reading_is_lazy(tmp_path: Path) -> None:
    first = write(tmp_path / "a.txt", "a")
    articles = read_articles([first, tmp_path / "later.txt"])
    next(articles)
    write(tmp_path / "later.txt", "came later")
    assert next(articles) == Article("later", "came later")


def test_standard_input_is_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("-", standard_input=io.BytesIO(b"\xef\xbb\xbf{}\r\n")) == [Article("stdin", "{}\r\n")]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b" ")))
    assert only_fault(read("-")) == "standard input: the article is empty"


def test_half_a_surrogate_pair_becomes_one_character(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"id": "\\udc00", "text": "a\\ud800b \\ud83d\\udca3"}')
    assert read(path) == [Article("\ufffd", "a\ufffdb 💣")]


PAGE = (
    '<html><head><title>T</title><meta charset="{}"></head><body><nav>Menu</nav><article><h1>Head</h1><p>'
    + "A café was hit by shells on Monday, residents of the town said. " * 8
    + "</p></article></body></html>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_main_text_of_a_page(tmp_path: Path, encoding: str) -> None:
    pytest.importorskip("trafilatura", exc_type=ImportError)
    (article,) = read(write(tmp_path / "page.html", PAGE.format(encoding).encode(encoding)))
    assert isinstance(article, Article)
    assert article.id == "page"
    assert "A café was hit" in article.text
    assert "Menu" not in article.text and "<p>" not in article.text


def test_page_in_an_encoding_that_it_does_not_have(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", exc_type=ImportError)
    path = write(tmp_path / "page.htm", b'<meta charset="ascii">caf\xe9')
    assert only_fault(read(path)) == f"{path}: not UTF-8, nor ascii as the page says"
    path = write(tmp_path / "page.htm", b"caf\xe9")
    assert only_fault(read(path)) == f"{path}: not UTF-8 text: byte 0xe9 at position 3"


def test_missing_extra_names_the_pip_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    path = write(tmp_path / "page.html", PAGE)
    assert only_fault(read(path)) == f"{path}: reading HTML needs an extra: pip install 'sitrep[html]'"
