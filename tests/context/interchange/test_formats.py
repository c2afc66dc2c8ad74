"""A file's kind is told by what is in it."""

from __future__ import annotations

import pytest

from autodash_jupyter.context.interchange import detect_format


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("semantic_models: []\n", "dbt"),
        ("models:\n  - name: a\n    semantic_model: {enabled: true}\n", "dbt"),
        ("metrics:\n  - {name: a, type: ratio, numerator: b, denominator: c}\n", "dbt"),
        ("name: a\ntables:\n  - name: t\n    base_table: {table: T}\n", "cortex"),
        ("---\nname: sales\nmetrics:\n  - {name: a, expression: COUNT(*)}\n---\nText\n", "document"),
        ("# Sales\n\nOne row is one order.\n", "document"),
        ("name: sales\nmetrics:\n  - {name: a, expression: COUNT(*)}\n", "document"),
        ("models:\n  - name: a\n", "document"),
        ("\ufeff---\nsemantic_models: []\n", "dbt"),
        ("a: [", "document"),
        ("", "document"),
    ],
)
def test_a_files_kind_is_told(text: str, kind: str) -> None:
    assert detect_format(text) == kind
