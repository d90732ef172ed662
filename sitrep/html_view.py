"""The HTML page: articles with their spans and relations to look at, in one file that stands alone.

Text, tables and links are complete without JavaScript; the script adds the arrows between related
spans. The page loads nothing from anywhere, and its content security policy forbids it to: an article
is other people's text, all of it is escaped, and no script but the page's own may run.
"""

import base64
import hashlib
import json
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from shutil import copyfileobj
from typing import Self

from sitrep import html_tables
from sitrep.document import Document
from sitrep.html_tables import Anchors
from sitrep.labels import INVENTORY
from sitrep.nesting import Open, pieces
from sitrep.outputs import TextOutput
from sitrep.records import Records

_ASSETS = Path(__file__).with_name("assets")

LAYER_NAMES = {"TOLL": "Tolls", "ACTOR": "Actors", "LOCATION": "Places", "QUOTE": "Quotes"}
"""Layers as the legend shows them; the two quote layers are one there."""


@dataclass(frozen=True)
class _Entry:
    """A line of the index."""

    anchor: str
    title: str
    counts: tuple[int, int, int, int]


class HtmlWriter:
    """One page for all articles. Their bodies wait in a temporary file, as the index stands before them."""

    def __init__(self, target: Path | None) -> None:
        self._output = TextOutput(target)

    def __enter__(self) -> Self:
        self._stream = self._output.__enter__()
        self._bodies = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="")
        self._entries: list[_Entry] = []
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self._bodies.seek(0)
                self._stream.write(page_start(self._entries))
                copyfileobj(self._bodies, self._stream)
                self._stream.write(page_end())
        except BaseException as error:
            self._output.__exit__(type(error), error, None)
            raise
        else:
            self._output.__exit__(kind, *rest)
        finally:
            self._bodies.close()

    def write(self, document: Document, records: Records) -> None:
        anchor = f"a{len(self._entries)}"
        title = document.meta.get("title")
        title = title if isinstance(title, str) and title.strip() else document.id
        counts = (len(records.tolls), len(records.quotes), len(records.actors), len(records.locations))
        self._entries.append(_Entry(anchor, title, counts))
        self._bodies.write(article_html(document, records, anchor, title))


def article_html(document: Document, records: Records, anchor: str, title: str) -> str:
    """One article: its text beside its tables. Anchors and ids begin with `anchor`."""
    anchors = Anchors(document, anchor)
    edges = [[edge.type, edge.source, edge.target, edge.score] for edge in document.relations]
    date = document.meta.get("date")
    facts = [str(date)] if isinstance(date, str) and date else []
    facts += [document.id] if title != document.id else []
    return (
        f'<article class="article" id="{anchor}">\n'
        f'<header><h2 dir="auto">{show(title)}</h2><p class="facts">{show(" · ".join(facts))}</p></header>\n'
        '<div class="columns">\n'
        f'<section class="text" aria-label="Text"><div class="words" dir="auto">{text_html(document, anchor)}</div>'
        '<svg class="arrows" aria-hidden="true"></svg></section>\n'
        f'<div class="panel">\n{html_tables.panel(records, anchors)}</div>\n'
        "</div>\n"
        f'<script type="application/json" class="relations">{_script_json(edges)}</script>\n'
        "</article>\n"
    )


def text_html(document: Document, anchor: str) -> str:
    """The text with an element for every piece of a span; without its tags it is the text again."""
    parts = []
    for piece in pieces(document.text, document.spans):
        if isinstance(piece, str):
            parts.append(show(piece))
        elif isinstance(piece, Open):
            parts.append(_open_tag(document, piece, anchor))
        else:
            parts.append("</span>")
    return "".join(parts)


def _open_tag(document: Document, piece: Open, anchor: str) -> str:
    span = document.spans[piece.index]
    classes = ["s", layer_class(span.label), span.label, *["first"] * piece.first, *["last"] * piece.last]
    identity = f' id="{anchor}s{piece.index}"' if piece.first else ""
    kind = f' data-kind="{show(words(span.label))}"' if piece.last and layer_class(span.label) == "toll" else ""
    title = f"{words(span.label)}, {span.score:.2f}"
    return f'<span class="{show(" ".join(classes))}" data-s="{piece.index}"{identity}{kind} title="{show(title)}">'


def layer_class(label: str) -> str:
    """The CSS class of a span type's layer: toll, actor, location or quote."""
    layer = INVENTORY.layer_of.get(label)
    name = layer.name if layer else "other"
    return "quote" if name.endswith("QUOTE") else name.lower()


def words(label: str) -> str:
    """A label as words: "DIRECT_QUOTE" is "direct quote"."""
    return label.replace("_", " ").lower()


def show(text: str) -> str:
    """Text for any place of the page.

    A carriage return is spelt out, since a browser reads a bare one as a line feed; NUL, which HTML
    cannot hold at all, becomes U+FFFD.
    """
    return escape(text).replace("\r", "&#13;").replace("\0", "\ufffd")


def _script_json(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c")


# --- The page around the articles ---


def page_start(entries: list[_Entry]) -> str:
    """Everything before the first article."""
    style = (_ASSETS / "view.css").read_text("utf-8")
    n_articles = f"{len(entries)} article{'' if len(entries) == 1 else 's'}"
    title = entries[0].title if len(entries) == 1 else n_articles
    digest = base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{show(title)} – sitrep</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<header class="top"><h1>sitrep</h1><p class="summary">{n_articles}{_totals(entries)}</p>'
        f"{_legend()}</header>\n"
        f"{_index(entries)}<main>\n"
    )


def page_end() -> str:
    """Everything after the last article."""
    return f"</main>\n<script>{_script()}</script>\n</body>\n</html>\n"


def _script() -> str:
    return (_ASSETS / "view.js").read_text("utf-8")


def _totals(entries: list[_Entry]) -> str:
    tolls, quotes = (sum(entry.counts[column] for entry in entries) for column in (0, 1))
    return f" · {tolls} toll{'' if tolls == 1 else 's'} · {quotes} quote{'' if quotes == 1 else 's'}"


def _legend() -> str:
    groups: dict[str, list[str]] = {layer: [] for layer in LAYER_NAMES}
    for label in INVENTORY.labels:
        groups.setdefault(layer_class(label).upper(), []).append(label)
    shown = []
    for layer, labels in groups.items():
        samples = [f'<span class="s {layer.lower()} {label}">{words(label)}</span>' for label in labels]
        name = LAYER_NAMES.get(layer, words(layer))
        kinds = "" if len(labels) == 1 else f'<span class="kinds">{" ".join(samples)}</span>'
        label_class = f' class="s {layer.lower()} {labels[0]}"' if len(labels) == 1 else ""
        shown.append(
            f'<li><label><input type="checkbox" data-layer="{layer.lower()}" checked> '
            f"<b{label_class}>{name}</b></label> {kinds}</li>"
        )
    return f'<ul class="legend" aria-label="Legend; each layer can be hidden">{"".join(shown)}</ul>'


def _index(entries: list[_Entry]) -> str:
    if len(entries) < 2:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Article", "Tolls", "Quotes", "Actors", "Places"))
    body = "".join(
        f'<tr><th scope="row"><a href="#{entry.anchor}" dir="auto">{show(entry.title)}</a></th>'
        + "".join(f"<td>{count}</td>" for count in entry.counts)
        + "</tr>\n"
        for entry in entries
    )
    return (
        f'<nav class="index" aria-label="Articles"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{body}</tbody></table></nav>\n"
    )
