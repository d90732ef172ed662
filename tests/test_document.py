from pathlib import Path

import pytest

from sitrep.document import Document, DocumentError, Relation, Span, build, faults, read_jsonl, write_jsonl
from sitrep.labels import INVENTORY, Inventory, LabelsError

TEXT = "Rebels killed 12 soldiers in Qusra, the army said."


def document(*spans: Span, relations: tuple[Relation, ...] = ()) -> Document:
    return Document("d", TEXT, spans, relations)


def test_inventory_holds_the_scheme() -> None:
    assert [layer.name for layer in INVENTORY.layers] == ["ACTOR", "LOCATION", "TOLL", "DIRECT_QUOTE", "INDIRECT_QUOTE"]
    assert INVENTORY.layer_of["DEFECTED"].name == "TOLL"
    assert INVENTORY.layers[1].tags == ("O", "B-LOCATION", "I-LOCATION")
    assert INVENTORY.n_tags == 9 + 3 + 15 + 3 + 3
    assert INVENTORY.relation_of["inflicted_by"].permits("KILLED", "UNNAMED")
    assert not INVENTORY.relation_of["inflicted_by"].permits("DEFECTED", "UNNAMED")
    assert Inventory.from_dict(INVENTORY.to_dict()) == INVENTORY


def test_inventory_refuses_an_end_that_is_no_type() -> None:
    raw = {"layers": [{"name": "A", "types": ["A"]}], "relations": [{"name": "r", "sources": ["A"], "targets": ["B"]}]}
    with pytest.raises(LabelsError, match="unknown types"):
        Inventory.from_dict(raw)


def test_sound_document_has_no_faults() -> None:
    spans = (Span(0, 6, "UNNAMED"), Span(14, 25, "KILLED"), Span(29, 34, "LOCATION"))
    edges = (Relation("inflicted_by", 1, 0), Relation("occurred_in", 1, 2))
    assert faults(document(*spans, relations=edges)) == []


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (document(Span(0, 6, "REBEL")), "unknown label"),
        (document(Span(6, 6, "UNNAMED")), "empty"),
        (document(Span(45, 80, "UNNAMED")), "offsets outside"),
        (document(Span(0, 7, "UNNAMED")), "white space"),
        (document(Span(0, 6, "UNNAMED"), Span(0, 13, "PERSON")), "overlaps"),
        (document(Span(14, 25, "KILLED"), relations=(Relation("occurred_in", 0, 0),)), "relates to itself"),
        (document(Span(14, 25, "KILLED"), relations=(Relation("occurred_in", 0, 3),)), "no such span"),
        (
            document(Span(0, 6, "UNNAMED"), Span(29, 34, "LOCATION"), relations=(Relation("occurred_in", 0, 1),)),
            "not permitted from UNNAMED to LOCATION",
        ),
    ],
)
def test_faults_are_named(broken: Document, message: str) -> None:
    assert any(message in fault for fault in faults(broken)), faults(broken)


def test_spans_of_different_layers_may_overlap() -> None:
    assert faults(document(Span(0, 34, "INDIRECT_QUOTE"), Span(14, 25, "KILLED"))) == []


def test_json_lines_round_trip_keeps_meta_and_unicode(tmp_path: Path) -> None:
    original = Document("ü", "Überfall – “nein” 🙂", (Span(0, 8, "KILLED", 0.5),), (), {"date": "2026-01-02"})
    assert write_jsonl(tmp_path / "a.jsonl", [original]) == 1
    assert list(read_jsonl(tmp_path / "a.jsonl")) == [original]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "a.jsonl:2: not JSON"),
        ("[]", "a.jsonl:2: not a JSON object"),
        ('{"id": "x"}', "a.jsonl:2: document 'x': 'id' and 'text' must be strings"),
        ('{"id": "x", "text": "t", "spans": [{"start": 0}]}', "a.jsonl:2: document 'x': malformed span"),
    ],
)
def test_a_malformed_line_is_named_by_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "t"}\n' + line + "\n", "utf-8")
    with pytest.raises(DocumentError, match="2: ") as caught:
        list(read_jsonl(path))
    assert message in str(caught.value)


def test_build_sorts_spans_and_indexes_relations() -> None:
    place, dead = Span(29, 34, "LOCATION"), Span(14, 25, "KILLED")
    built = build("d", TEXT, [place, dead], [("occurred_in", dead, place, 1.0)])
    assert built.spans == (dead, place)
    assert built.relations == (Relation("occurred_in", 0, 1),)
