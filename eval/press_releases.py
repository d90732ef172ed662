"""A check of numbers: killed and captured in ISAF's press releases, from records, against published figures.

    python -m eval.press_releases --texts ../shared/corpora --table eval/PRESS_RELEASES.md

The figures are another reader's least numbers of people killed and captured in each release (Strick van Linschoten).
sitrep does not add figures up, so two plain readings of its records stand side by side: the largest figure of a kind in
the release, and the sum of all. A release where nobody is named in a count ("killed the leader, X") has a published
figure and no toll by the annotation scheme; it counts here all the same. Releases that the project annotated for
training are left out.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.readme import ReadmeError, replace_block
from data.texts import collection, held_out
from eval.baselines import rules
from sitrep.bundle import BundleError
from sitrep.document import Document, DocumentError, sha256_of
from sitrep.extractor import Extractor
from sitrep.records import to_records

FILE = "isaf-press-releases/predibase_isaf_press_releases_ft_test.jsonl"
KINDS = {"killed": ("KILLED", "min_killed"), "captured": ("DETAINED", "min_captured")}
READINGS: Mapping[str, Callable[[Sequence[int]], int]] = {
    "largest": lambda figures: max(figures, default=0),
    "sum": sum,
}


@dataclass(frozen=True)
class Release:
    """A release with the published figures."""

    id: str
    text: str
    figures: Mapping[str, int]


def read_releases(path: Path, without: Iterable[Path]) -> list[Release]:
    """The releases whose texts no stand-off file of `without` annotates.

    Raises:
        DocumentError: not the expected file, or a line without figures.
    """
    left_out = held_out(without)
    texts = collection(path)
    found = []
    lines = filter(str.strip, path.read_text("utf-8").split("\n"))
    for (key, text), line in zip(texts.items(), lines, strict=True):
        try:
            published: dict[str, Any] = json.loads(json.loads(line)["completion"])
            figures = {name: int(published[field]) for name, (_, field) in KINDS.items()}
        except (KeyError, TypeError, ValueError) as error:
            raise DocumentError(f"{path}:{key}: no published figures ({error!r})") from error
        if sha256_of(text) not in left_out:
            found.append(Release(key, text, figures))
    return found


def figures_of(document: Document) -> dict[str, list[int]]:
    """Least number of every toll of a kind, as the records have it."""
    tolls = to_records(document).tolls
    return {
        name: [toll.low for toll in tolls if toll.kind == kind and toll.low is not None]
        for name, (kind, _) in KINDS.items()
    }


def shares(
    releases: Sequence[Release], read: Callable[[Document], Document]
) -> dict[tuple[str, str], tuple[float, float, float]]:
    """For each kind and reading the shares of releases: exact, within one, exact where the figure is not 0."""
    found = [figures_of(read(Document(release.id, release.text))) for release in releases]
    result = {}
    for kind in KINDS:
        for name, reading in READINGS.items():
            gaps = [
                abs(reading(own[kind]) - release.figures[kind]) for own, release in zip(found, releases, strict=True)
            ]
            some = [gap for gap, release in zip(gaps, releases, strict=True) if release.figures[kind]]
            result[kind, name] = (
                sum(gap == 0 for gap in gaps) / len(gaps),
                sum(gap <= 1 for gap in gaps) / len(gaps),
                sum(gap == 0 for gap in some) / max(1, len(some)),
            )
    return result


def table(releases: Sequence[Release], systems: Mapping[str, Callable[[Document], Document]]) -> str:
    """Every system on every kind and reading; Markdown."""
    some = {kind: sum(release.figures[kind] > 0 for release in releases) for kind in KINDS}
    lines = [
        f"{len(releases)} releases; the published figure is not 0 in {some['killed']} (killed) and {some['captured']} "
        "(captured). In percent of the releases.",
        "",
        "| | figure | system | exact | within one | exact where not 0 |",
        "| --- | --- | --- | ---: | ---: | ---: |",
    ]
    results = {name: shares(releases, read) for name, read in systems.items()}
    for kind in KINDS:
        for reading in READINGS:
            for name, result in results.items():
                cells = " | ".join(f"{100 * share:.1f}" for share in result[kind, reading])
                lines.append(f"| {kind} | {reading} | {name} | {cells} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.press_releases", description=(__doc__ or "").split("\n", 1)[0]
    )
    parser.add_argument("--bundle", type=Path, default=Path("sitrep/bundle"))
    parser.add_argument("--texts", type=Path, default=Path("../shared/corpora"), help="corpora folder")
    parser.add_argument("--without", type=Path, nargs="*", default=[Path("data/news/train.jsonl")])
    parser.add_argument("--table", type=Path, help="write into this page's block 'press_releases' instead of printing")
    options = parser.parse_args(arguments)
    try:
        releases = read_releases(options.texts / FILE, options.without)
        extractor = Extractor.load(options.bundle)
        systems = {"rules": rules, "model": lambda document: extractor.extract(document.text, document.id)}
        text = table(releases, systems)
        if options.table:
            replace_block(options.table, "press_releases", text)
        else:
            print(text)
    except (BundleError, DocumentError, ReadmeError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
