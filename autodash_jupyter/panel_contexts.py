"""What the sidebar asks of contexts, and what it is told: texts, revisions, comparisons, saves.

Plain values in, plain values out: ``Panel`` decides in which thread each runs, and sends the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autodash_jupyter import panel_protocol as protocol
from autodash_jupyter.errors import ContextConflictError, InvalidContextError
from autodash_jupyter.session import Session

if TYPE_CHECKING:
    from autodash_jupyter.catalog import ContextRecord
    from autodash_jupyter.context.validation import Validation
    from autodash_jupyter.models import Dataset

__all__ = ["CHANGES", "READS", "Outcome", "PanelContexts"]

READS = frozenset({"context_text", "context_revisions", "compare_revisions", "count_findings"})
CHANGES = frozenset({"save_context", "restore_revision", "use_context"})
MOST_COUNTED = 50  # datasets of one request: each is checked against its table
MOST_REVISIONS = 100
MOST_FINDINGS = 50
MOST_DIFFERENCES = 200
LONGEST_VALUE = 1_000  # characters of a field on each side of a comparison

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change came to: ``done`` or ``failed``, one line for a person, and what the page goes on with.

    >>> Outcome("Saved as revision 2.").status
    'done'
    """

    message: str
    status: str = "done"
    result: protocol.SaveResult | None = None


