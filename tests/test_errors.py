"""Error counts, by hand."""

from eval.errors import relation_errors, report, span_errors
from sitrep.document import Document, Relation, Span

TEXT = "x" * 100
GOLD = Document(
    "a",
    TEXT,
    (
        Span(0, 5, "PERSON"),
        Span(10, 15, "PERSON"),
        Span(20, 25, "PERSON"),
        Span(30, 35, "PERSON"),
        Span(40, 45, "KILLED"),
        Span(50, 55, "LOCATION"),
        Span(60, 65, "LOCATION"),
        Span(70, 75, "KILLED"),
    ),
    (Relation("occurred_in", 4, 5), Relation("occurred_in", 7, 5), Relation("reported_by", 4, 0)),
)


def found(*spans: Span, relations: tuple[Relation, ...] = ()) -> Document:
    return Document("a", TEXT, spans, relations)


def test_each_wrong_span_counts_once() -> None:
    predicted = found(
        Span(0, 5, "PERSON"),
        Span(10, 16, "PERSON"),
        Span(20, 25, "UNNAMED"),
        Span(31, 35, "ORGANIZATION"),
        Span(80, 85, "PERSON"),
    )
    kinds = [(span.start, kind) for span, kind in span_errors(GOLD, predicted)]
    assert kinds == [
        (0, "right"),
        (10, "border"),
        (20, "label"),
        (31, "both"),
        (80, "spurious"),
        (50, "missed"),
        (60, "missed"),
        (40, "missed"),
        (70, "missed"),
    ]


def test_each_wrong_relation_counts_once() -> None:
    spans = (Span(40, 45, "KILLED"), Span(50, 56, "LOCATION"), Span(60, 65, "LOCATION"), Span(70, 75, "KILLED"))
    ends = found(*spans, relations=(Relation("occurred_in", 0, 1), Relation("occurred_in", 3, 2)))
    assert list(relation_errors(GOLD, ends)) == [
        ("occurred_in", "ends"),
        ("occurred_in", "target"),
        ("reported_by", "missed"),
    ]
    two = Document("a", TEXT, GOLD.spans, (Relation("occurred_in", 4, 5), Relation("occurred_in", 4, 6)))
    one = found(GOLD.spans[4], GOLD.spans[5], relations=(Relation("occurred_in", 0, 1),))
    assert [kind for _, kind in relation_errors(two, one)] == ["right", "missed"]
    spurious = found(Span(80, 85, "KILLED"), Span(50, 55, "LOCATION"), relations=(Relation("occurred_in", 0, 1),))
    assert [kind for _, kind in relation_errors(GOLD, spurious)] == ["spurious", "missed", "missed", "missed"]
    assert [kind for _, kind in relation_errors(GOLD, GOLD)] == ["right"] * 3


def test_the_report_counts_by_layer_source_and_length() -> None:
    text = report([GOLD], [GOLD])
    assert "| ACTOR | 4 | 0 | 0 | 0 | 0 | 0 |" in text
    assert "| authored | 8 | 0 | 0 | 0 | 0 | 0 |" in text
    assert "| 1 word | 8 | 0 | 0 | 0 | 0 | 0 |" in text
    assert "| occurred_in | 2 | 0 | 0 | 0 | 0 |" in text
