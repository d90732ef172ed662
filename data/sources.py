"""The sources of a run: each config entry to its annotated documents, through the reader it names."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from data import augment
from data.config import ConfigError, SourceConfig
from data.partial import Annotated
from data.readers.columns import read_conll04, read_names
from data.readers.dwie import read_dwie
from data.readers.event_location import read_event_location
from data.readers.events import read_rams, read_wikievents
from data.readers.gum import read_gum
from data.readers.polnear import read_attributions, read_polnear
from data.readers.re3d import read_re3d
from data.standoff import join
from data.texts import held_out
from sitrep.document import Document, faults, read_jsonl
from sitrep.labels import INVENTORY, Inventory

log = logging.getLogger(__name__)

READERS: dict[str, Callable[[Path, str], Iterator[Annotated]]] = {
    "polnear": read_polnear,
    "re3d": lambda path, _split: read_re3d(path),
    "dwie": lambda path, _split: read_dwie(path),
    "conll04": lambda path, _split: read_conll04(path),
    "names": lambda path, _split: read_names(path),
    "event-location": lambda path, _split: read_event_location(path),
    "gum": lambda path, _split: read_gum(path),
    "wikievents": lambda path, _split: read_wikievents(path),
    "rams": lambda path, _split: read_rams(path),
}
"""Readers of corpora that others made: path and split to documents under the project's own labels."""


def read_source(source: SourceConfig, inventory: Inventory = INVENTORY) -> Iterator[Annotated]:
    """Annotated documents of a source; nothing where it is absent and the config says to go on.

    Raises:
        ConfigError: an unknown reader, or an absent source that the config does not let go.
        DocumentError: an annotation with faults.
    """
    known = ("documents", "standoff", "attributions", *READERS)
    if source.reader not in known:
        raise ConfigError(f"source {source.name}: unknown reader {source.reader!r}; known: {', '.join(known)}")
    if source.reader in READERS and inventory != INVENTORY:
        raise ConfigError(f"source {source.name}: the reader {source.reader!r} knows only the project's own labels")
    for needed in filter(None, (source.path, source.texts)):
        if not Path(needed).exists():
            if source.missing == "stop":
                raise ConfigError(
                    f"source {source.name}: {needed} is not there; give its path in the config, "
                    f"or set missing = 'skip' to go on without it"
                )
            log.warning("source %s: %s is not there; going on without it", source.name, needed)
            return
    left_out = held_out([Path(path) for path in source.without])
    kept = (annotated for annotated in _read(source, inventory) if annotated.document.sha256 not in left_out)
    yield from _altered(source, [annotated.document for annotated in kept], inventory) if source.alter else kept


def _altered(source: SourceConfig, documents: list[Document], inventory: Inventory) -> Iterator[Annotated]:
    if unknown := sorted(set(source.alter) - set(augment.KINDS)):
        raise ConfigError(f"source {source.name}: no way to alter {unknown[0]!r}; known: {', '.join(augment.KINDS)}")
    names = augment.Names.of(documents)
    copies = (
        augment.alter(document, source.alter, names, f"{document.id} {copy}")
        for document in documents
        for copy in range(source.copies)
    )
    yield from _complete(copies, inventory)


def _read(source: SourceConfig, inventory: Inventory) -> Iterator[Annotated]:
    path = Path(source.path)
    if source.reader == "documents":
        return _complete(read_jsonl(path), inventory)
    if source.reader == "standoff":
        return _complete(join(path, Path(source.texts)), inventory)
    if source.reader == "attributions":
        return _complete(read_attributions(path, source.split), inventory)
    return READERS[source.reader](path, source.split)


def _complete(documents: Iterator[Document], inventory: Inventory) -> Iterator[Annotated]:
    for document in documents:
        if found := faults(document, inventory):
            raise ConfigError(f"document {document.id}: {found[0]}")
        yield Annotated.complete(document, inventory)
