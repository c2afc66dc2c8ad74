"""Make TypeScript of what kernel and page say to each other: pydantic's JSON Schema, written as interfaces.

    python labextension/generate_protocol.py

writes ``labextension/src/messages.ts``; a test checks that the file is up to date.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from autodash_jupyter import panel_protocol as protocol

TARGET = Path(__file__).parent / "src" / "messages.ts"
UNIONS = {"Answer": protocol.Answer, "KernelEvent": protocol.Event}
INTERFACES = {"IRequests": protocol.Requests, "IResults": protocol.Results, "IState": protocol.State}
PRIMITIVES = {
    "string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null",
    "object": "Readonly<Record<string, unknown>>",
}  # fmt: skip
HEAD = """\
// Generated from autodash_jupyter/panel_protocol by generate_protocol.py: change it there.
"""
Schema = dict[str, Any]


def typescript() -> str:
    """Return the module's text."""
    named = {**UNIONS, **INTERFACES}
    inputs = [(name, "validation", protocol.adapter(kind)) for name, kind in named.items()]
    adapter = type(inputs[0][2])
    schemas, shared = adapter.json_schemas(inputs)  # type: ignore[arg-type]
    parts = [
        HEAD,
        "/** The version of the protocol that this page speaks. */",
        f"export const PROTOCOL = {protocol.PROTOCOL};",
        f"export const REQUESTS_TARGET = '{protocol.REQUESTS_TARGET}';",
        f"export const EVENTS_TARGET = '{protocol.EVENTS_TARGET}';\n",
    ]
    parts += [interface(f"I{name}", schema) for name, schema in sorted(shared["$defs"].items())]
    for name in UNIONS:
        types = "\n  | ".join(members(schemas[name, "validation"]))
        parts.append(f"export type {name} =\n  | {types};\n")
    return "\n".join(parts)


def interface(name: str, schema: Schema) -> str:
    """Return one typed dict as an interface."""
    if not schema.get("properties"):
        return f"{comment(schema)}export type {name} = Record<string, never>;\n"
    required = schema.get("required", [])
    fields = "".join(
        textwrap.indent(
            f"{comment(field)}readonly {key}{'' if key in required else '?'}: {typed(field)};\n", "  "
        )
        for key, field in schema["properties"].items()
    )
    return f"{comment(schema)}export interface {name} {{\n{fields}}}\n"


def typed(schema: Schema) -> str:
    """Return the type that a schema describes."""
    if "$ref" in schema:
        return "I" + schema["$ref"].rpartition("/")[2]
    if "const" in schema or "enum" in schema:
        return " | ".join(f"'{value}'" for value in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(members(schema))
    if schema.get("type") == "array":
        inner = typed(schema["items"])
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    return PRIMITIVES[schema["type"]]


def members(schema: Schema) -> list[str]:
    """Return the types of a union."""
    return [typed(one) for one in schema.get("anyOf") or schema["oneOf"]]


def comment(schema: Schema) -> str:
    """Return a description as a comment of its own lines, without the markup of Python's docstrings."""
    text = str(schema.get("description", "")).replace("``", "`").strip()
    if not text:
        return ""
    if "\n" not in text:
        return f"/** {text} */\n"
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in text.splitlines()) + " */\n"


if __name__ == "__main__":
    TARGET.write_text(typescript(), encoding="utf-8")
