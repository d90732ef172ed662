"""member_of and refers_to: who belongs to what, and who is meant again."""

import re
from collections.abc import Iterator

from eval.baselines import lexicon as lex
from eval.baselines.board import Board
from eval.baselines.names import singular
from eval.baselines.speakers import Edge

_ROLE_WORDS = (
    lex.ROLES
    | lex.TITLES
    | lex.AGENTS
    | lex.words(
        "head coordinator founder chief co-founder deputy executive vice-president treasurer manager adviser "
        "representative branch supporters troops fighters men forces candidate recruit"
    )
)
_OF = re.compile(
    r",? (?:(?:who|which) (?:is|was|heads|leads|runs|speaks for|works for|commands|chairs) )?"
    r"(?:\d+, )?(?:(?:an?|the|his|her|its|himself an?) )?(?:[\w’'-]+ ){0,6}?"
    r"(?:of|for|at|from|with|in|to|heads|leads|runs|chairs|commands|belonging to) (?:the )?(?:[\w-]+ ){0,1}"
)
_OWN = re.compile(r", (?:\d+, )?(?:the |an? )?")
_TITLE_GAP = re.compile(r"(?:['’]s?)?,? (?:[\w.-]+,? ){0,6}?")
_PLURAL = frozenset({"they", "them"})
_PERSONAL = frozenset({"he", "she", "him", "her", "his"})
_WINDOW = 12  # mentions that a pronoun looks back over
_SHORT = 3  # words of a description
_GENERIC_BODIES = lex.words(
    "group movement party network agency council commission office court committee company charity union organisation "
    "organization centre center bloc alliance front association institute ministry department service authority "
    "headquarters forum initiative observatory brigade army government force federation league channel newspaper "
    "foundation tribunal mission directorate bureau brigades movement coalition firm board militia society"
)


def member_of(board: Board) -> Iterator[Edge]:
    """ "army spokesman X", "X, spokesman for ORG", "fighters of ORG", "X, ORG's director"."""
    for position, source in enumerate(board.actors):
        if board.label(source) not in ("PERSON", "UNNAMED"):
            continue
        body = _body_before(board, position) if board.label(source) == "PERSON" else None
        body = body if body is not None else _body_behind(board, position)
        if body is None and board.label(source) == "UNNAMED":
            body = _body_possessing(board, position)
        if body is not None:
            yield "member_of", source, body


def _body_before(board: Board, position: int) -> int | None:
    """A body before a name with nothing but titles and roles between."""
    if position == 0:
        return None
    body, person = board.actors[position - 1], board.actors[position]
    gap = board.between(body, person)
    if board.label(body) != "ORGANIZATION" or not _TITLE_GAP.fullmatch(gap):
        return None
    words = [word.strip(",").lower() for word in re.sub(r"^['’]s?", "", gap).split()]
    roles = [word for word in words if singular(word) in _ROLE_WORDS]
    return body if roles and not any(word in lex.SPEECH_VERBS for word in words) and words[-1] in _ROLE_WORDS else None


def _body_behind(board: Board, position: int) -> int | None:
    source = board.actors[position]
    for body in board.actors[position + 1 : position + 3]:
        if board.label(body) != "ORGANIZATION" or board.sentence(body) != board.sentence(source):
            if board.label(body) == "ORGANIZATION":
                return None
            continue
        gap = board.between(source, body)
        words = [word.strip(",").lower() for word in gap.split()]
        if len(words) > 10 or any(word in lex.SPEECH_VERBS for word in words):
            return None
        if board.label(source) == "UNNAMED" and words[:1] in (["of"], ["for"], ["from"], ["at"], ["in"], ["with"]):
            return body if len(words) <= 3 else None
        described = any(
            singular(word) in _ROLE_WORDS or word in ("heads", "leads", "runs", "chairs", "commands") for word in words
        )
        if described and _OF.fullmatch(gap):
            return body
        if _OWN.fullmatch(gap) and board.label(source) == "PERSON":
            return body if _is_own_role(board, body) else None
        return None
    return None


