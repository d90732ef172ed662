import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.inline import InlineError, main, parse, render
from data.validate import suspicions
from sitrep.document import Document, Relation, Span, faults, read_jsonl
from sitrep.labels import INVENTORY

MARKUP = """=== one | genre: agency
{KILLED k|At least 9 people} died in {LOCATION l|Dorma}, {UNNAMED u|medics} said.
> k occurred_in l; k reported_by u
+ {PRONOUN|They} left.

=== two
plain \\{text\\}
"""


def test_parse_by_hand() -> None:
    first, second = parse(MARKUP)
    assert first.text == "At least 9 people died in Dorma, medics said. They left."
    assert [(span.label, first.text_of(span)) for span in first.spans] == [
        ("KILLED", "At least 9 people"),
        ("LOCATION", "Dorma"),
        ("UNNAMED", "medics"),
        ("PRONOUN", "They"),
    ]
    assert first.relations == (Relation("occurred_in", 0, 1), Relation("reported_by", 0, 2))
    assert first.meta == {"genre": "agency"}
    assert second.text == "plain {text}"


def test_spans_of_two_layers_may_cross() -> None:
    text = 'the army "was cruel. It must stop" now'
    crossing = Document("c", text, (Span(0, 19, "INDIRECT_QUOTE"), Span(10, 33, "DIRECT_QUOTE")))
    assert "{/i0}" in render(crossing)
    assert next(parse(render(crossing))) == crossing


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        ("text first", "text before the first"),
        ("=== a\n{KILLED k|nine", "KILLED k is not closed"),
        ("=== a\nnine}", "closes a span where none is open"),
        ("=== a\n{killed k|nine}", "expected '{LABEL id|'"),
        ("=== a\n{KILLED k|nine}\n> k occurred_in l", "no span has the id l"),
        ("=== a\n{KILLED k|nine} {KILLED k|ten}", "id k stands twice"),
        ("=== a\n{KILLED k|nine} x\n> k occurred", "expected 'source relation target'"),
        ("=== a\n{DEAD k|nine}", "unknown label"),
    ],
)
def test_errors_say_what_and_where(markup: str, message: str) -> None:
    with pytest.raises(InlineError) as caught:
        list(parse(markup, "file.inl"))
    assert message in str(caught.value)
    assert str(caught.value).startswith("file.inl:")


@st.composite
def annotated(draw: st.DrawFn) -> Document:
    text = draw(
        st.text(alphabet="ab {}\\>+=|\n“é🙂", min_size=1, max_size=60).filter(lambda text: text == text.strip())
    )
    spans = []
    for label in draw(st.lists(st.sampled_from(INVENTORY.labels), max_size=6)):
        start = draw(st.integers(0, len(text) - 1))
        spans.append(Span(start, draw(st.integers(start + 1, len(text))), label))
    document = Document("x", text)
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end, span.label)):
        tried = Document("x", text, (*document.spans, span))
        if not faults(tried):
            document = tried
    return document


@given(annotated())
def test_render_and_parse_are_inverse(document: Document) -> None:
    assert next(parse(render(document))) == document


def test_command_turns_markup_into_documents(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "a.inl", tmp_path / "a.jsonl"
    source.write_text(MARKUP, "utf-8")
    assert main([str(source), "-o", str(target)]) == 0
    assert [document.id for document in read_jsonl(target)] == ["one", "two"]
    source.write_text("=== a\n{", "utf-8")
    assert main([str(source), "-o", str(target)]) == 1
    assert "error:" in capsys.readouterr().err


def test_suspicions_point_at_likely_slips() -> None:
    markup = "=== a\n{ORGANIZATION|the army} and {PERSON p|Ann Lee} said {INDIRECT_QUOTE|that all fled}. Ann Lee left."
    found = "\n".join(suspicions(next(parse(markup))))
    assert "starts with an article" in found
    assert "starts with 'that'" in found
    assert "has no said_by" in found
    assert "'Ann Lee' at" in found
