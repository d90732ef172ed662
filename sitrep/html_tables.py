"""The tables of the HTML page: tolls, quotes, actors and places of one article, each linked to its words."""

from collections.abc import Iterable, Sequence
from html import escape

from sitrep.calibration import ACCEPT
from sitrep.document import Document
from sitrep.groups import Linked, Mention
from sitrep.records import ActorGroup, LocationGroup, Party, Place, QuoteRecord, Records, TollRecord
from sitrep.tables import bounds

_NOTHING = '<span class="none" title="the text does not say">–</span>'


class Anchors:
    """Where the spans of an article stand in the page."""

    def __init__(self, document: Document, prefix: str) -> None:
        self._prefix = prefix
        self._by_place = {(span.start, span.end): index for index, span in enumerate(document.spans)}
        self._indices = {(span.label, span.start, span.end): index for index, span in enumerate(document.spans)}

    def index(self, label: str, start: int, end: int) -> int:
        # A scheme of the user's own may have another label for places.
        return self._indices.get((label, start, end), self._by_place[start, end])

    def link(self, index: int, text: str) -> str:
        return f'<a href="#{self._prefix}s{index}" dir="auto">{escape(text)}</a>'

    def mention(self, mention: Mention, text: str | None = None) -> str:
        """A link to a mention, under its own name or another."""
        name = mention.name if text is None else text
        return self.link(self.index(mention.label, mention.start, mention.end), name)


def panel(records: Records, anchors: Anchors) -> str:
    """All tables of an article, the empty ones left out."""
    tolls = (_toll(toll, anchors) for toll in records.tolls)
    quotes = (_quote(quote, anchors) for quote in records.quotes)
    actors = (_actor(actor, anchors) for actor in records.actors)
    places = (_location(location, anchors) for location in records.locations)
    toll_heads = ("Kind", "Number", "Victims", "Place", "Source", "Culprit", "Score")
    sections = (
        _table("Tolls", "tolls", toll_heads, tolls),
        _table("Quotes", "quotes", ("Speaker", "Words", "Score"), quotes),
        _table("Actors", "actors", ("Name", "Kind", "Member of", "Mentions"), actors),
        _table("Places", "places", ("Name", "Within", "Mentions"), places),
    )
    return "".join(sections) or '<p class="nothing">Nothing was found in this article.</p>\n'


def _table(title: str, name: str, heads: Sequence[str], rows: Iterable[str]) -> str:
    body = list(rows)
    if not body:
        return ""
    head = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<section class="records {name}"><h3>{title} <small>{len(body)}</small></h3>\n'
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{"".join(body)}</tbody></table></div>'
        "</section>\n"
    )


def _row(indices: Iterable[int], cells: Iterable[str]) -> str:
    spans = " ".join(str(index) for index in indices)
    return f'<tr data-s="{spans}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>\n'


def _score(score: float) -> str:
    doubt = ' class="doubt"' if score < ACCEPT else ""
    return f"<span{doubt}>{score:.2f}</span>"


def _list(items: Iterable[str]) -> str:
    return "<br>".join(items) or _NOTHING


def _toll(toll: TollRecord, anchors: Anchors) -> str:
    index = anchors.index(toll.kind, toll.start, toll.end)
    qualifier = "" if toll.qualifier == "exact" else f"<small>{escape(toll.qualifier)}</small>"
    cells = (
        f'<span class="kind {escape(toll.kind)}">{escape(toll.kind.lower())}</span>',
        f'<b title="{escape(toll.text)}">{anchors.link(index, bounds(toll.low, toll.high))}</b>{qualifier}',
        f'<span dir="auto">{escape(toll.victims.text)}</span>' if toll.victims else _NOTHING,
        _list(_place(place, anchors) for place in toll.places),
        _parties(toll.sources, anchors),
        _parties(toll.culprits, anchors),
        _score(toll.least_score),
    )
    return _row([index], cells)


def _place(place: Place, anchors: Anchors) -> str:
    name = anchors.link(anchors.index("LOCATION", place.start, place.end), place.name)
    return name + (f"<small>in {_within(place.within, anchors)}</small>" if place.within else "")


def _within(within: Sequence[Linked], anchors: Anchors) -> str:
    return ", ".join(anchors.mention(link.mention) for link in within)


def _parties(parties: Sequence[Party], anchors: Anchors) -> str:
    return _list(_party(party, anchors) for party in parties)


def _party(party: Party, anchors: Anchors) -> str:
    notes = [f"“{escape(party.mention.name)}”"] if party.mention.name.casefold() != party.name.casefold() else []
    notes += [anchors.mention(link.mention) for link in party.organisations]
    return anchors.mention(party.mention, party.name) + (f"<small>{', '.join(notes)}</small>" if notes else "")


def _quote(quote: QuoteRecord, anchors: Anchors) -> str:
    label = f"{quote.kind.upper()}_QUOTE"
    index = anchors.index(label, quote.start, quote.end)
    said = f'<span class="said {label}">{anchors.link(index, quote.text)}</span><small>{quote.kind}</small>'
    return _row([index], (_parties(quote.speakers, anchors), said, _score(quote.least_score)))


def _mentions(mentions: Sequence[Mention], anchors: Anchors) -> tuple[list[int], str]:
    indices = [anchors.index(mention.label, mention.start, mention.end) for mention in mentions]
    shown = " · ".join(anchors.mention(mention) for mention in mentions)
    return indices, f'<span class="mentions">{shown}</span>'


def _actor(actor: ActorGroup, anchors: Anchors) -> str:
    indices, mentions = _mentions(actor.mentions, anchors)
    name = f'<b class="name" dir="auto">{escape(actor.name)}</b>'
    kind = f'<span class="s actor {escape(actor.label)}">{escape(actor.label.lower())}</span>'
    organisations = _list(anchors.mention(link.mention) for link in actor.organisations)
    return _row(indices, (name, kind, organisations, mentions))


def _location(location: LocationGroup, anchors: Anchors) -> str:
    indices, mentions = _mentions(location.mentions, anchors)
    name = f'<b class="name" dir="auto">{escape(location.name)}</b>'
    return _row(indices, (name, _within(location.within, anchors) or _NOTHING, mentions))
