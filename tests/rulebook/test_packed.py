"""Packed tables hold what was put in, kept between runs or not."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthlint.rulebook.packed import PackedDict, PackedList

_T = TypeVar("_T")
VALUES = st.recursive(
    st.integers() | st.text(st.characters(codec=None), max_size=5) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.text(st.characters(codec=None), max_size=6) | st.sampled_from(
    ["", "café", "cafe\u0301", "\ud800", "\udfff\ud800", "\U0001f600", "a b", "\0"]
)


def same(made: _T) -> _T:
    return made


def pickled(made: _T) -> _T:
    """In one piece, as for another process."""
    return pickle.loads(pickle.dumps(made, protocol=5))  # type: ignore[no-any-return]


def apart(made: _T) -> _T:
    """With its bytes as buffers, as the cache keeps them."""
    buffers: list[pickle.PickleBuffer] = []
    whole = pickle.dumps(made, protocol=5, buffer_callback=buffers.append)
    assert len(buffers) == 2
    kept = [memoryview(bytes(buffer.raw())).toreadonly() for buffer in buffers]
    return pickle.loads(whole, buffers=kept)  # type: ignore[no-any-return]


def twice(made: _T) -> _T:
    return apart(pickled(apart(made)))


WAYS = pytest.mark.parametrize("way", [same, pickled, apart, twice])


@WAYS
@given(st.lists(VALUES, max_size=12))
def test_a_list(way: Callable[[Any], Any], values: list[Any]) -> None:
    made = way(PackedList(values))
    assert len(made) == len(values)
    assert [made[at] for at in range(len(values))] == values
    assert [made[at] for at in range(len(values))] == values  # and when asked again
    with pytest.raises(IndexError):
        made[len(values)]


@WAYS
@given(st.dictionaries(KEYS, VALUES, max_size=30), st.lists(KEYS, max_size=10))
def test_a_dict(way: Callable[[Any], Any], values: dict[str, Any], others: list[str]) -> None:
    made = way(PackedDict(values))
    for key in [*values, *others, *values]:
        assert made.get(key) == values.get(key)
    assert dict(made.items()) == values
    assert len(list(made.items())) == len(values)


@WAYS
def test_empty_tables(way: Callable[[Any], Any]) -> None:
    assert len(way(PackedList([]))) == 0
    assert list(way(PackedDict({})).items()) == []
    assert way(PackedDict({})).get("") is None


def test_a_value_that_cannot_be_written_is_told() -> None:
    with pytest.raises(ValueError, match="unmarshallable"):
        PackedList([object()])


def test_the_bytes_of_a_kept_table_are_not_copied() -> None:
    data = PackedList(["safe" * 100])
    buffers: list[pickle.PickleBuffer] = []
    whole = pickle.dumps(data, protocol=5, buffer_callback=buffers.append)
    assert len(whole) < 200
    kept = bytearray(buffers[0].raw())
    made: PackedList[str] = pickle.loads(whole, buffers=[kept, buffers[1].raw()])
    kept[:] = kept.replace(b"safe", b"sage")
    assert made[0] == "sage" * 100
