"""What a click on a column's row opens: its numbers in full, and how each was had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodash_jupyter.models import ColumnProfile, Finding
from autodash_jupyter.profiling.card_facts import error_words, often, quantity, share
from autodash_jupyter.profiling.card_text import estimate, masked_shape, plain, shown_value
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.wording import finding_label, format_number, format_share, format_value

__all__ = ["details"]

_VALUES_SHOWN = 6
_METHODS_SHOWN = 8
_QUANTILES = {"5%": "5 %", "25%": "25 %", "50%": "median", "75%": "75 %", "95%": "95 %"}
Pair = tuple[str, str]  # a term and its description; both are HTML


def details(column: ColumnProfile, findings: Sequence[Finding]) -> str:
    """Return quantiles, most frequent values, lengths, shapes and gaps, and how each finding was made."""
    blocks = [_pairs("Type", _type(column)), _pairs("Numbers", _numbers(column))]
    blocks += [_frequent(column), _pairs("Shapes of distinct texts", _texts(column))]
    blocks.append(_pairs("How it was found", _methods(column, findings), "adp-wide"))
    return f'<details><summary>Details</summary><div class="adp-more">{"".join(blocks)}</div></details>'


def _pairs(title: str, pairs: Iterator[Pair], css: str = "") -> str:
    items = "".join(f"<dt>{term}</dt><dd>{description}</dd>" for term, description in pairs)
    kind = f' class="{css}"' if css else ""
    return f"<div{kind}><b>{title}</b><dl>{items}</dl></div>" if items else ""


def _type(column: ColumnProfile) -> Iterator[Pair]:
    sure = f" ({format_share(column.confidence)} sure)" if column.confidence else ""
    yield "meaning", f"{plain(column.semantic_type)}{sure}"
    if column.evidence:
        yield "because", plain(column.evidence)
    yield "kept as", plain(column.dtype, 60)
    yield "values", f"{column.count:,}"
    if column.missing:
        yield "missing", f"{column.missing:,}"
    if column.order:
        yield "order of rows", column.order
    if column.granularity:
        yield "recorded by", plain(column.granularity)


def _numbers(column: ColumnProfile) -> Iterator[Pair]:
    if column.personal or column.minimum is None:
        return
    if column.quantiles or not isinstance(column.minimum, str | bool):
        yield "least", _extreme(column, "minimum", column.minimum)
        for name, number in column.quantiles.items():
            yield _QUANTILES.get(name, plain(name)), quantity(column, "quantiles", number)
        yield "most", _extreme(column, "maximum", column.maximum)
    if column.mean is not None and column.semantic_type != "flag":
        yield "mean", quantity(column, "mean", column.mean)
    if column.std is not None:
        yield "sd", quantity(column, "std", column.std)
    if column.zeros:
        yield "zeros", f"{column.zeros:,}"
    if column.negatives:
        yield "negative", f"{column.negatives:,}"


def _extreme(column: ColumnProfile, name: str, value: object) -> str:
    year = column.semantic_type == "year" and isinstance(value, int | float)
    shown = f"{value:.0f}" if year else plain(mask_personal(format_value(value)), 60)
    error = error_words(column, name)
    return estimate(shown, error) if error else shown


def _frequent(column: ColumnProfile) -> str:
    if column.personal or not often(column):
        return ""
    most = column.top_values[0][1]
    lines = "".join(
        f"<dt>{shown_value(text, 40)}</dt><dd>"
        f'<i style="width:{60 * count / most:.0f}px"></i>{share(column, count)}</dd>'
        for text, count in column.top_values[:_VALUES_SHOWN]
    )
    rest = (column.distinct or 0) - min(_VALUES_SHOWN, len(column.top_values))
    more = f"<dt>{rest:,} more</dt><dd></dd>" if rest > 0 else ""
    return f'<div class="adp-often"><b>Most frequent</b><dl>{lines}{more}</dl></div>'


def _texts(column: ColumnProfile) -> Iterator[Pair]:
    if column.lengths:
        least, mean, most = column.lengths
        spread = f"{least:,} to {most:,}, {format_number(round(mean, 1))} on average"
        yield "characters", f"{least:,}" if least == most else spread
    for shape, part in column.patterns:
        written = masked_shape(shape) if column.personal else shape
        yield f"<code>{plain(written, 30)}</code>", format_share(part)


def _methods(column: ColumnProfile, findings: Sequence[Finding]) -> Iterator[Pair]:
    if column.method and column.errors:
        yield "numbers", plain(column.method, 200)
    for name in ("distinct", "quantiles", "mean"):
        if error := error_words(column, name):
            yield name, error
    for finding in findings[:_METHODS_SHOWN]:
        if finding.method:
            yield plain(finding_label(finding.kind)), plain(finding.method, 160)
