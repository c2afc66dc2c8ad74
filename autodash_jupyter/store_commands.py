"""``autodash store`` and ``autodash relink``: look after the store and its links, and print what was done."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from autodash_jupyter.settings import Settings, public_url

if TYPE_CHECKING:
    from autodash_jupyter.services.backups import Place
    from autodash_jupyter.services.migration import Migrated
    from autodash_jupyter.services.relinking import Report

__all__ = ["add_relink_command", "add_store_commands"]

PROBES = 100  # records that `stats` reads to see how long that takes
PROGRESS_LINES = 10


def add_store_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands to the parser of ``autodash store``."""
    commands = parser.add_subparsers(dest="store_command", required=True)
    backup = commands.add_parser("backup", help="write all records to one file, which any store can take")
    backup.add_argument("file", type=Path, help="a new file, for example backup.jsonl")
    backup.add_argument("--blobs", action="store_true", help="the tables, too, which may be large")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="put a backup in the place of the store's records")
    restore.add_argument("file", type=Path, help="what `autodash store backup` wrote")
    restore.add_argument("--replace", action="store_true", help="also where there are other records")
    restore.set_defaults(run=_restore)
    migrate = commands.add_parser("migrate", help="copy everything to a store of another kind")
    migrate.add_argument("--to", required=True, help="tinydb, sqlite, redis, or the URL of a database")
    migrate.add_argument("--replace", action="store_true", help="also where it has other records")
    migrate.set_defaults(run=_migrate)
    compact = commands.add_parser("compact", help="give back the space that the store no longer needs")
    compact.set_defaults(run=_compact)
    stats = commands.add_parser("stats", help="say how much there is, and how fast it is read")
    stats.set_defaults(run=_stats)


