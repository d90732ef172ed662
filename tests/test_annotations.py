"""The annotation that the repository holds: sound, split by article, and with every label represented."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from data.standoff import is_standoff, join
from sitrep.document import Document, faults, read_json_lines, read_jsonl
from sitrep.labels import INVENTORY

ROOT = Path(__file__).parents[1]
AUTHORED = ROOT / "data" / "authored"
SEED_TEXTS = ROOT.parent / "shared" / "seeds"
needs_seeds = pytest.mark.skipif(
    not SEED_TEXTS.is_dir(), reason="the seed articles' texts (../shared/seeds) are not here"
)


def articles(split: str) -> list[Document]:
    return list(read_jsonl(AUTHORED / f"{split}.jsonl"))


@pytest.mark.parametrize("split", ["train", "dev", "test", "second_pass"])
def test_authored_annotation_is_sound(split: str) -> None:
    for document in articles(split):
        assert faults(document) == [], document.id


def test_splits_share_no_article() -> None:
    splits = {split: articles(split) for split in ("train", "dev", "test")}
    for left, right in combinations(splits.values(), 2):
        assert not {document.id for document in left} & {document.id for document in right}
        assert not {document.sha256 for document in left} & {document.sha256 for document in right}
    assert sum(len(held) for held in splits.values()) >= 60
    assert sum(len(document.text.split()) for held in splits.values() for document in held) >= 12_000


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_every_label_and_relation_is_represented(split: str) -> None:
    labels = Counter(span.label for document in articles(split) for span in document.spans)
    relations = Counter(edge.type for document in articles(split) for edge in document.relations)
    least = 50 if split == "train" else 5
    assert {label for label in INVENTORY.labels if labels[label] < least} == set()
    assert {kind.name for kind in INVENTORY.relations if relations[kind.name] < least} == set()


def test_second_pass_is_of_the_same_texts() -> None:
    first = {document.id: document.text for split in ("train", "dev", "test") for document in articles(split)}
    second = articles("second_pass")
    assert len(second) >= 10
    assert all(first[document.id] == document.text for document in second)


@pytest.mark.parametrize("name", ["seeds.jsonl", "seeds_second_pass.jsonl"])
def test_seed_annotation_holds_no_text(name: str) -> None:
    assert is_standoff(ROOT / "data" / name)
    for _, raw in read_json_lines(ROOT / "data" / name):
        assert set(raw) == {"id", "sha256", "spans", "relations", "source"}


@needs_seeds
@pytest.mark.parametrize("name", ["seeds.jsonl", "seeds_second_pass.jsonl"])
def test_seed_annotation_joins_its_texts(name: str) -> None:
    documents = list(join(ROOT / "data" / name, SEED_TEXTS))
    assert len(documents) == 4
    for document in documents:
        assert faults(document) == [], document.id


NEWS_TEXTS = ROOT.parent / "shared" / "corpora"


def news(split: str) -> list[dict]:
    return [raw for _, raw in read_json_lines(ROOT / "data" / "news" / f"{split}.jsonl")]


@pytest.mark.parametrize("split", ["train", "dev", "test", "second_pass"])
def test_news_annotation_holds_no_text(split: str) -> None:
    assert is_standoff(ROOT / "data" / "news" / f"{split}.jsonl")
    for raw in news(split):
        assert set(raw) == {"id", "sha256", "source", "licence", "subject", "spans", "relations"}
        assert all(set(span) == {"start", "end", "label"} for span in raw["spans"])
        assert "#" in raw["source"]


def test_news_splits_share_no_document_and_one_source_is_held_out() -> None:
    splits = {split: news(split) for split in ("train", "dev", "test")}
    for left, right in combinations(splits.values(), 2):
        for key in ("id", "sha256", "source"):
            assert not {raw[key] for raw in left} & {raw[key] for raw in right}
    assert sum(map(len, splits.values())) >= 250
    assert len(splits["test"]) >= 40
    seen = {raw["source"].split("/")[0] for split in ("train", "dev") for raw in splits[split]}
    assert {raw["source"].split("/")[0] for raw in splits["test"]} - seen == {"muc4"}


@pytest.mark.skipif(not NEWS_TEXTS.is_dir(), reason="the texts of the real news (../shared/corpora) are not here")
@pytest.mark.parametrize("split", ["train", "dev", "test", "second_pass"])
def test_news_annotation_joins_its_texts(split: str) -> None:
    documents = list(join(ROOT / "data" / "news" / f"{split}.jsonl", NEWS_TEXTS))
    assert documents
    for document in documents:
        assert faults(document) == [], document.id
