"""TOLL spans: counted phrases that a verb or noun of harm governs.

1. Find counted phrases (counted.py) and link those that coordination or "including" joins.
2. Find the words of harm: verbs by voice (object behind, subject before), adjectives ("dead"), nouns
   ("the death of two men", "the death toll rose to 54").
3. Each word of harm takes the nearest phrase on its side, and the phrases linked with it, unless they
   have a type already.
"""

import re
from dataclasses import dataclass, field

from eval.baselines import lexicon as lex
from eval.baselines.counted import Counted, chain, counted_phrases
from eval.baselines.names import singular
from eval.baselines.reading import Reading
from sitrep.document import Span

# Verbs whose object is harmed; in the passive, or as a participle behind the noun, their subject is.
_TRANSITIVE = {
    "KILLED": "killed kill kills killing slain executed execute executes executing murdered murdering massacred "
    "massacring beheaded beheading assassinated assassinating slaughtered slaughtering lynched hanged hanging "
    "crushed trampled losing loss "
    "eliminated eliminating neutralised neutralized neutralising neutralizing drowned drowning buried burying "
    "electrocuted gunned_down shot_dead shooting_dead shoot_dead shoots_dead martyred gassed stabbed_to_death",
    "WOUNDED": "wounded wound wounds wounding injured injure injures injuring hurt hurting beaten beat beating "
    "tortured "
    "torturing maimed maiming burned burnt hospitalised hospitalized treated treating flogged stabbed",
    "DETAINED": "arrested arrest arresting detained detain detains detaining captured capture captures "
    "capturing jailed jail jails jailing imprisoned imprisoning rounded_up rounding_up round_up apprehended "
    "incarcerated sentenced sentencing taken_prisoner interned",
    "ABDUCTED": "abducted abduct abducts abducting kidnapped kidnap kidnaps kidnapping snatched snatching carried_off "
    "carrying_off dragged dragging marched_off taken_hostage",
    "DISPLACED": "displaced displace displaces displacing evacuated evacuate evacuates evacuating uprooted uprooting "
    "driven_from driven_out drove driven resettled sheltered",
}
_HOLDING = lex.words("seized seize seizes seizing held hold holds holding took taken take taking takes carried_away")
_FREEING = lex.words("freed released free release releases releasing freeing rescued rescuing")
_STATES = {
    "KILLED": "died die dies dying dead perished perish lost_their_lives fell_dead fatally lay_dead were_lost to_death",
    "WOUNDED": "in_critical_condition in_a_critical critically in_serious_condition in_intensive_care "
    "suffered_burns hit_in shot_in gunshot_wounds in_a_serious seriously",
    "DETAINED": "in_custody behind_bars in_prison surrendered surrender in_detention in_jail laid_down "
    "gave_themselves_up "
    "under_arrest handed_themselves",
    "ABDUCTED": "held_hostage in_captivity captive hostage",
    "MISSING": "missing unaccounted disappeared vanished disappear last_seen not_been_found not_been_seen trapped "
    "still_buried never_returned not_been_heard",
    "DISPLACED": "fled flee flees fleeing homeless left_their_homes lost_their_homes crossed_into crossed_the_border "
    "from_their_homes from_homes sought_refuge sought_shelter took_refuge taken_refuge taken_shelter sheltering "
    "have_left had_left has_left moved_out been_moved_to left_the_village "
    "left_their_villages left_the_area moved_to_camps ",
    "DEFECTED": "defected defect defects defecting deserted desert deserting changed_sides switched_sides "
    "switched_allegiance gone_over went_over crossed_over joined_the_rebels joined_the_opposition joined_rebels "
    "left_their_posts "
    "left_their_post crossed_to_the broke_with broken_with walked_out abandoned_their_posts switch_sides "
    "change_sides resigned quit joined_the_rebellion",
}
_NOUNS = {
    "KILLED": "death deaths killing killings murder murders toll execution executions dead massacre bodies body "
    "remains "
    "fatalities lives corpses",
    "WOUNDED": "injured wounded injuries wounding beating torture",
    "DETAINED": "arrest arrests detention detentions detainees jailing capture prisoners",
    "ABDUCTED": "abduction abductions kidnapping kidnappings hostages captives",
    "MISSING": "missing disappearance disappearances",
    "DISPLACED": "displaced displacement evacuation flight evacuees",
    "DEFECTED": "defection defections desertion desertions deserters defectors",
}
# A counted phrase with such a head is a toll by itself.
_HEADS = {
    "KILLED": "death fatality corpse killing dead body life",
    "WOUNDED": "injury wounded injured",
    "DETAINED": "arrest detainee prisoner detention",
    "ABDUCTED": "hostage captive abductee kidnapping abduction",
    "MISSING": "missing disappearance",
    "DISPLACED": "evacuee displaced_person displaced",
    "DEFECTED": "defection desertion defector",
}
_MODIFIERS = {
    "ABDUCTED": "abducted kidnapped", "MISSING": "missing", "WOUNDED": "wounded injured", "KILLED": "dead slain",
    "DETAINED": "detained jailed arrested captured", "DISPLACED": "displaced homeless", "DEFECTED": "defecting",
}  # fmt: skip


