"""Numbers as people write them, missing values, and words for yes and no."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from typing import Any

from zoo import Case, every


def column(
    about: str, values: list[str], wanted: list[Any], *, label: str = "value", said: str = "", mark: str = ";"
) -> Case:
    """Return a case of one column of interest beside one of letters, for which no value needs quotes."""
    rows = "".join(f"{chr(97 + at)}{mark}{value}\n" for at, value in enumerate(values))
    letters = [chr(97 + at) for at in range(len(values))]
    return Case(about, f"key{mark}{label}\n{rows}", {"key": letters, label: wanted}, said=said)


NUMBERS = [
    column("a decimal comma", ["1,5", "2,25"], [1.5, 2.25]),
    column("a decimal comma and points for thousands", ["1.234,5", "12,75", "1.000.000,00"], [1234.5, 12.75, 1_000_000]),
    column("commas for thousands", ["1,234.5", "12.75", "1,000,000.00"], [1234.5, 12.75, 1_000_000]),
    column("commas for thousands of whole numbers", ["1,234", "1,000,000", "7"], [1234, 1_000_000, 7], mark="\t"),
    column("points for thousands of whole numbers", ["1.234", "1.000.000", "7"], [1234, 1_000_000, 7], said="thousands"),
    column("apostrophes for thousands", ["1'234.50", "12'345.00"], [1234.5, 12345]),
    column("printed apostrophes for thousands", ["1’234", "12’345’678"], [1234, 12_345_678]),  # noqa: RUF001
    column("blanks for thousands", ["1 234,5", "12 345,75"], [1234.5, 12345.75]),
    column("blanks that break no line", ["1\xa0234", "12\xa0345\xa0678"], [1234, 12_345_678]),
    column("thin blanks", ["1\u202f234,5", "2,5"], [1234.5, 2.5]),
    column("underscores for thousands", ["1_234", "12_345_678"], [1234, 12_345_678]),
    column("groups of Indian numbers", ["12,34,567", "1,00,000", "5"], [1_234_567, 100_000, 5], mark="\t"),
    column("three decimals stay decimals", ["1.234", "2.500", "13.375"], [1.234, 2.5, 13.375], mark=","),
    column("a currency before", ["$1,234.50", "$2.00"], [1234.5, 2], said=r"\$"),
    column("a currency behind", ["1.234,50 €", "2,00 €"], [1234.5, 2], said="€"),
    column("a currency's name", ["USD 1,234.50", "USD 2.00"], [1234.5, 2], said="USD"),
    column("several currencies stay text", ["$5", "€6", "$7"], ["$5", "€6", "$7"], said="€"),
    column("percent", ["12%", "7.5%"], [12, 7.5], said="%|percent"),
    column("percent and a comma", ["12,5 %", "7 %"], [12.5, 7], said="%|percent"),
    column("brackets for a minus", ["(1,234)", "56"], [-1234, 56], mark="\t", said="minus"),
    column("brackets around a currency", ["($1,234.50)", "$5.00"], [-1234.5, 5], said="minus"),
    column("a minus behind", ["12-", "5", "7.5-"], [-12, 5, -7.5], said="minus"),
    column("a minus before the currency", ["-$5.00", "$6.00"], [-5, 6]),
    column("a minus behind the currency", ["$-5.00", "$6.00"], [-5, 6]),
    column("a printed minus", ["−5", "6"], [-5, 6]),
    column("a plus", ["+5", "-6", "+7.5"], [5, -6, 7.5]),
    column("scientific", ["1e3", "2.5E-4", "-1E+2"], [1000, 0.00025, -100]),
    column("scientific with a comma", ["1,5e3", "2,5E-4"], [1500, 0.00025]),
    column("a point first", [".5", "-.25"], [0.5, -0.25]),
    column("a point last", ["5.", "6."], [5, 6]),
    column("leading zeros stay text", ["007", "042", "123"], ["007", "042", "123"]),
    column("postal codes", ["01067", "80331", "20095"], ["01067", "80331", "20095"], label="zip"),
    column("zeros before a point are numbers", ["0.5", "00.5", "1.5"], [0.5, 0.5, 1.5]),
    column("zero alone", ["0", "10", "0"], [0, 10, 0]),
    column("64 bits", ["9223372036854775807", "-9223372036854775808", "1"],
           [9223372036854775807, -9223372036854775808, 1]),
    column("64 bits with a gap", ["9223372036854775807", "", "1"], [9223372036854775807, None, 1]),
    column("64 bits without a sign", ["18446744073709551615", "1"], [18446744073709551615, 1]),
    column("beyond 64 bits stays exact text", ["123456789012345678901234567890", "5"],
           ["123456789012345678901234567890", "5"], said="digits"),
    column("many decimals", ["0.1234567890123456", "2.5"], [0.1234567890123456, 2.5]),
    column("whole numbers with gaps", ["1", "", "3"], [1, None, 3]),
    column("infinity", ["1.5", "inf", "-inf"], [1.5, float("inf"), float("-inf")]),
    column("a number and a word", ["1", "2", "3", "4", "five"], ["1", "2", "3", "4", "five"], said="five"),
    column("units in the cells stay text", ["5 kg", "7 kg"], ["5 kg", "7 kg"]),
    column("phone numbers", ["+49 30 1234567", "+49 89 7654321"], ["+49 30 1234567", "+49 89 7654321"], label="phone"),
    column("long numbers that are names", ["4111111111111111", "5500000000000004"],
           [4111111111111111, 5500000000000004], label="id"),
    column("versions", ["1.2.3", "1.10.0"], ["1.2.3", "1.10.0"]),
    column("addresses of machines", ["192.168.0.1", "10.0.0.255"], ["192.168.0.1", "10.0.0.255"]),
    column("ranges", ["1-5", "6-10"], ["1-5", "6-10"]),
    column("fractions", ["1/2", "3/4"], ["1/2", "3/4"]),
    column("hexadecimals", ["0x1F", "0x2A"], ["0x1F", "0x2A"]),
    column("codes with an E stay text with others", ["1E5", "2A7", "3B9"], ["1E5", "2A7", "3B9"]),
    column("blanks around numbers", [" 5", "6 ", " 7 "], [5, 6, 7]),
    column("coordinates", ["52,5200", "13,4050"], [52.52, 13.405]),
    column("quoted numbers with commas", ['"1,234"', '"5,678"'], [1234, 5678], mark=","),
    column("quoted decimal commas", ['"1,5"', '"2,75"'], [1.5, 2.75], mark=","),
]  # fmt: skip

MISSING = [
    column("empty cells among words", ["x", "", "z"], ["x", None, "z"]),
    column("NA among numbers", ["1", "NA", "3"], [1, None, 3]),
    column("N/A among numbers", ["1", "N/A", "3"], [1, None, 3]),
    column("null among numbers", ["1", "null", "3"], [1, None, 3]),
    column("NULL among words", ["x", "NULL", "z"], ["x", None, "z"]),
    column("a dash among numbers", ["1", "-", "3"], [1, None, 3], said="missing"),
    column("a question mark among numbers", ["1", "?", "3"], [1, None, 3], said="missing"),
    column("a point among numbers", ["1", ".", "3"], [1, None, 3], said="missing"),
    column("n.a. among numbers", ["1", "n.a.", "3"], [1, None, 3], said="missing"),
    column("k. A. among numbers", ["1", "k.A.", "3"], [1, None, 3], said="missing"),
    column("#N/A from Excel", ["1.5", "#N/A", "#DIV/0!"], [1.5, None, None]),
    column("\\N from a database", ["1", "\\N", "3"], [1, None, 3]),
    column("missing among dates", ["2024-01-31", "NA", "2024-03-01"], ["<2024-01-31T00:00:00>", None, "<2024-03-01T00:00:00>"]),
    column("a dash among dates", ["2024-01-31", "-", "2024-03-01"], ["<2024-01-31T00:00:00>", None, "<2024-03-01T00:00:00>"]),
    column("-999 stays a number", ["1", "-999", "3"], [1, -999, 3]),
    column("nothing at all", ["", "", ""], [None, None, None]),
    column("Namibia", ["DE", "NA", "FR", "US", "GB", "ZA"], ["DE", "NA", "FR", "US", "GB", "ZA"], label="country_code", said="NA"),
    column("None as a word", ["None", "Mild", "Severe", "Mild", "None"], ["None", "Mild", "Severe", "Mild", "None"],
           label="severity", said="None"),
    column("the name Null", ["Smith", "Null", "Jones"], ["Smith", "Null", "Jones"], label="surname", said="Null"),
    column("unknown among words is a word", ["red", "unknown", "blue"], ["red", "unknown", "blue"]),
    column("blanks alone are missing", ["x", "   ", "z"], ["x", None, "z"]),
]  # fmt: skip

FLAGS = [
    column("true and false", ["true", "false", "true"], [True, False, True]),
    column("TRUE and FALSE", ["TRUE", "FALSE", "TRUE"], [True, False, True]),
    column("true in several spellings", ["True", "FALSE", "true"], [True, False, True]),
    column("yes and no", ["yes", "no", "Yes"], [True, False, True]),
    column("y and n", ["Y", "N", "Y"], [True, False, True]),
    column("ja and nein", ["ja", "nein", "ja"], [True, False, True]),
    column("oui and non", ["oui", "non", "oui"], [True, False, True]),
    column("sí and no", ["sí", "no", "sí"], [True, False, True]),
    column("wahr and falsch", ["WAHR", "FALSCH", "WAHR"], [True, False, True]),
    column("flags with gaps", ["true", "", "false"], [True, None, False]),
    column("zeros and ones stay numbers", ["0", "1", "1"], [0, 1, 1]),
    column("yes, no and maybe stay words", ["yes", "no", "maybe"], ["yes", "no", "maybe"]),
    column("on and off", ["on", "off", "on"], [True, False, True]),
    column("yes alone stays a word", ["yes", "yes", "yes"], ["yes", "yes", "yes"]),
    column("true alone", ["true", "true"], [True, True]),
    column("true and yes mixed stay words", ["true", "no", "yes"], ["true", "no", "yes"]),
    column("sexes are no flags", ["m", "f", "m"], ["m", "f", "m"]),
]  # fmt: skip


@every(NUMBERS)
def test_numbers_are_quantities_or_text(case, tmp_path):
    case.check(tmp_path)


@every(MISSING)
def test_missing_values_are_told_from_words(case, tmp_path):
    case.check(tmp_path)


@every(FLAGS)
def test_flags_are_told_from_words(case, tmp_path):
    case.check(tmp_path)
