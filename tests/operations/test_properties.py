"""Random tables and parameters from each model's schema: a whole result or one line, the input as it was."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from autodash_jupyter.operation_records import Operation
from autodash_jupyter.operations import OperationError, TableOperation, operations, run_operation
from autodash_jupyter.operations.command_line import describe_operation

NAMES = [
    "price",
    "day",
    "city",
    "",
    "a b",
    "it's",
    '"',
    "count",
    "column",
    "__class__",
    "x\ny",
    "<b>",
    "größe",
    0,
    1,
]
EXPRESSIONS = ["price > 1", "price * 2", "1 = 1", "upper(city)", "nope + 1", "(", "'x'", '"a b" is null', ""]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
WORDS = st.sampled_from(["a", "b", "", " a ", "1", "2.5", "true", "2024-02-30", "2024-02-29", "ß", "\ud7ff"])


def columns_of(rows: int) -> st.SearchStrategy[Any]:
    def column(cells: st.SearchStrategy[Any], **options: Any) -> st.SearchStrategy[Any]:
        return st.lists(cells, min_size=rows, max_size=rows).map(lambda values: pd.Series(values, **options))

    small = st.integers(-3, 3)
    floats = st.one_of(st.none(), st.floats(width=32), small.map(float))
    times = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2040, 1, 1))
    return st.one_of(
        column(small, dtype="int64"),
        column(st.integers(0, 255), dtype="uint8"),
        column(floats, dtype="float64"),
        column(st.one_of(st.none(), small), dtype="Int64"),
        column(st.booleans(), dtype="bool"),
        column(st.one_of(st.none(), st.booleans()), dtype="boolean"),
        column(st.one_of(st.none(), WORDS), dtype="str"),
        column(st.one_of(st.none(), WORDS), dtype="category"),
        column(st.one_of(st.none(), times), dtype="datetime64[us]"),
        column(
            st.one_of(st.none(), times.map(lambda one: one.replace(tzinfo=dt.UTC))),
            dtype="datetime64[us, UTC]",
        ),
        column(st.one_of(st.none(), small, WORDS, st.just([1])), dtype="object"),
        column(st.timedeltas(dt.timedelta(0), dt.timedelta(9)), dtype="timedelta64[us]"),
    )


@st.composite
def frames(draw: Any) -> pd.DataFrame:
    rows = draw(st.integers(0, 8))
    names = draw(st.lists(st.sampled_from(NAMES), max_size=5, unique=True))
    made = {name: draw(columns_of(rows)) for name in names}
    frame = pd.DataFrame(made, index=pd.RangeIndex(rows))
    if rows and draw(st.booleans()):
        frame.index = pd.Index(draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows)), name="price")
    if len(names) > 1 and draw(st.integers(0, 9)) == 0:
        frame.columns = [names[0], *names[:-1]]
    frame.attrs["source"] = {"of": ["a test"]}
    return frame


def values_of(schema: dict[str, Any], frame: pd.DataFrame, role: str) -> st.SearchStrategy[Any]:  # noqa: PLR0911
    """Values that a JSON schema allows, and now and then one it doesn't."""
    if "anyOf" in schema:
        return st.one_of(*(values_of(each, frame, role) for each in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], "nonsense"])
    kind = schema.get("type")
    labels = [label if isinstance(label, str | int) else str(label) for label in frame.columns]
    if kind == "array":
        return st.lists(
            values_of(schema["items"], frame, role), min_size=schema.get("minItems", 0), max_size=3
        )
    if kind == "object":
        keys = st.sampled_from([*labels, "nope"])
        return st.dictionaries(keys, values_of(schema["additionalProperties"], frame, "plain"), max_size=3)
    if role == "column" and kind in ("string", "integer"):
        fitting = [label for label in labels if isinstance(label, str) == (kind == "string")]
        return st.sampled_from([*fitting * 4, "nope"])
    if role == "table":
        return st.just("other")
    if role == "expression":
        return st.sampled_from(EXPRESSIONS)
    if kind == "integer":
        return st.integers(schema.get("minimum", -9), min(schema.get("maximum", 9), 9))
    if kind == "number":
        return st.floats(schema.get("minimum", -9), schema.get("maximum", 9))
    return {"boolean": st.booleans(), "null": st.none(), "string": WORDS}[str(kind)]


@st.composite
def cases(draw: Any, operation: TableOperation) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    frame, other = draw(frames()), draw(frames())
    if draw(st.booleans()):
        other = frame.iloc[::-1]
    schema = operation.parameters.model_json_schema()
    given_parameters = {}
    for name, field in schema["properties"].items():
        if name in schema.get("required", ()) or draw(st.booleans()):
            given_parameters[name] = draw(values_of(field, frame, field["x-role"]))
    return frame, other, given_parameters


def is_whole(frame: pd.DataFrame) -> bool:
    return all(len(frame.iloc[:, position]) == len(frame.index) for position in range(len(frame.columns)))


@pytest.mark.parametrize("name", sorted(operations()))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(data=st.data())
def test_any_parameters_give_a_whole_result_or_one_line(name: str, data: Any) -> None:
    frame, other, parameters = data.draw(cases(operations()[name]))
    before, other_before = frame.copy(deep=True), other.copy(deep=True)
    try:
        applied = run_operation(name, frame, parameters, table_of=lambda _: other)
    except OperationError as error:
        message = str(error)
        assert message
        assert "\n" not in message
    else:
        assert is_whole(applied.frame)
        assert applied.frame is not frame
        assert "\n" not in applied.operation.change_summary
        assert Operation.from_record(applied.operation.as_record()) == applied.operation
        assert applied.frame.attrs == before.attrs
        if len(applied.frame) and len(applied.frame.columns):
            applied.frame.iloc[0, 0] = applied.frame.iloc[
                -1, 0
            ]  # a write into the result reaches nothing else
    assert_frame_equal(frame, before)
    assert frame.attrs == before.attrs
    assert_frame_equal(other, other_before)


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_operation_has_a_schema_a_sentence_and_an_example(name: str) -> None:
    operation = operations()[name]
    schema = operation.parameters.model_json_schema()
    assert schema["additionalProperties"] is False
    assert all(field["description"] for field in schema["properties"].values())
    assert ">>> " in (operation.function.__doc__ or "")
    assert operation.summary.endswith(".")
    assert f"%op sales {name}" in describe_operation(operation)


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(OperationError, match="finite"):
        run_operation("remove_outliers", pd.DataFrame({"a": [1.0, None]}), {"threshold": math.inf})
