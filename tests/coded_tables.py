"""The six tables as exports name their columns, with what their contexts say, and sentences about them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from six_tables import notation, tables

from autodash_jupyter.charts.intent import ChartIntent

SENTENCES = Path(__file__).parent / "charts" / "sentences_with_context.txt"

# Code in the export: the column of tests/six_tables.py, the business name and its synonyms.
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "sales": {
        "dt_ord": ("order_date", "Order date"),
        "c2_reg": ("region", "Sales territory", "market"),
        "kat_cd": ("productCategory", "Product line", "assortment"),
        "amt_net": ("unit_price", "List price"),
        "q_1": ("qty", "Units sold", "volume"),
        "amt_gr": ("revenue_eur", "Gross amount"),
        "rab": ("discountPct", "Discount", "rebate"),
        "kd_nr": ("cust_id", "Client"),
        "vb_kz": ("sales_rep", "Account manager", "salesperson"),
        "ort": ("city", "Store location"),
    },
    "clinic": {
        "pid": ("PatientID", "Patient number"),
        "d_adm": ("visit_date", "Admission date"),
        "abt": ("department", "Department", "ward"),
        "c1_age": ("age", "Age of patient"),
        "c2_sex": ("gender", "Gender"),
        "icd_txt": ("diagnosis", "Diagnosis", "illness"),
        "t_wt": ("wait_min", "Waiting time"),
        "amt_inv": ("bill_amt", "Invoice", "charge"),
        "v_sys": ("systolicBP", "Blood pressure"),
        "kk": ("insurer", "Insurer", "health fund", "payer"),
    },
    "flights": {
        "dep_dt": ("flight_date", "Flight date"),
        "al_cd": ("carrier", "Airline"),
        "apt_from": ("origin_airport", "Origin", "departure airport"),
        "apt_to": ("dest_airport", "Destination"),
        "dly1": ("dep_delay_min", "Delay", "lateness"),
        "dst": ("distance_km", "Distance", "flight length"),
        "pax": ("passengers", "Passengers", "travellers"),
        "ac_typ": ("aircraftType", "Aircraft", "plane type"),
        "fb_kg": ("fuel_burn_kg", "Fuel burn", "kerosene"),
    },
    "school": {
        "s_no": ("student_no", "Student number"),
        "jg": ("grade_level", "Class level", "form"),
        "fach": ("subject", "Subject", "course"),
        "lk": ("teacher", "Teacher", "tutor"),
        "p1": ("exam_score", "Exam score", "marks"),
        "h_hw": ("homework_hours", "Study time", "homework"),
        "fz": ("absences", "Absences", "missed days"),
        "hs": ("house", "House"),
    },
    "sensors": {
        "ts": ("timestamp", "Time of reading"),
        "dev": ("sensorId", "Device", "probe"),
        "loc_3": ("room", "Room", "place"),
        "ch1": ("temperature_c", "Temperature", "warmth"),
        "ch2": ("humidityPct", "Humidity", "moisture"),
        "ch3": ("co2_ppm", "Carbon dioxide"),
        "u_bat": ("battery_voltage", "Battery voltage"),
        "st": ("status", "State"),
        "fw": ("firmware", "Software version"),
    },
    "homes": {
        "lid": ("listing_id", "Listing number"),
        "d_lst": ("listed_on", "Listing date"),
        "qt": ("neighbourhood", "Neighbourhood", "district"),
        "obj_art": ("propertyType", "Property type", "kind of home"),
        "p_ask": ("asking_price", "Asking price", "offer"),
        "wfl": ("floor_area_sqm", "Living space", "floor area"),
        "zi": ("bedrooms", "Bedrooms"),
        "ek": ("energy_label", "Energy class", "efficiency"),
        "mk": ("agent", "Broker", "estate agent"),
        "dom": ("daysOnMarket", "Days on market", "time to sell"),
    },
}


def _part(condition: str) -> str:
    return f"AVG(CASE WHEN {condition} THEN 1.0 ELSE 0.0 END)"


# Name and synonyms: expression or condition.
METRICS: dict[str, dict[tuple[str, ...], str]] = {
    "sales": {
        ("Revenue", "turnover"): "SUM(amt_gr)",
        ("Revenue per client",): "SUM(amt_gr) / COUNT(DISTINCT kd_nr)",
    },
    "clinic": {("Income", "billings"): "SUM(amt_inv)", ("Long wait rate",): _part("t_wt > 60")},
    "flights": {
        ("Occupancy", "load factor"): "SUM(pax) * 1.0 / (320 * COUNT(*))",
        ("Punctuality",): _part("dly1 <= 15"),
        ("Traffic",): "SUM(pax)",
    },
    "school": {("Pass rate",): _part("p1 >= 50"), ("Attainment", "results"): "AVG(p1)"},
    "sensors": {
        ("Failure rate",): _part("st = 'failure'"),
        ("Peak temperature",): "MAX(ch1)",
        ("Uptime",): _part("st = 'ok'"),
    },
    "homes": {
        ("Price per square metre",): "SUM(p_ask) / SUM(wfl)",
        ("Stock value", "portfolio"): "SUM(p_ask)",
    },
}
FILTERS: dict[str, dict[tuple[str, ...], str]] = {
    "sales": {("Bulk orders",): "q_1 >= 20", ("Heavily discounted orders",): "rab > 0.5"},
    "clinic": {
        ("Seniors", "elderly patients"): "c1_age >= 65",
        ("Hypertensive patients",): "v_sys > 140",
    },
    "flights": {("Long-haul flights",): "dst > 3000", ("Late departures",): "dly1 > 60"},
    "school": {("Struggling pupils",): "p1 < 50", ("Truants",): "fz > 20"},
    "sensors": {("Stuffy air",): "ch3 > 1000", ("Healthy devices",): "st = 'ok'"},
    "homes": {("Family homes",): "zi >= 4", ("Slow sellers",): "dom > 180"},
}


@cache
def coded_tables() -> dict[str, pd.DataFrame]:
    """Return the tables under the names that an export gives their columns."""
    return {
        name: pd.DataFrame({code: tables()[name][said[0]] for code, said in columns.items()})
        for name, columns in COLUMNS.items()
    }


def context(table: str) -> dict[str, Any]:
    """Return the context of a table: names and synonyms of its columns, metrics, named filters."""
    columns = [
        {"name": code, "business_name": said[1], "synonyms": list(said[2:])}
        for code, said in COLUMNS[table].items()
    ]
    return {
        "name": table,
        "datasets": [{"id": table, "columns": columns}],
        "metrics": [
            {"name": name, "synonyms": others, "expression": text}
            for (name, *others), text in METRICS[table].items()
        ],
        "filters": [
            {"name": name, "synonyms": others, "condition": text}
            for (name, *others), text in FILTERS[table].items()
        ],
    }


def sentences() -> Iterator[tuple[str, str, str]]:
    """Go through the sentences with the table each is about and the chart its speaker has in mind."""
    table = ""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        elif " => " in line:
            sentence, _, expected = line.partition(" => ")
            yield table, sentence, expected


def meant(table: str, intent: ChartIntent) -> str:
    """Return an intent in one line, a named filter as the condition it stands for."""
    conditions = {name: text.replace("'", "") for (name, *_), text in FILTERS[table].items()}
    return notation(intent, conditions)
