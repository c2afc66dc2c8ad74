"""JSON of every shape that holds a table."""

# ruff: noqa: E501 - a case on a line of its own is read at a glance

from __future__ import annotations

from zoo import Case, Refusal, at, every

AB = {"a": [1, 3], "b": ["x", "y"]}
RECORDS = '[{"a": 1, "b": "x"}, {"a": 3, "b": "y"}]'
LINES = '{"a": 1, "b": "x"}\n{"a": 3, "b": "y"}\n'

SHAPES = [
    Case("records", RECORDS, AB, file="t.json"),
    Case("records in data", f'{{"data": {RECORDS}}}', AB, file="t.json"),
    Case("records beside a count", f'{{"count": 2, "next": null, "results": {RECORDS}}}', AB, file="t.json", said="results"),
    Case("records deep inside", f'{{"response": {{"body": {{"items": {RECORDS}}}}}}}', AB, file="t.json"),
    Case("columns", '{"a": [1, 3], "b": ["x", "y"]}', AB, file="t.json"),
    Case("columns by row", '{"a": {"0": 1, "1": 3}, "b": {"0": "x", "1": "y"}}', AB, file="t.json"),
    Case("labels and rows", '{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [3, "y"]]}', AB, file="t.json"),
    Case("a schema and data", '{"schema": {"fields": [{"name": "index", "type": "integer"}, {"name": "a"}, {"name": "b"}], '
         '"primaryKey": ["index"]}, "data": [{"index": 0, "a": 1, "b": "x"}, {"index": 1, "a": 3, "b": "y"}]}',
         {"index": [0, 1], **AB}, file="t.json"),
    Case("lists with labels first", '[["a", "b"], [1, "x"], [3, "y"]]', AB, file="t.json"),
    Case("lists without labels", "[[1, 2], [3, 4]]", {"column_1": [1, 3], "column_2": [2, 4]}, file="t.json"),
    Case("values", "[1, 2, 3]", {"value": [1, 2, 3]}, file="t.json"),
    Case("records by key", '{"k1": {"a": 1, "b": "x"}, "k2": {"a": 3, "b": "y"}}', {"key": ["k1", "k2"], **AB}, file="t.json"),
    Case("one record", '{"a": 1, "b": "x"}', {"a": [1], "b": ["x"]}, file="t.json"),
    Case("lines", LINES, AB, file="t.ndjson"),
    Case("lines called json", LINES, AB, file="t.json", said="NDJSON"),
    Case("lines called jsonl", LINES, AB, file="t.jsonl"),
    Case("records called ndjson", RECORDS, AB, file="t.ndjson"),
    Case("records on many lines called jsonl", RECORDS.replace(", {", ",\n {"), AB, file="t.jsonl"),
    Case("values one after another without lines", LINES.replace("\n", " "), AB, file="t.json"),
    Case("pretty values one after another", '{\n "a": 1,\n "b": "x"\n}\n{\n "a": 3,\n "b": "y"\n}\n', AB, file="t.json"),
    Case("objects inside", '[{"a": 1, "p": {"x": 1, "y": 2}}, {"a": 3, "p": {"x": 5, "y": 6}}]',
         {"a": [1, 3], "p.x": [1, 5], "p.y": [2, 6]}, file="t.json"),
    Case("lists inside stay", '[{"a": 1, "l": [1, 2]}, {"a": 3, "l": []}]', {"a": [1, 3], "l": [[1, 2], []]}, file="t.json"),
    Case("records of other fields", '[{"a": 1}, {"a": 3, "b": "y"}]', {"a": [1, 3], "b": [None, "y"]}, file="t.json"),
    Case("a bad line is told and left out", '{"a": 1}\n{"a": \n{"a": 3}\n', {"a": [1, 3]}, file="t.ndjson", said="line 2"),
    Case("a last line cut off is told", '{"a": 1}\n{"a": 3}\n{"a": 5, "b', {"a": [1, 3]}, file="t.ndjson", said="line 3"),
    Case("blank lines between lines", '{"a": 1}\n\n{"a": 3}\n\n', {"a": [1, 3]}, file="t.ndjson"),
    Case("CR and LF between lines", '{"a": 1}\r\n{"a": 3}\r\n', {"a": [1, 3]}, file="t.ndjson"),
    Case("a byte order mark", "\ufeff" + RECORDS, AB, file="t.json"),
    Case("UTF-16", RECORDS.encode("utf-16"), AB, file="t.json"),
    Case("UTF-16 without a mark", RECORDS.encode("utf-16-le"), AB, file="t.json"),
    Case("big whole numbers", '[{"a": 9223372036854775807}, {"a": 9007199254740993}]',
         {"a": [9223372036854775807, 9007199254740993]}, file="t.json"),
    Case("big whole numbers with a gap", '[{"a": 9223372036854775807}, {"a": null}]', {"a": [9223372036854775807, None]},
         file="t.json"),
    Case("beyond 64 bits", '[{"a": 123456789012345678901234567890}, {"a": 1}]',
         {"a": [123456789012345678901234567890, 1]}, file="t.json"),
    Case("NaN and infinity", '[{"a": NaN}, {"a": 1.5}, {"a": Infinity}]', {"a": [None, 1.5, float("inf")]}, file="t.json"),
    Case("null", '[{"a": null, "b": "x"}, {"a": 3, "b": null}]', {"a": [None, 3], "b": ["x", None]}, file="t.json"),
    Case("flags with gaps", '[{"a": true}, {"a": null}, {"a": false}]', {"a": [True, None, False]}, file="t.json"),
    Case("zeros in texts stay", '[{"a": "007"}, {"a": "042"}]', {"a": ["007", "042"]}, file="t.json"),
    Case("numbers in texts stay", '[{"a": "1"}, {"a": "2"}]', {"a": ["1", "2"]}, file="t.json"),
    Case("dates", '[{"d": "2024-01-31"}, {"d": "2024-03-02"}]', {"d": [at("2024-01-31"), at("2024-03-02")]}, file="t.json"),
    Case("impossible dates", '[{"d": "2020-02-30"}, {"d": "2024-03-02"}]', {"d": ["2020-02-30", "2024-03-02"]},
         file="t.json", said="2020-02-30"),
    Case("open dates", '[{"d": "01/02/2024"}, {"d": "03/04/2024"}]', {"d": ["01/02/2024", "03/04/2024"]},
         file="t.json", said="day or month"),
    Case("the words NA and None", '[{"a": "NA"}, {"a": "None"}, {"a": null}]', {"a": ["NA", "None", None]}, file="t.json"),
    Case("escapes", '[{"a": "\\u00e9\\n"}, {"a": "\\ud83d\\ude00"}]', {"a": ["é\n", "😀"]}, file="t.json"),
    Case("GeoJSON", '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", '
         '"coordinates": [1, 2]}, "properties": {"name": "x"}}, {"type": "Feature", "geometry": {"type": "Point", '
         '"coordinates": [3, 4]}, "properties": {"name": "y"}}]}',
         {"type": ["Feature"] * 2, "geometry.type": ["Point"] * 2, "geometry.coordinates": [[1, 2], [3, 4]],
          "properties.name": ["x", "y"]}, file="t.geojson"),
    Case("numbers and texts in one column stay", '[{"a": 1}, {"a": "x"}]', {"a": [1, "x"]}, file="t.json"),
    Case("no suffix", RECORDS, AB, file="records"),
    Case("lines without a suffix", LINES, AB, file="records"),
    Case("records called txt", RECORDS, AB, file="t.txt"),
    Case("empty texts stay texts", '[{"a": ""}, {"a": "x"}]', {"a": ["", "x"]}, file="t.json"),
    Case("a record that is null among records", '[{"a": 1}, null, {"a": 3}]', {"a": [1, 3]}, file="t.json", said="null|none|2"),
    Case("a trailing comma", '[{"a": 1}, {"a": 3},]', {"a": [1, 3]}, file="t.json", said="comma"),
    Case("comments", '[ // first\n{"a": 1}, /* second */ {"a": 3}]', {"a": [1, 3]}, file="t.json", said="comment"),
    Case("text before it that guards against theft", ')]}\',\n[{"a": 1}, {"a": 3}]', {"a": [1, 3]}, file="t.json"),
    Case("a callback around it", 'callback([{"a": 1}, {"a": 3}]);', {"a": [1, 3]}, file="t.json"),
]  # fmt: skip

BROKEN = [
    Refusal("cut off", RECORDS[:-5], "line 1", file="t.json"),
    Refusal("an empty list", "[]", "no records", file="t.json"),
    Refusal("an empty object", "{}", "no (records|fields)", file="t.json"),
    Refusal("a number", "42", "not a table|no table", file="t.json"),
    Refusal("a text", '"hello"', "not a table|no table", file="t.json"),
    Refusal("words", "hello world", "line 1", file="t.json"),
    Refusal("no line is any", "hello\nworld\n", "line 1", file="t.ndjson"),
    Refusal("nested endlessly", "[" * 100_000 + "]" * 100_000, "deep", file="t.json"),
    Refusal("an error of a service", '{"error": {"code": 401, "message": "Unauthorized"}}', "Unauthorized", file="t.json"),
]  # fmt: skip


@every(SHAPES)
def test_json_comes_out_as_a_table(case, tmp_path):
    case.check(tmp_path)


@every(BROKEN)
def test_what_is_no_table_is_refused(case, tmp_path):
    case.check(tmp_path)
