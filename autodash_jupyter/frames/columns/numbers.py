"""Columns of digits: which of them are quantities, and what commas, points, signs and units in them mean."""

from __future__ import annotations

import re
from dataclasses import replace

import pyarrow as pa

from autodash_jupyter.frames.columns.values import TypedColumn, cast, matches, without_markers
from autodash_jupyter.frames.naming import printable
from autodash_jupyter.frames.tables import ArrowColumn

__all__ = ["read_numbers"]

LARGEST_SURELY_EXACT = 1e15
CODE = r"^[+-]?(0[0-9]+$|0[xX])|^\+[0-9]{7,}$"
TOO_MANY_DIGITS = "more digits than a number holds exactly, so it stays text"
FEWEST_NUMBERS_WORTH_TELLING = 0.8

CURRENCY = (
    r"US\$|R\$|A\$|C\$|NZ\$|HK\$|[$€£¥₹₽₩₺₫₴฿₪¢₦]|zł|Kč|Ft|kr\.?|Rs\.?|лв|руб\.?|"  # noqa: RUF001 - Cyrillic
    "EUR|USD|GBP|CHF|JPY|CNY|INR|RUB|PLN|CZK|HUF|SEK|NOK|DKK|CAD|AUD|NZD|BRL|MXN|ZAR|TRY|KRW|SGD|HKD|ILS|Euro|euro"
)
UNIT = rf"{CURRENCY}|[%‰]"
SPACES = " \u00a0\u2009\u202f"  # a common one, one that breaks no line, two thin ones
DIGITS = rf"(?:[0-9](?:[0-9.,'’_{SPACES}]*[0-9.,])?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"  # noqa: RUF001
QUANTITY = (
    rf"^(?P<open>\()?(?P<sign>[+-])?[{SPACES}]*(?P<before>{UNIT})?[{SPACES}]*(?P<inner>[+(-])?[{SPACES}]*"
    rf"(?P<digits>{DIGITS})[{SPACES}]*(?P<after>{UNIT})?[{SPACES}]*(?P<trailing>-)?(?P<close>\))?$"
)
NAMES_OF_NUMBERS_TO_CALL = re.compile(r"phone|mobile|fax|\btel|iban|siren|siret|card|ssn|konto|account", re.I)
DECIMAL_MARK, THOUSANDS = "decimal mark", "mark of thousands"


def read_numbers(text: ArrowColumn, probe: ArrowColumn, decimal: str, label: str = "") -> TypedColumn | None:
    """Return a column of quantities as integers or floats, text with a remark where that would lose
    something, or ``None`` where it holds something else.

    >>> column = pa.chunked_array([["€ 1.234,50", "(0,95 €)"]])
    >>> found = read_numbers(column, column, ",")
    >>> found.values.to_pylist(), found.note
    ([1234.5, -0.95], 'amounts in €; brackets or a minus behind a number read as minus')
    """
    import pyarrow.compute as pc

    plain = not pc.any(pc.match_substring(probe, ",")).as_py()
    if plain and (decimal == "." or not pc.any(pc.match_substring(probe, ".")).as_py()):
        found = _plain(text, probe)
        if found is not None:
            return replace(found, points=DECIMAL_MARK) if _may_be_thousands(found, probe) else found
    text, probe = (_without_dashes(one) for one in (text, probe))
    found = _spelled(*without_markers(probe), decimal, label)
    if found is None or not (found.note or _is_number(found.values.type)):
        return _mostly_numbers(text, probe)
    trimmed, note = without_markers(text)
    if plain and decimal == ".":
        found = _plain(trimmed, without_markers(probe)[0])
        if found is not None:
            return TypedColumn(found.values, "; ".join(filter(None, [note, found.note])))
    return _spelled(trimmed, note, decimal, label) or _mostly_numbers(text, probe)


def _may_be_thousands(found: TypedColumn, probe: ArrowColumn) -> bool:
    """Return whether each point stands before three digits, so that it may have been meant to group them."""
    floats = pa.types.is_floating(found.values.type)
    return floats and len(probe) > 1 and matches(probe, r"^\s*[+-]?[1-9][0-9]{0,2}[.][0-9]{3}\s*$")


