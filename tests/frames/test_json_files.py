"""JSON: the shapes tables come in, and those that are none."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import LoadedTable, read_source


@pytest.fixture
def load(tmp_path: Path):
    def write_and_read(content: object, name: str = "table.json") -> LoadedTable:
        path = tmp_path / name
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [table] = read_source(str(path))
        return table

    return write_and_read


def test_objects_inside_records_become_columns_one_level_deep(load):
    frame = load([{"id": 1, "at": {"city": "Porto", "geo": {"lat": 41.1}}}, {"id": 2, "tags": ["a"]}]).frame
    assert list(frame.columns) == ["id", "at.city", "at.geo", "tags"]
    assert frame["at.geo"].iloc[0] == {"lat": 41.1}
    assert frame["tags"].iloc[1] == ["a"]


@pytest.mark.parametrize(
    "content",
    [
        [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
        {"a": [1, 2], "b": ["x", "y"]},
        {"rows": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
        pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_json(),
        '{"a": 1, "b": "x"}\n\n{"a": 2, "b": "y"}\n',
    ],
)
def test_the_usual_shapes_of_a_table_are_known(load, content):
    assert load(content).frame.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


def test_records_by_key_keep_their_keys(load):
    table = load({"ana": {"age": 3}, "bo": {"age": 4}})
    assert table.frame.to_dict("list") == {"key": ["ana", "bo"], "age": [3, 4]}
    assert table.notes == ("records by key: the keys are in column 'key'",)


def test_what_was_not_read_beside_the_records_is_told(load):
    table = load({"count": 1, "data": [{"a": 1}]})
    assert table.notes == ("the records under 'data' were read, its other keys not",)


def test_lists_and_single_records_are_tables_too(load):
    assert load([[1, "x"], [2, "y"]]).frame.to_dict("list") == {"column_1": [1, 2], "column_2": ["x", "y"]}
    assert load([1, None, 3]).frame["value"].isna().tolist() == [False, True, False]
    assert load({"a": 1, "b": [1, 2]}).frame["b"].tolist() == [[1, 2]]


def test_ndjson_is_read_and_a_bad_line_named(load):
    assert load('{"a": 1}\n{"a": 2}\n', "x.jsonl").frame["a"].tolist() == [1, 2]
    assert load(gzip.compress(b'{"a": 1}\n'), "x.ndjson.gz").frame["a"].tolist() == [1]
    with pytest.raises(SourceError, match=r"Can't read 'x\.ndjson' as ndjson: line 3 is no JSON: "):
        load('{"a": 1}\n\n{bad}\n{worse}\n', "x.ndjson")
    assert "line 3" in load('{"a": 1}\n\n{bad}\n', "y.ndjson").notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_encodings_are_found(load, encoding):
    content = json.dumps([{"city": "São Paulo", "plain": "text enough to be told by"}], ensure_ascii=False)
    assert load(content.encode(encoding)).frame["city"].tolist() == ["São Paulo"]


def test_dates_become_timestamps_and_other_text_stays(load):
    frame = load([{"day": "2020-01-31", "code": "007"}, {"day": None, "code": "12"}]).frame
    assert frame["day"].iloc[0] == pd.Timestamp("2020-01-31")
    assert frame["code"].tolist() == ["007", "12"]


def test_integers_of_any_size_stay_exact(load):
    assert load([{"n": 12345678901234567890123}]).frame["n"].tolist() == [12345678901234567890123]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1, 2", "line 1 is no JSON"),
        ("[]", "it holds no records"),
        ("[{}]", "its records have no fields"),
        ("5", "it holds one int, not a table"),
        ('[{"a": 1}, 3]', "number 2 is no dict like the first"),
        ("[" * 100_000, "nested too deeply"),
        (" \n", "nothing but blank lines"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(load, content, said):
    with pytest.raises(SourceError, match=said) as caught:
        load(content)
    assert str(caught.value).startswith("Can't read 'table.json' as json: ")
    assert str(caught.value).isprintable()
