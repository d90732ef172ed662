"""The HTML page, parsed back: the article's text stands there to the letter, whatever is in it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitrep.document import Document, Span
from sitrep.html_view import article_html, text_html
from sitrep.nesting import Close, Open, pieces
from sitrep.outputs import open_writer
from sitrep.records import to_records
from tests.samples import crossing, market, recorded

_VOID = {"meta", "input", "br", "link", "img", "hr"}


class Page(HTMLParser):
    """Elements in order, the text of each `.words`, and which spans cover each of its characters."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, dict[str, str]]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.cover: list[list[set[int]]] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
        # A browser's first step: line ends become line feeds. What stands as a reference is spared.
        self.feed(source.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()
        assert not self.stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        self.elements.append((tag, attributes))
        if tag in _VOID:
            return
        self.stack.append((tag, attributes))
        if attributes.get("class") == "words":
            self.texts.append("")
            self.cover.append([])

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1][0] == "script":
            self.scripts.append((self.stack[-1][1], data))
        if any(attributes.get("class") == "words" for _, attributes in self.stack):
            self.texts[-1] += data
            spans = {int(attributes["data-s"]) for _, attributes in self.stack if "data-s" in attributes}
            self.cover[-1] += [spans] * len(data)


def page(path: Path, *documents: Document) -> tuple[str, Page]:
    with open_writer("html", path) as writer:
        for document, records in recorded(documents):
            writer.write(document, records)
    source = path.read_bytes().decode("utf-8")
    return source, Page(source)


def test_the_text_is_the_articles_text(tmp_path: Path) -> None:
    documents = [crossing(), market(), Document("plain", "\nno spans\n")]
    _, parsed = page(tmp_path / "view.html", *documents)
    assert parsed.texts == [document.text for document in documents]


def test_crossing_spans_cover_their_own_words(tmp_path: Path) -> None:
    for document in (crossing(), market()):
        _, parsed = page(tmp_path / "view.html", document)
        for position, spans in enumerate(parsed.cover[0]):
            assert spans == {index for index, span in enumerate(document.spans) if span.start <= position < span.end}, (
                document.text[position]
            )


def test_nothing_in_an_article_becomes_mark_up(tmp_path: Path) -> None:
    attack = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    document = Document(attack, attack, (Span(0, len(attack), "PERSON"),), meta={"title": attack, "date": attack})
    source, parsed = page(tmp_path / "view.html", document, crossing())
    assert not [tag for tag, _ in parsed.elements if tag in ("img", "textarea", "iframe")]
    assert [attributes.get("type") for attributes, _ in parsed.scripts] == ["application/json"] * 2 + [None]
    assert not any(name.startswith("on") for _, attributes in parsed.elements for name in attributes)
    assert "alert(" not in parsed.scripts[-1][1]
    assert source.count("<script") == 3


def test_the_page_stands_alone(tmp_path: Path) -> None:
    source, parsed = page(tmp_path / "view.html", market())
    links = [
        value for _, attributes in parsed.elements for name, value in attributes.items() if name in ("src", "href")
    ]
    assert links and all(link.startswith("#") for link in links)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\((?!#)", source)
    policy = next(attributes["content"] for tag, attributes in parsed.elements if "http-equiv" in attributes)
    assert policy.startswith("default-src 'none'")


def test_every_link_leads_to_words_of_its_article(tmp_path: Path) -> None:
    _, parsed = page(tmp_path / "view.html", market(), crossing())
    identities = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    links = {attributes["href"][1:] for tag, attributes in parsed.elements if tag == "a"}
    assert len(identities) == len(set(identities))
    assert links <= set(identities)
    expected = {f"a0s{index}" for index in range(len(market().spans))}
    assert expected <= set(identities)
    rows = [attributes["data-s"] for tag, attributes in parsed.elements if tag == "tr" and "data-s" in attributes]
    every = [to_records(document) for document in (market(), crossing())]
    held = (getattr(records, kind) for records in every for kind in ("tolls", "quotes", "actors", "locations"))
    assert len(rows) == sum(map(len, held))


def test_relations_travel_with_their_article(tmp_path: Path) -> None:
    _, parsed = page(tmp_path / "view.html", market(), crossing())
    for document, (_, script) in zip((market(), crossing()), parsed.scripts, strict=False):
        assert json.loads(script) == [[edge.type, edge.source, edge.target, edge.score] for edge in document.relations]


def test_index_only_for_several(tmp_path: Path) -> None:
    one, _ = page(tmp_path / "one.html", market())
    two, _ = page(tmp_path / "two.html", market(), crossing())
    assert '<nav class="index"' not in one
    assert two.index('<nav class="index"') < two.index('<article class="article"')
    assert '<a href="#a1" dir="auto">crossing &lt;1&gt; &amp; &#x27;co&#x27;</a>' in two


def test_toll_table_shows_what_the_records_say() -> None:
    document = market()
    source = article_html(document, to_records(document), "a0", "t")
    for words in (">24+</a>", ">31+</a>", ">4,000</a>", "<small>about</small>", "“He”", ">Qasiran army</a>"):
        assert words in source


def test_an_article_without_anything_says_so() -> None:
    document = Document("a", "Nothing.")
    assert "Nothing was found in this article." in article_html(document, to_records(document), "a0", "a")


def test_nul_and_carriage_return() -> None:
    assert text_html(Document("a", "a\0\r\nb\rc"), "a0") == "a\ufffd&#13;\nb&#13;c"


_LABELS = ("PERSON", "LOCATION", "KILLED", "DIRECT_QUOTE", "INDIRECT_QUOTE")
_SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 8), st.sampled_from(_LABELS)), max_size=7)


@given(_SPANS)
def test_pieces_nest_and_say_where_spans_begin_and_end(drawn: list[tuple[int, int, str]]) -> None:
    text = "abcdefghijklmnopqrstuvwxyz"
    spans = [Span(start, start + length, label) for start, length, label in drawn]
    stack: list[Open] = []
    words, firsts, lasts, covered = "", [], [], [""] * len(spans)
    for piece in pieces(text, spans):
        if isinstance(piece, Open):
            stack.append(piece)
            firsts += [piece.index] * piece.first
        elif isinstance(piece, Close):
            opened = stack.pop()
            assert (opened.index, opened.last) == (piece.index, piece.last)
            lasts += [piece.index] * piece.last
        else:
            words += piece
            for opened in stack:
                covered[opened.index] += piece
    assert words == text and not stack
    assert sorted(firsts) == sorted(lasts) == list(range(len(spans)))
    assert covered == [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize("text", ["", "no spans"])
def test_pieces_of_a_text_without_spans(text: str) -> None:
    assert "".join(piece for piece in pieces(text, []) if isinstance(piece, str)) == text
