"""The bundle that ships with the package: what it must get right, on the example and on the seed articles."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.standoff import join
from sitrep.bundle import DEFAULT_BUNDLE
from sitrep.document import Document
from sitrep.extractor import Extractor
from sitrep.records import Records, TollRecord, to_records

ROOT = Path(__file__).parents[1]
SEED_TEXTS = ROOT.parent / "shared" / "seeds"
EXAMPLE = (ROOT / "examples" / "market-shelling.txt").read_bytes().decode("utf-8")
needs_seeds = pytest.mark.skipif(
    not SEED_TEXTS.is_dir(), reason="the seed articles' texts (../shared/seeds) are not here"
)


@cache
def extractor() -> Extractor:
    return Extractor.load(threads=1)


@cache
def records_of(name: str) -> Records:
    texts = {document.id: document.text for document in join(ROOT / "data" / "seeds.jsonl", SEED_TEXTS)}
    return to_records(extractor().extract(texts[name], name))


def tolls(records: Records, low: int, kind: str = "KILLED") -> list[TollRecord]:
    return [toll for toll in records.tolls if (toll.low, toll.kind) == (low, kind)]


def test_the_bundle_ships_whole() -> None:
    assert {path.name for path in DEFAULT_BUNDLE.iterdir()} == {
        "README.md",
        "bundle.json",
        "golden.npz",
        "metrics.json",
        "model.onnx",
        "relations.npz",
        "tokenizer.json",
    }


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(8)), st.integers(1, 3))
def test_an_article_reads_the_same_alone_and_in_any_company(order: list[int], threads: int) -> None:
    parts = [EXAMPLE[start : start + 900 + 70 * start // 100] for start in range(0, 1600, 200)]
    wanted = [extractor().extract(part, f"d{number}") for number, part in enumerate(parts)]
    several = Extractor.load(threads=threads)
    found = list(several.extract_many(Document(f"d{number}", parts[number]) for number in order))
    assert found == [wanted[number] for number in order], "to the last bit of every score"


def test_the_example_gives_records_with_exact_offsets() -> None:
    document = extractor().extract(EXAMPLE)
    records = to_records(document)
    for span in document.spans:
        assert EXAMPLE[span.start : span.end].strip() == EXAMPLE[span.start : span.end] != ""
        assert 0.0 < span.score <= 1.0
    (deaths,) = tolls(records, 31)
    assert deaths.qualifier == "at least"
    assert [source.name for source in deaths.sources] == ["medics"]
    assert {toll.kind for toll in records.tolls} >= {
        "KILLED",
        "WOUNDED",
        "DISPLACED",
        "DETAINED",
        "ABDUCTED",
        "MISSING",
    }
    assert "Yusuf Marzan" in {party.name for quote in records.quotes for party in quote.speakers}


def test_the_answer_does_not_depend_on_company() -> None:
    alone = extractor().extract(EXAMPLE)
    _, among, _ = extractor().extract_many(["Nothing happened.", EXAMPLE, "x " * 2000])
    assert (among.spans, among.relations) == (alone.spans, alone.relations)


def test_plain_text_has_no_tolls() -> None:
    text = (
        "The council met on 3 May to discuss 14 bus routes and a budget of 2.4 million euros, 12 of them for schools."
    )
    assert to_records(extractor().extract(text)).tolls == ()


@needs_seeds
@pytest.mark.parametrize(
    ("low", "source"), [(7500, "United Nations"), (9001, "opposition activists"), (2001, "Syrian government")]
)
def test_conflicting_figures_keep_their_own_sources(low: int, source: str) -> None:
    (toll,) = tolls(records_of("seed-000"), low)
    assert [party.mention.name for party in toll.sources] == [source]


@needs_seeds
def test_44_of_52_executed_in_homs_by_the_lcc() -> None:
    for low in (52, 44):
        (toll,) = tolls(records_of("seed-000"), low)
        assert "Homs" in [place.name for place in toll.places]
        assert [party.mention.name for party in toll.sources] == ["LCC"]


@needs_seeds
def test_13_civilians_in_ain_larose() -> None:
    (toll,) = tolls(records_of("seed-001"), 13)
    assert toll.victims is not None
    assert toll.victims.text == "civilians"
    assert [place.name for place in toll.places] == ["Ain Larose"]
    assert [party.name for party in toll.sources] == ["Rami Abdel Rahman"]


@needs_seeds
def test_at_least_45_women_and_children_in_karm_al_zeitoun() -> None:
    (toll,) = tolls(records_of("seed-002"), 45)
    assert toll.qualifier == "at least"
    assert toll.victims is not None
    assert toll.victims.text == "women and children"
    assert [place.name for place in toll.places] == ["Karm al-Zeitoun"]


@needs_seeds
@pytest.mark.parametrize(
    ("article", "words", "speaker"),
    [
        ("seed-000", "I hope that no one", "Annan"),
        ("seed-001", "We have agreed on a joint", "Amos"),
        ("seed-002", "We cannot accept the", "Westerwelle"),
        ("seed-003", "It is very good news", "Westerwelle"),
        ("seed-003", "It feels like we", "Ghalioun"),
        ("seed-003", "While this is a necessary", "Amos"),
    ],
)
def test_quotes_have_their_speakers(article: str, words: str, speaker: str) -> None:
    (quote,) = [
        quote for quote in records_of(article).quotes if quote.text.startswith(words) and quote.kind == "direct"
    ]
    assert any(speaker in party.name for party in quote.speakers)
