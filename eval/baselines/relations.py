"""Relations between given spans by nearest mention and sentence rules."""

from collections.abc import Sequence

from eval.baselines.board import Board
from eval.baselines.events import inflicted_by, located_in, occurred_in
from eval.baselines.identities import member_of, refers_to
from eval.baselines.reading import Reading
from eval.baselines.speakers import reported_by, said_by, speakers
from sitrep.document import Relation, Span
from sitrep.labels import INVENTORY


def relate(text: str, spans: Sequence[Span]) -> list[Relation]:
    """Relations of all seven types; their ends are indices into `spans`, whose order is free."""
    board = Board(Reading(text), tuple(spans))
    spoken = speakers(board)
    inside = list(located_in(board))
    edges = [
        *inside,
        *said_by(spoken),
        *reported_by(board, spoken),
        *occurred_in(board, inside),
        *inflicted_by(board, spoken),
        *member_of(board),
        *refers_to(board, spoken),
    ]
    return sorted({Relation(*edge) for edge in edges if _is_permitted(board, *edge)})


def _is_permitted(board: Board, name: str, source: int, target: int) -> bool:
    kind = INVENTORY.relation_of[name]
    return source != target and kind.permits(board.label(source), board.label(target))
