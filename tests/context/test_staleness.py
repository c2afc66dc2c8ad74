"""Which parts of a document a changed schema makes stale."""

from __future__ import annotations

from autodash_jupyter.context.validation import stale_parts
from autodash_jupyter.documents import ContextDocument

DOCUMENT = ContextDocument(
    name="sales",
    datasets=[{"dataset_id": "s1", "columns": ["price", "qty", "region"]}, "s2"],
    relationships=[
        {"left_dataset": "s1", "left_columns": ["region"], "right_dataset": "s2", "right_columns": ["region"]}
    ],
    metrics=[
        {"name": "Revenue", "expression": "SUM(Price * qty)"},
        {"name": "Elsewhere", "expression": "SUM(price)", "dataset_id": "s2"},
        {"name": "Rows", "expression": "COUNT(*)"},
    ],
    filters=[{"name": "North", "condition": "region = 'north'"}],
    business_rules=[{"name": "Sold", "condition": "qty > 0"}, "Prose about price"],
    glossary=[{"term": "Price", "related_columns": ["s1.price", "qty"]}],
)
BEFORE = {"price": "float64", "qty": "int64", "region": "str", "day": {"dtype": "datetime64[ns]"}}


def test_each_part_that_names_a_column_gone_is_found() -> None:
    found = stale_parts(
        DOCUMENT, "s1", BEFORE, {"price": "float64", "day": "datetime64[ns]", "area": "float64"}
    )
    assert found.change.removed == ("qty", "region")
    assert found.change.added == ("area",)
    assert [(part.path, part.column) for part in found.parts] == [
        ("datasets[s1].columns[qty]", "qty"),
        ("datasets[s1].columns[region]", "region"),
        ("metrics[revenue]", "qty"),
        ("filters[north]", "region"),
        ("business_rules[sold]", "qty"),
        ("relationships[s1(region) - s2(region)]", "region"),
        ("glossary[Price].related_columns", "qty"),
    ]
    assert all("is gone; correct it or take it out." in part.message for part in found.parts)


def test_a_column_renamed_is_guessed_and_said() -> None:
    after = {"unit_price": "float64", "qty": "int32", "Region": "str", "day": "datetime64[ns]"}
    found = stale_parts(DOCUMENT, "s1", BEFORE, after)
    assert found.change.renamed == (("price", "unit_price"), ("region", "Region"))
    assert found.change.retyped == (("qty", "int64", "int32"),)
    assert found.change.added == found.change.removed == ()
    assert str(found).splitlines()[:3] == [
        "~ price → unit_price (looks renamed)",
        "~ region → Region (looks renamed)",
        "~ qty: int64 → int32",
    ]
    assert "perhaps it is 'unit_price' now" in str(found)


def test_columns_of_another_type_arent_taken_for_renamed() -> None:
    found = stale_parts(DOCUMENT, "s1", {"price": "float64"}, {"prices": "str"})
    assert found.change.renamed == ()


def test_names_alone_are_enough_and_no_change_is_said() -> None:
    assert str(stale_parts(DOCUMENT, "s1", ["price", "qty"], ["qty", "price"])) == "No column changed."
    assert not stale_parts(DOCUMENT, "s1", ["price"], ["price", "more"])
    assert stale_parts(DOCUMENT, "s1", ["price"], ["price", "more"]).change
