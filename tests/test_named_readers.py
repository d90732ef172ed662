"""Readers of corpora of names, events and places, on invented texts in each corpus's format."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.readers.columns import read_conll04, read_names
from data.readers.counts import count_at, count_beside
from data.readers.detokenise import detokenise
from data.readers.dwie import read_dwie
from data.readers.event_location import read_event_location
from data.readers.events import read_rams, read_wikievents
from data.readers.gum import read_gum
from sitrep.document import DocumentError
from tests.test_readers import CORPORA, permitted, spans


def related(annotated) -> set[tuple[str, str, str]]:
    document = annotated.document
    words = [document.text_of(span) for span in document.spans]
    return {(edge.type, words[edge.source], words[edge.target]) for edge in document.relations}


def columns(*cells: str) -> str:
    return "\n".join(cell.replace("/", "\t") if cell else "" for cell in cells) + "\n"


# Text out of tokens


def test_tokens_are_spaced_as_in_print() -> None:
    tokens = ['"', "Go", ",", '"', "she", "did", "n't", "say", "(", "yet", ")", "."]
    text, places = detokenise(tokens)
    assert text == '"Go," she didn\'t say (yet).'
    assert [text[start:end] for start, end in places] == tokens


def test_torn_backticks_are_one_mark_and_breaks_stay() -> None:
    text, places = detokenise(["`", "`", "No", "''", "he", "said", ".", "\n", "Rain", "fell", "."])
    assert text == '"No" he said.\nRain fell.'
    assert text[slice(*places[8])] == "Rain"


@given(st.lists(st.text(alphabet="ab,.'\"()-5é ", min_size=1, max_size=4), max_size=30))
def test_every_token_stands_where_it_is_said_to(tokens: list[str]) -> None:
    text, places = detokenise(tokens)
    assert len(places) == len(tokens)
    for token, (start, end) in zip(tokens, places, strict=True):
        assert text[start:end] in ("", token.strip(), '"')
        assert start < end or not token.strip() or token == "`"


# Columns


@pytest.fixture
def crossner(tmp_path: Path) -> Path:
    path = tmp_path / "train.txt"
    path.write_text(
        columns(
            "President/O", "Dr./B-politician", "Ana/I-politician", "Ruiz/I-politician", "led/O", "The/B-politicalparty",
            "Greens/I-politicalparty", "in/O", "Torvia/B-country", "after/O", "Lurland/B-country", "won/O", "the/O",
            "1990/B-election", "Maren/I-election", "vote/I-election", "./O", "",
            "The/O", "army/O", "left/O", "Kest/O", "./O", "",
        ),
        "utf-8",
    )  # fmt: skip
    return path


def test_names_are_taught_without_titles_and_articles(crossner: Path) -> None:
    (annotated,) = read_names(crossner)
    assert spans(annotated, "PERSON") == ["Ana Ruiz"]
    assert spans(annotated, "ORGANIZATION") == ["Greens"]
    assert permitted(annotated, "ACTOR", "Dr.") == frozenset({"O"})


def test_a_place_is_taught_only_where_its_words_show_one(crossner: Path) -> None:
    (annotated,) = read_names(crossner)
    assert spans(annotated, "LOCATION") == ["Torvia"]
    assert permitted(annotated, "LOCATION", "Lurland") == frozenset({"O", "B-LOCATION", "I-LOCATION"})
    assert "B-ORGANIZATION" in (permitted(annotated, "ACTOR", "Lurland") or ())


def test_silence_leaves_institutions_open_and_denies_names(crossner: Path) -> None:
    (annotated,) = read_names(crossner)
    assert "B-ORGANIZATION" in (permitted(annotated, "ACTOR", "army") or ())
    assert "B-PERSON" not in (permitted(annotated, "ACTOR", "army") or ())
    assert permitted(annotated, "ACTOR", "Kest") == frozenset({"O", "B-UNNAMED", "I-UNNAMED"})
    assert permitted(annotated, "ACTOR", "1990") is None
    assert permitted(annotated, "TOLL", "army") is None
    assert not annotated.relations_known


def test_universal_ner_and_plain_iob_columns(tmp_path: Path) -> None:
    (tmp_path / "LICENSE.txt").write_text("Some Corporation wrote this", "utf-8")
    (tmp_path / "a.iob2").write_text("# text = Ana slept\n1\tAna\tB-PER\t-\n1-2\tx\tO\t-\n2\tslept\tO\t-\n\n", "utf-8")
    (tmp_path / "b.conll.txt").write_text("Kest I-ORG\nBank I-ORG\nfell O\n", "utf-8")
    found = [
        (annotated.document.text, spans(annotated, "PERSON", "ORGANIZATION")) for annotated in read_names(tmp_path)
    ]
    assert found == [("Ana slept", ["Ana"]), ("Kest Bank fell", ["Kest Bank"])]


def test_a_line_that_is_no_tag_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ana\tB-PER\nslept\tX-PER\n", "utf-8")
    with pytest.raises(DocumentError, match=r"a\.txt:2: 'X-PER' is no tag"):
        list(read_names(tmp_path))


def test_a_word_without_a_tag_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ana\tB-PER\nslept\nKest\tB-LOC\n", "utf-8")
    with pytest.raises(DocumentError, match=r"a\.txt:2: expected a token and its tag, found 'slept'"):
        list(read_names(tmp_path))


def test_conll04_gives_containment_and_posts(tmp_path: Path) -> None:
    rows = [
        ("Mr.", "B-Peop", "['N']", "[0]"),
        ("Olo", "I-Peop", "['Work_For']", "[4]"),
        ("of", "O", "['N']", "[2]"),
        ("Kest", "B-Org", "['N']", "[3]"),
        ("Bank", "I-Org", "['N']", "[4]"),
        ("visited", "O", "['N']", "[5]"),
        ("Dorma", "B-Loc", "['Located_In']", "[8]"),
        (",", "O", "['N']", "[7]"),
        ("Lurland", "B-Loc", "['N']", "[8]"),
        (".", "O", "['N']", "[9]"),
    ]
    lines = ["#doc 7", *("\t".join((str(number), *row)) for number, row in enumerate(rows))]
    (tmp_path / "train.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (annotated,) = read_conll04(tmp_path / "train.txt")
    assert annotated.document.text == "Mr. Olo of Kest Bank visited Dorma, Lurland."
    assert related(annotated) == {("member_of", "Olo", "Kest Bank"), ("located_in", "Dorma", "Lurland")}
    assert annotated.relations_known == {"located_in", "member_of"}


# DWIE


def test_dwie_teaches_what_words_state_and_leaves_the_rest_undecided(tmp_path: Path) -> None:
    printed = "Olo , head of the Kest Bank , flew to Dorma in Lurland . Olo slept at Kest Bank ."
    tokens = printed.split()
    raw = {
        "title": "T",
        "sents": [tokens],
        "vertexSet": [
            [{"pos": [0, 1], "type": "type::person"}, {"pos": [14, 15], "type": "type::person"}],
            [{"pos": [5, 7], "type": "type::organization"}, {"pos": [17, 19], "type": "type::organization"}],
            [{"pos": [10, 11], "type": "type::location"}],
            [{"pos": [12, 13], "type": "type::location"}],
        ],
        "labels": [{"h": 0, "t": 1, "r": "head_of"}, {"h": 2, "t": 3, "r": "in0"}],
    }
    (tmp_path / "d.json").write_text(json.dumps([raw]), "utf-8")
    (annotated,) = read_dwie(tmp_path / "d.json")
    document = annotated.document
    assert document.text == "Olo, head of the Kest Bank, flew to Dorma in Lurland. Olo slept at Kest Bank."
    assert {(edge.type, edge.source, edge.target) for edge in document.relations} == {
        ("member_of", 0, 1),
        ("located_in", 2, 3),
    }
    assert annotated.undecided == {4}, "the second Olo is related to the bank, but its sentence does not say so"


def test_dwie_of_another_form_is_named(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('[{"title": "T"}]', "utf-8")
    with pytest.raises(DocumentError, match="not a DocRED file"):
        list(read_dwie(tmp_path / "d.json"))


# Events


@pytest.mark.parametrize(
    ("text", "verb", "count"),
    [
        ("Raiders killed at least 14 villagers in Dorma", "killed", "at least 14 villagers"),
        ("Two Lurish policemen were wounded on Monday", "wounded", "Two Lurish policemen"),
        ("Raiders killed Olo in Dorma", "killed", None),
        ("Raiders killed the mayor's 3 goats", "killed", None),
    ],
)
def test_counts_beside_verbs(text: str, verb: str, count: str | None) -> None:
    start = text.index(verb)
    found = count_beside(text, start, start + len(verb))
    assert (text[slice(*found)] if found else None) == count


def test_a_count_is_found_from_its_noun() -> None:
    text = "The blast killed more than 100 members of the guard."
    start = text.index("members")
    found = count_at(text, start, start + len("members"))
    assert found is not None
    assert text[slice(*found)] == "more than 100 members"
    assert count_at(text, text.index("guard"), text.index("guard") + 5) is None


def test_event_location_joins_the_records_of_a_sentence(tmp_path: Path) -> None:
    text = "Raiders killed 14 villagers in Dorma and the army arrested two men in the town of Kest."

    def record(verb: str, place: str) -> dict:
        spans = [{"start": text.index(verb), "end": text.index(verb) + len(verb), "label": "VERB"}]
        spans += [{"start": text.index(place), "end": text.index(place) + len(place), "label": "LOCATION"}]
        return {"text": text, "spans": spans}

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("labeled_text.jsonl", json.dumps([record("killed", "Dorma"), record("arrested", "Kest")]))
    (annotated,) = read_event_location(tmp_path / "x.zip")
    assert related(annotated) == {("occurred_in", "14 villagers", "Dorma"), ("occurred_in", "two men", "Kest")}
    assert [span.label for span in annotated.document.spans if span.label != "LOCATION"] == ["KILLED", "DETAINED"]
    assert annotated.relations_known == {"occurred_in"}, "Kest is where the killing was not"


def test_wikievents_teaches_counted_victims(tmp_path: Path) -> None:
    text = "Rebels killed 14 villagers in Dorma."
    words = [
        ("Rebels", 0, 6),
        ("killed", 7, 13),
        ("14", 14, 16),
        ("villagers", 17, 26),
        ("in", 27, 29),
        ("Dorma", 30, 35),
    ]
    raw = {
        "doc_id": "w",
        "text": text,
        "sentences": [[[list(word) for word in words], text]],
        "entity_mentions": [
            {"id": "T1", "start": 0, "end": 1},
            {"id": "T2", "start": 3, "end": 4},
            {"id": "T3", "start": 5, "end": 6},
        ],
        "event_mentions": [
            {
                "event_type": "Life.Die.Unspecified",
                "arguments": [
                    {"entity_id": "T1", "role": "Killer"},
                    {"entity_id": "T2", "role": "Victim"},
                    {"entity_id": "T3", "role": "Place"},
                ],
            }
        ],
    }  # fmt: skip
    (tmp_path / "w.jsonl").write_text(json.dumps(raw) + "\n", "utf-8")
    (annotated,) = read_wikievents(tmp_path / "w.jsonl")
    assert spans(annotated, "KILLED") == ["14 villagers"]
    assert related(annotated) == {("occurred_in", "14 villagers", "Dorma")}
    assert permitted(annotated, "ACTOR", "Rebels") is None, "a capital hides what a first word is"


def test_rams_teaches_one_event_and_passes_over_other_windows(tmp_path: Path) -> None:
    def window(kind: str) -> str:
        raw = {
            "doc_key": kind,
            "sentences": [["It", "wounded", "two", "soldiers", "near", "Dorma", "."]],
            "evt_triggers": [[1, 1, [[kind, 1.0]]]],
            "gold_evt_links": [[[1, 1], [2, 3], "evt001arg02victim"], [[1, 1], [5, 5], "evt001arg03place"]],
        }
        return json.dumps(raw)

    (tmp_path / "r.jsonlines").write_text(f"{window('life.injure.n/a')}\n{window('contact.meet.n/a')}\n", "utf-8")
    (annotated,) = read_rams(tmp_path / "r.jsonlines")
    assert related(annotated) == {("occurred_in", "two soldiers", "Dorma")}


def test_gum_teaches_names_among_nested_mentions(tmp_path: Path) -> None:
    rows = [
        ("President", "NOUN", "NN", "Entity=(1-person-new-cf1-1-2,3-sgl-Ana_Ruiz", ""),
        ("Ana", "PROPN", "NNP", "_", ""),
        ("Ruiz", "PROPN", "NNP", "Entity=1)", ""),
        ("left", "VERB", "VBD", "_", ""),
        ("Kest", "PROPN", "NNP", "Entity=(2-organization-new-cf2-1-1,2-coref-Kest_Bank", ""),
        ("Bank", "PROPN", "NNP", "Entity=2)|SpaceAfter=No", ""),
        (".", "PUNCT", ".", "_", ""),
    ]
    lines = [
        "# newpar",
        *(
            f"{number}\t{word}\t_\t{pos}\t{tag}\t_\t_\t_\t_\t{misc}"
            for number, (word, pos, tag, misc, _) in enumerate(rows, 1)
        ),
    ]
    lines = [
        line.replace("-new-cf", "-new-s-cf").replace("-s-cf1-1-", "-s-1-").replace("-s-cf2-1-", "-s-1-")
        for line in lines
    ]
    (tmp_path / "g.conllu").write_text("\n".join(lines) + "\n", "utf-8")
    (annotated,) = read_gum(tmp_path)
    assert annotated.document.text == "President Ana Ruiz left Kest Bank."
    assert spans(annotated, "PERSON", "ORGANIZATION") == ["Ana Ruiz", "Kest Bank"]


@pytest.mark.parametrize(
    ("reader", "path"),
    [
        (read_names, "crossner-politics"),
        (read_names, "ner-open/wikigold"),
        (read_conll04, "conll04/train.txt"),
        (read_dwie, "dwie/docred-format/dev.json"),
        (read_event_location, "event-location/labeled_text.jsonl.zip"),
        (read_wikievents, "wikievents/test.jsonl"),
        (read_rams, "rams/dev.jsonlines"),
        (read_gum, "gum-news"),
    ],
)
def test_the_corpora_themselves_teach_names_with_clean_borders(reader, path: str) -> None:
    if not (CORPORA / path).exists():
        pytest.skip(f"{CORPORA / path} is not there")
    documents = list(reader(CORPORA / path))
    assert sum(len(annotated.document.spans) for annotated in documents) > 10
    for annotated in documents:
        for words in spans(annotated, "PERSON", "ORGANIZATION", "LOCATION"):
            assert words == words.strip()
            assert not words.startswith(("the ", "The "))


def test_gum_prints_the_words_of_a_range_together(tmp_path: Path) -> None:
    rows = ["1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No", "1\tdo\t_\tAUX\tVB\t_\t_\t_\t_\t_"]
    rows += [
        "2\tn't\t_\tPART\tRB\t_\t_\t_\t_\t_",
        "3\t,\t_\tPUNCT\t,\t_\t_\t_\t_\t_",
        "4\tplease\t_\tINTJ\tUH\t_\t_\t_\t_\t_",
    ]
    rows += ["# sent_id = 2", "1\tGo\t_\tVERB\tVB\t_\t_\t_\t_\t_", "2\tnow\t_\tADV\tRB\t_\t_\t_\t_\t_"]
    (tmp_path / "g.conllu").write_text("\n".join(rows) + "\n", "utf-8")
    (annotated,) = read_gum(tmp_path)
    assert annotated.document.text == "don't, please Go now"
