"""occurred_in, inflicted_by and located_in: where it happened, who did it, and what lies where."""

import re
from collections.abc import Iterator
from itertools import pairwise

from eval.baselines.board import Board
from eval.baselines.lexicon import CLASS_NOUNS
from eval.baselines.speakers import FIGURE_VERBS, Edge

_DIRECTION = (
    r"(?:(?:north|south)?[- ]?(?:north|south|east|west)ern |central |coastal |upper |lower |rural |mainly \w+ )?"
)
_CLASS = rf"(?:{'|'.join(sorted(CLASS_NOUNS))})"
_WITHIN = re.compile(
    rf"(?:,? (?:{_CLASS} )?(?:in|of)(?: the)? {_DIRECTION}(?:\w+ ){{0,2}}?(?:{_CLASS} of )?"
    rf"|, (?:in |an? (?:[\w-]+ ){{0,4}}(?:in|of) |the (?:[\w-]+ ){{0,3}}(?:in|of) )?(?:the )?{_DIRECTION}"
    rf"(?:\w+ ){{0,2}}?(?:{_CLASS} of )?"
    rf"|(?: {_CLASS})?,? in(?: the)? {_DIRECTION})"
)
_POSSESSED = re.compile(
    rf"['’]s? {_DIRECTION}(?:\w+ ){{0,2}}?(?:{_CLASS} of )?| \({_DIRECTION}| {_DIRECTION}(?:{_CLASS} of )"
)
_AND = re.compile(r",? (?:and|or)(?: in| near| at)?(?: the)?(?: (?:town|village|city|district)s? of)? |, ")
_DATELINE_END = re.compile(r"\s*(?:,[^\n]{0,30})?\([A-Z][^)\n]{0,30}\)\s*[-–—]|,[^\n]{0,20}\s[-–—]\s|\s[-–—]\s|:\s")


def located_in(board: Board) -> Iterator[Edge]:
    """ "A, B", "A in B", "A district of B", "B's A" for neighbours in one sentence."""
    for left, right in pairwise(board.places):
        if board.sentence(left) != board.sentence(right) or board.text(left) == board.text(right):
            continue
        gap = board.between(left, right)
        if _POSSESSED.fullmatch(gap):
            yield "located_in", right, left
        elif _WITHIN.fullmatch(gap) and not _is_list(board, left, right):
            yield "located_in", left, right


def _is_list(board: Board, left: int, right: int) -> bool:
    """Whether a bare comma parts items of a list: "A, B and C"."""
    return board.between(left, right) == ", " and bool(
        re.match(r"(?:, \w+)* and [A-Z]", board.reading.text[board.spans[right].end :][:60])
    )


# --- Where it happened ---


def occurred_in(board: Board, inside: list[Edge]) -> Iterator[Edge]:
    """The nearest, most specific place of the sentence; else of the one before; else of the one behind."""
    parents = {source: target for _, source, target in inside}
    targets = set(parents.values())
    for toll in board.tolls:
        sentence = board.sentence(toll)
        for candidate in (sentence, sentence - 1, sentence + 1):
            places = [place for place in board.in_sentence("LOCATION", candidate) if not _is_aside(board, place)]
            if places:
                yield from (("occurred_in", toll, place) for place in _chosen(board, toll, places, parents, targets))
                break


def _is_aside(board: Board, place: int) -> bool:
    """A dateline, the place of a source, or a place that only describes: "a charity based in X", "refugees in X"."""
    if board.text(place).isupper() and _DATELINE_END.match(board.reading.text, board.spans[place].end):
        return True
    actors = board.actors_in(max(0, board.spans[place].start - 40), board.spans[place].end)
    if any(board.spans[actor].start <= board.spans[place].start < board.spans[actor].end for actor in actors):
        return True
    return bool(
        re.search(
            r"(?:based in|near the border with|border with|native of|trip to|talks in) (?:the )?$",
            board.before(place, 30),
        )
    )


def _chosen(board: Board, toll: int, places: list[int], parents: dict[int, int], targets: set[int]) -> list[int]:
    """The nearest place, in the quote of the toll before others; what lies in it first; and its coordinates."""
    home = board.enclosing[toll][:1]
    same = [place for place in places if board.enclosing[place][:1] == home]
    pool = same or places
    specific = [place for place in pool if place not in targets] or pool
    nearest = min(specific, key=lambda place: (_distance(board, toll, place), place))
    chosen = [nearest]
    position = pool.index(nearest)
    for step in (1, -1):
        index = position + step
        while 0 <= index < len(pool) and _coordinated(
            board, pool[min(index, index - step)], pool[max(index, index - step)], parents
        ):
            chosen.append(pool[index])
            index += step
    return [place for place in chosen if place not in targets or len(chosen) == 1]


