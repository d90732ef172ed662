"""Texts of collections, on invented ones in each collection's format, and annotation carried onto them."""

import csv
import io
import json
import tarfile
from pathlib import Path

import pytest

from data.inline import parse
from data.standoff import join
from data.texts import held_out, read_text, unlabelled
from data.transfer import main, transfer
from sitrep.document import DocumentError, sha256_of


def write_csv(path: Path, *rows: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def write_tar(path: Path, members: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_csv(
        tmp_path / "wikinews" / "wikinews_2019.csv",
        {"url": "u/1", "title": "Nine die", "text": "Nine died in Dorma,\n\n \n police said.\r\n"},
        {"url": "u/2", "title": "Rain", "text": "Rain fell."},
    )
    write_csv(
        tmp_path / "fa-kes" / "FA-KES-Dataset.csv", {"unit_id": "5", "article_content": "Two died Syrias army said."}
    )
    (tmp_path / "re3d" / "A B").mkdir(parents=True)
    (tmp_path / "re3d" / "A B" / "documents.json").write_text('\ufeff{"_id": "F0", "text": "Quiet."}\n', "utf-8")
    (tmp_path / "isaf_press_releases_test.jsonl").write_text(
        json.dumps({"prompt": "Read. PRESS RELEASE TEXT: KEST - One dead.\u2028Two held. "}) + "\n", "utf-8"
    )
    reports = [("2015-09-01", "One died. "), ("2015-09-02", "None died."), ("2015-09-01", "Two fled.")]
    (tmp_path / "wikipedia_wikitimes_CEP.json").write_text(
        json.dumps([{"date": date, "description": text} for date, text in reports]), "utf-8"
    )
    muc = "TST4-MUC4-0001\n\n   Kest, 1 Jan -- One died.\n\nTST4-MUC4-0002\n\n   None died.\n"
    write_tar(tmp_path / "muc34.tar.gz", {"muc34/TASK/CORPORA/tst4/tst4-muc4.mixed-case": muc})
    write_tar(tmp_path / "polnear-data.tar.gz", {"data/train/text/a.txt": "He ran.", "data/dev/text/b.txt": "She ran."})
    (tmp_path / "docred-format").mkdir()
    (tmp_path / "docred-format" / "dev.json").write_text('[{"title": "T", "sents": [["He", "ran", "."]]}]', "utf-8")
    (tmp_path / "wikievents").mkdir()
    tokens = ["Kest", "'", "s", "U.", "N.", "men", "didn", "'", "t", "flee", ".", "The", "boys", "'", "shop", "."]
    (tmp_path / "wikievents" / "wiki-train-human.jsonl").write_text(
        json.dumps({"docid": "w", "tokens": tokens}), "utf-8"
    )
    (tmp_path / "rams").mkdir()
    window = {"doc_key": "r", "sentences": [["He", "ran", "."], ['"', "No", ",", '"', "she", "said", "."]]}
    (tmp_path / "rams" / "dev.jsonlines").write_text(json.dumps(window) + "\n", "utf-8")
    (tmp_path / "plain.txt").write_bytes(b"As it is.\r\n")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain.txt", "As it is.\r\n"),
        ("wikinews/wikinews_2019.csv#4f435f2f803c", "Nine die\n\nNine died in Dorma,\n\n \n police said.\r\n"),
        ("wikinews/wikinews_2019.csv#bfcf0795c990", "Rain\n\nRain fell."),
        ("fa-kes/FA-KES-Dataset.csv#1", "Two died Syrias army said."),
        ("re3d/A B/documents.json#F0", "Quiet."),
        ("isaf_press_releases_test.jsonl#1", "KEST - One dead.\u2028Two held."),
        ("wikipedia_wikitimes_CEP.json#2015-09-01", "One died. \nTwo fled."),
        ("muc34.tar.gz#TST4-MUC4-0001", "   Kest, 1 Jan -- One died."),
        ("polnear-data.tar.gz#dev/b.txt", "She ran."),
        ("docred-format/dev.json#T", "He ran."),
        ("wikievents/wiki-train-human.jsonl#w", "Kest's U.N. men didn't flee. The boys' shop."),
        ("rams/dev.jsonlines#r", 'He ran. "No," she said.'),
    ],
)
def test_each_collection_gives_its_items(root: Path, source: str, text: str) -> None:
    assert read_text(root, source) == text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("none.csv#1", "its text is missing: .*none.csv"),
        ("wikinews/wikinews_2019.csv#9", "has no item '9'"),
        ("plain.txt#1", "no collection of a known format"),
    ],
)
def test_a_source_that_is_not_there_is_named(root: Path, source: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read_text(root, source)


def test_a_broken_collection_is_named(root: Path) -> None:
    (root / "re3d" / "A B" / "documents.json").write_text('{"_id": "F0"}\n', "utf-8")
    with pytest.raises(DocumentError, match="cannot be read as its collection's format"):
        read_text(root, "re3d/A B/documents.json#F0")


def test_files_that_are_no_archives_are_named(root: Path) -> None:
    (root / "labeled_text.jsonl.zip").write_bytes(b"no zip")
    (root / "muc34.tar.gz").write_bytes((root / "muc34.tar.gz").read_bytes()[:40])
    for source in ("labeled_text.jsonl.zip#1", "muc34.tar.gz#TST4-MUC4-0001"):
        with pytest.raises(DocumentError, match="cannot be read as its collection's format"):
            read_text(root, source)


def test_what_is_left_out_must_be_stand_off(root: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.jsonl: no such file"):
        held_out([root / "none.jsonl"])
    (root / "full.jsonl").write_text('{"id": "x", "text": "y"}\n', "utf-8")
    with pytest.raises(DocumentError, match=r"full\.jsonl:1: no stand-off line"):
        held_out([root / "full.jsonl"])
    with pytest.raises(DocumentError, match="a folder; name the files"):
        list(unlabelled([str(root / "re3d")]))


def test_unlabelled_texts_come_once_and_without_the_held_out(root: Path) -> None:
    (root / "held.jsonl").write_text(json.dumps({"id": "x", "sha256": sha256_of("He ran.")}) + "\n", "utf-8")
    sources = [f"{root}/docred-format/dev.json", f"{root}/polnear-data.tar.gz", f"{root}/plain.txt", f"{root}/none.csv"]
    assert list(unlabelled(sources, held_out([root / "held.jsonl"]))) == ["She ran.", "As it is.\r\n"]
    assert list(unlabelled([f"{root}/polnear-data.tar.gz#train/"])) == ["He ran."]


MARKUP = """=== a | source: wikinews/wikinews_2019.csv#4f435f2f803c
{KILLED k1|Nine} die
{KILLED|Nine} died in
+ {LOCATION|Dorma}, {ORGANIZATION o1|police} said.
> k1 reported_by o1
"""


def test_annotation_is_carried_onto_the_untouched_text(root: Path) -> None:
    (document,) = parse(MARKUP)
    text = read_text(root, "wikinews/wikinews_2019.csv#4f435f2f803c")
    carried = transfer(document, text)
    assert carried.text == text
    assert [carried.text_of(span) for span in carried.spans] == ["Nine", "Nine", "Dorma", "police"]
    assert carried.relations == document.relations


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Nine die Nine died at Dorma, police said.", "the words differ: .*»in.* where the text has .*»at"),
        ("Nine die Nine died in Dorma, police said. Ten.", "the text goes on at its end"),
        ("Nine die Nine died in Dorma", "the mark-up goes on at its end"),
    ],
)
def test_words_that_differ_are_shown(text: str, message: str) -> None:
    (document,) = parse(MARKUP)
    with pytest.raises(DocumentError, match=message):
        transfer(document, text)


def test_the_command_writes_stand_off_annotation_that_joins_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "a.inl").write_text(MARKUP, "utf-8")
    assert main([str(root / "a.inl"), "--texts", str(root), "-o", str(root / "gold.jsonl")]) == 0
    assert "Dorma" not in (root / "gold.jsonl").read_text("utf-8")
    (document,) = join(root / "gold.jsonl", root)
    assert document.text_of(document.spans[2]) == "Dorma"
    (root / "b.inl").write_text("=== b\nNo source.\n=== c | source: none.txt\nx\n", "utf-8")
    assert main([str(root / "b.inl"), "--texts", str(root), "-o", str(root / "none.jsonl")]) == 1
    assert "b: its header names no source" in capsys.readouterr().err
    assert not (root / "none.jsonl").exists()