def _table(groups: dict[str, str]) -> dict[str, str]:
    return {word.replace("_", " "): label for label, text in groups.items() for word in text.split()}


_VERBS, _STATE, _NOUN, _HEAD, _MODIFIER = map(_table, (_TRANSITIVE, _STATES, _NOUNS, _HEADS, _MODIFIERS))
_STOPS = frozenset(word for word in [*_VERBS, *_STATE] if " " not in word) | _HOLDING | _FREEING | {"hurt", "shot"}
_LONGEST_TRIGGER = 4
_FIGURES = lex.words("figure count number estimate total")
_AUXILIARIES = lex.words("was were been be being are is got get")
_BEFORE_PARTICIPLE = lex.words("were was been be being are is also still have had has since reportedly already later "
                               "not confirmed feared believed presumed reported may might could all now either "
                               "initially as")  # fmt: skip
_STATE_FORCE = lex.words(
    "police army soldiers officers troops security court military gendarmes agents intelligence "
    "authorities government prosecutors guards regime forces prison custody charges cell jail"
)
_PROTEST = lex.words("protest protests protesters demonstration demonstrations over suspicion")
_REACH_LEFT = 22  # words between a subject and its verb
_SOLDIERS = lex.words("soldier officer general colonel lieutenant troop trooper policeman pilot diplomat sergeant")
_REACH_RIGHT = 3  # words between a verb and its object
_REACH_FIGURE = 8  # words between "death toll" and its figure


@dataclass(frozen=True)
class _Trigger:
    """A word of harm, words `[first, last)`."""

    first: int
    last: int
    label: str
    kind: str


