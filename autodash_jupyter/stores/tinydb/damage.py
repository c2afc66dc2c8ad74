"""What is said of damaged files, and how they are kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from autodash_jupyter.regular_files import read_regular
from autodash_jupyter.stores.durable_files import replace_file
from autodash_jupyter.stores.tinydb.base_check import Examined
from autodash_jupyter.stores.tinydb.journal import JournalLines
from autodash_jupyter.stores.tinydb.tables import Change

__all__ = ["keep_copy", "report_damage"]

logger = logging.getLogger(__name__)

NAMED = 5  # documents in one message
FIRST_DOCUMENT = re.compile(rb'\[\["(?:[^"\\]|\\.)*", "(\d+)"')


def report_damage(
    base: Path,
    journal: Path,
    lines: JournalLines,
    examined: Examined | None = None,
    changes: Sequence[Change] = (),
) -> frozenset[Path]:
    """Log what is wrong in files just read, and return those that are damaged.

    ``changes`` are what the journal holds: what it puts anew, or removes, is right whatever the base says.
    """
    damaged: set[Path] = set()
    if lines.damaged:
        damaged.add(journal)
        first = (
            match[1].decode("ascii", "replace")
            for line in lines.damaged
            if (match := FIRST_DOCUMENT.search(line))
        )
        msg = "%s: left out %d damaged line(s)%s; all others are read"
        logger.warning(msg, journal, len(lines.damaged), _about(list(first)))
    if examined is not None:
        replaced = {(change.table, change.doc_id) for change in changes}
        removed = sum(change.text is None for change in changes)
        missing = max(0, examined.missing - removed)
        spoiled = [doc_id for table, doc_id in examined.damaged if (table, doc_id) not in replaced]
        edited = [doc_id for table, doc_id in examined.edited if (table, doc_id) not in replaced]
        if examined.is_damaged:
            damaged.add(base)
            msg = "%s is damaged: %d document(s) can't be read%s, and %d are missing; all others are read"
            logger.warning(msg, base, len(spoiled), _about(spoiled), missing)
        elif edited or missing:
            msg = (
                "%s was edited by another program: %d document(s) differ%s, %d are gone; it is taken as it is"
            )
            logger.warning(msg, base, len(edited), _about(edited), missing)
    return frozenset(damaged)


def keep_copy(file: Path) -> None:
    """Keep a damaged file, which is about to be replaced, under a name of its own."""
    copy = file.with_name(f"{file.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}")
    replace_file(copy, read_regular(file))
    logger.warning("%s: a copy of the damaged file is kept as %s", file, copy.name)


def _about(doc_ids: Iterable[str]) -> str:
    named = list(dict.fromkeys(doc_ids))
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return f" (of document {', '.join(named[:NAMED])}{more})" if named else ""
