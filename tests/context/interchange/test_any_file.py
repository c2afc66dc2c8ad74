"""Whatever a file holds, it is read, or refused in one line; and what was in it is mapped or listed."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodash_jupyter.context.interchange import read_cortex, read_dbt, write_cortex, write_dbt
from autodash_jupyter.documents import ContextDocument
from autodash_jupyter.errors import InvalidContextError

_WORDS = """
name tables dimensions time_dimensions facts measures metrics filters relationships
relationship_columns expr synonyms base_table verified_queries question semantic_models models
semantic_model columns entities entity type type_params measure numerator denominator agg agg_params
percentile filter config meta model defaults dimension granularity input_metrics derived_semantics
description label left_table left_column strange
"""
_KEYS = st.sampled_from(_WORDS.split())
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["a", "b", "SUM(a)", "sum", "", "a.b", "a/b", "("])
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=40,
)
_FILES = st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=6)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_FILES)
def test_any_file_is_read_or_refused_in_one_line(values: dict[str, object]) -> None:
    text = json.dumps(values)
    for read in (read_cortex, read_dbt):
        try:
            imported = read(text)
        except InvalidContextError as error:
            assert "\n" not in str(error)  # noqa: PT017 - it may also be read
        else:
            assert isinstance(imported.document, ContextDocument)
            lost = [each for each in imported.unmapped if each.startswith("strange")]
            assert bool(lost) == (values.get("strange") not in (None, "", [], {}))


@pytest.mark.parametrize("write", [write_cortex, write_dbt])
def test_an_empty_document_goes_out(write: object) -> None:
    assert callable(write)
    assert write(ContextDocument(name="empty")).text


@pytest.mark.parametrize("write", [write_cortex, write_dbt])
def test_parts_of_no_known_dataset_are_listed(write: object) -> None:
    assert callable(write)
    document = ContextDocument(
        name="sales",
        datasets=[{"dataset_id": "a", "columns": ["x"]}, {"dataset_id": "b", "columns": ["y"]}],
        metrics=[
            {"name": "M", "expression": "SUM(z)"},
            {"name": "N", "expression": "SUM(y)"},
            {"name": "O", "expression": "SUM((", "dataset_id": ""},
            {"name": "P", "expression": "SUM(x)", "dataset_id": "elsewhere"},
        ],
        filters=[{"name": "F", "condition": "z > 1"}],
    )
    left_out = [each.partition(":")[0] for each in write(document).left_out]
    assert {"metrics[m]", "metrics[o]", "metrics[p]", "filters[f]"} <= set(left_out)
    assert "metrics[n]" not in left_out
