from pathlib import Path

import pytest

from data.standoff import is_standoff, join, write_standoff
from data.validate import main
from sitrep.document import Document, DocumentError, Relation, Span

ARTICLE = Document(
    "a",
    "Nine died in Dorma.\r\n",
    (Span(0, 4, "KILLED"), Span(13, 18, "LOCATION")),
    (Relation("occurred_in", 0, 1),),
    {"source": "a.txt"},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(ARTICLE.text.encode())
    write_standoff(tmp_path / "gold.jsonl", [ARTICLE])
    return tmp_path


def test_round_trip_keeps_the_text_out_of_the_file(folder: Path) -> None:
    assert "died" not in (folder / "gold.jsonl").read_text("utf-8")
    assert is_standoff(folder / "gold.jsonl")
    assert list(join(folder / "gold.jsonl", folder)) == [ARTICLE]


def test_a_missing_text_is_named(folder: Path) -> None:
    (folder / "a.txt").unlink()
    with pytest.raises(DocumentError, match=r"gold.jsonl:1: a: its text is missing: .*a\.txt"):
        list(join(folder / "gold.jsonl", folder))


def test_a_text_that_differs_is_named(folder: Path) -> None:
    (folder / "a.txt").write_bytes(ARTICLE.text.replace("\r\n", "\n").encode())
    with pytest.raises(DocumentError, match="differs from the annotated one"):
        list(join(folder / "gold.jsonl", folder))


def test_validator_joins_and_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder / "gold.jsonl"), "--texts", str(folder), "--print"]) == 0
    printed = capsys.readouterr().out
    assert "{KILLED k0|Nine} died in {LOCATION l1|Dorma}." in printed
    assert "1 documents, 0 faults" in printed
    assert main([str(folder / "gold.jsonl")]) == 1
    assert "--texts FOLDER" in capsys.readouterr().err