def _without_dashes(text: ArrowColumn) -> ArrowColumn:
    """Return the texts with a plain dash for one that has a unit beside it, as accountants write nothing."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(
        text, rf"^[{SPACES}]*(?:(?:{UNIT})[{SPACES}]*[-–]|[-–][{SPACES}]*(?:{UNIT}))[{SPACES}]*$", "-"
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _plain(text: ArrowColumn, probe: ArrowColumn) -> TypedColumn | None:
    """Read numbers as programs write them: digits, a point, an exponent."""
    import pyarrow.compute as pc

    if cast(probe, pa.float64()) is None:
        return None
    numbers = None
    if cast(probe, pa.int64()) is not None:
        numbers = cast(text, pa.int64())
    if numbers is None:
        numbers = cast(text, pa.float64())
        if numbers is None:
            return None
        if pc.any(pc.is_inf(numbers)).as_py() and not matches(text.filter(pc.is_inf(numbers)), "(?i)inf"):
            return TypedColumn(text, "larger than a number can be, so it stays text")
        large = text.filter(pc.greater_equal(pc.abs(numbers), pa.scalar(LARGEST_SURELY_EXACT)))
        if pc.any(pc.match_substring_regex(large, "^[+-]?[0-9]+$")).as_py():
            if _holds_codes(text, numbers):
                return TypedColumn(text)
            exact = cast(text, pa.int64()) or cast(text, pa.uint64())
            return TypedColumn(exact) if exact is not None else TypedColumn(text, TOO_MANY_DIGITS)
    return TypedColumn(text) if _holds_codes(text, numbers) else TypedColumn(numbers)


def _holds_codes(values: ArrowColumn, numbers: ArrowColumn) -> bool:
    import pyarrow.compute as pc

    # The pattern is slow on many rows, so it sees only those that might be codes: not 0.5 and its like.
    whole = pc.or_(pc.greater_equal(pc.abs(numbers), pa.scalar(1)), pc.equal(numbers, pa.scalar(0)))
    marked = pc.or_(
        pc.starts_with(values, "0"), pc.or_(pc.starts_with(values, "+"), pc.starts_with(values, "-0"))
    )
    return bool(pc.any(pc.match_substring_regex(values.filter(pc.and_(whole, marked)), CODE)).as_py())


def _spelled(  # noqa: PLR0911 - each answer where it is known
    text: ArrowColumn, note: str, decimal: str, label: str
) -> TypedColumn | None:
    """Read numbers as people write them: with marks of thousands, a comma, units, brackets for a minus."""
    import pyarrow.compute as pc

    minus = pc.replace_substring_regex(text, "[−–]", "-")
    parts: ArrowColumn = pc.extract_regex(minus, QUANTITY)
    if isinstance(parts, pa.ChunkedArray):
        parts = parts.combine_chunks()
    if len(parts) == parts.null_count or parts.null_count > text.null_count:
        return None
    names = ("open", "close", "sign", "inner", "trailing", "before", "after", "digits")
    part = {name: pc.if_else(parts.is_valid(), pc.struct_field(parts, name), None) for name in names}
    opened = pc.or_(pc.not_equal(part["open"], ""), pc.equal(part["inner"], "("))
    half_open = pc.not_equal(opened, pc.not_equal(part["close"], ""))
    if pc.any(half_open).as_py():
        return None
    unit, refusal = _unit(part["before"], part["after"])
    if refusal:
        return TypedColumn(text, refusal)
    digits, marks = _without_marks(part["digits"], decimal, label)
    if digits is None:
        return None
    negative = _any_of(opened, part["trailing"], pc.equal(part["sign"], "-"), pc.equal(part["inner"], "-"))
    odd_minus = pc.any(pc.or_(opened, pc.not_equal(part["trailing"], ""))).as_py()
    plus = pc.if_else(pc.equal(part["sign"], "+"), "+", "")
    spelled = pc.binary_join_element_wise(pc.if_else(negative, "-", plus), digits, "")
    found = _plain(pa.chunked_array([spelled]), pa.chunked_array([spelled.drop_null()]))
    if found is None:
        return None
    if not _is_number(found.values.type):
        return TypedColumn(text, found.note)
    remarks = [
        note,
        unit,
        "brackets or a minus behind a number read as minus" if odd_minus else "",
        found.note,
    ]
    return TypedColumn(found.values, "; ".join(filter(None, remarks)), **marks)


def _any_of(*conditions: ArrowColumn) -> ArrowColumn:
    import pyarrow.compute as pc

    total = None
    for condition in conditions:
        flag = condition if pa.types.is_boolean(condition.type) else pc.not_equal(condition, "")
        total = flag if total is None else pc.or_(total, flag)
    return total


def _unit(before: ArrowColumn, after: ArrowColumn) -> tuple[str, str]:
    """Return a remark on the one unit of a column, and why it can't be one column of numbers."""
    import pyarrow.compute as pc

    units = {unit for side in (before, after) for unit in pc.unique(side).to_pylist()} - {None, ""}
    if not units:
        return "", ""
    both = pc.binary_join_element_wise(before, after, "")
    bare = pc.any(pc.equal(both, "")).as_py()
    if len(units) > 1:
        return "", f"amounts in several units ({', '.join(sorted(units))}), so they stay text"
    [unit] = units
    if unit in "%‰":
        return (
            ("", f"some values with {unit} and some without, so they stay text")
            if bare
            else (f"in {unit}", "")
        )
    return f"amounts in {unit}" + (", some without it" if bare else ""), ""


