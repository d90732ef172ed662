"""Annotated documents to windows: what each word may be, and that no gold is lost uncounted."""

from pathlib import Path

import pytest

from data.build import Summary, build, document_rows, main
from data.config import ConfigError, DataConfig, SourceConfig
from data.inline import parse
from data.partial import Annotated, Constraint, tag_masks
from data.pretrained import pretrained_tokenizer
from sitrep.document import Document, Relation, Span, write_jsonl
from sitrep.labels import INVENTORY
from sitrep.tokens import tokenise

TINY = str(Path(__file__).with_name("tiny-distilbert"))
TOKENIZER = pretrained_tokenizer(TINY)
ARTICLE = next(
    parse(
        "=== a\n{KILLED k|Nine villagers} died in {LOCATION l|Dorma}, {PERSON p|Olu Bassey} said.\n"
        "> k occurred_in l; k reported_by p\nNobody else was hurt, and the road was open again by noon."
    )
)
LAYERS = {layer.name: layer for layer in INVENTORY.layers}


def tags_of(mask: int, layer: str) -> set[str]:
    return {tag for index, tag in enumerate(LAYERS[layer].tags) if mask >> index & 1}


def rows(annotated: Annotated, window: int = 64, overlap: int = 16) -> tuple[list[dict], Summary]:
    summary = Summary()
    config = DataConfig(sources=(), encoder=TINY, window=window, overlap=overlap)
    return list(document_rows(annotated, config, INVENTORY, TOKENIZER, summary, ("train", "s"))), summary


def test_complete_annotation_leaves_nothing_open() -> None:
    tokens = tokenise(ARTICLE.text, TOKENIZER)
    masks = tag_masks(Annotated.complete(ARTICLE), tokens)
    assert [tags_of(mask, "TOLL") for mask in masks["TOLL"][:3]] == [{"B-KILLED"}, {"I-KILLED"}, {"O"}]
    assert tags_of(masks["ACTOR"][0], "ACTOR") == {"O"}


def test_silence_and_constraints() -> None:
    document = Document("d", "Bassey met envoys in Dorma", (Span(21, 26, "LOCATION"),))
    either = Constraint(0, 6, "ACTOR", frozenset({"I-PERSON"}), frozenset({"B-PERSON", "B-ORGANIZATION"}))
    annotated = Annotated(document, {"LOCATION": frozenset({"O"})}, (either,))
    masks = tag_masks(annotated, tokenise(document.text, TOKENIZER))
    assert tags_of(masks["ACTOR"][0], "ACTOR") == {"B-PERSON", "B-ORGANIZATION"}
    assert tags_of(masks["ACTOR"][1], "ACTOR") == set(LAYERS["ACTOR"].tags)
    assert [tags_of(masks["LOCATION"][word], "LOCATION") for word in (0, -1)] == [{"O"}, {"B-LOCATION"}]
    assert tags_of(masks["TOLL"][0], "TOLL") == set(LAYERS["TOLL"].tags)


def test_rows_hold_the_first_wordpiece_and_leave_the_others_open() -> None:
    (row,), _ = rows(Annotated.complete(ARTICLE))
    assert len(row["input_ids"]) == len(row["shape_ids"]) == len(row["permitted_TOLL"])
    everything = (1 << len(LAYERS["TOLL"].tags)) - 1
    assert row["permitted_TOLL"][0] == row["permitted_TOLL"][-1] == everything
    first = row["span_first"][0]
    assert tags_of(row["permitted_TOLL"][first], "TOLL") == {"B-KILLED"}
    tokens = tokenise(ARTICLE.text, TOKENIZER)
    n_pieces = len(row["input_ids"]) - 2
    assert sum(mask == everything for mask in row["permitted_TOLL"]) == n_pieces - tokens.n_words + 2


def test_gold_relations_are_among_the_candidates() -> None:
    (row,), summary = rows(Annotated.complete(ARTICLE))
    names = [kind.name for kind in INVENTORY.relations]
    found = set()
    for source, target, allowed, gold in zip(
        row["pair_source"], row["pair_target"], row["pair_allowed"], row["pair_gold"], strict=True
    ):
        assert gold & ~allowed == 0
        found |= {(names[kind], source, target) for kind in range(len(names)) if gold >> kind & 1}
    assert found == {("occurred_in", 0, 1), ("reported_by", 0, 2)}
    assert summary.counts["train", "s"]["relations"] == 2


def test_gold_that_cannot_be_learned_is_counted() -> None:
    spans = (Span(0, 4, "KILLED"), Span(1, 3, "LOCATION"), Span(23, 28, "LOCATION"))
    off = Document("d", ARTICLE.text, spans, (Relation("occurred_in", 0, 1),))
    _, summary = rows(Annotated.complete(off))
    counts = summary.counts["train", "s"]
    assert (counts["spans"], counts["off_borders"], counts["out_of_reach"]) == (3, 1, 1)
    _, summary = rows(Annotated.complete(ARTICLE), window=12, overlap=0)
    assert summary.counts["train", "s"]["split_apart"] > 0
    assert summary.counts["train", "s"]["relations"] == 2


def test_unknown_relations_are_no_candidates() -> None:
    partial = Annotated(ARTICLE, {}, (), frozenset({"occurred_in"}))
    (row,), _ = rows(partial)
    kinds = {kind.name: 1 << number for number, kind in enumerate(INVENTORY.relations)}
    assert set(row["pair_allowed"]) == {kinds["occurred_in"]}


def source(path: Path, **rest: str) -> SourceConfig:
    return SourceConfig(name=path.stem, reader=rest.pop("reader", "documents"), path=str(path), split="train", **rest)


def test_an_absent_source_stops_or_is_skipped_as_the_config_asks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_jsonl(tmp_path / "a.jsonl", [ARTICLE])
    absent = tmp_path / "none.jsonl"
    with pytest.raises(ConfigError, match=r"none\.jsonl is not there"):
        build(DataConfig(sources=(source(absent),), encoder=TINY, window=64, overlap=16))
    skipping = (source(absent, missing="skip"), source(tmp_path / "a.jsonl"))
    dataset, documents, _ = build(DataConfig(sources=skipping, encoder=TINY, window=64, overlap=16))
    assert "going on without it" in caplog.text
    assert len(dataset["train"]) == 1
    assert documents["train"] == [ARTICLE]
    with pytest.raises(ConfigError, match="unknown reader 'xml'"):
        build(DataConfig(sources=(source(absent, reader="xml"),), encoder=TINY))


def test_command_writes_dataset_and_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_jsonl(tmp_path / "a.jsonl", [ARTICLE])
    config = tmp_path / "c.toml"
    lines = f'[data]\nencoder = "{TINY}"\nwindow = 64\noverlap = 16\n[[data.sources]]\nname = "s"\n'
    config.write_text(lines + f'reader = "documents"\npath = "{tmp_path / "a.jsonl"}"\nsplit = "train"\n', "utf-8")
    assert main(["--config", str(config), "-o", str(tmp_path / "out")]) == 0
    assert "| train | s | 1 | 1 |" in capsys.readouterr().out
    assert (tmp_path / "out" / "windows" / "dataset_dict.json").is_file()
    assert main(["--config", str(tmp_path / "none.toml")]) == 1
    assert "no such file" in capsys.readouterr().err
