"""Writers: what is written reads back as it was, and a run that fails leaves earlier results alone."""

import csv
import io
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sitrep.document import Document, Relation, Span, read_jsonl
from sitrep.outputs import FORMATS, OutputError, format_of, harmless, open_writer, table_paths
from sitrep.records import to_records
from sitrep.tables import COLUMNS, bounds, rows
from tests.samples import crossing, market, recorded


def write(form: str, target: Path | None, *documents: Document) -> None:
    with open_writer(form, target) as writer:
        for document, records in recorded(documents):
            writer.write(document, records)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def test_jsonl_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.jsonl"
    documents = [market(), crossing()]
    write("jsonl", path, *documents)
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert len(lines) == 3 and lines[-1] == ""
    for document, line, read in zip(documents, lines, read_jsonl(path), strict=False):
        assert json.loads(line)["records"] == to_records(document).to_dict()
        assert replace(read, meta={}) == replace(document, meta={})
        assert dict(read.meta).keys() == {*document.meta, "records"}


def test_jsonl_spells_half_a_surrogate_pair(tmp_path: Path) -> None:
    document = Document("a", "text", meta={"odd": "\ud800"})
    write("jsonl", tmp_path / "out.jsonl", document)
    assert json.loads((tmp_path / "out.jsonl").read_text("utf-8"))["odd"] == "\ud800"


def test_csv_round_trip(tmp_path: Path) -> None:
    documents = [market(), crossing()]
    write("csv", tmp_path / "day.csv", *documents)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "day.actors.csv",
        "day.locations.csv",
        "day.quotes.csv",
        "day.tolls.csv",
    ]
    for name, columns in COLUMNS.items():
        held = table(tmp_path / f"day.{name}.csv")
        expected = [row for document in documents for row in rows(name, to_records(document))]
        assert tuple(held[0]) == columns
        assert held == [
            {key: "" if value is None else str(harmless(value)) for key, value in row.items()} for row in expected
        ]


def test_csv_tells_what_a_reader_of_the_article_would(tmp_path: Path) -> None:
    write("csv", tmp_path, market())
    rows_by_text = {row["text"]: row for row in table(tmp_path / "tolls.csv")}
    row = rows_by_text["47"]
    assert (row["kind"], row["low"], row["high"], row["qualifier"]) == ("KILLED", "47", "47", "exact")
    assert row["places"] == "Tal Harun" and row["places_full"] == "Tal Harun, Barada, Qasira"
    assert row["sources"] == "Yusuf Marzan" and row["source_mentions"] == "He"
    assert row["source_organisations"] == "Free Northern Brigades"
    assert row["culprits"] == "Qasiran army"
    assert market().text[int(row["start"]) : int(row["end"])] == "47"
    assert rows_by_text["at least 31 people"]["high"] == ""
    speakers = [row["speakers"] for row in table(tmp_path / "quotes.csv")]
    assert speakers[0] == "Yusuf Marzan" and speakers[-1] == "shopkeeper"
    actor = next(row for row in table(tmp_path / "actors.csv") if row["name"] == "Adil Kasrawi")
    assert actor["mentions"] == "Adil Kasrawi; Kasrawi" and actor["count"] == "2"
    assert [market().text[int(start) :][:7] for start in actor["starts"].split("; ")] == ["Adil Ka", "Kasrawi"]


def test_csv_joins_several_sources(tmp_path: Path) -> None:
    text = "Medics and police said 5 died."
    spans = (Span(0, 6, "UNNAMED"), Span(11, 17, "ORGANIZATION"), Span(23, 24, "KILLED"))
    document = Document("a", text, spans, (Relation("reported_by", 2, 0, 0.6), Relation("reported_by", 2, 1, 0.9)))
    write("csv", tmp_path, document)
    row = table(tmp_path / "tolls.csv")[0]
    assert (row["sources"], row["source_scores"]) == ("police; Medics", "0.9; 0.6")


def test_csv_is_rfc_4180_and_guards_formulas(tmp_path: Path) -> None:
    text = '=HYPERLINK("x"), @cmd said\r\n"-1+1'
    spans = (Span(0, 15, "PERSON"), Span(17, 21, "ORGANIZATION"), Span(29, 33, "DIRECT_QUOTE"))
    write("csv", tmp_path, Document("+id", text, spans))
    raw = (tmp_path / "actors.csv").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") == 3
    assert [row["name"] for row in table(tmp_path / "actors.csv")] == ['\'=HYPERLINK("x")', "'@cmd"]
    assert table(tmp_path / "quotes.csv")[0]["text"] == "'-1+1"
    assert table(tmp_path / "quotes.csv")[0]["article_id"] == "'+id"
    assert [harmless(cell) for cell in ("\tx", "＝x", "x=1", -1, -0.5, None, "")] == [
        "'\tx",
        "'＝x",
        "x=1",
        -1,
        -0.5,
        None,
        "",
    ]


