"""The check of numbers, by hand."""

import json
from pathlib import Path

import pytest

from eval.press_releases import Release, figures_of, main, read_releases, shares, table
from sitrep.document import Document, DocumentError, Span, sha256_of

TEXT = "Troops killed two insurgents near Kest and three insurgents near Dorma. One man was detained."


def reader(document: Document) -> Document:
    def span(words: str, label: str) -> Span:
        start = document.text.index(words)
        return Span(start, start + len(words), label)

    found = (span("two insurgents", "KILLED"), span("three insurgents", "KILLED"), span("One man", "DETAINED"))
    return Document(document.id, document.text, found)


def release(killed: int, captured: int) -> Release:
    return Release("1", TEXT, {"killed": killed, "captured": captured})


def test_figures_come_from_the_records() -> None:
    assert figures_of(reader(Document("a", TEXT))) == {"killed": [2, 3], "captured": [1]}


def test_largest_and_sum_are_told_apart() -> None:
    found = shares([release(3, 1), release(5, 0)], reader)
    assert found["killed", "largest"] == (0.5, 0.5, 0.5)
    assert found["killed", "sum"] == (0.5, 0.5, 0.5)
    assert found["captured", "largest"] == (0.5, 1.0, 1.0), "one of two is 0, and there the figure is off by one"
    assert "| killed | sum | x | 50.0 | 50.0 | 50.0 |" in table([release(3, 1), release(5, 0)], {"x": reader})


def test_annotated_releases_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "isaf_press_releases_x.jsonl"
    completion = json.dumps({"min_killed": 5, "min_captured": 1})
    lines = [{"prompt": f"PRESS RELEASE TEXT: {text}", "completion": completion} for text in (TEXT, "Quiet.")]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (tmp_path / "gold.jsonl").write_text(json.dumps({"id": "x", "sha256": sha256_of("Quiet.")}) + "\n", "utf-8")
    (found,) = read_releases(path, [tmp_path / "gold.jsonl"])
    assert found == Release("1", TEXT, {"killed": 5, "captured": 1})
    path.write_text(json.dumps({"prompt": "PRESS RELEASE TEXT: x", "completion": "{}"}) + "\n", "utf-8")
    with pytest.raises(DocumentError, match="1: no published figures"):
        read_releases(path, [])


def test_an_absent_corpus_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--texts", str(tmp_path)]) == 1
    assert "predibase_isaf_press_releases_ft_test.jsonl" in capsys.readouterr().err
