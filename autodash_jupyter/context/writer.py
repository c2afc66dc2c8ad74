"""Writes the context of a table from its profile alone, as a careful colleague would."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from autodash_jupyter.context.column_words import (
    LEVELS,
    describe_column,
    describe_group,
    group_columns,
    role_of,
)
from autodash_jupyter.context.markdown import escape_markdown, quote_code
from autodash_jupyter.context.suggestions import Roles, suggest_metrics, suggest_questions
from autodash_jupyter.models import ColumnProfile, Finding, FrameProfile
from autodash_jupyter.profiling.names import name_words
from autodash_jupyter.profiling.patterns import mask_personal
from autodash_jupyter.profiling.wording import counted, format_range, format_share, join_words

__all__ = ["write_context"]

_TABLE_ROWS = 60
_QUALITY_LINES = 20
_SHORTEST, _LONGEST = 200, 500
_KEY_WORDS = {"id", "ids", "key", "code", "uuid", "guid", "no", "nr", "num", "number", "index", "sk", "pk"}
_PLURALS = {
    "category": "categories",
    "identifier": "identifiers",
    "money": "amounts of money",
    "ordinal": "ordered categories",
    "nested": "nested columns",
    "mixed": "columns of mixed types",
    "constant": "constant columns",
    "empty": "empty columns",
    "text": "free texts",
    "latitude": "latitudes",
}


def write_context(profile: FrameProfile, *, name: str, source: str = "") -> str:
    """Return the context as Markdown: a summary, columns, keys and grain, quality, metrics, questions.

    The same profile gives the same text. Names and values are escaped; those that look like a
    person's data never appear. ``source`` is where the table came from, as it may be shown.
    """
    roles = Roles.of(profile)
    sections = [
        f"# {escape_markdown(name, 80)}",
        _summary(profile, roles, name, source),
        *_columns(profile),
        *_keys(profile),
        *_quality(profile),
        *_metrics(roles),
        *_questions(roles, profile),
    ]
    return "\n\n".join(sections) + "\n"


def _name(text: str) -> str:
    return quote_code(mask_personal(text), 50, in_table=False)


def _names(columns: Sequence[ColumnProfile], limit: int = 4) -> str:
    return join_words([_name(column.name) for column in columns], limit)


def _summary(profile: FrameProfile, roles: Roles, name: str, source: str) -> str:
    """The opening paragraph, 200 to 500 characters: sentences in order of weight, as many as fit."""
    came_from = f", loaded from {quote_code(source, 60, in_table=False)}," if source else ""
    size = f"{counted(profile.row_count, 'row')} and {counted(profile.column_count, 'column')}"
    text = f"**{escape_markdown(name, 60)}**{came_from} has {size}: {_grain(profile)}."
    for sentence in _sentences(profile, roles):
        if sentence and len(text) + len(sentence) < _LONGEST:
            text += f" {sentence}"
    for sentence in _FILLERS:
        if len(text) < _SHORTEST:
            text += f" {sentence}"
    return text


_FILLERS = (
    "This was written from the data alone.",
    "What a column's name and values can't tell, such as units, sources and rules, is for a person to add.",
    "The sections below say what each column holds, what to beware of, and what to compute first.",
)


def _grain(profile: FrameProfile) -> str:
    if not profile.row_count:
        return "it is empty"
    if not profile.candidate_keys:
        grain = _grain_but_for_repeats(profile)
        apart = f", apart from {counted(profile.duplicate_rows or 0, 'repeated row')}"
        return (
            f"one row per {_thing(grain.column)}{apart}"
            if grain and grain.column
            else "one row per observation"
        )
    key = profile.candidate_keys[0]
    return f"one row per {_thing(key[0]) if len(key) == 1 else join_words([_name(column) for column in key])}"


def _grain_but_for_repeats(profile: FrameProfile) -> Finding | None:
    found = (
        finding for finding in profile.findings if finding.kind == "grain" and finding.column is not None
    )
    return next(found, None)


def _thing(column: str) -> str:
    """What a key column stands for: ``order_id`` for an order."""
    words = [word for word in name_words(column) if word not in _KEY_WORDS]
    if words and len(words) < len(name_words(column)) and all(word.isalpha() for word in words):
        return escape_markdown(" ".join(words), 40)
    return _name(column)


def _sentences(profile: FrameProfile, roles: Roles) -> Iterator[str]:
    yield _time_sentence(profile)
    if roles.quantities:
        yield f"It measures {_names(roles.quantities)}."
    named = [column for column in profile.columns if column.semantic_type in LEVELS and not column.personal]
    groups = [column for column in named if 1 < (column.distinct or 0) <= 50]
    if groups:
        parts = [f"{_name(column.name)} ({column.distinct:,} values)" for column in groups]
        yield f"Rows fall into groups by {join_words(parts, 3)}."
    yield _outstanding(profile)
    personal = [column for column in profile.columns if column.personal]
    if personal:
        verb = "looks" if len(personal) == 1 else "look"
        yield f"{_names(personal, 3)} {verb} like personal data."


def _time_sentence(profile: FrameProfile) -> str:
    for column in profile.columns:
        if (
            column.semantic_type not in ("date", "datetime", "year")
            or column.minimum is None
            or column.personal
        ):
            continue
        if column.semantic_type == "year" and isinstance(column.minimum, int | float):
            first, last = f"{column.minimum:.0f}", f"{column.maximum:.0f}"
            return (
                f"It covers the years {first} to {last}." if first != last else f"It covers the year {first}."
            )
        if not isinstance(column.minimum, int | float):
            return f"It covers {escape_markdown(format_range(column.minimum, column.maximum))}."
    return ""


def _outstanding(profile: FrameProfile) -> str:
    """What a reader should know first of its quality."""
    warnings = [finding for finding in profile.all_findings if finding.severity == "warning"]
    if warnings:
        first = min(warnings, key=_rank)
        lead = "What stands out" + (" is" if first.column is not None else ":")
        rest = len(warnings) - 1
        return f"{lead} {_quality_line(first)}" + (f" {counted(rest, 'more warning')} below." if rest else "")
    incomplete = [column for column in profile.columns if column.missing]
    if incomplete:
        most = max(incomplete, key=lambda column: column.missing_share)
        return f"It is nearly complete; {_name(most.name)} lacks most ({format_share(most.missing_share)})."
    return "No value is missing." if profile.row_count and profile.columns else ""


def _sentence(finding: Finding) -> str:
    note = " (seen on a sample)" if finding.approximate else ""
    return escape_markdown(mask_personal(finding.message).rstrip("."), 260) + note + "."


def _columns(profile: FrameProfile) -> Iterator[str]:
    if not profile.columns:
        return
    yield "## Columns"
    groups = group_columns(profile.columns)
    lines = ["| Column | Role | What it holds |", "|---|---|---|"]
    for group in groups[:_TABLE_ROWS]:
        first = group[0]
        label = quote_code(mask_personal(first.name), 60)
        if len(group) == 1:
            lines.append(f"| {label} | {role_of(first)} | {describe_column(first)} |")
        else:
            last = quote_code(mask_personal(group[-1].name), 60)
            lines.append(f"| {label} … {last} | {role_of(first)} | {describe_group(group)} |")
    yield "\n".join(lines)
    rest = [column for group in groups[_TABLE_ROWS:] for column in group]
    if rest:
        kinds = Counter(column.semantic_type for column in rest).most_common()
        words = join_words([_kind_words(kind, count) for kind, count in kinds], 10)
        yield f"The table stops at {_TABLE_ROWS} entries; the other {len(rest):,} columns are {words}."
    if any(column.approximate for column in profile.columns):
        yield (
            "Ranges, means and missing shares are of all rows; of long columns with many different values, "
            "distinct values are estimated within about 1 %, and quantiles and frequencies from a sample."
        )


def _kind_words(kind: str, count: int) -> str:
    return f"{count:,} {kind if count == 1 else _PLURALS.get(kind, kind + 's')}"


def _keys(profile: FrameProfile) -> Iterator[str]:
    yield "## Keys and grain"
    lines = list(_key_lines(profile))
    yield "\n".join(f"- {line}" for line in lines)


def _key_lines(profile: FrameProfile) -> Iterator[str]:
    if profile.candidate_keys:
        for key in profile.candidate_keys:
            together = " together" if len(key) > 1 else ""
            verb = "tell" if len(key) > 1 else "tells"
            yield f"{join_words([_name(column) for column in key])}{together} {verb} the rows apart."
    elif grain := _grain_but_for_repeats(profile):
        yield _quality_line(grain)
    elif profile.row_count > 1:
        yield (
            "No column, and no pair or triple of those that might, tells the rows apart: "
            "take one row as one observation."
        )
    else:
        yield f"With {counted(profile.row_count, 'row')}, there is no key to find."
    keys = {column for key in profile.candidate_keys for column in key}
    for column in profile.columns:
        repeats = column.semantic_type == "identifier" and 1 < (column.distinct or 0) < 0.9 * column.count
        if repeats and column.name not in keys:
            yield (
                f"{_name(column.name)} comes back ({column.distinct or 0:,} values in {column.count:,} "
                "rows): it may refer to another table."
            )
    for finding in profile.findings:
        if finding.kind in ("time_coverage", "time_gaps") and finding.column:
            yield _quality_line(finding)


def _quality(profile: FrameProfile) -> Iterator[str]:
    yield "## Quality"
    said_elsewhere = {"grain", "no_key", "time_coverage", "time_gaps", "missing"}
    found = sorted((one for one in profile.all_findings if one.kind not in said_elsewhere), key=_rank)
    urgent = [_quality_line(finding) for finding in found if finding.severity == "warning"]
    minor = [_quality_line(finding) for finding in found if finding.severity != "warning"]
    lines = [*urgent[:_QUALITY_LINES], *_missing_lines(profile), *minor]
    rest = len(lines) - _QUALITY_LINES + max(0, len(urgent) - _QUALITY_LINES)
    lines = lines[:_QUALITY_LINES]
    if rest > 0:
        lines.append(f"And {counted(rest, 'more finding')} of the same kinds.")
    yield "\n".join(f"- {line}" for line in lines) if lines else "No problems found."


_IMPORTANCE = (
    "unreadable", "no_rows", "no_columns", "all_missing", "duplicate_rows", "mixed_types", "sentinel",
    "infinite", "missing", "numbers_as_text", "case_variants", "duplicate_name", "near_identical", "spaces",
    "dates_as_text", "outliers", "constant",
)  # fmt: skip


def _rank(finding: Finding) -> int:
    return _IMPORTANCE.index(finding.kind) if finding.kind in _IMPORTANCE else len(_IMPORTANCE)


def _quality_line(finding: Finding) -> str:
    sentence = _sentence(finding)
    if finding.column is None:
        return sentence
    goes_on = (
        sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence
    )
    return f"{_name(finding.column)}: {goes_on}"


def _missing_lines(profile: FrameProfile) -> Iterator[str]:
    """Say what is missing, columns that lack the same number of values in one sentence."""
    together: dict[int, list[ColumnProfile]] = defaultdict(list)
    for column in profile.columns:
        if column.missing and column.count:
            together[column.missing].append(column)
    for missing, columns in sorted(together.items(), reverse=True):
        verb = "is" if len(columns) == 1 else "are each"
        rows = f"{counted(missing, 'row')} ({format_share(columns[0].missing_share)})"
        yield f"{_names(columns, 6)} {verb} missing in {rows}."


def _metrics(roles: Roles) -> Iterator[str]:
    metrics = suggest_metrics(roles)
    if not metrics:
        return
    yield "## Metrics worth computing"
    lines = []
    for metric in metrics:
        by = f" by {quote_code(metric.by, in_table=False)}" if metric.by else ""
        expression = quote_code(metric.expression, 120, in_table=False)
        lines.append(f"- {expression}{by}: {escape_markdown(metric.meaning, 120)}")
    yield "\n".join(lines)


def _questions(roles: Roles, profile: FrameProfile) -> Iterator[str]:
    questions = suggest_questions(roles, profile)
    if not questions:
        return
    yield "## Questions worth asking"
    yield "\n".join(f"- {template.format(*map(_name, names))}" for template, names in questions)