def add_relink_command(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of ``autodash relink``."""
    parser.add_argument("--user", help="only this user's contexts; without it, everybody's")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--undo", action="store_true", help="put the links back that the last relink found")
    parser.set_defaults(run=_relink)


def _relink(chosen: argparse.Namespace) -> int:
    from autodash_jupyter.catalog import ContextCatalog
    from autodash_jupyter.services.relinking import keep_report, last_report, relink

    if chosen.undo and (chosen.dry_run or chosen.user is not None):
        print("--undo puts back all that the last relink changed: give it alone.", file=sys.stderr)
        return 2
    place = _open()
    if chosen.undo:
        return _undo_relink(place, last_report(place.store))
    report = relink(
        ContextCatalog(place.store),
        lambda user_id: chosen.user is None or str(user_id) == chosen.user,  # 1 and "1" read alike
        _Progress().of_contexts,
        dry_run=chosen.dry_run,
    )
    keep_report(place.store, report)
    if chosen.user is not None and not report.total:
        print(f"{place.name} has no contexts of user {chosen.user!r}: see --user.", file=sys.stderr)
        return 1
    would = "would be " if report.dry_run else ""
    print(f"{_count(report.succeeded, 'context')} of {report.total:,} in {place.name} {would}linked anew.")
    print(f"{_count(report.linked, 'link')} in all, {report.changed:,} {would}changed.")
    if report.skipped or report.malformed:
        print(f"Skipped: {_count(report.skipped, 'unknown id')}, {_count(report.malformed, 'malformed id')}.")
    for error in report.errors:
        print(error, file=sys.stderr)
    if report.changed and not report.dry_run:
        print("autodash relink --undo puts the former links back.")
    return 1 if report.errors else 0


def _undo_relink(place: Place, report: Report | None) -> int:
    from autodash_jupyter.services.contexts import ContextService

    if report is None:
        print(f"{place.name} has no relink to undo.", file=sys.stderr)
        return 1
    count = ContextService(place.store, settings=place.settings).undo_relink(report)
    print(
        f"{_count(count, 'link')} in {place.name} {'is' if count == 1 else 'are'} as before the last relink."
    )
    return 0


def _backup(chosen: argparse.Namespace) -> int:
    from autodash_jupyter.services.backups import back_up

    place = _open()
    snapshot, tables = back_up(place, chosen.file, with_blobs=chosen.blobs)
    with_tables = f" and {_count(tables, 'table')}" if chosen.blobs else ""
    print(f"{_count(len(snapshot.records), 'record')}{with_tables} of {place.name} are in {chosen.file}.")
    if not chosen.blobs:
        print("The tables are not: add --blobs for them.")
    if snapshot.damaged:
        print(f"Left out, since they can't be read: {_names(snapshot.damaged)}.", file=sys.stderr)
    return 1 if snapshot.damaged else 0


def _restore(chosen: argparse.Namespace) -> int:
    from autodash_jupyter.services.backups import restore

    place = _open()
    done = restore(place, chosen.file, replace=chosen.replace, progress=_Progress())
    if done.replaced is not None:
        print(f"What was there before is in {done.replaced}.")
    print(f"{_count(done.records, 'record')} and {_count(done.blobs, 'table')} are in {place.name} again.")
    return 0


def _migrate(chosen: argparse.Namespace) -> int:
    from autodash_jupyter.services.backups import open_place
    from autodash_jupyter.services.migration import migrate

    source = _open()
    target = open_place(Settings.from_environment({**os.environ, "STORAGE_BACKEND": chosen.to}))
    done = migrate(source, target, replace=chosen.replace, progress=_Progress())
    print(f"The records as they were are in {done.backup}.")
    if done.replaced is not None:
        print(f"What {target.name} had before is in {done.replaced}.")
    print(
        f"{_count(done.records, 'record')} and {_count(done.blobs, 'table')} were copied from {source.name} "
        f"to {target.name}; every record was compared."
    )
    _say_how_to_go_on(done, public_url(chosen.to))
    return 1 if _warn(done) else 0


def _say_how_to_go_on(done: Migrated, chosen: str) -> None:
    print(f"\nNothing uses it yet. To use it, set STORAGE_BACKEND={chosen} and restart the kernels.")
    print("To go back, set what was set before: the old store is as it was. Should it have changed since,")
    print(f"  autodash store restore '{done.backup}' --replace")


def _warn(done: Migrated) -> bool:
    """Print what needs attention after a migration; tell whether anything does."""
    warnings = [
        (
            "Written to meanwhile, so that older values were copied; stop the kernels and run this again",
            done.changed,
        ),
        ("Not copied, since these records can't be read", done.damaged),
        ("Not copied, since these tables can't be read", done.damaged_blobs),
    ]
    for text, names in warnings:
        if names:
            print(f"{text}: {_names(names)}.", file=sys.stderr)
    return any(names for _, names in warnings)


def _compact(_: argparse.Namespace) -> int:
    from autodash_jupyter.services import DatasetService

    place = _open()
    compact = getattr(_innermost(place), "compact", None)
    if compact is None:
        print(f"{place.name} keeps its records compact by itself.")
    else:
        before = _size(place)
        compact()
        print(f"{place.name}: {before} before, {_size(place)} now.")
    swept = DatasetService(place.store, settings=place.settings).sweep_frames()
    print(f"Tables that no record names: {_bytes(swept.bytes_freed)} freed.")
    return 0


def _stats(_: argparse.Namespace) -> int:
    place = _open()
    keys = place.store.list_keys()
    for key in keys[:: max(1, len(keys) // PROBES)]:
        place.store.get(key)
    kinds = Counter(str(key[0]) if isinstance(key, tuple) and key else type(key).__name__ for key in keys)
    each = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    print(f"store: {place.name}")
    print(f"records: {len(keys)}{f' ({each})' * bool(keys)}")
    print(f"tables: {sum(1 for _ in place.blobs.names())} blobs")
    stats = getattr(_innermost(place), "stats", None)
    if stats is not None:
        found = stats()
        print(f"size of the records: {_size(place)}")
        for method, calls in found.by_method.items():
            times = f"{calls.p50_ms:.2f} ms (one in a hundred: {calls.p99_ms:.2f} ms)"
            print(f"{method}: {times}, {_count(calls.calls, 'call')}, {_count(calls.errors, 'error')}")
    return 0


def _open() -> Place:
    from autodash_jupyter.services.backups import open_place

    return open_place(Settings.from_environment())


def _innermost(place: Place) -> object:
    return getattr(place.store, "store", place.store)


def _size(place: Place) -> str:
    return _bytes(_innermost(place).stats().size_bytes)  # type: ignore[attr-defined]


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _names(keys: tuple[object, ...]) -> str:
    shown = ", ".join(repr(key) for key in keys[:5])
    return shown + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")


class _Progress:
    """Prints some lines, however many steps there are."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        tenth = PROGRESS_LINES * done // max(total, 1)
        if tenth > self._said.get(what, 0):
            self._said[what] = tenth
            print(f"{done:,} of {total:,} {what}", file=sys.stderr)

    def of_contexts(self, done: int, total: int, name: str) -> None:
        """Say how many contexts are done; their names would be too many lines."""
        del name
        self("contexts", done, total)
