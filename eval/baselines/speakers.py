"""said_by and reported_by: who uttered a quote, and who gave a figure."""

import re
from collections.abc import Iterator

from eval.baselines.board import Board
from eval.baselines.lexicon import SPEECH_VERBS

Edge = tuple[str, int, int]

FIGURE_VERBS = re.compile(
    r"\b(?:(?:has|have|had) )?(?:put|puts|gave|give|gives|counted|counts|listed|lists|recorded|registered|"
    r"documented|verified|"
    r"logged|cited|"
    r"documents|records|reduced|raised|acknowledged|admitted|reported|estimates?|estimated|confirmed|says|said)\b"
)
_RANK = {"PERSON": 0, "PRONOUN": 0, "UNNAMED": 1, "ORGANIZATION": 2}
_VERB = re.compile(rf"\b(?:{'|'.join(sorted(SPEECH_VERBS))}|according to|called|described|dismissed|denounced|accused"
                   r"|condemned|demanded|branded|rejected|quoted|promised|pledged|urged)\b", re.IGNORECASE)  # fmt: skip
_MAX_REGION = 300


def speakers(board: Board) -> dict[int, int]:
    """The actor that uttered each quote, for the quotes whose speaker the rules find."""
    found: dict[int, int] = {}
    last: tuple[int, int] | None = None
    waiting: list[int] = []
    for quote in board.quotes:
        paragraph = board.paragraph_of[quote]
        waiting = [earlier for earlier in waiting if board.paragraph_of[earlier] == paragraph]
        outer = [index for index in board.enclosing[quote] if index in found]
        speaker = found[outer[0]] if outer else _speaker(board, quote)
        if speaker is None and last and last[0] == paragraph:
            speaker = last[1]
        if speaker is None:
            waiting.append(quote)
            continue
        found[quote] = speaker
        found |= dict.fromkeys(waiting, speaker)
        waiting, last = [], (paragraph, speaker)
    return found


def _speaker(board: Board, quote: int) -> int | None:
    """The subject of the reporting verb before a quote, else of the one behind it in the sentence."""
    before, behind = _regions(board, quote)
    text = board.reading.text
    if _VERB.search(text[before[0] : before[1]]):
        speaker = _subject(board, *before, forward=True)
        if speaker is not None:
            return speaker
    if _VERB.search(text[behind[0] : behind[1]]):
        return _subject(board, *behind, forward=False)
    return None


def _regions(board: Board, quote: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The stretches of the sentence before and behind a quote, up to the quotes beside it."""
    span = board.spans[quote]
    left = max(board.sentence_range(span.start)[0], span.start - _MAX_REGION)
    right = min(board.sentence_range(span.end - 1)[1], span.end + _MAX_REGION)
    position = board.quote_rank[quote]
    neighbours = board.quotes[max(0, position - 3) : position + 4]
    ends = [board.spans[other].end for other in neighbours if other != quote]
    starts = [board.spans[other].start for other in neighbours if other != quote]
    left = max([left, *(end for end in ends if end <= span.start)])
    right = min([right, *(start for start in starts if start >= span.end)])
    return (left, span.start), (span.end, right)


def _subject(board: Board, start: int, end: int, *, forward: bool) -> int | None:
    """The best actor of a stretch: a person before a description before a body, and no addressee."""
    text = board.reading.text
    verbs = list(_VERB.finditer(text, start, end))
    verb = verbs[-1] if forward else verbs[0]
    actors = [index for index in board.actors_in(start, end) if board.spans[index].end <= end]
    according = verb[0].lower() == "according to"
    ahead = [index for index in actors if board.spans[index].end <= verb.start() and not according]
    after = [index for index in actors if board.spans[index].start >= verb.end()]
    if ahead:
        return _best(board, _same_clause(ahead, board, text))
    return _best(board, after[:2])


def _same_clause(actors: list[int], board: Board, text: str) -> list[int]:
    """Actors behind the last semicolon, "while" or "but" before the verb."""
    for position in range(len(actors) - 1, 0, -1):
        gap = text[board.spans[actors[position - 1]].end : board.spans[actors[position]].start]
        if re.search(r";|\b(?:while|but|after|when|hours)\b|[.!?]\s", gap):
            return actors[position:]
    return actors


def _best(board: Board, actors: list[int]) -> int | None:
    ranked = sorted(actors, key=lambda index: (_RANK[board.label(index)], board.spans[index].start))
    return ranked[0] if ranked else None


def said_by(found: dict[int, int]) -> Iterator[Edge]:
    for quote, speaker in found.items():
        yield "said_by", quote, speaker


# --- Who gave a figure ---


def reported_by(board: Board, found: dict[int, int]) -> Iterator[Edge]:
    """The speaker of the quote that holds a figure; else a source in its sentence; else the adjacent one's."""
    sources = _sources_by_sentence(board, found)
    for toll in board.tolls:
        source = _own_source(board, toll, found)
        sentence = board.sentence(toll)
        if source is None and sentence > 0:
            source = sources.get(sentence - 1) if not _far(board, toll) else None
        if source is None and (sentence == 0 or sources.get(sentence - 1) is None):
            source = sources.get(sentence + 1)
        if source is not None:
            yield "reported_by", toll, source


def _far(board: Board, toll: int) -> bool:
    """Whether a figure belongs to another time: "In 2007 a tremor killed 600 people"."""
    start, _ = board.sentence_range(board.spans[toll].start)
    opening = board.reading.text[start : board.spans[toll].start]
    return bool(re.search(r"\b(?:19|20)\d\d\b|\blast (?:year|month)\b|\bearlier\b", opening))


def _own_source(board: Board, toll: int, found: dict[int, int]) -> int | None:
    for quote in board.enclosing[toll]:
        if quote in found:
            return found[quote]
    start, end = board.sentence_range(board.spans[toll].start)
    actors = board.actors_in(start, end)
    for actor in reversed(actors):
        if board.spans[actor].end <= board.spans[toll].start and FIGURE_VERBS.match(
            board.after(actor, 30).lstrip(" ,)")
        ):
            return actor
    text = board.reading.text
    marker = text.find("according to", board.spans[toll].end, end)
    following = [actor for actor in actors if 0 <= marker < board.spans[actor].start]
    if following:
        return following[0]
    ahead = [actor for actor in actors if board.spans[actor].end <= board.spans[toll].start]
    outside = [actor for actor in ahead if not board.enclosing[actor]]
    if outside and FIGURE_VERBS.search(text[board.spans[outside[0]].end : board.spans[toll].start].lower()):
        return outside[0]
    return None


def _sources_by_sentence(board: Board, found: dict[int, int]) -> dict[int, int]:
    """The first speaker of each sentence, by the quotes and figures that it holds."""
    sources: dict[int, int] = {}
    for quote, speaker in found.items():
        first, last = board.sentence(quote), board.sentence_at(board.spans[quote].end - 1)
        for sentence in {first, last}:
            sources.setdefault(sentence, speaker)
    for toll in board.tolls:
        source = _own_source(board, toll, found)
        if source is not None:
            sources.setdefault(board.sentence(toll), source)
    return sources
