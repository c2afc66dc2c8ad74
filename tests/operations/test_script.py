"""An exported script makes the same table by itself, in a Python that never imports AutoDash."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from autodash_jupyter.frames import read_source
from autodash_jupyter.operation_records import Operation
from autodash_jupyter.operations import (
    OperationError,
    ScriptSource,
    export_script,
    operations,
    registry,
    run_operation,
)
from autodash_jupyter.operations.script_sources import find_reading

CASES: dict[str, dict[str, Any]] = {
    "drop_rows": {"rows": [0, -1]},
    "fill_missing": {"columns": ["price"], "method": "median"},
    "drop_missing": {"columns": ["price"]},
    "replace_values": {"old": ["Rome"], "new": "Roma"},
    "clean_strings": {"case": "upper"},
    "remove_outliers": {"method": "z", "threshold": 1.0},
    "drop_duplicates": {"columns": ["city"]},
    "convert_types": {"types": {"qty": "text", "city": "category"}},
    "select_columns": {"columns": ["qty", "price"]},
    "filter_rows": {"expression": "price > 1 and \"it's\" = 'x'"},
    "sample": {"rows": 3, "seed": 7},
    "head": {"rows": 2},
    "tail": {"rows": 2},
    "slice": {"start": 1, "step": 2},
    "rename": {"columns": {"price": 'it\'s "the" price'}},
    "reorder": {"columns": ["qty"]},
    "sort": {"columns": ["price"], "descending": True},
    "set_index": {"columns": ["city"]},
    "reset_index": {"drop": True},
    "pivot_table": {"index": ["qty"], "columns": ["city"], "values": "price"},
    "melt": {"id_columns": ["qty"]},
    "transpose": {},
    "apply_custom": {"column": "total", "expression": "price * qty -- a comment"},
    "group_by_agg": {"by": ["city"], "aggregations": {"price": "mean"}},
    "date_features": {"column": "day"},
    "bin": {"column": "price", "bins": 3},
    "one_hot": {"columns": ["city"]},
    "scale": {"columns": ["price"], "method": "robust"},
    "interaction": {"columns": ["price", "qty"]},
    "lag": {"column": "price", "periods": -1},
    "rolling": {"column": "price", "window": 2},
    "merge": {"other": "shops", "how": "left"},
    "merge_on_index": {"other": "shops"},
    "concat": {"others": ["shops"]},
    "union": {"other": "sales"},
    "difference": {"other": "shops", "on": ["city"]},
}


@pytest.fixture(scope="module")
def sales() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": [1.0, None, 3.0, 40.0, 2.0],
            "qty": [1, 2, 3, 4, 5],
            "city": ["Bonn", " bonn", None, "Rome", "Rome"],
            "it's": ["x", "x", "y", "x", None],
            "day": pd.to_datetime(["2024-02-29"] * 5),
        }
    )


def test_every_operation_that_changes_a_table_is_tried() -> None:
    assert set(CASES) == {name for name, each in operations().items() if not each.read_only}


def test_scripts_make_the_same_tables_without_autodash(sales: pd.DataFrame, tmp_path: Path) -> None:
    shops = pd.DataFrame({"city": ["Bonn", "Rome"], "country": ["DE", "IT"]})
    tables = {"sales": sales, "shops": shops}
    for name, frame in tables.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    expected, lines = {}, ["import sys", "sys.modules['autodash_jupyter'] = None"]
    for action, given in CASES.items():
        applied = run_operation(action, sales, given, table_of=tables.__getitem__)
        expected[action] = applied.frame
        source = ScriptSource(
            "sales", "pd.read_parquet('sales.parquet')", {"shops": "pd.read_parquet('shops.parquet')"}
        )
        (tmp_path / f"make_{action}.py").write_text(
            export_script([applied.operation], source), encoding="utf-8"
        )
        lines += [f"from make_{action} import sales as made", f"made.to_pickle('{action}.pickle')"]
    (tmp_path / "all.py").write_text("\n".join(lines), encoding="utf-8")
    subprocess.run([sys.executable, "all.py"], cwd=tmp_path, check=True, timeout=100)
    for action, frame in expected.items():
        assert_frame_equal(pd.read_pickle(tmp_path / f"{action}.pickle"), frame, obj=action)


def test_dates_that_begin_with_the_day_are_read_by_plain_pandas_without_a_warning(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("day;town;n\n" + "".join(f"{day:02d}.03.2024;Bonn;{day}\n" for day in range(1, 29)))
    [table] = read_source(str(path))
    expression = find_reading(str(path), table.frame)
    assert expression is not None
    assert "dayfirst=True" in expression
    assert_frame_equal(eval(expression, {"pd": pd}), table.frame)
    assert not recwarn.list


def test_a_hostile_summary_name_or_value_stays_a_text(tmp_path: Path) -> None:
    evil = "x\nimport os; os.mkdir('evil')\r# \"\"\" '''\\"
    frame = pd.DataFrame({evil: [1.0, None]})
    frame.to_parquet(tmp_path / "t.parquet")
    done = run_operation("drop_missing", frame, {"columns": [evil]}).operation
    source = ScriptSource(evil, "pd.read_parquet('t.parquet')", remarks=(evil,))
    (tmp_path / "script.py").write_text(export_script([done], source), encoding="utf-8")
    subprocess.run([sys.executable, "script.py"], cwd=tmp_path, check=True, timeout=60)
    assert not (tmp_path / "evil").exists()


def test_a_table_named_like_a_function_doesnt_hide_it() -> None:
    script = export_script(
        [Operation(action="head", params={"rows": 2})] * 2,
        ScriptSource("head", "pd.DataFrame({'a': [1, 2, 3]})"),
    )
    names: dict[str, Any] = {}
    exec(script, names)
    assert len(names["head_table"]) == 2


def test_no_two_functions_of_the_scripts_share_a_name() -> None:
    room = Path(inspect.getfile(registry)).parent
    defined: dict[str, str] = {}
    for path in sorted(room.glob("*.py")):
        if "OPERATIONS = (" not in path.read_text(encoding="utf-8") and path.stem != "columns":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_says"):
                assert defined.setdefault(node.name, path.name) == path.name, node.name


def test_what_isnt_known_any_more_is_refused() -> None:
    with pytest.raises(OperationError, match="no operation 'melted'"):
        export_script([Operation(action="melted")], "sales.csv")