@dataclass
class _Sentence:
    """The phrases of one sentence, in linked groups, and the types they have so far."""

    reading: Reading
    phrases: list[Counted]
    group_of: dict[int, list[Counted]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group in chain(self.reading, self.phrases):
            for phrase in group:
                self.group_of[phrase.first] = group

    def give(self, phrase: Counted, label: str, *, forward: bool) -> None:
        """Type a phrase and the linked ones on the far side of it that have no type yet."""
        group = self.group_of[phrase.first]
        position = group.index(phrase)
        others = group[position + 1 :] if forward else reversed(group[:position])
        self.labels.setdefault(phrase.first, label)
        for other in others:
            if other.first in self.labels or (forward and self._has_own_verb(other)):
                break
            self.labels[other.first] = label

    def _has_own_verb(self, phrase: Counted) -> bool:
        """ "eleven tribesmen, five of whom are still missing"."""
        partitive = self.reading.word(phrase.last - 1) in ("them", "whom")
        return partitive and self.reading.word(phrase.last) in _AUXILIARIES


def tolls(text: str) -> list[Span]:
    """TOLL spans of a text, in order."""
    return tolls_of(Reading(text))


def tolls_of(reading: Reading) -> list[Span]:
    """TOLL spans of a reading; "them" in "three of them" goes back to the last type given."""
    by_sentence: dict[int, list[Counted]] = {}
    for phrase in counted_phrases(reading, _STOPS):
        by_sentence.setdefault(reading.tokens[phrase.first].sentence, []).append(phrase)
    found: list[Span] = []
    last = ""
    for index, phrases in by_sentence.items():
        sentence = _Sentence(reading, phrases)
        _label_sentence(sentence, *reading.sentence_tokens[index], last)
        for phrase in phrases:
            label = sentence.labels.get(phrase.first)
            if label:
                last = _for_soldiers(label, phrase)
                found.append(_span(reading, phrase, last))
    return found


def _for_soldiers(label: str, phrase: Counted) -> str:
    """Soldiers who leave and cross a border have changed sides."""
    return "DEFECTED" if label == "DISPLACED" and singular(phrase.head) in _SOLDIERS else label


def _span(reading: Reading, phrase: Counted, label: str) -> Span:
    return Span(reading.tokens[phrase.first].start, reading.tokens[phrase.last - 1].end, label)


def _label_sentence(sentence: _Sentence, first: int, last: int, previous: str) -> None:
    for phrase in sentence.phrases:
        if label := _own_label(sentence.reading, phrase, previous):
            sentence.labels[phrase.first] = label
    triggers = _triggers(sentence, first, last, previous)
    for trigger in triggers:
        _apply_right(sentence, trigger)
    for position, trigger in enumerate(triggers):
        earlier = triggers[position - 1].last if position else first
        _apply_left(sentence, trigger, earlier)
    _inherit(sentence, previous)


def _own_label(reading: Reading, phrase: Counted, previous: str) -> str | None:
    """The type that a phrase's own words tell: "182 deaths", "19 abducted women", "six of the dead"."""
    words = [reading.word(index) for index in range(phrase.number, phrase.last)]
    if phrase.single and (phrase.head not in ("body", "hostage") or phrase.last > phrase.first + 2):
        return None
    if label := _HEAD.get(singular(phrase.head)) or _HEAD.get(phrase.head):
        return label
    return next((_MODIFIER[word] for word in words[1:-1] if word in _MODIFIER), None)


def _inherit(sentence: _Sentence, previous: str) -> None:
    """ "23 of them", "five of whom": the type of the phrase before, in this sentence or the one before."""
    label = ""
    for phrase in sentence.phrases:
        label = sentence.labels.get(phrase.first) or label
        if phrase.first in sentence.labels or not (label or previous):
            continue
        following = sentence.reading.word(phrase.last)
        partitive = sentence.reading.word(phrase.last - 1) in ("them", "whom")
        again = partitive and bool(label or following in _AUXILIARIES | {"have", "had", "has"})
        if again or (label and following == "in" and phrase.head in ("", "others")):
            sentence.labels[phrase.first] = label or previous


# --- Words of harm ---


def _triggers(sentence: _Sentence, first: int, last: int, previous: str) -> list[_Trigger]:
    reading, found = sentence.reading, []
    inside = {index for phrase in sentence.phrases for index in range(phrase.first, phrase.last)}
    index = first
    while index < last:
        trigger = None if index in inside else _trigger_at(reading, index, last, previous)
        if trigger:
            found.append(trigger)
        index = trigger.last if trigger else index + 1
    return found


def _trigger_at(reading: Reading, index: int, last: int, previous: str) -> _Trigger | None:
    if reading.word(index) in _NOUN and reading.word(index - 1) in ("the", "of", "protest", "and", "or", "death"):
        return _Trigger(index, index + 1, _NOUN[reading.word(index)], "noun")
    for length in range(min(_LONGEST_TRIGGER, last - index), 0, -1):
        words = " ".join(reading.word(index + step) for step in range(length))
        if words in _STATE:
            return _Trigger(index, index + length, _STATE[words], "state")
        if words in _VERBS:
            return _Trigger(index, index + length, _VERBS[words], "verb")
    word = reading.word(index)
    if word in ("lost", "shot") and index + 1 < last:
        return _Trigger(index, index + 1, "KILLED", "verb")
    if word in _FIGURES and previous and reading.word(index + 1) != "of":
        return _Trigger(index, index + 1, previous, "noun")
    if word == "shot" and "dead" in (reading.word(index + 1), reading.word(index + 2)):
        return _Trigger(index, index + 1, "KILLED", "verb")
    if word in _HOLDING:
        return _Trigger(index, index + 1, _holding_label(reading, index), "verb")
    if word in _FREEING and previous in ("ABDUCTED", "DETAINED"):
        return _Trigger(index, index + 1, previous, "verb")
    return _Trigger(index, index + 1, _NOUN[word], "noun") if word in _NOUN else None


def _holding_label(reading: Reading, index: int) -> str:
    """ "held", "seized", "took": detained where an organ of the state is in the sentence, else abducted."""
    first, last = reading.sentence_tokens[reading.tokens[index].sentence]
    if any(reading.word(step) in ("hostage", "hostages", "ransom") for step in range(first, last)):
        return "ABDUCTED"
    for step in range(index - 1, max(first, index - _REACH_LEFT) - 1, -1):
        if reading.word(step) in _STATE_FORCE:
            return "DETAINED"
        if singular(reading.word(step)) in lex.AGENTS or reading.word(step) in ("gang", "men", "group", "militia"):
            return "ABDUCTED"
    after = range(index + 1, min(last, index + _REACH_LEFT))
    return "DETAINED" if any(reading.word(step) in _STATE_FORCE | _PROTEST for step in after) else "ABDUCTED"


def _is_passive(reading: Reading, trigger: _Trigger) -> bool:
    if reading.word(trigger.first).endswith("ing") and reading.word(trigger.first - 1) != "being":
        return False
    for index in range(trigger.first - 1, max(-1, trigger.first - 4), -1):
        if reading.word(index) in _AUXILIARIES:
            return True
        if reading.word(index) not in _BEFORE_PARTICIPLE and not reading.word(index).endswith("ly"):
            return False
    return False


# --- Objects ---

_BETWEEN = re.compile(r"(?:the|off|up|of|dead|away|with|as|from|its|his|their|for|,|\"|“|lives|to|at|bodies)")
_TOLL_LINK = re.compile(
    r"(?:of|to|at|as|was|is|were|stood|rose|rises|the|stands|from|reached|hit|climbed|put|in|had|has|been"
    r"|dead|wounded|injured|missing|people|number|risen|by|now|still|,|and|injuries|on|rise|were|she|he|said|include"
    r"|included|includes|are|over|above|passed|put|puts)"
)

_RISING = re.compile(r"\b(?:rose|risen|rise|rises|climbed|increased|jumped|revised|stood|put)(?: \w+)? (?:to|at)$")


def _apply_right(sentence: _Sentence, trigger: _Trigger) -> None:
    reading = sentence.reading
    following = next((phrase for phrase in sentence.phrases if phrase.first >= trigger.last), None)
    if following is None:
        return
    gap = [reading.word(index) for index in range(trigger.last, following.first)]
    figure = trigger.kind == "noun"
    if trigger.kind == "state" or (not figure and _is_passive(reading, trigger)):
        if gap in (["with"], ["along", "with"], ["together", "with"]):
            sentence.give(following, trigger.label, forward=True)
        return
    if figure and _RISING.search(" ".join(gap)):
        sentence.give(following, trigger.label, forward=True)
        return
    link = _TOLL_LINK if figure else _BETWEEN
    if len(gap) > (_REACH_FIGURE if figure else _REACH_RIGHT) or not all(link.fullmatch(word) for word in gap):
        return
    if (figure and not gap) or (not figure and gap and gap[-1] in (",", "to", "at", "as", "for", "with", "from")):
        return
    if following.first not in sentence.labels or figure:
        sentence.give(following, trigger.label, forward=True)


# --- Subjects ---


def _apply_left(sentence: _Sentence, trigger: _Trigger, earlier: int) -> None:
    if trigger.kind == "noun":
        return
    before = [phrase for phrase in sentence.phrases if phrase.last <= trigger.first]
    if not before or (before[-1].first in sentence.labels and not _open_group(sentence, before[-1])):
        return
    phrase = before[-1]
    if _governs(sentence, trigger, phrase, earlier):
        sentence.give(phrase, trigger.label, forward=False)


def _open_group(sentence: _Sentence, phrase: Counted) -> bool:
    return any(other.first not in sentence.labels for other in sentence.group_of[phrase.first])


def _governs(sentence: _Sentence, trigger: _Trigger, phrase: Counted, earlier: int) -> bool:
    """Whether a phrase is the subject of a state or passive, or stands right before a bare participle."""
    reading = sentence.reading
    gap = [reading.word(index) for index in range(phrase.last, trigger.first)]
    if len(gap) > _REACH_LEFT or ";" in gap or '"' in gap or "”" in gap:
        return False
    if trigger.kind == "verb" and not _is_passive(reading, trigger):
        return all(word in _BEFORE_PARTICIPLE for word in gap) and not _takes_object(sentence, trigger)
    if phrase.single and len(gap) > _REACH_FIGURE:
        return False
    crossing = earlier > phrase.last
    if gap == ["as"]:
        return True
    verbs = [
        word for word in gap if word in lex.SPEECH_VERBS or word in ("that", "when", "after", "as", "while", "because")
    ]
    return not crossing and not verbs


def _takes_object(sentence: _Sentence, trigger: _Trigger) -> bool:
    """Whether something stands right behind a verb that it can harm, so that its subject is who harms."""
    reading = sentence.reading
    if any(phrase.first == trigger.last for phrase in sentence.phrases):
        return True
    following = reading.word(trigger.last)
    if following in ("the", "his", "her", "their", "its", "him", "them", "an", "a", "my", "our"):
        return True
    return reading.is_plain(trigger.last) and following not in lex.words("monday tuesday wednesday thursday friday "
                                                                         "saturday sunday hostage prisoner "
                                                                         "dead")  # fmt: skip
