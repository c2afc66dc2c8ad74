"""Names, values and sentences are data: nothing in them is evaluated, wherever it ends up."""

from __future__ import annotations

import ast
import json
from typing import Any

import pandas as pd
import pytest

from autodash_jupyter.charts import from_natural_language

HOSTILE = (
    "datum['x']); alert(1); (",
    "${process.exit()}",
    "'; DROP TABLE data; --",
    "__import__('os').system('touch owned')",
    "</script><script>alert(1)</script>",
    '"] + open("owned", "w").write("x") + frame["',
    "a.b[0].c\\d",
    "{{7*7}}",
)
EXPRESSIONS = {"calculate", "expr", "signal", "test", "labelExpr", "params", "href", "url"}


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in keys_of(each)}
    return {key for each in value for key in keys_of(each)} if isinstance(value, list) else set()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_only_a_title(text: str) -> None:
    frame = pd.DataFrame({text: ["p", "q"], "price": [1.0, 2.0]})
    chart = from_natural_language(frame, f"average price by {text}")
    for each in (chart, *chart.alternatives):
        spec = each.spec
        fields = {key for key in keys_of({**spec, "data": None}) if key == text}
        assert not fields
        assert not keys_of({**spec, "data": None}) & EXPRESSIONS
        assert not [row for row in spec["data"]["values"] if text in row]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_is_a_value_of_a_predicate(text: str) -> None:
    frame = pd.DataFrame({"kind": [text, "plain"] * 3, "price": [1.0, 2.0] * 3})
    chart = from_natural_language(frame, f"count of rows by kind for {text}")
    for each in chart.intent.transform:
        assert isinstance(each["filter"], dict)
    assert not keys_of({**chart.spec, "data": None}) & EXPRESSIONS
    json.dumps(chart.spec)


@pytest.mark.parametrize("text", HOSTILE)
def test_code_holds_hostile_text_as_literals_only(text: str) -> None:
    frame = pd.DataFrame({text: [text, "plain"] * 3, "price": [1.0, 2.0] * 3})
    code = from_natural_language(frame, f"average price by {text} excluding {text}").code
    called = {
        node.func.id
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called <= {"len"}


def test_a_hostile_sentence_changes_no_frame(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame({"kind": ["a", "b"], "price": [1.0, 2.0]})
    before = frame.copy(deep=True)
    for text in HOSTILE:
        from_natural_language(frame, text).spec  # noqa: B018 - computed when it is asked for
    pd.testing.assert_frame_equal(frame, before)
    assert not list(tmp_path.iterdir())


def test_no_name_gets_into_the_expression_of_a_tooltip() -> None:
    vl_convert = pytest.importorskip("vl_convert", reason="the extra `charts` brings vl-convert")
    name = 'price\\", "injected": 6*7, "\n'
    chart = from_natural_language(
        pd.DataFrame({"kind": ["p", "q"], name: [1.0, 2.0]}), "average price by kind"
    )
    drawn = json.dumps(vl_convert.vegalite_to_vega(chart.spec, vl_version="5.20"))
    escaped_once = json.dumps('\\", \\"injected\\": 6*7')[1:-1]  # in an expression within JSON
    assert escaped_once in drawn
    assert json.dumps('\\\\", ')[1:-1] not in drawn
    assert chart.to_altair()


def test_no_value_ends_the_script_of_a_saved_page(tmp_path: Any) -> None:
    pytest.importorskip("vl_convert", reason="the extra `charts` brings vl-convert")
    text = "</script><script>document.title = 'owned'</script>"
    frame = pd.DataFrame({"kind": [text, "plain"] * 3, "price": [1.0, 2.0] * 3})
    page = from_natural_language(frame, "average price by kind").save(tmp_path / "chart.html").read_text()
    assert text not in page
    assert "\\u003c/script>\\u003cscript>document.title" in page
