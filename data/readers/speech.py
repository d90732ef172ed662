"""Verbs of saying and of thinking as corpora of attribution annotate them, and what is a reported clause."""

import re
from enum import Enum

from data.readers.words import word_set


class CueKind(Enum):
    """What a cue says of its content: somebody said it; somebody thinks it; undecided."""

    SAYING = "saying"
    THINKING = "thinking"
    UNDECIDED = "undecided"


_IRREGULAR = {
    forms.split()[0]: word_set(forms)
    for forms in (
        "say says said saying",
        "tell tells told telling",
        "write writes wrote written writing",
        "reply replies replied replying",
        "deny denies denied denying",
        "testify testifies testified testifying",
        "admit admits admitted admitting",
        "swear swears swore swearing",
        "quip quips quipped quipping",
        "think thinks thought thinking",
        "know knows knew known knowing",
        "see sees saw seen seeing",
        "feel feels felt feeling",
        "understand understands understood",
        "plan plans planned planning",
        "seek seeks sought seeking",
        "forget forgets forgot forgotten",
        "prefer prefers preferred preferring",
        "hear hears heard hearing",
        "worry worries worried worrying",
        "try tries tried trying",
    )
}
_SAYING_VERBS = (
    "say tell announce report claim deny warn add estimate confirm insist argue state note write tweet retweet "
    "ask reply assert declare acknowledge admit concede allege explain reveal disclose testify stress emphasize "
    "emphasise maintain contend complain caution respond answer assure remind boast joke quip lament remark "
    "comment observe mention reiterate repeat recount shout yell email interject proclaim counter retort inform "
    "reaffirm affirm vow pledge promise swear whisper"
)
_THINKING_VERBS = (
    "think believe want hope fear plan know see expect feel consider assume suspect doubt wonder understand intend "
    "seek prefer like love hate worry wish imagine realize decide hear watch notice learn forget remember regard "
    "view desire dislike try support oppose favor favour back endorse reject aim distrust trust need"
)
# As nouns these name a thing said; a clause beside the noun is a complement of the noun.
_ALSO_NOUNS = word_set(
    "claim claims report reports estimate estimates note notes state states answer reply comment comments remark "
    "remarks joke boast lament mention email tweet tweets promise promises pledge pledges vow vows counter "
    "warnings assertion complaint complaints shout retweet repeat replies answers"
)
_DETERMINERS = word_set("the a an his her their its my our your this that these those no any some of 's ’s")
# With these nothing was said, or not yet, or not for sure.
_NOT_SAID = word_set(
    "not never no without declined refused declines refuses refusing refuse decline fail failed fails would "
    "could should might may must can will ’ll 'll ’d 'd if expected going trying wants wanted hopes likely "
    "unlikely supposed wanting to let whether appeared seemed seems appears"
)
_PASSIVE = word_set("be is are was were been being 's ’s 're ’re got")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|[’'][^\W\d_]+")
_PHRASES = re.compile(
    r"^(?:according to|went on to say|goes on to say|go on to say|(?:made|makes|make|making) (?:it )?clear|"
    r"(?:point|points|pointed|pointing) out)\b"
)


def _forms(verb: str) -> frozenset[str]:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    stem = verb[:-1] if verb.endswith("e") else verb
    return frozenset({verb, verb + ("es" if verb.endswith("sh") else "s"), stem + "ed", stem + "ing"})


_SAYING = frozenset(form for verb in _SAYING_VERBS.split() for form in _forms(verb))
_THINKING = frozenset(form for verb in _THINKING_VERBS.split() for form in _forms(verb))
_CORE = re.compile(
    r"\b(?:said|says|told|tells|according to|announced|claimed|insisted|argued|warned|confirmed|denied|added|"
    r"acknowledged|reported|stated|wrote|tweeted|saying|adding|telling|say)\b"
)


def cue_kind(cue: str, before: str = "") -> CueKind:
    """Kind of a cue; `before` is the word in front of it.

    Passive, negated and intended saying ("was told", "would not say") is undecided, as is a cue that
    mixes both kinds ("hopes to announce").
    """
    lowered = re.sub(r"n['’]t\b", " not", cue.lower())
    if _PHRASES.match(lowered):
        return CueKind.SAYING
    words = [part for word in _WORD.findall(lowered) for part in re.split(r"(?<=\w)(?=['’])", word)]
    saying = [word for word in words if word in _SAYING]
    thinking = [word for word in words if word in _THINKING]
    if not saying:
        return CueKind.THINKING if thinking else CueKind.UNDECIDED
    if thinking or _NOT_SAID & set(words[: words.index(saying[-1]) + 1]) or _is_passive(words, saying[-1]):
        return CueKind.UNDECIDED
    if all(word in _ALSO_NOUNS for word in saying) and (before.lower() in _DETERMINERS or _DETERMINERS & set(words)):
        return CueKind.UNDECIDED
    return CueKind.SAYING


def _is_passive(words: list[str], verb: str) -> bool:
    return not verb.endswith("ing") and bool(_PASSIVE & set(words[: words.index(verb)]))


def mentions_saying(text: str) -> re.Match[str] | None:
    """The first common verb of saying in a stretch of text."""
    return _CORE.search(text)


_FINITE = word_set(
    "is are was were am has have had will would could should can may might must do does did isn’t isn't aren’t "
    "aren't wasn’t wasn't weren’t weren't hasn’t hasn't haven’t haven't hadn’t hadn't won’t won't wouldn’t "
    "wouldn't couldn’t couldn't shouldn’t shouldn't can’t can't cannot don’t don't doesn’t doesn't didn’t didn't "
    "went took gave knew saw became began came wants needs knows thinks believes says means makes seems"
)
_SUBJECTS = word_set("he she it they we i there")
_CONTRACTED = re.compile(r"^(?:he|she|it|they|we|i|you|there|that|who)[’'](?:s|re|ve|ll|d|m)$")
_RELATIVES = word_set("that which who whom whose where when how what why whether if because")
_NO_START = word_set(
    "to about of for on with as against at by from into over toward towards upon how what why whether who whom "
    "which where than like whose"
)
_NOT_GERUND = word_set("nothing something anything everything during king beijing spring evening morning")
_SUBORDINATORS = word_set("if when while although though since after before once until unless in")
_LEADING = re.compile(
    r"(?:(?:and|but|yet|or)\b,?\s*|(?:however|meanwhile|still|instead|moreover|furthermore|nevertheless|also),\s*)+",
    re.IGNORECASE,
)
_THAT = re.compile(r"that\b,?\s*(?P<next>[\w’'-]*)")


_DEMONSTRATIVE = re.compile(
    r"that (?!(?:he|she|it|they|we|you|there|this|these|those|what|who|if|no|nothing|everyone|neither)\b)"
    rf"[a-z]+[^s\W] (?:{'|'.join(sorted(_FINITE))})\b"
)
_ATTRIBUTED = re.compile(
    r"\baccording to\b|,[”\"']* (?:\w+ ){0,2}(?:said|says|say|added|told)\b(?! that)|\b(?:said|says),", re.IGNORECASE
)


def is_adverb(part: str) -> bool:
    """Whether a part of an interrupted clause is no more than an adverb in front of it ("Rather, he said, …")."""
    return (
        re.fullmatch(r"\w+ly|rather|nor|indeed|still|however|also|so|then|now|and|but|instead|of course", part.lower())
        is not None
    )


def clause_start(clause: str) -> tuple[int, bool]:
    """How many characters to leave out in front of a reported clause, and whether "that" is among them."""
    skipped = leading.end() if (leading := _LEADING.match(clause)) else 0
    that = _THAT.match(clause, skipped)
    if not that or that["next"].lower() in _FINITE:  # "said that was wrong": a demonstrative
        return skipped, False
    if _DEMONSTRATIVE.match(clause, skipped):  # "said that law would": perhaps a demonstrative
        return len(clause), True
    return that.start("next") if that["next"] else that.end(), True


def is_clause(words: str, after_that: bool) -> bool:
    """Whether words are a finite clause, by rules that would rather say no."""
    tokens = [word.lower() for word in re.findall(r"[\w’'-]*\w", words)]
    if len(tokens) < 3 or (len(tokens) < 4 and after_that and not _FINITE & set(tokens)):
        return False
    if _ATTRIBUTED.search(words) or tokens[0] in _FINITE:
        return False
    if after_that:
        return True
    if tokens[0] in _NO_START or (tokens[0].endswith("ing") and tokens[0] not in _NOT_GERUND):
        return False
    if tokens[0] in _SUBJECTS or _CONTRACTED.match(tokens[0]):
        return True
    if tokens[0] in _SUBORDINATORS:  # "if he won, she would": its main clause follows a comma
        return bool(re.search(r",\s+(?:he|she|it|they|we|I|there)\b", words))
    for token in tokens[1:]:
        if token in _RELATIVES or token == "to":
            return False
        if token in _FINITE or _CONTRACTED.match(token):
            return True
    return False
