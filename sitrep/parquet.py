"""Parquet: one file a table, with the nested columns of the records. Needs the extra `sitrep[parquet]`.

The schema is read from the dataclasses of sitrep.records, so that a new field is a new column.
"""

import types
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from sitrep.document import Document
from sitrep.outputs import OutputError, Replacement
from sitrep.records import ActorGroup, LocationGroup, QuoteRecord, Records, TollRecord

_RECORDS = {"tolls": TollRecord, "quotes": QuoteRecord, "actors": ActorGroup, "locations": LocationGroup}
_ROW_GROUP = 20_000


def _pyarrow() -> Any:
    try:
        # Imported here: the extra is needed for this format only.
        import pyarrow.parquet
    except ImportError:
        raise OutputError("writing Parquet needs an extra: pip install 'sitrep[parquet]'") from None
    return pyarrow


def schema(table: str) -> Any:
    """The Arrow schema of a table: `article_id`, then the fields of its record."""
    arrow = _pyarrow()
    columns = [arrow.field("article_id", arrow.string(), nullable=False)]
    return arrow.schema([*columns, *_struct_fields(arrow, _RECORDS[table])])


def _struct_fields(arrow: Any, record: type) -> list[Any]:
    hints = get_type_hints(record)
    return [arrow.field(item.name, _arrow_type(arrow, hints[item.name])) for item in fields(record)]


def _arrow_type(arrow: Any, hint: Any) -> Any:
    if get_origin(hint) in (types.UnionType, Union):
        return _arrow_type(arrow, next(option for option in get_args(hint) if option is not type(None)))
    if get_origin(hint) is tuple:
        return arrow.list_(_arrow_type(arrow, get_args(hint)[0]))
    if is_dataclass(hint) and isinstance(hint, type):
        return arrow.struct(_struct_fields(arrow, hint))
    return {str: arrow.string(), int: arrow.int64(), float: arrow.float64()}[hint]


class _Table:
    """One file; rows are held until they make a row group."""

    def __init__(self, name: str, path: Path) -> None:
        self._name, self._path = name, path
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        arrow = _pyarrow()
        self._schema = schema(self._name)
        self._replacement = Replacement(self._path)
        self._writer = arrow.parquet.ParquetWriter(self._replacement.path, self._schema, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self._writer.close()
            if kind is None:
                self._replacement.commit()
        finally:
            self._replacement.discard()

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _ROW_GROUP:
            self._flush()

    def finish(self) -> None:
        """Write what is held, and the end of the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(_pyarrow().Table.from_pylist(self._rows, self._schema))
        self._rows = []


class ParquetWriter:
    """Four tables with nested columns."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        _pyarrow()
        self._paths = paths

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._tables = {table: stack.enter_context(_Table(table, path)) for table, path in self._paths.items()}
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            self._stack.__exit__(kind, *rest)  # pyright: ignore[reportArgumentType]
            return
        with self._stack:
            for table in self._tables.values():
                table.finish()  # a full disk shows here, before any table takes its name

    def write(self, document: Document, records: Records) -> None:
        for table, held in records.to_dict().items():
            if table in self._tables:
                for record in held:
                    self._tables[table].add({"article_id": document.id, **record})