def _is_own_role(board: Board, body: int) -> bool:
    """ ", the [council]'s executive director"."""
    following = re.match(r"(?:['’]s? )?([\w-]+(?: [\w-]+){0,3})", board.after(body, 60).lstrip())
    return bool(following) and any(singular(word) in _ROLE_WORDS for word in following[1].split())


def _body_possessing(board: Board, position: int) -> int | None:
    """ "the group's fighters"; "its fighters" goes back to the body just before."""
    if position == 0:
        return None
    body, source = board.actors[position - 1], board.actors[position]
    if board.label(body) != "ORGANIZATION" or board.sentence(body) != board.sentence(source):
        return None
    gap = board.between(body, source)
    own = gap.endswith((" its ", " their ")) and len(gap.split()) <= 8
    return body if own or re.fullmatch(r"['’]s? (?:[\w-]+ )?", gap) else None


# --- Who is meant again ---


def refers_to(board: Board, speakers: dict[int, int]) -> Iterator[Edge]:
    """Pronouns and short definite descriptions to the nearest earlier mention that fits."""
    talking = set(speakers.values())
    heads: dict[str, int] = {}
    bodies: list[int] = []
    for position, actor in enumerate(board.actors):
        label = board.label(actor)
        target = None
        if label == "PRONOUN":
            target = _pronoun_target(board, position, talking)
        elif label == "UNNAMED" and _is_definite(board, actor):
            target = _same_head(board, actor, heads)
        elif label == "ORGANIZATION":
            target = _body_target(board, actor, bodies)
        if target is not None:
            yield "refers_to", actor, target
        if label == "UNNAMED":
            heads[_head(board, actor)] = actor
        if label == "ORGANIZATION":
            bodies.append(actor)


def _head(board: Board, actor: int) -> str:
    return singular(board.text(actor).split()[-1].lower())


def _is_definite(board: Board, actor: int) -> bool:
    before = board.before(actor, 16)
    return (
        bool(re.search(r"(?:\bthe|\bthose|\bthese|one of the|\bthat)\s+(?:\w+ )?$", before))
        and len(board.text(actor).split()) < _SHORT
    )


def _pronoun_target(board: Board, position: int, talking: set[int]) -> int | None:
    """The last speaker that fits the pronoun's kind, before any other mention that does."""
    word = board.text(board.actors[position]).lower()
    earlier = [
        actor
        for actor in reversed(board.actors[max(0, position - _WINDOW) : position])
        if _fits(board, actor, word) and not _quoted(board, actor)
    ]
    spoke = [actor for actor in earlier if actor in talking]
    named = [actor for actor in spoke if board.label(actor) != "PRONOUN"]
    return next(iter(named or earlier), None)


def _quoted(board: Board, actor: int) -> bool:
    return bool(board.enclosing[actor])


def _fits(board: Board, actor: int, pronoun: str) -> bool:
    label = board.label(actor)
    if pronoun in _PERSONAL:
        return label == "PERSON" or (label == "UNNAMED" and not _is_plural(board, actor))
    if pronoun in _PLURAL:
        return label == "UNNAMED" and _is_plural(board, actor)
    return label == "ORGANIZATION"


def _is_plural(board: Board, actor: int) -> bool:
    last = board.text(actor).split()[-1].lower()
    return singular(last) != last or last in lex.COLLECTIVES


def _same_head(board: Board, actor: int, heads: dict[str, int]) -> int | None:
    return heads.get(_head(board, actor))


def _body_target(board: Board, actor: int, bodies: list[int]) -> int | None:
    """For "the ministry", "the Observatory": the nearest earlier body whose longer name holds the word."""
    text = board.text(actor)
    words = text.split()
    if len(words) >= _SHORT or text.isupper() or not board.before(actor, 5).endswith(("the ", "its ", "his ", "her ")):
        return None
    last = words[-1].lower()
    recent = bodies[-40:]
    for other in reversed(recent):
        name = board.text(other)
        if len(name) > len(text) and text.lower() in name.lower():
            return other
    for other in reversed(recent):
        if board.text(other).lower() == text.lower() and text.islower():
            return other
    if last not in _GENERIC_BODIES or not text.islower() or last in ("government", "army"):
        return None
    return next((other for other in reversed(recent) if board.text(other)[:1].isupper()), None)