def _coordinated(board: Board, left: int, right: int, parents: dict[int, int]) -> bool:
    linked = parents.get(left) == right or parents.get(right) == left
    return not linked and bool(_AND.fullmatch(board.between(left, right)))


def _distance(board: Board, toll: int, place: int) -> float:
    """Characters between the two; a place behind the toll counts as nearer than one before it."""
    if board.spans[place].start >= board.spans[toll].start:
        return 0.6 * (board.spans[place].start - board.spans[toll].end)
    return board.spans[toll].start - board.spans[place].end


# --- Who did it ---

_PASSIVE = re.compile(
    r"[^.;]{0,60}?\b(?:was|were|been|being|are|is)\s+(?:\w+ly |shot |also |later )?\w+(?:ed|en|ot|ain|un|ld)\b"
)
_BY = re.compile(r"\bby (?:the |a |an |his |their |its |\w+ )?$")
_ATTACKED = re.compile(r"\b(?:when|after|as)(?: the| a| an| \w+)?(?: \w+)? $")
_INTRANSITIVE = re.compile(r"[^.;]{0,40}?\b(?:died|missing|dead|unaccounted|vanished|defected|deserted|drowned|fled)\b")
_CLASH = re.compile(
    r"\b(?:with|against|blamed|blames|blaming|accused|accuses|accusing)(?: on)?(?: the| a| an)?(?: \w+)? $"
)
_OPENING = 400  # characters that tell what an article is about
_NATURE = re.compile(
    r"\b(?:earthquake|quake|flood|floods|flooding|landslide|cyclone|typhoon|hurricane|storm|collapse|collapsed|"
    r"capsized|"
    r"ferry|boat|dam|mudslide|tremor|lahar|stampede|heatwave|cholera|fire|bus crash|eruption|avalanche)\b",
    re.IGNORECASE,
)


def inflicted_by(board: Board, speakers: dict[int, int]) -> Iterator[Edge]:
    """ "by X", the subject of an active verb of harm, or the other side of a clash."""
    last: dict[int, int] = {}
    natural = bool(_NATURE.search(board.reading.text[:_OPENING]))
    for toll in board.tolls:
        if board.label(toll) == "DEFECTED":
            continue
        sentence = board.sentence(toll)
        culprit = _culprit(board, toll, set(speakers.values()))
        if culprit is not None:
            last[sentence] = culprit
        elif not natural:
            culprit = last.get(sentence, last.get(sentence - 1))
        if culprit is not None:
            yield "inflicted_by", toll, culprit


def _culprit(board: Board, toll: int, talking: set[int]) -> int | None:
    span = board.spans[toll]
    start, end = board.sentence_range(span.start)
    home = board.enclosing[toll][:1]
    if home:
        start, end = max(start, board.spans[home[0]].start), min(end, board.spans[home[0]].end)
    actors = [actor for actor in board.actors_in(start, end) if not _within(board, actor, toll)]
    ahead = [actor for actor in actors if board.spans[actor].end <= span.start and actor not in talking]
    behind = [actor for actor in actors if board.spans[actor].start >= span.end and actor not in talking]
    for actor in behind:
        if (
            _BY.search(board.before(actor))
            or _ATTACKED.search(board.before(actor))
            or _CLASH.search(board.before(actor))
        ):
            return actor
    if _PASSIVE.match(board.after(toll, 90)) or _INTRANSITIVE.match(board.after(toll, 60)):
        return next((actor for actor in reversed(ahead) if _BY.search(board.before(actor))), None)
    return _agent(board, ahead)


def _agent(board: Board, ahead: list[int]) -> int | None:
    """The nearest actor before the toll that is no addressee and no possessor of it."""
    for actor in reversed(ahead):
        before = board.before(actor)
        if re.search(r"\b(?:told|of|from|for|with|against|near|to|at|in) (?:the |a |an |its |his )?$", before):
            continue
        if board.after(actor, 2).startswith(("'s", "’s")):
            continue
        if FIGURE_VERBS.match(board.after(actor, 40).lstrip()):
            return None
        return actor
    return None


def _within(board: Board, inner: int, outer: int) -> bool:
    return board.spans[outer].start <= board.spans[inner].start and board.spans[inner].end <= board.spans[outer].end
