"""A profile never fails on a column, never changes the frame, and can always be shown and kept."""

from __future__ import annotations

import importlib.util
import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.context.html import render_html
from autodash_jupyter.context.writer import write_context
from autodash_jupyter.profiling import columns_info, profile, render_card


def _load(name: str) -> Any:
    # Tests are imported without a package (--import-mode=importlib), so a neighbour is loaded by its path.
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


AWKWARD_FRAMES = _load("awkward_frames").AWKWARD_FRAMES | _load("awkward_cells").MORE_AWKWARD_FRAMES
LARGE = ("hundred megabytes", "ten million", "ten thousand columns")
NAMES = [
    pytest.param(name, marks=pytest.mark.slow) if any(words in name for words in LARGE) else name
    for name in AWKWARD_FRAMES
]


def show_in_every_way(frame: pd.DataFrame, name: str) -> None:
    """Profile a frame, and draw, write and encode the result."""
    found = profile(frame)
    assert len(found.columns) == frame.shape[1]
    assert not [finding for finding in found.all_findings if finding.kind == "unreadable"]
    card = render_card(found, name)
    text = write_context(found, name=name, source=name)
    summary = text.split("\n\n")[1]
    assert 200 <= len(summary) <= 500
    for shown in (card, text, render_html(text), json.dumps(columns_info(found), allow_nan=False)):
        shown.encode("utf-8")
    assert repr(found)


@pytest.mark.parametrize("name", NAMES)
def test_an_awkward_frame_is_profiled_and_shown_without_an_exception_or_a_warning(name: str) -> None:
    frame = AWKWARD_FRAMES[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        show_in_every_way(frame, name)


def _cell_identities(frame: pd.DataFrame) -> list[list[int]]:
    columns = [frame.iloc[:, position] for position in range(frame.shape[1])]
    return [[id(cell) for cell in column.to_numpy()] for column in columns if column.dtype == object]


def _state(frame: pd.DataFrame) -> tuple[Any, ...]:
    """Return what may have changed: identities of cells and labels, and what they hold if it can be had."""
    try:
        held = pickle.dumps([list(frame.iloc[:, position]) for position in range(frame.shape[1])])
    except Exception:  # noqa: BLE001 - hostile cells can't be pickled; they are the same objects at least
        held = b""
    return (
        held,
        list(map(str, frame.dtypes)),
        frame.shape,
        _cell_identities(frame),
        [id(label) for label in frame.columns.to_numpy()] if frame.columns.dtype == object else None,
        dict(frame.attrs),
    )


@pytest.mark.parametrize("name", NAMES)
def test_profiling_leaves_cells_dtypes_and_labels_as_they_were(name: str) -> None:
    frame = AWKWARD_FRAMES[name]()
    before = _state(frame)
    show_in_every_way(frame, name)
    assert _state(frame) == before


def test_cells_that_raise_at_everything_leave_the_columns_beside_them_readable() -> None:
    bad, good = profile(AWKWARD_FRAMES["hostile beside good"]()).columns
    assert bad.count == 3
    assert (good.semantic_type, good.minimum, good.maximum) == ("identifier", 1, 3) or good.mean == 2.0


def test_a_column_that_can_not_be_read_is_a_finding_with_its_reason() -> None:
    class Broken(pd.api.extensions.ExtensionArray):
        """An array of a foreign dtype that refuses to be looked at."""

        dtype = pd.CategoricalDtype()

        def __len__(self) -> int:
            return 2

        def __getitem__(self, item: object) -> Any:
            msg = "the disk is gone"
            raise OSError(msg)

    class Frame(pd.DataFrame):
        @property
        def iloc(self) -> Any:
            good = super().iloc

            class Indexer:
                def __getitem__(self, key: Any) -> Any:
                    return Broken()[0] if key == (slice(None), 0) else good[key]

            return Indexer()

    found = profile(Frame({"a": [1, 2], "b": [1.5, 2.5]}))
    (finding,) = found.columns[0].findings
    assert finding.kind == "unreadable"
    assert "the disk is gone" in finding.message
    assert found.columns[1].mean == 2.0
    assert "could not be read" in write_context(found, name="t")


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.binary(max_size=5),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.decimals(),
    st.complex_numbers(),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
one_kind = st.sampled_from(
    [
        st.integers(),
        st.floats(),
        st.text(st.characters(), max_size=12),
        st.datetimes(),
        st.booleans(),
        st.dates(),
    ]
).flatmap(lambda kind: st.lists(st.one_of(st.none(), kind), min_size=6, max_size=6))
columns = st.one_of(st.lists(cells, min_size=6, max_size=6), one_kind)
labels = st.one_of(
    st.text(max_size=8), st.integers(), st.none(), st.sampled_from(["id", "price", "date", "email", "name"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(labels, columns), max_size=4))
def test_random_frames_are_profiled_shown_and_left_unchanged(table: list[tuple[Any, list[Any]]]) -> None:
    series = [_as_pandas_would(values) for _, values in table]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame()
    frame.columns = pd.Index([label for label, _ in table], dtype=object)
    before = pickle.dumps(frame)
    show_in_every_way(frame, "random")
    assert pickle.dumps(frame) == before


def _as_pandas_would(values: list[Any]) -> pd.Series[Any]:
    series = pd.Series(_as_objects(values), dtype=object)
    try:
        return series.infer_objects()
    except UnicodeError:  # pandas itself stumbles over lone surrogates; a frame holds them as objects
        return series


def _as_objects(values: list[Any]) -> Any:
    import numpy as np

    array = np.empty(len(values), dtype=object)
    array[:] = [None] * len(values)
    for position, value in enumerate(values):
        array[position] = value
    return array
