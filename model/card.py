"""The model card: what the bundle is, how it was trained, and what was measured, written by the export."""

from pathlib import Path
from typing import Any

from model.network import SitrepModel
from sitrep.calibration import ACCEPT

_TEXT = """# sitrep: extraction of actors, quotes, tolls and locations from conflict and crisis news

**What it is.** A DistilBERT encoder ({layers} layers, {width} wide, {parameters:.1f} million parameters in all) with
one IOB2 tagging head for each of five layers and a scorer for seven relations. English only. This folder holds
the int8 ONNX graph that the `sitrep` package runs; the PyTorch checkpoint it was made from is
`model/checkpoint` in the repository.

**For.** Turning news articles into records that a person checks: conflict monitoring, newsroom data work,
social science. **Not for** deciding anything about a person, for texts other than news-like English prose, or
for counting victims without reading the sources that each record points at.

**Trained on.** Real news and articles written for this project, both annotated by a large language model under
`data/ANNOTATION.md` (no text of the real news is in the repository), and corpora made by others through the permitted
tags of their readers, where the config names them. `data/README.md` is the data card. The encoder began as
`sentence-transformers/all-MiniLM-L6-v2` (Apache-2.0), converted to DistilBERT's form and adapted to news by masked
words (`configs/adapt.toml`).

**Scores.** Calibrated on the dev articles: the score of a span or a relation is the chance that it is right with exact
borders and label, a relation with both its ends. Answers from {accept} on may be accepted; have a person look at the
others. `eval/RESULTS.md` says how right both are.

**Measured on dev** ({documents} articles, whole articles, end to end; thresholds of relations were chosen on
them). Spans: {spans}. Relations: {relations}.

| F1 | PyTorch fp32 | this bundle (int8) |
| --- | ---: | ---: |
{rows}

**Known limits.** `eval/RESULTS.md` has the scores on real news, by source. Names are found better than their types;
`refers_to` reaches 40 sentences. The model knows nothing that the article does not say, and repeats what it says, right
or wrong.
"""


def write_card(folder: Path, metrics: dict[str, Any], network: SitrepModel) -> None:
    """Write README.md into a bundle folder from the metrics of its export."""
    rows = [
        f"| {name} | {100 * value:.1f} | {100 * metrics['onnx_int8'][name]:.1f} |"
        for name, value in metrics["pytorch_fp32"].items()
    ]
    encoder = network.encoder.config
    text = _TEXT.format(
        layers=encoder.n_layers,
        width=encoder.dim,
        parameters=sum(parameter.numel() for parameter in network.parameters()) / 1e6,
        documents=metrics["documents"],
        spans=metrics["correct"]["spans"],
        relations=metrics["correct"]["relations"],
        rows="\n".join(rows),
        accept=ACCEPT,
    )
    (folder / "README.md").write_text(text, "utf-8")
