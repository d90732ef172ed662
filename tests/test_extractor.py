"""The wrapper over windows, with an encoder that needs no weights: it reads words off their token ids."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitrep.bundle import Settings
from sitrep.document import Document, Span
from sitrep.extractor import Extractor
from sitrep.labels import INVENTORY
from sitrep.pairs import FEATURE_SIZES, PairScorer
from sitrep.parallel import Workers
from sitrep.tokens import CAPITALISED, DIGITS, load_tokenizer

TOKENIZER = load_tokenizer(str(Path(__file__).with_name("tiny-distilbert") / "tokenizer.json"))
FIRST, LAST = TOKENIZER.encode("").ids
COLUMNS = {tag: column for column, tag in enumerate(tag for layer in INVENTORY.layers for tag in layer.tags)}


def lookup_encoder(ids: np.ndarray, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Capitalised words are places, digits are KILLED: what a token is depends on itself alone."""
    assert ids[0] == FIRST
    assert ids[-1] == LAST
    tags = np.zeros((len(ids), INVENTORY.n_tags), np.float32)
    for layer in INVENTORY.layers:
        tags[:, INVENTORY.tag_slices[layer.name].start] = 1.0
    tags[shapes // 3 == CAPITALISED, INVENTORY.tag_slices["LOCATION"].start + 1] = 9.0
    tags[shapes // 3 == DIGITS, INVENTORY.tag_slices["TOLL"].start + 1] = 9.0
    tags[shapes // 3 == DIGITS, INVENTORY.tag_slices["TOLL"].start + 2] = 8.0  # or goes on with one: tolls never touch
    return tags, np.ones((len(ids), 8), np.float32)


def scorer(bias: float) -> PairScorer:
    n_labels, n_relations = len(INVENTORY.labels), len(INVENTORY.relations)
    weights = {
        "source_label": np.zeros((n_labels, 2)),
        "target_label": np.zeros((n_labels, 2)),
        "bilinear": np.zeros((n_relations, 2, 2)),
        "source_mix": np.zeros((4, 2)),
        "target_mix": np.zeros((4, 2)),
        "output": np.ones((n_relations, 4)),
        "bias": np.full(n_relations, bias),
    }
    for column, size in enumerate(FEATURE_SIZES):
        weights[f"feature_{column}"] = np.zeros((size, 4))
    weights["feature_0"][0:3] = 2.0  # close by, after
    return PairScorer(weights)


def extractor(window: int = 64, overlap: int = 16, bias: float = -3.0) -> Extractor:
    thresholds = {kind.name: 0.5 for kind in INVENTORY.relations}
    chosen = Settings(window, overlap, FIRST, LAST, thresholds)
    return Extractor(lookup_encoder, TOKENIZER, scorer(bias), INVENTORY, chosen)


def test_offsets_are_of_the_untouched_text() -> None:
    text = "\r\n  54 dead\u00a0in Homs\t(31 in Idlib)."
    found = extractor().extract(text)
    assert [(span.label, found.text_of(span)) for span in found.spans] == [
        ("KILLED", "54"),
        ("LOCATION", "Homs"),
        ("KILLED", "31"),
        ("LOCATION", "Idlib"),
    ]
    assert found.text == text


def test_relations_join_spans_of_different_windows() -> None:
    text = "so it went on and on " * 2 + "54 died near Homs " + "and so it went on " * 2
    whole, cut = extractor(256, 16).extract(text), extractor(24, 12).extract(text)
    assert [(edge.type, cut.text_of(cut.spans[edge.target])) for edge in cut.relations] == [("occurred_in", "Homs")]
    assert whole == cut


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["Homs", "54", "the", "unpronounceable", "–", "Ünna", "\n\n", "🙂"]), max_size=120),
    st.data(),
)
def test_no_text_is_skipped_wherever_windows_fall(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    size = data.draw(st.integers(24, 96))
    overlap = data.draw(st.integers(0, size - 24))
    found = extractor(size, overlap).extract(text)
    places = [found.text_of(span) for span in found.spans if span.label == "LOCATION"]
    tolls = [found.text_of(span) for span in found.spans if span.label == "KILLED"]
    assert places == [word for word in words if word in ("Homs", "Ünna")]
    assert " ".join(tolls).split() == [word for word in words if word == "54"]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 400))
def test_plain_text_before_and_after_changes_nothing(plain: int) -> None:
    core = "54 died in Homs and 31 in Idlib"
    padding = "so it went on " * plain
    found = extractor().extract(padding + core + " " + padding)
    alone = extractor().extract(core)
    moved = tuple(
        Span(span.start + len(padding), span.end + len(padding), span.label, span.score) for span in alone.spans
    )
    assert found.spans == moved
    assert found.relations == alone.relations


@pytest.mark.parametrize("text", ["", "   \n", "\x00\x07", "a" * 5000, "\ud800 Homs", "\ufeffHoms", "。" * 300])
def test_odd_texts_are_read(text: str) -> None:
    found = extractor().extract(text)
    assert found.text == text
    assert [found.text_of(span) for span in found.spans] == (["Homs"] if "Homs" in text else [])


def test_extract_many_is_lazy_ordered_and_keeps_meta() -> None:
    read = []

    def articles():
        for name in ("one", "two", "three"):
            read.append(name)
            yield Document(name, "54 in Homs", (Span(0, 2, "MISSING"),), (), {"date": name})

    stream = extractor().extract_many(articles())
    assert read == []
    first = next(stream)
    assert read == ["one"]
    assert (first.id, first.meta) == ("one", {"date": "one"})
    assert [span.label for span in first.spans] == ["KILLED", "LOCATION"]
    assert [document.id for document in stream] == ["two", "three"]
    assert [document.id for document in extractor().extract_many(["a", "b"])] == ["article-0", "article-1"]


def test_relate_keeps_the_given_spans() -> None:
    text = "54 people died in Homs"
    given_spans = Document("d", text, (Span(0, 9, "WOUNDED"), Span(1, 5, "PERSON"), Span(18, 22, "LOCATION")))
    related = extractor(bias=-20.0).relate(given_spans)
    assert related.spans == given_spans.spans
    assert {(edge.type, edge.source, edge.target) for edge in related.relations} == set()
    related = extractor(bias=-3.0).relate(given_spans)
    assert {(edge.type, edge.source, edge.target) for edge in related.relations} == {("occurred_in", 0, 2)}


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(6)), st.integers(2, 4))
def test_answers_do_not_depend_on_threads_or_company(order: list[int], threads: int) -> None:
    texts = ["54 died near Homs. " * (number + 1) + "Nothing else. " * 9 * number for number in range(6)]
    alone = extractor(24, 12)
    several = replace(alone, workers=Workers(threads))
    wanted = [alone.extract(text) for text in texts]
    assert [several.extract(text) for text in texts] == wanted
    together = list(several.extract_many(Document(f"d{number}", texts[number]) for number in order))
    assert [document.id for document in together] == [f"d{number}" for number in order]
    assert [document.spans for document in together] == [wanted[number].spans for number in order]
    assert [document.relations for document in together] == [wanted[number].relations for number in order]


def test_threads_come_back_after_a_fork() -> None:
    several = replace(extractor(24, 12), workers=Workers(2))
    text = "54 died near Homs. " * 20
    wanted = several.extract(text)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=lambda: answers.put(len(several.extract(text).spans)))
    child.start()
    assert answers.get(timeout=60) == len(wanted.spans)
    child.join(timeout=60)
    assert child.exitcode == 0
