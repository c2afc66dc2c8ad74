"""How much longer an expression can make a text: ``replace`` in ``replace`` would fill any memory."""

from __future__ import annotations

from typing import Any

from autodash_jupyter.expressions.failures import ExpressionError

__all__ = ["check_growth"]

_GROWING = ("replace", "regexp_replace")
_MOST = 100  # times


def check_growth(tree: dict[str, Any]) -> None:
    """Raise ExpressionError where nested replacements may make a text more than a hundred times longer."""
    waiting: list[tuple[Any, float]] = [(tree, 1)]
    while waiting:
        value, growth = waiting.pop()
        if isinstance(value, list):
            waiting.extend((each, growth) for each in value)
        elif isinstance(value, dict):
            if value.get("class") == "FUNCTION" and str(value.get("function_name", "")).lower() in _GROWING:
                growth *= _own_growth(value)
            if growth > _MOST:
                msg = f"It could make a text more than {_MOST} times longer; replace with shorter texts."
                raise ExpressionError(msg)
            waiting.extend((each, growth) for each in value.values())


def _own_growth(node: dict[str, Any]) -> float:
    arguments = [each.get("expression", each) for each in node.get("arguments") or node.get("children") or []]
    if len(arguments) < 3:
        return 1
    searched, put_in = _constant(arguments[1]), _constant(arguments[2])
    if put_in is None:
        return _MOST + 1  # unknown until it runs
    exact = str(node["function_name"]).lower() == "replace"
    if not put_in or (exact and searched is not None and len(put_in) <= len(searched)):
        return 1
    return 1 + len(put_in) / max(1, len(searched or "") if exact else 1)


def _constant(node: Any) -> str | None:
    if not isinstance(node, dict) or node.get("class") != "CONSTANT":
        return None
    literal = node.get("literal") or node.get("value") or {}
    text = literal.get("text", literal.get("value"))
    return text if isinstance(text, str) else ""