class PanelContexts:
    """Answers what pages ask about the contexts of one session's datasets."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, action: str, params: Message) -> protocol.Result:
        """Return what a page wants to know; ``action`` is one of ``READS``.

        Raises ``AutoDashError`` where there is no such dataset, context or revision.
        """
        if action == "count_findings":
            return self._count_findings(params["dataset_ids"][:MOST_COUNTED])
        dataset = self._dataset(params)
        if action == "context_text":
            return self._text(dataset)
        if action == "context_revisions":
            return self._revisions(dataset)
        return self._comparison(dataset, params["before"], params["after"])

    def change(self, action: str, params: Message) -> Callable[[], Outcome]:
        """Return what does a page's bidding, to be called between cells; ``action`` is one of ``CHANGES``."""
        if action == "save_context":
            text, expected = params["text"], params["revision"]
            return lambda: self._save(self._dataset(params), text, expected)
        if action == "restore_revision":
            revision = params["revision"]
            return lambda: self._restore(self._dataset(params), revision)
        name = params["name"]
        return lambda: self._use(self._dataset(params), name)

    def _dataset(self, params: Message) -> Dataset:
        return self._session.datasets.find(self._session.settings.user_id, params["dataset_id"])

    # Reading

    def _count_findings(self, dataset_ids: Sequence[str]) -> protocol.FindingCounts:
        """Count what is to be mended in the contexts of those datasets that are still there."""
        counts: list[protocol.FindingCount] = []
        for dataset_id in dataset_ids:
            dataset = self._session.datasets.get(self._session.settings.user_id, dataset_id)
            record = None if dataset is None else self._session.named_contexts.active(dataset)
            document = None if record is None else record.readable_document
            if document is not None:
                findings = self._session.named_contexts.validate(document).findings
                counts.append({"dataset_id": dataset_id, "count": len(findings)})
        return {"counts": counts}

    def _text(self, dataset: Dataset) -> protocol.ContextText:
        contexts = self._session.named_contexts
        text, revision = contexts.text(dataset)
        record = contexts.active(dataset)
        findings = [] if record is None else self._findings(record, text)
        return {"text": text, "revision": revision, "findings": findings}

    def _revisions(self, dataset: Dataset) -> protocol.ContextRevisions:
        contexts = self._session.named_contexts
        record = contexts.active(dataset)
        if record is None:
            return {"revision": 0, "names": [], "authors": "", "page": None, "findings": [], "revisions": []}
        return {
            "revision": record.revision,
            "names": [one.name for one in contexts.all_of(dataset)],
            "authors": self._authors(record),
            "page": self._page(dataset, record),
            "findings": self._findings(record, contexts.text(dataset)[0]),
            "revisions": [_revision(one) for one in contexts.versions(dataset)[:MOST_REVISIONS]],
        }

    def _page(self, dataset: Dataset, record: ContextRecord) -> str | None:
        """Return the document as Markdown, with the present values of its metrics."""
        from autodash_jupyter.context.rendering import render_markdown

        document = record.readable_document
        if document is None:
            return None
        contexts = self._session.named_contexts
        return render_markdown(
            contexts.with_names(document), metric_values=contexts.metric_values(record, dataset)
        )

    def _authors(self, record: ContextRecord) -> str:
        from autodash_jupyter.context.merging import authors_of

        document = record.readable_document
        return authors_of(document) if document is not None else ""

    def _findings(self, record: ContextRecord, text: str) -> list[protocol.Finding]:
        """Check a context against the tables as they are; each finding names its line in the text."""
        from autodash_jupyter.context.document_text import read_document

        document = record.readable_document
        if document is None:
            return []
        return _shown(self._session.named_contexts.validate(document, read_document(text)))

    def _comparison(self, dataset: Dataset, before: int, after: int) -> protocol.Comparison:
        from autodash_jupyter.context.markdown import shorten

        found = self._session.named_contexts.difference(dataset, before, after)
        differences: list[protocol.Difference] = [
            {
                "path": one.path,
                "kind": one.kind,
                "before": shorten(one.before, LONGEST_VALUE),
                "after": shorten(one.after, LONGEST_VALUE),
            }
            for one in found[:MOST_DIFFERENCES]
        ]
        left_out = len(found) - len(differences)
        return {"before": before, "after": after, "differences": differences, "left_out": left_out}

    # Changing

    def _save(self, dataset: Dataset, text: str, expected: int) -> Outcome:
        contexts = self._session.named_contexts
        try:
            saved = contexts.set(dataset, text, cause="edited", expected_revision=expected)
        except ContextConflictError:
            return self._conflict(dataset)
        except InvalidContextError as error:
            return Outcome(str(error), "failed", {"findings": [_unreadable(error)]})
        number, findings = saved.record.revision, _shown(saved.validation)
        if not saved.is_new:
            return Outcome(f"Nothing differs from revision {number}.", result={"revision": number})
        what = f"{dataset.name}: saved as revision {number}"
        to_mend = f", {len(findings)} to look at below." if findings else "."
        return Outcome(what + to_mend, result={"revision": number, "findings": findings})

    def _conflict(self, dataset: Dataset) -> Outcome:
        theirs, revision = self._session.named_contexts.text(dataset)
        message = f"Somebody saved revision {revision} of {dataset.name} meanwhile; yours is not saved."
        return Outcome(message, "failed", {"conflict": {"text": theirs, "revision": revision}})

    def _restore(self, dataset: Dataset, revision: int) -> Outcome:
        record = self._session.named_contexts.restore(dataset, revision)
        return Outcome(
            f"{dataset.name}: revision {revision} is in force again, as revision {record.revision}."
        )

    def _use(self, dataset: Dataset, name: str) -> Outcome:
        record = self._session.named_contexts.use(dataset, name)
        return Outcome(f"{record.name} is the context that counts for {dataset.name}.")


def _revision(record: ContextRecord) -> protocol.Revision:
    return {
        "revision": record.revision,
        "saved_at": record.updated_at.isoformat(),
        "author": record.author,
        "cause": record.cause,
    }


def _shown(validation: Validation) -> list[protocol.Finding]:
    return [
        {"severity": one.severity, "message": one.message, "line": one.line}
        for one in validation.findings[:MOST_FINDINGS]
    ]


def _unreadable(error: InvalidContextError) -> protocol.Finding:
    return {"severity": "failed", "message": str(error), "line": error.line}
