"""Corpus readers, on invented texts in each corpus's format, and on the corpora where they are at hand."""

import json
import re
import tarfile
from itertools import pairwise
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer

from data.build import _Reading
from data.partial import ANY, Annotated
from data.readers.names import find_name, known_persons
from data.readers.polnear import read_attributions, read_polnear
from data.readers.re3d import read_re3d
from data.readers.speech import CueKind, cue_kind, is_clause
from sitrep.document import DocumentError, faults
from sitrep.labels import INVENTORY
from sitrep.quotation import quotations
from sitrep.tokens import tokenise

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"


def permitted(annotated: Annotated, layer: str, words: str) -> frozenset[str] | None:
    """The tags of the first character of some words: span, then constraint, then silence."""
    offset = annotated.document.text.index(words)
    tags = annotated.silence.get(layer)
    for span in annotated.document.spans:
        if span.start <= offset < span.end and _layer(span.label) == layer:
            tags = frozenset({("B-" if span.start == offset else "I-") + span.label})
    for constraint in annotated.constraints:
        if constraint.layer == layer and constraint.start <= offset < constraint.end:
            first = constraint.first if constraint.start == offset and constraint.first else None
            tags = first or constraint.tags
    return tags


def _layer(label: str) -> str:
    return "ACTOR" if label in ("PERSON", "ORGANIZATION", "UNNAMED", "PRONOUN") else label


def spans(annotated: Annotated, *labels: str) -> list[str]:
    """The words of the spans with these labels."""
    document = annotated.document
    return [document.text_of(span) for span in document.spans if span.label in labels]


def speakers(annotated: Annotated) -> dict[str, str]:
    """The words of each quote to those of its speaker."""
    document = annotated.document
    return {
        document.text_of(document.spans[edge.source]): document.text_of(document.spans[edge.target])
        for edge in document.relations
    }


_ROLE = re.compile(r"\[(Source|Cue|Content)(\d+) ([^][]*)\]")


def brat(markup: str) -> tuple[str, str]:
    """Text and brat stand-off of "[Source1 words]" mark-up; a number's equal roles are parts of one span."""
    text, position, parts = "", 0, {}
    for match in _ROLE.finditer(markup):
        text += markup[position : match.start()]
        parts.setdefault((int(match[2]), match[1]), []).append((len(text), len(text) + len(match[3])))
        text += match[3]
        position = match.end()
    text += markup[position:]
    lines, events = [], {}
    for place, ((number, role), ranges) in enumerate(parts.items(), 1):
        offsets = ";".join(f"{start} {end}" for start, end in ranges)
        lines.append(f"T{place}\t{role} {offsets}\t{' '.join(text[start:end] for start, end in ranges)}")
        events.setdefault(number, []).append(f"{role}:T{place}")
    lines += [f"E{number}\tAttribution:T99 {' '.join(ends)}" for number, ends in events.items()]
    return text, "\n".join([*lines, "#1\tAnnotatorNotes T1\tnot sure", "a broken line", ""])


