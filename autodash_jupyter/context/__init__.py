"""The context of a dataset: the Markdown that says what the data means, and the generator that writes it.

It may import profiling and the language model, and everything above them. It never keeps anything: what
is yielded here is stored, published and shown by others.
"""

from autodash_jupyter.context.generate import generate
from autodash_jupyter.context.html import render_html
from autodash_jupyter.context.writer import write_context

__all__ = ["generate", "render_html", "write_context"]
