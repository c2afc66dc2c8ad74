"""What datasets mean: documents (read, written, rendered, compared), and the generator that drafts them.

It may import profiling, expressions and the language model, and everything above them. It never keeps
anything: what is yielded here is stored, published and shown by others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autodash_jupyter.context.comparison import Difference, compare
    from autodash_jupyter.context.document_text import DocumentText, read_document, write_document
    from autodash_jupyter.context.generate import generate
    from autodash_jupyter.context.glossary import GlossaryMatch, search_glossary
    from autodash_jupyter.context.html import render_html
    from autodash_jupyter.context.merging import credit, merge_generated
    from autodash_jupyter.context.rendering import render_markdown
    from autodash_jupyter.context.staleness import Staleness, stale_parts
    from autodash_jupyter.context.validation import DocumentFinding, Validation, validate
    from autodash_jupyter.context.writer import write_context

__all__ = [
    "Difference",
    "DocumentFinding",
    "DocumentText",
    "GlossaryMatch",
    "Staleness",
    "Validation",
    "compare",
    "credit",
    "generate",
    "merge_generated",
    "read_document",
    "render_html",
    "render_markdown",
    "search_glossary",
    "stale_parts",
    "validate",
    "write_context",
    "write_document",
]

# Each is imported when it is first used: a page that only draws a context needs no generator.
_HOMES = {
    "Difference": "comparison",
    "DocumentFinding": "findings",
    "DocumentText": "document_text",
    "GlossaryMatch": "glossary",
    "Staleness": "staleness",
    "Validation": "findings",
    "compare": "comparison",
    "credit": "merging",
    "generate": "generate",
    "merge_generated": "merging",
    "read_document": "document_text",
    "render_html": "html",
    "render_markdown": "rendering",
    "search_glossary": "glossary",
    "stale_parts": "staleness",
    "validate": "validation",
    "write_context": "writer",
    "write_document": "document_text",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"autodash_jupyter.context.{_HOMES[name]}"), name)
    msg = f"module 'autodash_jupyter.context' has no attribute {name!r}"
    raise AttributeError(msg)
