"""What an expression may call: functions of values alone, which can't grow without bound.

Left out on purpose is what reads a setting, a file, a sequence or the user's name, what waits, and what makes
much out of little (``repeat``, ``range``, ``lpad``, ``format``): DuckDB's memory limit doesn't count strings.
"""

from __future__ import annotations

__all__ = ["AGGREGATES", "CLASSES", "CURRENT_VALUES", "OPERATORS", "REFUSALS", "SCALARS", "TYPES", "words"]


def words(*lines: str) -> frozenset[str]:
    """Return the words of some lines."""
    return frozenset(word for line in lines for word in line.split())


AGGREGATES = words(
    "any_value approx_count_distinct approx_quantile arbitrary arg_max arg_min argmax argmin avg mean",
    "bit_and bit_or bit_xor bool_and bool_or corr count count_if countif count_star covar_pop covar_samp",
    "entropy favg first fsum geomean geometric_mean kahan_sum kurtosis kurtosis_pop last mad max max_by",
    "median min min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count",
    "regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile sem skewness stddev",
    "stddev_pop stddev_samp sum sumkahan var_pop var_samp variance weighted_avg wavg",
)

SCALARS = words(
    "abs acos asin atan atan2 cbrt ceil ceiling cos cot degrees even exp floor fmod gcd greatest isfinite",
    "isinf isnan lcm least ln log log10 log2 mod pi pow power radians round round_even sign sin sqrt tan",
    "trunc add divide fdiv multiply subtract xor ascii bit_length char_length character_length chr concat",
    "concat_ws contains ends_with ilike_escape instr lcase left len length like_escape lower ltrim md5",
    "not_ilike_escape not_like_escape ord position prefix regexp_extract regexp_full_match regexp_matches",
    "regexp_replace replace reverse right rtrim sha256 split_part starts_with strip_accents strlen strpos",
    "substr substring suffix translate trim ucase unicode upper age century date_add date_diff date_part",
    "date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear",
    "decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear julian last_day make_date make_time",
    "make_timestamp microsecond millennium millisecond minute month monthname quarter second strftime",
    "strptime time_bucket timezone try_strptime week weekday weekofyear year yearweek to_centuries",
    "to_days to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months",
    "to_quarters to_seconds to_timestamp to_weeks to_years coalesce if ifnull nullif row struct_extract",
    "struct_pack list_value list_contains array_length current_date today now get_current_timestamp",
    "get_current_time transaction_timestamp current_localtime current_localtimestamp",
)

OPERATORS = words("+ - * / // % ** ^ || & | << >> ~ @ ~~ !~~ ~~* !~~* ~~~ ^@ = != < <= > >= <>")

# Names that SQL reads as a value where no column has them.
CURRENT_VALUES = words("current_date current_time current_timestamp localtime localtimestamp")

# The kinds of DuckDB's syntax tree that are let through, and the types of its operators.
CLASSES = {
    "COLUMN_REF": frozenset({"COLUMN_REF"}),
    "CONSTANT": frozenset({"VALUE_CONSTANT"}),
    "FUNCTION": frozenset({"FUNCTION"}),
    "COMPARISON": words(
        "COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO",
        "COMPARE_GREATERTHANOREQUALTO COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM",
    ),
    "CONJUNCTION": words("CONJUNCTION_AND CONJUNCTION_OR"),
    "CAST": frozenset({"OPERATOR_CAST"}),
    "TYPE": frozenset({"TYPE"}),
    "CASE": frozenset({"CASE_EXPR"}),
    "BETWEEN": words("COMPARE_BETWEEN COMPARE_NOT_BETWEEN"),
    "COLLATE": frozenset({"COLLATE"}),
    "OPERATOR": words(
        "OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL COMPARE_IN COMPARE_NOT_IN OPERATOR_COALESCE",
        "OPERATOR_NULLIF ARRAY_EXTRACT ARRAY_SLICE STRUCT_EXTRACT OPERATOR_TRY",
    ),
}

TYPES = words(
    "bigint bool boolean bpchar char date datetime dec decimal double double_precision float float4",
    "float8 hugeint int int1 int2 int4 int8 integer interval long numeric real short signed smallint",
    "string text time timestamp timestamp_ms timestamp_ns timestamp_s timestamp_us timestamptz timetz",
    "tinyint ubigint uhugeint uint uinteger usmallint utinyint uuid varchar time_with_time_zone",
    "timestamp_with_time_zone",
)

REFUSALS = {
    "SUBQUERY": "A subquery can't be used here: an expression sees the columns of its own table only.",
    "WINDOW": "A window (OVER) gives one value for each row; leave OVER out.",
    "STAR": "* stands for all columns; name the columns, or count rows with COUNT(*).",
    "PARAMETER": "A placeholder (? or $1) has no value here; write the value itself.",
    "LAMBDA": "An arrow or lambda can't be used here; name columns and call functions on them.",
    "POSITIONAL_REFERENCE": "A column can't be named by its number (#1); write its name.",
    "DEFAULT": "DEFAULT means nothing here; write a value.",
}
