"""What the shipped model is meant to reach on unseen real news, beside what it reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """A figure of the benchmark (kind of score, row, and which number of it), in percent."""

    title: str
    kind: str
    row: str
    least: float
    aim: float
    figure: str = "f1"


TARGETS = (
    Target("PERSON", "spans", "ACTOR.PERSON", 92, 95),
    Target("LOCATION", "spans", "LOCATION", 90, 93),
    Target("ORGANIZATION", "spans", "ACTOR.ORGANIZATION", 82, 88),
    Target("UNNAMED", "spans", "ACTOR.UNNAMED", 70, 80),
    Target("TOLL (kind and borders)", "spans", "TOLL", 82, 90),
    Target("DIRECT_QUOTE", "spans", "DIRECT_QUOTE", 94, 97),
    Target("INDIRECT_QUOTE", "spans", "INDIRECT_QUOTE", 72, 82),
    Target("said_by", "strict", "said_by", 78, 87),
    Target("resolved speaker name right (share of gold quotes)", "speakers", "overlapping borders", 80, 88, "recall"),
    Target("reported_by", "strict", "reported_by", 60, 75),
    Target("occurred_in", "strict", "occurred_in", 60, 75),
    Target("inflicted_by", "strict", "inflicted_by", 55, 70),
    Target("located_in", "strict", "located_in", 60, 75),
    Target("member_of", "strict", "member_of", 55, 70),
    Target("refers_to", "strict", "refers_to", 55, 70),
    Target("toll record: kind, bounds, places and sources", "tolls", "… and sources and places", 50, 65),
)


def measured(target: Target, accuracy: Mapping[str, Any], system: str) -> float:
    """The figure of a system, in percent."""
    return 100 * float(accuracy["scores"][target.kind]["systems"][system][target.row][target.figure])


def rows(accuracy: Mapping[str, Any]) -> list[list[str]]:
    """Title, least, aim, the model's figure and the rules' for every target, and how it stands."""
    table = []
    for target in TARGETS:
        model, baseline = (measured(target, accuracy, accuracy[name]) for name in ("model", "baseline"))
        stands = "aim" if model >= target.aim else "least" if model >= target.least else "**below**"
        cells = [f"{value:.1f}" for value in (target.least, target.aim, model, baseline)]
        table.append([target.title, *cells, stands])
    return table