def polnear(folder: Path, *files: tuple[str, str]) -> list[Annotated]:
    """Documents of a corpus folder with these annotators' mark-up of one text."""
    for annotator, markup in files:
        text, annotation = brat(markup)
        for kind, name, content in (("text", "a_1", text), ("attributions", f"a_1_{annotator}", annotation)):
            target = folder / "data" / "train" / kind / (name + (".txt" if kind == "text" else ".ann"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, "utf-8")
    return list(read_polnear(folder, "train"))


def one(folder: Path, markup: str) -> Annotated:
    (annotated,) = polnear(folder, ("x", markup))
    assert faults(annotated.document) == []
    return annotated


def test_a_verb_of_saying_gives_an_indirect_quote_without_that(tmp_path: Path) -> None:
    read = one(tmp_path, "[Source1 Mr. Oduya] [Cue1 said] [Content1 that the bridge was closed.] Nobody crossed.")
    assert spans(read, "INDIRECT_QUOTE") == ["the bridge was closed"]
    assert spans(read, "PERSON") == ["Oduya"]
    assert speakers(read) == {"the bridge was closed": "Oduya"}
    assert permitted(read, "INDIRECT_QUOTE", "that") == {"O"}
    assert permitted(read, "LOCATION", "bridge") is ANY
    assert permitted(read, "TOLL", "bridge") is ANY
    assert read.relations_known == {"said_by"}


def test_thoughts_are_no_speech_and_unknown_cues_stay_open(tmp_path: Path) -> None:
    read = one(
        tmp_path,
        "[Source1 Oduya] [Cue1 hopes] [Content1 the ferry will sail]. "
        "[Source2 Oduya] [Cue2 showed] [Content2 that the dock was full].",
    )
    assert spans(read, "INDIRECT_QUOTE") == []
    assert permitted(read, "INDIRECT_QUOTE", "ferry") == {"O"}
    assert permitted(read, "INDIRECT_QUOTE", "dock") is ANY


def test_complements_that_are_no_clauses_stay_open(tmp_path: Path) -> None:
    read = one(
        tmp_path,
        "[Source1 Oduya] [Cue1 announced] [Content1 a plan that would raise fares]. "
        "[Source2 She] [Cue2 promised] [Content2 to sell the boats]. "
        "[Source3 She] [Cue3 denied] [Content3 taking any money].",
    )
    assert spans(read, "INDIRECT_QUOTE", "PRONOUN") == []
    for words in ("a plan", "to sell", "taking"):
        assert permitted(read, "INDIRECT_QUOTE", words) is ANY
    assert permitted(read, "ACTOR", "She") is ANY


def test_a_direct_quote_split_by_its_speaker_gives_two_spans(tmp_path: Path) -> None:
    read = one(
        tmp_path,
        "[Content1 “We waited all night,”] [Source1 she] [Cue1 said]. [Content1 “Nobody came for us.”] The end.",
    )
    assert spans(read, "DIRECT_QUOTE") == ["We waited all night", "Nobody came for us"]
    assert spans(read, "INDIRECT_QUOTE") == []
    assert spans(read, "PRONOUN") == ["she"]
    assert set(speakers(read).values()) == {"she"}
    assert permitted(read, "INDIRECT_QUOTE", "We waited") == {"O"}
    assert permitted(read, "ACTOR", "We waited") is ANY
    assert "B-PRONOUN" not in (permitted(read, "ACTOR", "night") or ())


def test_quotations_outside_attributions_are_open(tmp_path: Path) -> None:
    read = one(tmp_path, 'The film "Salt and Iron" won. [Source1 Oduya] [Cue1 said] [Content1 it was long].')
    assert permitted(read, "DIRECT_QUOTE", "Salt") is ANY
    assert permitted(read, "DIRECT_QUOTE", "won") == {"O"}


def test_a_mixed_content_gives_both_layers(tmp_path: Path) -> None:
    read = one(tmp_path, "[Source1 Ms. Lund] [Cue1 added] [Content1 that he was ''very upset'' and ''gone''.]")
    assert spans(read, "INDIRECT_QUOTE") == ["he was ''very upset'' and ''gone''"]
    assert spans(read, "DIRECT_QUOTE") == ["very upset"]  # one word alone is none
    assert permitted(read, "DIRECT_QUOTE", "gone") == {"O"}


def test_an_interrupted_clause_gives_a_span_for_each_part(tmp_path: Path) -> None:
    read = one(tmp_path, "[Content1 The harbour], [Source1 he] [Cue1 said], [Content1 was still on fire].")
    assert spans(read, "INDIRECT_QUOTE") == ["The harbour", "was still on fire"]
    assert speakers(read) == {"The harbour": "he", "was still on fire": "he"}


def test_a_clause_ends_with_the_sentence_of_its_verb(tmp_path: Path) -> None:
    read = one(tmp_path, "[Source1 He] [Cue1 said] [Content1 it was cold. The pumps had failed.] Snow fell.")
    assert spans(read, "INDIRECT_QUOTE") == ["it was cold"]
    assert permitted(read, "INDIRECT_QUOTE", "The pumps") is ANY
    assert permitted(read, "INDIRECT_QUOTE", "Snow") == {"O"}


def test_the_outermost_of_nested_attributions_wins(tmp_path: Path) -> None:
    text = "Mr. Oduya said the crew told him the hold was empty."
    entities = ("Source 4 9", "Cue 10 14", "Content 15 51", "Source 15 23", "Cue 24 28", "Content 33 51")
    lines = [f"T{number}\t{entity}\twords" for number, entity in enumerate(entities, 1)]
    lines += ["E1\tAttribution:T9 Source:T1 Cue:T2 Content:T3", "E2\tAttribution:T9 Source:T4 Cue:T5 Content:T6"]
    for kind, name, content in (("text", "b.txt", text), ("attributions", "b_x.ann", "\n".join(lines))):
        (tmp_path / "train" / kind).mkdir(parents=True)
        (tmp_path / "train" / kind / name).write_text(content, "utf-8")
    (read,) = read_polnear(tmp_path, "train")
    assert speakers(read) == {"the crew told him the hold was empty": "Oduya"}


def test_a_quote_whose_source_is_no_span_is_undecided(tmp_path: Path) -> None:
    read = one(tmp_path, "[Source1 Three tired sailors] [Cue1 said] [Content1 they were hungry].")
    assert [read.document.spans[index].label for index in read.undecided] == ["INDIRECT_QUOTE"]
    assert read.document.relations == ()


def test_undecided_quotes_become_no_candidate_pairs(tmp_path: Path) -> None:
    read = one(
        tmp_path,
        "[Source1 Three sailors] [Cue1 said] [Content1 they were hungry]. "
        "[Source2 Ms. Lund] [Cue2 said] [Content2 it was late].",
    )
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()  # type: ignore[assignment]
    reading = _Reading.of(read, tokenise(read.document.text, tokenizer), INVENTORY)
    pairs = [tuple(pair) for pair in reading.pairs[reading.allowed > 0].tolist()]
    labels = [read.document.spans[source].label for source, _ in pairs]
    assert labels == ["INDIRECT_QUOTE"]
    assert not {source for source, _ in pairs} & read.undecided


def test_passive_and_denied_saying_stays_open(tmp_path: Path) -> None:
    read = one(
        tmp_path,
        "[Source1 Oduya] [Cue1 was told] [Content1 that the ship had sunk]. "
        "[Source2 Oduya] [Cue2 would not say] [Content2 that the crew was safe].",
    )
    assert spans(read, "INDIRECT_QUOTE") == []
    assert permitted(read, "INDIRECT_QUOTE", "the ship") is ANY
    assert permitted(read, "INDIRECT_QUOTE", "the crew") is ANY


def test_a_name_of_unsure_type_permits_person_and_organization(tmp_path: Path) -> None:
    read = one(tmp_path, "On Monday [Source1 Velmora] [Cue1 said] [Content1 it was leaving the port].")
    assert permitted(read, "ACTOR", "Velmora") == {"B-PERSON", "B-ORGANIZATION"}


def test_of_several_annotators_the_fullest_is_taken(tmp_path: Path) -> None:
    less = "[Source1 Ms. Lund] [Cue1 said] [Content1 it was late]. She added that the rain had stopped."
    more = (
        "[Source1 Ms. Lund] [Cue1 said] [Content1 it was late]. "
        "[Source2 She] [Cue2 added] [Content2 that the rain had stopped]."
    )
    (read,) = polnear(tmp_path, ("a", less), ("b", more))
    assert "PRONOUN" in {span.label for span in read.document.spans}


def test_polnear_reads_the_archive_as_the_folder(tmp_path: Path) -> None:
    read = one(tmp_path / "unpacked", "[Source1 He] [Cue1 said] [Content1 it was cold].")
    with tarfile.open(tmp_path / "data.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "unpacked" / "data", "data")
    assert list(read_polnear(tmp_path / "data.tar.gz", "train")) == [read]


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_missing_corpus_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError, match=re.escape(str(tmp_path))):
        list(read_polnear(tmp_path / name, "train"))
    with pytest.raises(DocumentError, match=re.escape(str(tmp_path))):
        list(read_re3d(tmp_path / name))


@pytest.mark.parametrize(
    ("phrase", "name", "label"),
    [
        ("White House spokesman Joel Hartnett", "Joel Hartnett", "PERSON"),
        ("Ruth Adeyemi, a spokeswoman for the port,", "Ruth Adeyemi", "PERSON"),
        ("Sen. Paula Brandt (R-Ohio)", "Paula Brandt", "PERSON"),
        ("Secretary of State Helen Marsh", "Helen Marsh", "PERSON"),
        ("the Harbour Workers Union", "Harbour Workers Union", "ORGANIZATION"),
        ("a spokesman for Sen. Paula Brandt", None, None),
        ("Brandt and Adeyemi", None, None),
        ("many Republicans", None, None),
        ("Republicans", None, None),
    ],
)
def test_names_in_noun_phrases(phrase: str, name: str | None, label: str | None) -> None:
    found = find_name(phrase, 0, len(phrase), known_persons(phrase), True)
    assert (found and phrase[found.start : found.end]) == name
    assert (found and found.label) == label


@pytest.mark.parametrize(
    ("cue", "before", "kind"),
    [
        ("said in a statement", "", CueKind.SAYING),
        ("according to", "", CueKind.SAYING),
        ("went on to say", "", CueKind.SAYING),
        ("is telling", "", CueKind.SAYING),
        ("claims", "his", CueKind.UNDECIDED),
        ("hopes to announce", "", CueKind.UNDECIDED),
        ("didn’t say", "", CueKind.UNDECIDED),
        ("believes", "", CueKind.THINKING),
        ("mocked", "", CueKind.UNDECIDED),
    ],
)
def test_cue_kinds(cue: str, before: str, kind: CueKind) -> None:
    assert cue_kind(cue, before) is kind


def test_what_is_a_clause() -> None:
    assert is_clause("the bridge was closed", False)
    assert is_clause("if it rained, they would stay", False)
    assert not is_clause("the man who was there", False)
    assert not is_clause("of the bridge that was closed", False)
    assert not is_clause("whether the bridge was closed", False)


def test_an_unpaired_mark_makes_its_surroundings_unsure() -> None:
    text = "“One goes on.\n“Two ends,” she said.\nA stray ” mark and 'a single one' here."
    quoted = quotations(text)
    assert [text[pair.inner_start : pair.inner_end] for pair in quoted.pairs] == ["Two ends"]
    assert [text[start:end] for start, end in quoted.unsure] == ["“One goes on.", "A stray ”", "'a single one'"]


def re3d(folder: Path, text: str, *items: tuple[str, str, float]) -> Annotated:
    """The document of a text with (words, type, confidence) items."""
    source = folder / "Invented Source"
    source.mkdir()
    (source / "documents.json").write_text(json.dumps({"_id": "D1", "text": text}) + "\n", "utf-8-sig")
    lines = []
    for words, kind, confidence in items:
        begin = text.index(words)
        raw = {"begin": begin, "end": begin + len(words), "type": kind, "value": words}
        lines.append(json.dumps(raw | {"documentId": "D1", "confidence": confidence}))
    (source / "entities.json").write_text("\n".join(lines) + "\n", "utf-8-sig")
    (read,) = read_re3d(folder)
    assert faults(read.document) == []
    return read


def test_re3d_names_lose_articles_titles_and_class_nouns(tmp_path: Path) -> None:
    read = re3d(
        tmp_path,
        "Then the Orontes Shield group and Foreign Minister Nadim Karam met in northern Zahran province.",
        ("the Orontes Shield group", "Organisation", 1),
        ("Foreign Minister Nadim Karam", "Person", 0.8),
        ("northern Zahran province", "Location", 0.5),
    )
    assert spans(read, "ORGANIZATION", "PERSON", "LOCATION") == ["Orontes Shield", "Nadim Karam", "Zahran"]
    assert permitted(read, "ACTOR", "the Orontes") == {"O"}
    assert permitted(read, "ACTOR", "met") == {"O"}
    assert permitted(read, "LOCATION", "northern") == {"O"}
    assert permitted(read, "TOLL", "met") is ANY
    assert permitted(read, "INDIRECT_QUOTE", "met") is ANY
    assert read.relations_known == frozenset()


def test_re3d_groups_of_people_and_institutions(tmp_path: Path) -> None:
    read = re3d(
        tmp_path,
        "In May the Zahrani security forces, 20 fighters, senior officials and the Zahrani government left "
        "with the Zahrani Border Forces.",
        ("the Zahrani Border Forces", "Organisation", 1),
        ("the Zahrani security forces", "Organisation", 1),
        ("20 fighters", "Organisation", 1),
        ("senior officials", "Organisation", 1),
        ("the Zahrani government", "Organisation", 1),
    )
    assert spans(read, "UNNAMED") == ["Zahrani security forces"]
    assert spans(read, "ORGANIZATION") == ["Zahrani government", "Zahrani Border Forces"]
    assert permitted(read, "ACTOR", "fighters") == {"O", "B-UNNAMED", "I-UNNAMED"}
    assert permitted(read, "ACTOR", "senior") is ANY


def test_re3d_leaves_open_what_it_cannot_decide(tmp_path: Path) -> None:
    read = re3d(
        tmp_path,
        "Last week we met Turkey near Sarmin, and Kurdish people of the town told us about Old Karam.",
        ("we", "Organisation", 1),
        ("Turkey", "Organisation", 1),
        ("Sarmin", "Location", 0.2),
        ("Kurdish", "Nationality", 1),
        ("people of the town", "Organisation", 1),
    )
    assert spans(read, "ORGANIZATION", "LOCATION", "PERSON") == []
    assert permitted(read, "ACTOR", "Turkey") == {"O", "B-ORGANIZATION", "I-ORGANIZATION"}
    assert permitted(read, "LOCATION", "Turkey") == {"O", "B-LOCATION", "I-LOCATION"}
    assert permitted(read, "LOCATION", "Sarmin") is ANY
    assert permitted(read, "ACTOR", "Kurdish") == {"O"}
    assert permitted(read, "LOCATION", "Kurdish") is ANY
    assert permitted(read, "ACTOR", "us about") == {"O", "B-PRONOUN", "I-PRONOUN"}
    assert permitted(read, "ACTOR", "Old Karam") is ANY  # a name that the crowd passed over


def _check(documents: list[Annotated]) -> None:
    for annotated in documents:
        document = annotated.document
        assert faults(document) == []
        assert all(0 <= each.start < each.end <= len(document.text) for each in annotated.constraints)
        for label in ("DIRECT_QUOTE", "INDIRECT_QUOTE"):
            same = sorted(span for span in document.spans if span.label == label)
            assert all(left.end <= right.start for left, right in pairwise(same))
        assert annotated.undecided.isdisjoint(edge.source for edge in document.relations)


@pytest.mark.skipif(not (CORPORA / "polnear").is_dir(), reason="the PolNeAR corpus is not beside the repository")
@pytest.mark.parametrize(("split", "count"), [("train", 840), ("dev", 84)])
def test_all_of_polnear(split: str, count: int) -> None:
    documents = list(read_polnear(CORPORA / "polnear" / "polnear-data.tar.gz", split))
    assert len(documents) == count
    _check(documents)


@pytest.mark.skipif(not (CORPORA / "re3d").is_dir(), reason="the re3d corpus is not beside the repository")
def test_all_of_re3d() -> None:
    documents = list(read_re3d(CORPORA / "re3d"))
    assert len(documents) == 90
    _check(documents)


def test_attributions_under_the_corpus_own_labels(tmp_path: Path) -> None:
    text = "Mayor Ruiz said that rain would fall; he later denied it."
    lines = [
        ("T1", "Source", "Mayor Ruiz"),
        ("T2", "Cue", "said"),
        ("T3", "Content", "that rain would fall"),
        ("T4", "Source", "he"),
        ("T5", "Cue", "denied"),
        ("T6", "Content", "rain"),
    ]
    marks = [
        f"{key}\t{kind} {text.index(words)} {text.index(words) + len(words)}\t{words}" for key, kind, words in lines
    ]
    marks += ["E1\tAttribution:T9 Content:T3 Cue:T2 Source:T1", "E2\tAttribution:T9 Content:T6 Cue:T5 Source:T4"]
    for folder, name, content in (("text", "a.txt", text), ("attributions", "a_x.ann", "\n".join(marks))):
        (tmp_path / "data" / "dev" / folder).mkdir(parents=True)
        (tmp_path / "data" / "dev" / folder / name).write_text(content, "utf-8")
    (document,) = read_attributions(tmp_path, "dev")
    assert [(span.label, document.text_of(span)) for span in document.spans] == [
        ("SOURCE", "Mayor Ruiz"),
        ("CUE", "said"),
        ("CONTENT", "that rain would fall"),
        ("SOURCE", "he"),
        ("CUE", "denied"),
    ]
