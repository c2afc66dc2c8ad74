"""References between tables are found by inclusion, and chance is not taken for one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autodash_jupyter.profiling import find_foreign_keys

random = np.random.default_rng(2)
CUSTOMERS = pd.DataFrame({"id": range(1, 201), "country_code": random.choice(["NO", "IT", "PE"], 200)})
ORDERS = pd.DataFrame(
    {
        "order_no": range(1, 601),
        "customer_id": random.integers(1, 201, 600),
        "quantity": random.integers(1, 20, 600),
        "sku": random.choice([f"SKU-{n:04d}" for n in range(90)], 600),
    }
)
PRODUCTS = pd.DataFrame({"sku": [f"SKU-{n:04d}" for n in range(100)], "price": random.gamma(2, 10, 100)})
COUNTRIES = pd.DataFrame(
    {"country_code": ["NO", "IT", "PE", "FR"], "name": ["Norway", "Italy", "Peru", "France"]}
)


def links(**frames: object) -> set[tuple[str, str, str, str]]:
    return {(f.table, f.column, f.key_table, f.key_column) for f in find_foreign_keys(frames)}


def test_references_are_found_by_values_and_names() -> None:
    found = links(customers=CUSTOMERS, orders=ORDERS, products=PRODUCTS, countries=COUNTRIES)
    assert found == {
        ("orders", "customer_id", "customers", "id"),
        ("orders", "sku", "products", "sku"),
        ("customers", "country_code", "countries", "country_code"),
    }


def test_small_numbers_refer_to_no_row_count_by_chance() -> None:
    assert links(orders=ORDERS[["order_no", "quantity"]], customers=CUSTOMERS[["id"]]) == set()


def test_a_value_the_key_lacks_is_told_in_the_share_and_many_end_the_reference() -> None:
    few = ORDERS.assign(sku=ORDERS["sku"].where(ORDERS.index > 0, "SKU-0050x"))
    (link,) = find_foreign_keys({"orders": few[["order_no", "sku"]], "products": PRODUCTS})
    assert 0.98 <= link.inclusion < 1
    many = ORDERS.assign(sku=[f"SKU-{n % 180:04d}" for n in range(600)])
    assert links(orders=many[["order_no", "sku"]], products=PRODUCTS) == set()


def test_integers_refer_to_floats_and_other_engines_tables() -> None:
    pl = pytest.importorskip("polars")
    orders = ORDERS.assign(customer_id=ORDERS["customer_id"].astype(float))
    orders.loc[3, "customer_id"] = np.nan
    found = links(customers=pl.from_pandas(CUSTOMERS), orders=orders)
    assert ("orders", "customer_id", "customers", "id") in found


def test_columns_that_can_not_be_compared_are_passed_over() -> None:
    odd = pd.DataFrame({"x": [[1], [2]], "y": [1j, 2j], "z": [object(), object()]})
    assert links(odd=odd, customers=CUSTOMERS) == set()
