"""sitrep: who acts, who said what, how many were harmed, and where, out of news articles.

    from sitrep import Extractor
    document = Extractor.load().extract(text)

Names load on first use, so that reading a document does not start the inference engine.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sitrep.document import Document, DocumentError, Relation, Span

if TYPE_CHECKING:
    from sitrep.extractor import Extractor
    from sitrep.records import Records, to_records

__version__ = "0.1.0"
__all__ = ["Document", "DocumentError", "Extractor", "Records", "Relation", "Span", "to_records"]

_LAZY = {"Extractor": "sitrep.extractor", "Records": "sitrep.records", "to_records": "sitrep.records"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'sitrep' has no attribute {name!r}")
