"""The sources of a run: each config entry to its annotated documents, through the reader it names."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from data.config import ConfigError, SourceConfig
from data.partial import Annotated
from data.readers.polnear import read_polnear
from data.readers.re3d import read_re3d
from data.standoff import join
from sitrep.document import Document, faults, read_jsonl
from sitrep.labels import INVENTORY, Inventory

log = logging.getLogger(__name__)

_OF_THE_SCHEME = ("polnear", "re3d")


def read_source(source: SourceConfig, inventory: Inventory = INVENTORY) -> Iterator[Annotated]:
    """Annotated documents of a source; nothing where it is absent and the config says to go on.

    Raises:
        ConfigError: an unknown reader, or an absent source that the config does not let go.
        DocumentError: an annotation with faults.
    """
    readers: dict[str, Callable[[], Iterator[Annotated]]] = {
        "documents": lambda: _complete(read_jsonl(Path(source.path)), inventory),
        "standoff": lambda: _complete(join(Path(source.path), Path(source.texts)), inventory),
        "polnear": lambda: read_polnear(Path(source.path), source.split),
        "re3d": lambda: read_re3d(Path(source.path)),
    }
    if source.reader not in readers:
        raise ConfigError(f"source {source.name}: unknown reader {source.reader!r}; known: {', '.join(readers)}")
    if source.reader in _OF_THE_SCHEME and inventory != INVENTORY:
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
    yield from readers[source.reader]()


def _complete(documents: Iterator[Document], inventory: Inventory) -> Iterator[Annotated]:
    for document in documents:
        if found := faults(document, inventory):
            raise ConfigError(f"document {document.id}: {found[0]}")
        yield Annotated.complete(document, inventory)
