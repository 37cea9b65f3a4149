"""Tables kept as stretches of bytes: an entry costs nothing until it is looked up.

A rulebook has tens of thousands of entries and a draft needs some hundreds of them. Kept between
runs, the bytes stay in the file (they are buffers of a pickle, PEP 574), and are mapped from it.
"""

from __future__ import annotations

import marshal
import pickle
from array import array
from binascii import crc32
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

_V = TypeVar("_V")
_FILL = 1  # entries of a bucket, about


class PackedList(Generic[_V]):
    """Values that `marshal` can write, by number."""

    __slots__ = ("_bytes", "_ends", "_known")

    def __init__(self, values: Iterable[_V]) -> None:
        plain: Iterable[Any] = values
        pieces = [marshal.dumps(value) for value in plain]
        ends = array("I", [0])
        for piece in pieces:
            ends.append(ends[-1] + len(piece))
        self._fill(b"".join(pieces), ends.tobytes())

    def _fill(self, data: Any, ends: Any) -> None:
        self._bytes = memoryview(data)
        self._ends = memoryview(ends).cast("B").cast("I")
        self._known: dict[int, _V] = {}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> _V:
        found = self._known.get(number)
        if found is None:
            begin, end = self._ends[number], self._ends[number + 1]
            found = self._known[number] = marshal.loads(self._bytes[begin:end])
        return found

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        kept: type = pickle.PickleBuffer if protocol >= 5 else bytes
        return _list, (kept(self._bytes), kept(self._ends.cast("B")))


class PackedDict(Generic[_V]):
    """Values that `marshal` can write, by a text."""

    __slots__ = ("_buckets", "_known", "_size")

    def __init__(self, values: Mapping[str, _V]) -> None:
        size = 1 << max(len(values) // _FILL, 1).bit_length()
        buckets: list[dict[str, _V]] = [{} for _ in range(size)]
        for key, value in values.items():
            buckets[crc32(key.encode("utf-8", "surrogatepass")) % size][key] = value
        self._fill(PackedList(buckets))

    def _fill(self, buckets: PackedList[dict[str, _V]]) -> None:
        self._buckets = buckets
        self._size = len(buckets)
        self._known: dict[str, _V] = {}

    def get(self, key: str) -> _V | None:
        """The value of a key, or None."""
        found = self._known.get(key)
        if found is None:
            number = crc32(key.encode("utf-8", "surrogatepass")) % self._size
            found = self._buckets[number].get(key)
            if found is not None:
                self._known[key] = found
        return found

    def items(self) -> Iterable[tuple[str, _V]]:
        """Every key with its value."""
        for number in range(self._size):
            yield from self._buckets[number].items()

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _dict, (self._buckets,)


def _list(data: Any, ends: Any) -> PackedList[Any]:
    made: PackedList[Any] = PackedList.__new__(PackedList)
    made._fill(data, ends)
    return made


def _dict(buckets: PackedList[Any]) -> PackedDict[Any]:
    made: PackedDict[Any] = PackedDict.__new__(PackedDict)
    made._fill(buckets)
    return made