def test_csv_without_records_has_its_heads(tmp_path: Path) -> None:
    write("csv", tmp_path, Document("a", "Nothing."))
    assert (tmp_path / "tolls.csv").read_text("utf-8").strip() == ",".join(COLUMNS["tolls"])


def test_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("csv", None, market())
    held = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode("utf-8"), newline="")))
    assert len(held) == len(to_records(market()).tolls)
    write("jsonl", None, crossing())
    assert json.loads(capfdbinary.readouterr().out)["text"] == crossing().text
    write("html", None, market())
    assert capfdbinary.readouterr().out.startswith(b"<!DOCTYPE html>")
    print("still open")


def test_parquet_round_trip(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    documents = [market(), crossing(), Document("empty", "Nothing.")]
    write("parquet", tmp_path / "day.parquet", *documents)
    for name in COLUMNS:
        held = parquet.read_table(tmp_path / f"day.{name}.parquet").to_pylist()
        expected = [
            {"article_id": document.id, **record}
            for document in documents
            for record in to_records(document).to_dict()[name]
        ]
        assert held == expected


def test_parquet_without_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(OutputError, match=r"^writing Parquet needs an extra: pip install 'sitrep\[parquet\]'$"):
        open_writer("parquet", tmp_path)


def test_parquet_needs_a_place() -> None:
    with pytest.raises(OutputError, match="name a folder with -o"):
        open_writer("parquet", None)


@pytest.mark.parametrize("form", FORMATS)
def test_a_failing_run_loses_nothing(tmp_path: Path, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    target = tmp_path / f"out.{form}"
    write(form, target, market())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    document = crossing()
    with pytest.raises(ZeroDivisionError), open_writer(form, target) as writer:
        writer.write(document, to_records(document))
        raise ZeroDivisionError
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_full_disk_replaces_none_of_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    from sitrep import parquet

    target = tmp_path / "out.parquet"
    write("parquet", target, market())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    finished: list[object] = []

    def finish(table: object) -> None:
        finished.append(table)
        if len(finished) == 3:
            raise OSError("No space left on device")

    monkeypatch.setattr(parquet._Table, "finish", finish)  # noqa: SLF001
    with pytest.raises(OSError, match="No space left"):
        write("parquet", target, crossing())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("form", FORMATS)
def test_a_result_replaces_the_earlier_one_and_leaves_no_other_file(tmp_path: Path, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    for document in (market(), crossing()):
        write(form, tmp_path / f"out.{form}", document)
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


def test_a_new_file_has_ordinary_rights_and_a_link_stays(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write("jsonl", tmp_path / "real.jsonl", market())
        (tmp_path / "link.jsonl").symlink_to("real.jsonl")
        write("jsonl", tmp_path / "link.jsonl", crossing())
    finally:
        os.umask(mask)
    assert (tmp_path / "real.jsonl").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "link.jsonl").is_symlink()
    assert json.loads((tmp_path / "real.jsonl").read_text("utf-8"))["text"] == crossing().text


def test_a_device_is_written_to_and_not_replaced() -> None:
    write("jsonl", Path(os.devnull), market())
    assert not Path(os.devnull).is_file()


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"):
        write("jsonl", tmp_path, market())
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        write("jsonl", tmp_path / "file" / "out.jsonl", market())
    with pytest.raises(OutputError, match=r"csv tables need a folder or a name that ends in \.csv"):
        table_paths(tmp_path / "day.html", ".csv")


def test_formats_by_suffix() -> None:
    assert [format_of(Path(name)) for name in ("a.JSONL", "a.csv", "a.parquet", "a.htm", "a.html", "a.xml", "a")] == [
        "jsonl",
        "csv",
        "parquet",
        "html",
        "html",
        None,
        None,
    ]


def test_bounds() -> None:
    shown = [bounds(54, 54), bounds(2000, None), bounds(1, 54), bounds(None, 54), bounds(None, None)]
    assert shown == ["54", "2,000+", "1–54", "≤ 54", "?"]
