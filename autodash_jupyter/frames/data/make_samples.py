"""Makes the two samples that are invented: a messy table of orders, and a workbook of three sheets.

Run it from anywhere, ``python make_samples.py``: the same seed gives the same cells. It needs openpyxl,
and is no part of the package's code.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
SEED = 20_240_229

ORDER_COLUMNS = [
    "Order ID", "order date", "Customer e-mail", "Ciudad / Région", "Category", "category ", "Qty",
    "Unit Price (€)", "discount %", "Weight(kg)", "Lead time", "Postcode", "Paid?",
    "Übermittelt am", "comments",
]  # fmt: skip
CITIES = ["Lyon", "São Paulo", "Kraków", "Málaga", "Köln", "Aarhus", "Porto"]
CATEGORIES = {"Cheese": (4, 22), "Bread": (1, 7), "Flowers": (3, 35), "Honey": (5, 16), "Fish": (6, 42)}
FIRST_NAMES = [
    "ana",
    "bruno",
    "chloe",
    "dmitri",
    "elif",
    "farah",
    "goran",
    "hana",
    "ines",
    "jonas",
    "kofi",
    "lena",
]
COMMENTS = [
    "",
    "",
    "",
    "leave at the door",
    "gift, wrap it",
    'said "no plastic"',
    "call first",
    "two bags\nif heavy",
]
REGIONS = {"North": 1.0, "South": 1.3, "Islands": 0.45}
PRODUCTS = {"Espresso machine": 429.0, "Grinder": 189.5, "Kettle": 64.0, "Filter papers": 6.9}


def messy_orders() -> Iterator[list[str]]:
    """Yield about 300 rows of orders as a market stall's spreadsheet would have them."""
    chance = random.Random(SEED)
    kept: list[list[str]] = []
    for number in range(1, 295):
        row = _order(chance, number)
        kept.append(row)
        yield row
        if chance.random() < 0.03:  # a row pasted twice
            yield chance.choice(kept[-20:])


def _order(chance: random.Random, number: int) -> list[str]:
    day = date(2023, 3, 1) + timedelta(days=int(number * 1.1) + chance.randrange(4))
    category = chance.choice(list(CATEGORIES))
    price = chance.uniform(*CATEGORIES[category])
    quantity = chance.choice([1, 1, 1, 2, 2, 3, 4, 6, 12])
    sent = day + timedelta(days=chance.randrange(1, 9))
    person = chance.choice(FIRST_NAMES)
    return [
        f"MO-{number:05d}",
        chance.choice(
            [day.strftime("%d/%m/%Y"), day.strftime("%d/%m/%Y"), day.isoformat(), f"{day:%d %b %Y}"]
        ),
        _or(chance, f"{person}{chance.randrange(1, 30)}@example.com", 0.08, ["", "N/A"]),
        _or(chance, chance.choice(CITIES), 0.05, ["", "kraków", "KÖLN", "Lyon "]),
        chance.choice([category] * 6 + [category.upper(), category.lower(), f"{category}  "]),
        category[:2].upper(),
        _or(chance, str(quantity), 0.05, ["", "two", "-999"]),
        _price(chance, price),
        _or(chance, f"{chance.choice([0, 0, 5, 10, 15])}%", 0.1, ["", "n/a", "0.1"]),
        _or(chance, f"{quantity * chance.uniform(0.1, 1.8):.2f}", 0.06, ["-999", ""]),
        _or(chance, str(chance.randrange(1, 15)), 0.07, ["-999"]),
        f"{chance.randrange(1000, 98000):05d}",
        _or(chance, chance.choice(["yes", "no", "Yes", "Y", "TRUE"]), 0.06, [""]),
        "" if chance.random() < 0.35 else f"{sent:%d.%m.%Y}",
        chance.choice(COMMENTS),
    ]


def _or(chance: random.Random, value: str, share: float, others: list[str]) -> str:
    return chance.choice(others) if chance.random() < share else value


def _price(chance: random.Random, price: float) -> str:
    comma = f"{price:.2f}".replace(".", ",")
    return chance.choice([f"{comma} €", f"{comma} €", f"€{price:.2f}", comma, f"{price:.2f}", ""])


def sales_rows(region: str) -> Iterator[list[object]]:
    """Yield the header and the monthly sales of one region, as typed cells."""
    chance = random.Random(f"{SEED} {region}")
    yield ["month", "store code", "product", "units", "unit price", "revenue", "returned"]
    for month in range(1, 13):
        for store in range(1, 4):
            for product, price in PRODUCTS.items():
                season = 1.6 if month in {11, 12} else 1.0
                units = round(chance.uniform(4, 40) * REGIONS[region] * season * (60 / (price + 30)))
                returned = chance.choice([0, 0, 0, 1, None])
                yield [
                    datetime(2023, month, 1),
                    f"0{store}7",
                    product,
                    units,
                    price,
                    round(units * price, 2),
                    returned,
                ]


def write_samples(folder: Path) -> None:
    """Write ``market_orders.csv`` and ``regional_sales.xlsx`` into a folder."""
    import openpyxl  # type: ignore[import-untyped]  # it ships none

    with (folder / "market_orders.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ORDER_COLUMNS)
        writer.writerows(messy_orders())
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for region in REGIONS:
        sheet = workbook.create_sheet(region)
        for row in sales_rows(region):
            sheet.append(row)
    workbook.save(folder / "regional_sales.xlsx")


if __name__ == "__main__":
    write_samples(FOLDER)
