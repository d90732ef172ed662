"""Records of small documents in inline mark-up: resolution, chains, grouping, and exact offsets."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from data.inline import parse
from sitrep.document import Document, Relation
from sitrep.records import ActorGroup, Records, to_records

SYRIA = """=== syria
Scores die as {PERSON p0|Annan} arrives

{KILLED k1|At least 54 civilians} were killed in the {LOCATION l1|Baba Amr} district of {LOCATION l2|Homs}, \
{LOCATION l3|Syria}, the {ORGANIZATION o1|Local Coordination Committees} ({ORGANIZATION o2|LCC}) said.
> k1 occurred_in l1; l1 located_in l2; l2 located_in l3; k1 reported_by o1; k1 inflicted_by u1
State media put the toll at {KILLED k2|12}, blaming {UNNAMED u1|gunmen}.
> k2 occurred_in l4; k2 inflicted_by u1; k2 reported_by o3
{ORGANIZATION o3|SANA} said {INDIRECT_QUOTE i1|{LOCATION l4|Homs} was calm}. {PERSON p1|Kofi Annan}, the \
{ORGANIZATION o4|United Nations} envoy, spoke. "{DIRECT_QUOTE d1|It must stop}," {PRONOUN r1|he} said.
> i1 said_by o3; p1 member_of o4; d1 said_by r1; r1 refers_to p1
The {ORGANIZATION o5|LCC} and {PERSON p2|ANNAN} disagreed; {WOUNDED k3|44 of them} were hurt.
> k3 reported_by p2
"""


def document_of(markup: str) -> Document:
    (document,) = parse(markup)
    return document


def records_of(body: str) -> Records:
    return to_records(document_of(f"=== test\n{body}"))


def actor(records: Records, name: str) -> ActorGroup:
    return next(group for group in records.actors if group.name == name)


def offsets_in(value: Any) -> Iterator[tuple[str, int, int]]:
    """Every (words, start, end) of a record in its JSON form."""
    if isinstance(value, dict):
        if "start" in value:
            yield value.get("text") or value["name"], value["start"], value["end"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from offsets_in(item)


def test_all_offsets_point_at_their_words() -> None:
    document = document_of(SYRIA)
    found = list(offsets_in(to_records(document).to_dict()))
    assert len(found) > 50
    for words, start, end in found:
        assert document.text[start:end] == words


def test_json_round_trip() -> None:
    plain = to_records(document_of(SYRIA)).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert list(plain) == ["id", "tolls", "quotes", "actors", "locations"]


def test_toll_with_all_its_parts() -> None:
    toll = to_records(document_of(SYRIA)).tolls[0]
    assert (toll.kind, toll.low, toll.high, toll.qualifier) == ("KILLED", 54, None, "at least")
    assert toll.text == "At least 54 civilians"
    assert toll.number is not None
    assert toll.number.text == "54"
    assert toll.victims is not None
    assert toll.victims.text == "civilians"
    assert [place.name for place in toll.places] == ["Baba Amr"]
    assert [linked.mention.name for linked in toll.places[0].within] == ["Homs", "Syria"]
    assert [source.name for source in toll.sources] == ["Local Coordination Committees"]
    assert [(party.name, party.mention.label) for party in toll.culprits] == [("gunmen", "UNNAMED")]
    assert toll.sentence.text.startswith("At least 54 civilians")
    assert toll.sentence.text.endswith("(LCC) said.")


def test_conflicting_sources_stay_two_records() -> None:
    first, second = to_records(document_of(SYRIA)).tolls[:2]
    assert (first.low, second.low) == (54, 12)
    assert (first.sources[0].name, second.sources[0].name) == ("Local Coordination Committees", "SANA")
    assert second.victims is None
    # The container is stated at the other mention of Homs only.
    assert [linked.mention.name for linked in second.places[0].within] == ["Syria"]


def test_pronoun_speaker_becomes_the_actor_with_its_organisation() -> None:
    indirect, direct = to_records(document_of(SYRIA)).quotes
    assert (indirect.kind, indirect.speakers[0].name) == ("indirect", "SANA")
    (speaker,) = direct.speakers
    assert (direct.kind, direct.text) == ("direct", "It must stop")
    assert (speaker.name, speaker.mention.name, speaker.mention.label) == ("Kofi Annan", "he", "PRONOUN")
    assert speaker.resolved.label == "PERSON"
    assert [linked.mention.name for linked in speaker.organisations] == ["United Nations"]


def test_member_of_any_mention_of_the_actor_counts() -> None:
    source = to_records(document_of(SYRIA)).tolls[2].sources[0]
    assert (source.name, source.mention.name) == ("Kofi Annan", "ANNAN")
    assert [linked.mention.name for linked in source.organisations] == ["United Nations"]


def test_surname_before_and_after_the_full_name_and_its_pronoun_are_one_actor() -> None:
    group = actor(to_records(document_of(SYRIA)), "Kofi Annan")
    assert [mention.name for mention in group.mentions] == ["Annan", "Kofi Annan", "he", "ANNAN"]
    assert (group.label, group.count) == ("PERSON", 4)


def test_abbreviation_in_brackets_joins_the_full_name() -> None:
    group = actor(to_records(document_of(SYRIA)), "Local Coordination Committees")
    assert [mention.name for mention in group.mentions] == ["Local Coordination Committees", "LCC", "LCC"]


def test_brackets_around_more_than_the_name_do_not_join() -> None:
    records = records_of("The {ORGANIZATION a|Syrian army} ({ORGANIZATION b|Reuters} reported) fled.")
    assert [group.name for group in records.actors] == ["Syrian army", "Reuters"]


def test_location_group_has_count_and_containers() -> None:
    locations = to_records(document_of(SYRIA)).locations
    assert [(group.name, group.count) for group in locations] == [("Baba Amr", 1), ("Homs", 2), ("Syria", 1)]
    assert [linked.mention.name for linked in locations[0].within] == ["Homs", "Syria"]


def test_arabic_article_may_be_missing_from_a_surname() -> None:
    records = records_of("{PERSON a|Bashar al-Assad} spoke. {PERSON b|Assad} and {PERSON c|al-Assad} left.")
    assert [(group.name, group.count) for group in records.actors] == [("Bashar al-Assad", 3)]


def test_two_people_of_one_surname_stay_apart() -> None:
    records = records_of(
        "{PERSON a|John Smith} left. {PERSON b|Smith} ran. {PERSON c|Mary Smith} came. {PERSON d|Smith} sat."
    )
    assert [(group.name, group.count) for group in records.actors] == [("John Smith", 3), ("Mary Smith", 1)]


def test_part_of_a_word_is_no_surname() -> None:
    records = records_of(
        "{PERSON a|Tom Redman} met {PERSON b|Man} and {PERSON c|Anna Smith-Jones} met {PERSON d|Jones}."
    )
    assert len(records.actors) == 4


def test_equal_descriptions_are_not_one_actor() -> None:
    records = records_of(
        "A {UNNAMED a|spokesman} of {ORGANIZATION x|NATO} sat. A {UNNAMED b|spokesman} of {ORGANIZATION y|Iran} too.\n"
        "> a member_of x; b member_of y"
    )
    groups = [group for group in records.actors if group.name == "spokesman"]
    assert [[linked.mention.name for linked in group.organisations] for group in groups] == [["NATO"], ["Iran"]]


def test_description_resolves_through_a_chain_to_a_shorter_proper_name() -> None:
    records = records_of(
        '{ORGANIZATION a|CNN} called. The {ORGANIZATION b|television network} sat. "{DIRECT_QUOTE q|Not so}," \
{PRONOUN c|it} said.\n> b refers_to a; c refers_to b; q said_by c'
    )
    assert records.quotes[0].speakers[0].name == "CNN"


def test_cycles_end() -> None:
    records = records_of(
        'A {UNNAMED a|diplomat} and a {UNNAMED b|foreign envoy} sat. "{DIRECT_QUOTE q|Not so}," {PRONOUN c|he} said.\n'
        "> a refers_to b; b refers_to a; c refers_to b; q said_by c\n"
        "{KILLED k|Ten people} died in {LOCATION l|Homs}, {LOCATION m|Syria} and {LOCATION n|Homs}.\n"
        "> k occurred_in l; l located_in m; m located_in n"
    )
    assert records.quotes[0].speakers[0].name == "diplomat"
    assert [linked.mention.name for linked in records.tolls[0].places[0].within] == ["Syria"]


def test_several_relations_are_kept_best_first_with_their_scores() -> None:
    document = document_of(
        "=== test\n{KILLED k|Ten people} died in {LOCATION l|Homs} and {LOCATION m|Hama}.\n> k occurred_in l\n"
    )
    weak, strong = Relation("occurred_in", 0, 1, 0.25), Relation("occurred_in", 0, 2, 0.75)
    (toll,) = to_records(replace(document, relations=(weak, strong))).tolls
    assert [(place.name, place.relation_score) for place in toll.places] == [("Hama", 0.75), ("Homs", 0.25)]


def test_of_two_antecedents_the_better_counts() -> None:
    document = document_of(
        '=== t\n{PERSON a|Ann Lee} met {PERSON b|Bo Day}. "{DIRECT_QUOTE q|Not so}," {PRONOUN c|she} said.'
    )
    edges = (Relation("refers_to", 3, 0, 0.9), Relation("refers_to", 3, 1, 0.4), Relation("said_by", 2, 3, 0.8))
    records = to_records(replace(document, relations=edges))
    assert records.quotes[0].speakers[0].name == "Ann Lee"
    assert [group.count for group in records.actors] == [2, 1]


def test_empty_document() -> None:
    assert to_records(Document("empty", "")).to_dict() == {
        "id": "empty",
        "tolls": [],
        "quotes": [],
        "actors": [],
        "locations": [],
    }


def test_a_place_joined_by_two_of_its_mentions_stands_once() -> None:
    markup = "=== a\n{KILLED k|Nine} died in {LOCATION l|Dorma}, a town. {LOCATION m|Dorma} was quiet.\n"
    (toll,) = to_records(next(parse(markup + "> k occurred_in l; k occurred_in m"))).tolls
    assert [(place.name, place.start) for place in toll.places] == [("Dorma", 13)]


def test_the_least_score_is_that_of_the_weakest_link() -> None:
    document = document_of(SYRIA)
    spans = tuple(replace(span, score=0.9) for span in document.spans)
    scores = {"occurred_in": 0.7, "reported_by": 0.8, "inflicted_by": 0.95, "said_by": 0.6}
    edges = tuple(replace(edge, score=scores.get(edge.type, 1.0)) for edge in document.relations)
    records = to_records(replace(document, spans=spans, relations=edges))
    assert [toll.least_score for toll in records.tolls] == [0.7, 0.7, 0.8]
    assert {quote.least_score for quote in records.quotes} == {0.6}
    alone = to_records(replace(document, spans=spans, relations=()))
    assert {record.least_score for record in (*alone.tolls, *alone.quotes)} == {0.9}
