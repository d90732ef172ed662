"""Stand-off annotation: documents without their text, which they know by its sha256.

Texts that belong to others stay where they are; the repository keeps only offsets and labels.
A stand-off line names where its text is (`source`, see data/texts.py) and the text's `sha256`.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from data.texts import read_text
from sitrep.document import Document, DocumentError, parse_annotation, read_json_lines, sha256_of


def is_standoff(path: Path) -> bool:
    """Whether the first line of a JSON Lines file carries a sha256 and no text."""
    for _, raw in read_json_lines(path):
        return "sha256" in raw and "text" not in raw
    return False


def write_standoff(path: Path, documents: Iterable[Document]) -> None:
    """Write documents without their text; `source` must stand in each document's meta. Gold has no scores."""
    with path.open("w", encoding="utf-8") as lines:
        for document in documents:
            raw = document.to_dict()
            entries = {
                kind: [{key: value for key, value in entry.items() if key != "score"} for entry in raw.pop(kind)]
                for kind in ("spans", "relations")
            }
            kept = {"id": raw.pop("id"), "sha256": document.sha256}
            kept |= {key: value for key, value in raw.items() if key != "text"}
            lines.write(json.dumps(kept | entries, ensure_ascii=False) + "\n")


def join(path: Path, texts: Path) -> Iterator[Document]:
    """Documents of a stand-off file with their texts read from a folder.

    Raises:
        DocumentError: a text is missing or differs from the annotated one; the message says which.
    """
    for number, raw in read_json_lines(path):
        where, source = f"{path}:{number}: {raw.get('id')}", raw.get("source")
        if not isinstance(source, str) or not isinstance(raw.get("sha256"), str):
            raise DocumentError(f"{where}: a stand-off line needs 'source' and 'sha256'")
        try:
            text = read_text(texts, source)
        except DocumentError as error:
            raise DocumentError(f"{where}: {error}") from error
        if sha256_of(text) != raw["sha256"]:
            raise DocumentError(f"{where}: the text of {texts / source} differs from the annotated one (sha256)")
        spans, relations = parse_annotation(raw)
        kept = {key: value for key, value in raw.items() if key not in ("id", "sha256", "spans", "relations")}
        yield Document(str(raw["id"]), text, spans, relations, kept)
