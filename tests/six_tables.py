"""Six tables of different trades, and a short notation for what a sentence about them should give."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from autodash_jupyter.charts.intent import ChartIntent

ROWS = 480


@cache
def tables() -> dict[str, pd.DataFrame]:
    """Return the tables by name; their values are made up, and the same in each run."""
    chance = np.random.default_rng(7)

    def pick(*values: str) -> Any:
        return chance.choice(values, ROWS)

    def days(first: str, count: int) -> Any:
        """Return days of the span, its first and its last among them."""
        counted = np.append(chance.integers(0, count, ROWS - 2), [0, count - 1])
        return pd.Timestamp(first) + pd.to_timedelta(counted, unit="D")

    return {
        "sales": pd.DataFrame(
            {
                "order_date": days("2021-01-01", 3 * 365),
                "region": pick("North", "South", "East", "West"),
                "productCategory": pick("Furniture", "Toys", "Phones", "Office Supplies"),
                "unit_price": chance.gamma(3, 20, ROWS).round(2),
                "qty": chance.integers(1, 40, ROWS),
                "revenue_eur": chance.gamma(4, 90, ROWS).round(2),
                "discountPct": chance.random(ROWS).round(3),
                "cust_id": chance.integers(1000, 1300, ROWS),
                "sales_rep": pick("Ann", "Bob", "Carla", "Dmitri", "Eve", "Farid"),
                "city": pick(*[f"Town {number}" for number in range(40)]),
            }
        ),
        "clinic": pd.DataFrame(
            {
                "PatientID": np.arange(ROWS) + 5000,
                "visit_date": days("2022-01-01", 365),
                "department": pick("Cardiology", "Oncology", "Neurology", "Pediatrics"),
                "age": chance.integers(1, 95, ROWS),
                "gender": pick("female", "male"),
                "diagnosis": pick("asthma", "diabetes", "migraine", "fracture", "influenza"),
                "wait_min": chance.integers(0, 180, ROWS),
                "bill_amt": chance.gamma(2, 200, ROWS).round(2),
                "systolicBP": chance.integers(90, 190, ROWS),
                "insurer": pick("Helvetia", "Axa", "Allianz"),
            }
        ),
        "flights": pd.DataFrame(
            {
                "flight_date": days("2019-01-01", 4 * 365),
                "carrier": pick("Lufthansa", "Ryanair", "Iberia", "KLM"),
                "origin_airport": pick("Berlin", "Madrid", "Oslo", "Rome", "Paris"),
                "dest_airport": pick("London", "Lisbon", "Vienna", "Athens"),
                "dep_delay_min": chance.integers(-10, 200, ROWS),
                "distance_km": chance.integers(300, 4000, ROWS),
                "passengers": chance.integers(40, 320, ROWS),
                "aircraftType": pick("A320", "B737", "E190"),
                "fuel_burn_kg": chance.gamma(5, 600, ROWS).round(1),
            }
        ),
        "school": pd.DataFrame(
            {
                "student_no": np.arange(ROWS) + 1,
                "grade_level": chance.integers(7, 13, ROWS),
                "subject": pick("Maths", "Physics", "History", "Art"),
                "teacher": pick("Ms Kaur", "Mr Olsen", "Mrs Diaz"),
                "exam_score": chance.normal(65, 14, ROWS).round(1),
                "homework_hours": chance.gamma(2, 2, ROWS).round(1),
                "absences": chance.integers(0, 30, ROWS),
                "enrol_year": chance.integers(2015, 2024, ROWS),
                "house": pick("Red", "Blue", "Green"),
            }
        ),
        "sensors": pd.DataFrame(
            {
                "timestamp": pd.date_range("2023-03-01", periods=ROWS, freq="3h"),
                "sensorId": pick("S-01", "S-02", "S-03", "S-04"),
                "room": pick("Kitchen", "Laboratory", "Office", "Hall"),
                "temperature_c": chance.normal(21, 3, ROWS).round(2),
                "humidityPct": chance.normal(45, 8, ROWS).round(1),
                "co2_ppm": chance.integers(380, 1500, ROWS),
                "battery_voltage": chance.normal(3.6, 0.2, ROWS).round(3),
                "status": pick("ok", "warning", "failure"),
                "firmware": pick("v1.2", "v1.3", "v2.0"),
            }
        ),
        "homes": pd.DataFrame(
            {
                "listing_id": np.arange(ROWS) + 90_000,
                "listed_on": days("2020-01-01", 4 * 365),
                "neighbourhood": pick("Riverside", "Old Town", "Hillcrest", "Harbour"),
                "propertyType": pick("flat", "house", "studio", "villa"),
                "asking_price": chance.gamma(5, 60_000, ROWS).round(-2),
                "floor_area_sqm": chance.gamma(6, 15, ROWS).round(1),
                "bedrooms": chance.integers(1, 7, ROWS),
                "year_built": chance.integers(1900, 2021, ROWS),
                "energy_label": pick(*"ABCDEFG"),
                "agent": pick("Silva", "Novak", "Okafor", "Lind", "Moreau"),
                "daysOnMarket": chance.integers(1, 300, ROWS),
            }
        ),
    }


def notation(intent: ChartIntent, conditions: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return an intent in one line: ``bar x=region:-y y=mean(price) top 3 where qty > 5``.

    A metric that is no plain aggregate stands by its name, a named filter by its condition in ``conditions``.
    """
    shown = [f"{channel}={_channel(each.as_dict())}" for channel, each in intent.encoding.items()]
    kept = sorted(
        conditions.get(each["filter"].get("param", "")) or _predicate(each["filter"])
        for each in intent.transform
    )
    limit = f" top {intent.limit}" if intent.limit is not None else ""
    return f"{intent.mark} {' '.join(shown)}{limit}" + (f" where {' and '.join(kept)}" if kept else "")


def _channel(encoding: dict[str, Any]) -> str:
    name = str(encoding.get("field", encoding.get("metric", "")))
    text = f"{encoding['aggregate']}({name})" if "aggregate" in encoding else name
    bins = encoding.get("bin")
    if bins:
        text += ":bins" if bins == {"maxbins": 10.0} else "".join(f":{kind}{n:g}" for kind, n in bins.items())
    stack = {"normalize": ":shares", False: ":grouped"}.get(encoding.get("stack"), "")  # type: ignore[call-overload]
    return text + "".join(f":{encoding[each]}" for each in ("timeUnit", "sort") if encoding.get(each)) + stack


def _predicate(predicate: dict[str, Any]) -> str:
    if "not" in predicate:
        return f"not {_predicate(predicate['not'])}"
    name = predicate["field"]
    signs = {"equal": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
    for operator, sign in signs.items():
        if operator in predicate:
            return f"{name} {sign} {_value(predicate[operator])}"
    if "oneOf" in predicate:
        return f"{name} in {'|'.join(map(_value, predicate['oneOf']))}"
    low, high = predicate["range"]
    return f"{name} from {_value(low)} to {_value(high)}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        parts = [f"{value['year']}", *(f"{value[each]:02d}" for each in ("month", "date") if each in value)]
        return "-".join(parts)
    return f"{value:g}" if isinstance(value, float) else str(value)