def _without_marks(
    digits: ArrowColumn, decimal: str, label: str
) -> tuple[ArrowColumn | None, dict[str, str]]:
    """Return digits with a decimal point alone, and what commas and points were; ``None`` for no such
    numbers."""
    import pyarrow.compute as pc

    spaced = rf"['’_{SPACES}]"  # noqa: RUF001 - an apostrophe as it is printed
    if pc.any(pc.match_substring_regex(digits, spaced)).as_py():
        number = rf"^([0-9]+|[0-9]{{1,3}}({spaced}[0-9]{{3}})+)([.,][0-9]*)?$"
        if not matches(digits, number) or _numbers_to_call(digits, label):
            return None, {}
        digits = pc.replace_substring_regex(digits, spaced, "")
    has_comma = pc.any(pc.match_substring(digits, ",")).as_py()
    has_point = pc.any(pc.match_substring(digits, ".")).as_py()
    if not has_comma and not (has_point and (decimal == "," or _grouped_twice(digits))):
        return digits, {}
    mark = _decimal_mark(digits, decimal)
    if not mark:
        return None, {}
    grouping = "," if mark == "." else "."
    group = "[,]" if grouping == "," else "[.]"
    number = rf"^([0-9]*|[0-9]{{1,3}}({group}[0-9]{{3}})+|[0-9]{{1,2}}(,[0-9]{{2}})+,[0-9]{{3}})"
    if not matches(digits, rf"{number}([{mark}][0-9]*)?([eE][+-]?[0-9]+)?$"):
        return None, {}
    point_groups = mark == "," and has_point and not pc.any(pc.match_substring(digits, ",")).as_py()
    marks = {
        "commas": "" if not has_comma else DECIMAL_MARK if mark == "," else THOUSANDS,
        "points": THOUSANDS if point_groups else "",
    }
    return pc.replace_substring(pc.replace_substring(digits, grouping, ""), mark, "."), marks


def _grouped_twice(digits: ArrowColumn) -> bool:
    """Return whether points can only group thousands: two in one number, but not three in all (an
    address)."""
    import pyarrow.compute as pc

    twice = pc.any(pc.match_substring_regex(digits, r"^[0-9]{1,3}([.][0-9]{3}){2,}$")).as_py()
    return bool(twice) and not matches(digits, r"^[0-9]{1,3}([.][0-9]{1,3}){3}$")


def _numbers_to_call(digits: ArrowColumn, label: str) -> bool:
    import pyarrow.compute as pc

    lengths = pc.unique(pc.utf8_length(digits)).drop_null()
    longest = pc.max(lengths).as_py()
    alike = len(digits) > 1 and len(lengths) == 1 and longest is not None and longest >= len("912 345 678")
    return bool(alike or NAMES_OF_NUMBERS_TO_CALL.search(label))


def _decimal_mark(digits: ArrowColumn, decimal: str) -> str:
    """Return what only can be the decimal mark of these numbers, else the file's; empty if they
    contradict."""
    import pyarrow.compute as pc

    def any_is(pattern: str) -> bool:
        return bool(pc.any(pc.match_substring_regex(digits, pattern)).as_py())

    comma = any_is(
        r"[.][0-9]{3},|^[0-9]*,([0-9]{1,2}|[0-9]{4,})([eE].*)?$|^0[0-9]*,|^[0-9]{4,},[0-9]*$|^,|[.][0-9]+[.]"
    )
    point = any_is(
        r",[0-9]{3}[.]|^[0-9]*[.]([0-9]{1,2}|[0-9]{4,})([eE].*)?$|^[0-9]+[.]$|^0[0-9]*[.]|^[0-9]{4,}[.][0-9]*$|^[.]|,[0-9]+,"
    )
    if comma and point:
        return ""
    return "," if comma else "." if point else decimal


def _mostly_numbers(text: ArrowColumn, probe: ArrowColumn) -> TypedColumn | None:
    """Return the text with a remark if all but a few values of its beginning are numbers."""
    import pyarrow.compute as pc

    number = pc.match_substring_regex(probe, rf"^\s*[+-]?{DIGITS}\s*$")
    share = pc.mean(pc.cast(number, pa.float64())).as_py() if len(probe) else 0.0
    if not FEWEST_NUMBERS_WORTH_TELLING <= share < 1:
        return None
    odd = probe.filter(pc.invert(number))[0].as_py()
    return TypedColumn(text, f"mostly numbers, but '{printable(odd)}' is none, so it stays text")
