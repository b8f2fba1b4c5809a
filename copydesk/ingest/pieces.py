"""A dump in pieces: it is read once, from its beginning to its end, and what is found in it is written down in runs.

So whatever one record has to do with another (an id that was taken, how many were rejected) is settled before the
pieces part, and a reader need not know of them. A piece is an Arrow file, packed with lz4, of as many rows as the
reader found items and rejections: the bytes of an item, and the rest that is known of it as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk.article import RawItem, Stated
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected

_SCHEMA = pa.schema([pa.field("said", pa.string(), nullable=False), pa.field("data", pa.binary())])
_AT_ONCE = 250
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")

_OF_ITEM = tuple(field.name for field in fields(RawItem) if field.name not in ("source_id", "path", "data", "stated"))
_OF_STATED = tuple(field.name for field in fields(Stated))


def write_pieces(outcomes: Iterable[RawItem | Rejected], folder: Path, articles: int, size: int) -> list[Path]:
    """Writes what a dump's reader found into files of at most ``articles`` rows and about ``size`` bytes, in order."""
    written: list[Path] = []
    held = weight = 0
    rows: list[tuple[str, bytes | None]] = []
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        writer: pa.RecordBatchWriter | None = None
        for outcome in outcomes:
            data = None if isinstance(outcome, Rejected) else outcome.data
            more = len(data or b"")
            if writer is None or held == articles or weight + more > size:
                if writer:
                    _flush(writer, rows)
                    files.close()
                written.append(folder / f"{len(written):06}.arrow")
                writer = files.enter_context(pa.ipc.new_file(str(written[-1]), _SCHEMA, options=_OPTIONS))
                held = weight = 0
            rows.append((_said(outcome), data))
            held, weight = held + 1, weight + more
            if len(rows) == _AT_ONCE:
                _flush(writer, rows)
        if writer:
            _flush(writer, rows)
    return written


def read_piece(piece: Path, file: RawFile) -> Iterator[RawItem | Rejected]:
    """What was found in this piece of the file, in order. Raises OSError."""
    with pa.memory_map(str(piece)) as mapped:
        found = pa.ipc.open_file(mapped)
        for number in range(found.num_record_batches):
            batch = found.get_batch(number)
            for said, data in zip(batch["said"].to_pylist(), batch["data"].to_pylist(), strict=True):
                yield _outcome(json.loads(said), data, file)


def _flush(writer: pa.RecordBatchWriter, rows: list[tuple[str, bytes | None]]) -> None:
    said, data = zip(*rows, strict=True) if rows else ((), ())
    writer.write_batch(pa.record_batch([pa.array(said, pa.string()), pa.array(data, pa.binary())], schema=_SCHEMA))
    rows.clear()


def _said(outcome: RawItem | Rejected) -> str:
    if isinstance(outcome, Rejected):
        return json.dumps(asdict(outcome))
    told = outcome.stated
    return json.dumps([[getattr(outcome, name) for name in _OF_ITEM], [getattr(told, name) for name in _OF_STATED]])


def _outcome(said: object, data: bytes | None, file: RawFile) -> RawItem | Rejected:
    if isinstance(said, dict):
        return Rejected(**said)
    assert isinstance(said, list)
    assert data is not None
    own, told = (
        dict(zip(names, values, strict=True)) for names, values in zip((_OF_ITEM, _OF_STATED), said, strict=True)
    )
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    stated = Stated(**values)
    return RawItem(source_id=file.source_id, path=file.name, data=data, stated=stated, **own)
