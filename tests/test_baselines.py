"""Rule baselines: each rule by hand on invented sentences, and what holds for every text."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.baselines import relate_given, rules
from eval.baselines.__main__ import main
from eval.baselines.actors import actors
from eval.baselines.locations import locations
from eval.baselines.quotes import quotes
from eval.baselines.relations import relate
from eval.baselines.tolls import tolls
from sitrep.document import Document, Span, faults


def found(text: str, spans: list[Span], *labels: str) -> list[tuple[str, str]]:
    return [(span.label, text[span.start : span.end]) for span in spans if not labels or span.label in labels]


def words(text: str, spans: list[Span], label: str) -> list[str]:
    return [name for _, name in found(text, spans, label)]


ACTORS = {
    'President Karl Ostrander said the army fired on gunmen, a Norwegian official told Reuters. "No," he said.': [
        ("PERSON", "Karl Ostrander"),
        ("ORGANIZATION", "army"),
        ("UNNAMED", "gunmen"),
        ("UNNAMED", "Norwegian official"),
        ("ORGANIZATION", "Reuters"),
        ("PRONOUN", "he"),
    ],
    "The Popular Delta Front (PDF) attacked the defence ministry.": [
        ("ORGANIZATION", "Popular Delta Front"),
        ("ORGANIZATION", "PDF"),
        ("ORGANIZATION", "defence ministry"),
    ],
    "Armed gangs and government troops fought in the hills.": [
        ("UNNAMED", "Armed gangs"),
        ("UNNAMED", "government troops"),
    ],
    "Norway vetoed the text.": [("ORGANIZATION", "Norway")],
    "A military strike hit a farm.": [],
    "Lena Ostrander, a spokeswoman for the Delta Council, said it was over.": [
        ("PERSON", "Lena Ostrander"),
        ("ORGANIZATION", "Delta Council"),
    ],
    "Families fled with their goats.": [],
}


@pytest.mark.parametrize(("text", "expected"), ACTORS.items())
def test_actors(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, actors(text)) == expected


LOCATIONS = {
    "OSLO (AFP) - Shells fell on Bergen and near Vintervik in the north.": ["OSLO", "Bergen", "Vintervik"],
    "The village of Lower Quell lies in Sarn province, Norway.": ["Lower Quell", "Sarn", "Norway"],
    "Norway rejected the claim.": [],
    "Refugees arrived in Norway.": ["Norway"],
    "Norway's king spoke at Alba International Airport.": ["Norway", "Alba International Airport"],
}


@pytest.mark.parametrize(("text", "expected"), LOCATIONS.items())
def test_locations(text: str, expected: list[str]) -> None:
    assert words(text, locations(text), "LOCATION") == expected


TOLLS = {
    "At least 54 civilians were killed and 17 wounded.": [("KILLED", "At least 54 civilians"), ("WOUNDED", "17")],
    "Soldiers arrested more than 2,000 people, including nine women.": [
        ("DETAINED", "more than 2,000 people"),
        ("DETAINED", "nine women"),
    ],
    "The death toll rose to 54.": [("KILLED", "54")],
    "Dozens of people are missing; 44 of them are children.": [
        ("MISSING", "Dozens of people"),
        ("MISSING", "44 of them"),
    ],
    "Gunmen kidnapped a priest and three nuns.": [("ABDUCTED", "a priest"), ("ABDUCTED", "three nuns")],
    "About 1,200 families have fled the valley.": [("DISPLACED", "About 1,200 families")],
    "Two colonels defected on Monday.": [("DEFECTED", "Two colonels")],
    "The raid freed 19 abducted women.": [("ABDUCTED", "19 abducted women")],
    "Three gunmen attacked 12 buses 30 km from the town on March 3.": [],
    "Tens of thousands demonstrated and paid 400 million francs.": [],
    "The bomb destroyed 40 houses and killed 60 sheep.": [],
    "There were no casualties.": [],
    "Her brother, 38, was killed aged 38.": [],
}


@pytest.mark.parametrize(("text", "expected"), TOLLS.items())
def test_tolls(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, tolls(text)) == expected


DIRECT = {
    '"We must stop," he said. "It is late."': ["We must stop", "It is late"],
    "“We must stop”, she said.": ["We must stop"],
    "‘We won’t stop,’ the mayor said.": ["We won’t stop"],
    'The envoy called it "a very dark day".': ["a very dark day"],
    'The film "The Silent Shore" won a prize for the so-called "patriots".': [],
    "The soldiers' camp and the workers' hall burned.": [],
}


@pytest.mark.parametrize(("text", "expected"), DIRECT.items())
def test_direct_quotes(text: str, expected: list[str]) -> None:
    assert words(text, quotes(text), "DIRECT_QUOTE") == expected


INDIRECT = {
    "Medics said that at least nine people had died in the camp.": ["at least nine people had died in the camp"],
    "Shops stayed shut in the old town, the mayor said on Monday.": ["Shops stayed shut in the old town"],
    "Shells hit the port, according to two witnesses.": ["Shells hit the port"],
    "According to the ministry, the road is closed.": ["the road is closed"],
    "The attack, he said, was the worst in years.": ["The attack", "was the worst in years"],
    "The general told Reuters the bridge had fallen.": ["the bridge had fallen"],
    "OSLO (AFP) - The port was closed, police said.": ["The port was closed"],
    '"We must stop," the mayor said.': [],
    "The mayor urged them to stop and welcomed the move.": [],
    'He denied that the raid was "a massacre of children".': ['the raid was "a massacre of children"'],
}


@pytest.mark.parametrize(("text", "expected"), INDIRECT.items())
def test_indirect_quotes(text: str, expected: list[str]) -> None:
    assert words(text, quotes(text), "INDIRECT_QUOTE") == expected


def edges(text: str) -> set[tuple[str, str, str]]:
    document = rules(Document("d", text))
    names = [document.text_of(span) for span in document.spans]
    return {(edge.type, names[edge.source], names[edge.target]) for edge in document.relations}


RELATIONS = {
    "Rebels killed nine soldiers near Bergen, Norway, the army said.": [
        ("said_by", "Rebels killed nine soldiers near Bergen, Norway", "army"),
        ("reported_by", "nine soldiers", "army"),
        ("inflicted_by", "nine soldiers", "Rebels"),
        ("occurred_in", "nine soldiers", "Bergen"),
        ("located_in", "Bergen", "Norway"),
    ],
    "Eight farmers were shot dead by gunmen.": [("inflicted_by", "Eight farmers", "gunmen")],
    'Army spokesman Colonel Karl Ostrander denied it. "We hit nobody," he said.': [
        ("member_of", "Karl Ostrander", "Army"),
        ("refers_to", "he", "Karl Ostrander"),
        ("said_by", "We hit nobody", "he"),
    ],
    "Lena Ostrander, a spokeswoman for the Delta Council, said that it was over. The council said that it was wrong.": [
        ("member_of", "Lena Ostrander", "Delta Council"),
        ("refers_to", "council", "Delta Council"),
    ],
}


@pytest.mark.parametrize(("text", "expected"), RELATIONS.items())
def test_relations(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert set(expected) <= edges(text)


def test_relations_are_indices_into_the_spans_as_given() -> None:
    text = "The mayor said that shops were shut."
    clause, mayor = Span(20, 35, "INDIRECT_QUOTE"), Span(4, 9, "UNNAMED")
    for spans in ([clause, mayor], [mayor, clause]):
        (edge,) = relate(text, spans)
        assert (spans[edge.source], spans[edge.target]) == (clause, mayor)


MARKS = "“|”|‘|’|\"|'|«|»| |, |. |; |: | - |(|)|…|’s |'s |\n|\n\n|\r|\u2028|İ|ſ|１２ |é|😀"
SPEECH = "said |told |that |according to |he |they |in |of |by |near |and |including |the |a |who |The toll rose to "
NEWS = (
    "OSLO (AFP) - |President Karl Ostrander| Bergen| Norway| the army | gunmen |U.N. |DR Congo|PDF|54 |killed |missing "
    "|at least 9 civilians |a dozen |between 3 and |$4 |2,000 people |44 of them |a policeman |were killed "
)
FRAGMENTS = st.sampled_from([fragment for text in (MARKS, SPEECH, NEWS) for fragment in text.split("|")])
TEXTS = st.lists(FRAGMENTS, max_size=60).map("".join) | st.text(max_size=80)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_any_text_gives_a_sound_document_and_the_same_one_again(text: str) -> None:
    document = rules(Document("d", text))
    assert faults(document) == []
    assert all(span.score == 1.0 for span in document.spans)
    assert rules(Document("d", text)) == document
    assert relate_given(document).relations == document.relations


PATTERNS = {
    "articles": 'Rebels killed nine men in Bergen, the army said. "We saw it," he said.\n' * 4,
    "one endless sentence": "he said that rebels killed nine men in Bergen, " * 6,
    "marks that nothing closes": "“a b " * 50,
}


@pytest.mark.parametrize("text", PATTERNS.values(), ids=PATTERNS.keys())
def test_time_grows_with_the_text_and_not_with_its_square(text: str) -> None:
    rules(Document("warm", text))  # loads the gazetteer
    times = []
    for copies in (20, 80):
        start = time.perf_counter()
        rules(Document("d", text * copies))
        times.append(time.perf_counter() - start)
    assert times[1] < 12 * times[0]  # 4 when linear, 16 when quadratic


def test_command_writes_documents(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "x", "text": "Rebels killed nine soldiers."}) + "\n", "utf-8")
    assert main([str(source), "-o", str(target)]) == 0
    document = Document.from_dict(json.loads(target.read_text("utf-8")))
    assert found(document.text, list(document.spans)) == [("UNNAMED", "Rebels"), ("KILLED", "nine soldiers")]
    assert main([str(tmp_path / "none.jsonl"), "-o", str(target)]) == 1
