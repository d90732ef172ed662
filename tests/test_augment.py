"""Altered copies: what they say stays, and every span keeps its label and its place in the order."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.augment import KINDS, Names, alter, apply
from data.config import ConfigError, SourceConfig
from data.inline import parse
from data.sources import read_source
from sitrep.document import Document, Span, faults, read_jsonl, write_jsonl

NAMES = Names(("Ana", "Olo"), ("Ruiz", "Maren", "Toumani"), ("Lurland", "Syria"), ("Kest",))
(ARTICLE,) = parse(
    '=== a\n{KILLED k1|At least 1,204 people} died in {LOCATION l1|Homs}, {LOCATION|Syria}, "{DIRECT_QUOTE|so far}", '
    "{PERSON p1|Bashar al-Assad} said.\n> k1 reported_by p1; k1 occurred_in l1\n"
    "{ORGANIZATION|Syria} blamed nobody. {PERSON|Assad} left {LOCATION|Homs} on the 4th.\n"
)
WORDS = list(read_jsonl(Path(__file__).parents[1] / "data" / "authored" / "dev.jsonl"))


def words(document: Document, label: str) -> list[str]:
    return [document.text_of(span) for span in document.spans if span.label == label]


def test_places_change_alike_wherever_they_stand() -> None:
    changed = alter(ARTICLE, ["places"], NAMES, "0")
    assert words(changed, "LOCATION") == ["Kest", "Lurland", "Kest"]
    assert words(changed, "ORGANIZATION") == ["Lurland"], "the country acts under its new name"
    assert changed.text.startswith("At least 1,204 people died in Kest, Lurland,")


@pytest.mark.parametrize("seed", range(8))
def test_persons_keep_their_surname_through_an_article(seed: int) -> None:
    full, short = words(alter(ARTICLE, ["persons"], NAMES, str(seed)), "PERSON")
    given, _, surname = full.partition(" al-")
    assert given in NAMES.given
    assert short == surname in NAMES.surnames


def test_numbers_change_inside_tolls_only() -> None:
    changed = alter(ARTICLE, ["numbers"], NAMES, "0")
    (toll,) = words(changed, "KILLED")
    assert toll.startswith("At least ")
    assert toll != "At least 1,204 people"
    assert len(toll) == len("At least 1,204 people")
    assert "on the 4th" in changed.text


def test_halves_of_numbers_stay() -> None:
    (document,) = parse("=== a\n{KILLED|Twenty-five civilians} and {WOUNDED|five others}.\n")
    changed = {tuple(span_words(alter(document, ["numbers"], NAMES, str(seed)))) for seed in range(20)}
    assert {first for first, _ in changed} == {"Twenty-five civilians"}
    assert len({second for _, second in changed}) > 3


def span_words(document: Document) -> list[str]:
    return [document.text_of(span) for span in document.spans]


def test_a_country_that_acts_stays_a_country() -> None:
    (document,) = parse("=== a\n{ORGANIZATION|US} troops left {LOCATION|US} bases in {LOCATION|Homs}.\n")
    changed = span_words(alter(document, ["places"], NAMES, "1"))
    assert changed[0] == changed[1]
    assert changed[0] in NAMES.countries
    assert changed[2] == "Kest"


def test_the_same_seed_gives_the_same_copy() -> None:
    assert alter(ARTICLE, KINDS, NAMES, "7") == alter(ARTICLE, KINDS, NAMES, "7")
    assert len({alter(ARTICLE, ["print"], NAMES, str(seed)).text for seed in range(20)}) >= 3


@given(st.sampled_from(WORDS), st.integers(0, 10**6))
def test_an_altered_copy_has_no_faults_and_the_same_annotation(document: Document, seed: int) -> None:
    changed = alter(document, KINDS, Names.of(WORDS), str(seed))
    assert not faults(changed)
    assert [span.label for span in changed.spans] == [span.label for span in document.spans]
    assert changed.relations == document.relations


def test_an_edit_across_a_border_is_left_out() -> None:
    document = Document("a", "abcdef", (Span(2, 4, "LOCATION"),))
    assert apply(document, [(1, 3, "X")]) == document
    changed = apply(document, [(0, 2, ""), (2, 4, "long name"), (5, 6, "!")])
    assert changed.text == "long namee!"
    assert changed.spans == (Span(0, 9, "LOCATION"),)


def test_a_span_is_never_emptied() -> None:
    document = Document("a", "ab,", (Span(2, 3, "LOCATION"),))
    assert apply(document, [(2, 3, "")]) == document


def test_a_source_gives_copies_and_names_what_it_does_not_know(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [ARTICLE])
    source = {"name": "a", "reader": "documents", "path": str(tmp_path / "a.jsonl"), "split": "train"}
    copies = list(read_source(SourceConfig(**source, alter=("numbers",), copies=3)))
    assert len({annotated.document.text for annotated in copies}) == 3
    with pytest.raises(ConfigError, match="no way to alter 'weather'"):
        list(read_source(SourceConfig(**source, alter=("weather",))))
    with pytest.raises(ConfigError, match="alter needs complete annotation"):
        SourceConfig(**{**source, "reader": "re3d"}, alter=("numbers",))
