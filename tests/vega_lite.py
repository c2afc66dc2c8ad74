"""Whether a chart is valid Vega-Lite, by its published schema and by its compiler."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["check"]


@cache
def validator() -> Any:
    """Return a validator of the schema that altair brings: 6, which has all of 5 that is used here."""
    import altair
    from jsonschema import Draft7Validator

    root = Path(altair.__file__).parent / "vegalite"
    return Draft7Validator(json.loads(next(root.glob("v*/schema/vega-lite-schema.json")).read_text()))


def check(spec: dict[str, Any]) -> None:
    """Fail where Vega-Lite's schema or the compiler of version 5 finds fault."""
    import vl_convert

    json.dumps(spec, allow_nan=False)
    validator().validate(spec)
    vl_convert.vegalite_to_vega(spec, vl_version="5.20")
