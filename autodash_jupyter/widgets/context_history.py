"""The views of ``%context --versions``, ``--diff`` and ``--usage``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autodash_jupyter.context.markdown import shorten
from autodash_jupyter.named_contexts import NamedContexts
from autodash_jupyter.session import Session
from autodash_jupyter.widgets.tables import html_table, text_table
from autodash_jupyter.widgets.view import View, escape, notice, page

if TYPE_CHECKING:
    from autodash_jupyter.models import Dataset

__all__ = ["context_difference_view", "context_usage_view", "context_versions_view"]

_CELL = 200  # characters of a field that are shown on each side


def context_versions_view(contexts: NamedContexts, dataset: Dataset) -> View:
    """Draw the revisions of a dataset's context, newest first: who saved each, when and why."""
    current = contexts.require(dataset).revision
    header = ("", "revision", "version", "saved", "by", "why", "status")
    rows = [
        (
            "→" if one.revision == current else "",
            str(one.revision),
            one.version,
            one.updated_at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            one.author,
            one.cause,
            one.status,
        )
        for one in contexts.versions(dataset)
    ]
    others = [one.name for one in contexts.all_of(dataset)][1:]
    also = f"Other contexts of {dataset.name}: {', '.join(others)} (%context {dataset.name} --use NAME)."
    foot = also if others else ""
    html = html_table(header, rows) + (f'<p class="ad-foot ad-muted">{escape(foot)}</p>' if foot else "")
    return View(page(html), "\n".join(filter(None, (text_table(header, rows), foot))))


def context_difference_view(contexts: NamedContexts, dataset: Dataset, before: int, after: int) -> View:
    """Draw what differs between two revisions of a dataset's context, field by field."""
    differences = contexts.difference(dataset, before, after)
    if not differences:
        return notice(f"Nothing differs between revision {before} and revision {after}.")
    header = ("field", f"revision {before}", f"revision {after}")
    rows = [(one.path, shorten(one.before, _CELL), shorten(one.after, _CELL)) for one in differences]
    return View(page(html_table(header, rows)), "\n".join(str(one) for one in differences))


def context_usage_view(session: Session) -> View:
    """Draw which contexts were used, by what, how fast, and what generating them took."""
    used = session.contexts.get_usage(session.settings.user_id)
    if not used:
        return notice("There is no context yet; %load_dataset sample:penguins gets the first written.")
    header = ("context", "used", "by", "mean ms", "slowest ms", "generated", "seconds", "tokens", "cost")
    rows = [
        (
            one.name,
            f"{one.count:,}",
            ", ".join(f"{what} {count:,}" for what, count in sorted(one.uses.items())),
            f"{one.mean_ms:.2f}" if one.count else "",
            f"{one.slowest_ms:.2f}" if one.count else "",
            f"{one.generations:,}",
            f"{one.generation_seconds:.1f}" if one.generations else "",
            f"{one.prompt_tokens + one.completion_tokens:,}" if one.prompt_tokens else "",
            f"{one.cost:.4f}" if one.cost else "",
        )
        for one in used
    ]
    return View(page(html_table(header, rows)), text_table(header, rows))
