"""Time zones in JSON, and back as the very kind of object they were."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from autodash_jupyter.blobs.object_cells import NotForArrow

__all__ = ["describe_zone", "zone_from"]


def describe_zone(zone: tzinfo) -> dict[str, Any]:
    """Return a zone in JSON; ``NotForArrow`` for a zone of another library, or with a name of its own.

    >>> describe_zone(ZoneInfo("Europe/Berlin")), describe_zone(UTC)
    ({'key': 'Europe/Berlin'}, {'offset': 0.0})
    >>> zone_from({"key": "Europe/Berlin"}) is ZoneInfo("Europe/Berlin"), zone_from({"offset": 0.0}) is UTC
    (True, True)
    """
    if type(zone) is ZoneInfo and zone.key and ZoneInfo(zone.key) is zone:
        return {"key": zone.key}
    if type(zone) is timezone:
        offset = zone.utcoffset(None)
        if zone.tzname(None) == timezone(offset).tzname(None):
            return {"offset": offset.total_seconds()}
    raise NotForArrow("a time zone of another kind")


def zone_from(description: dict[str, Any]) -> tzinfo:
    """Return the zone described; ``KeyError``, ``ValueError`` or ``OSError`` where there is none."""
    if "key" in description:
        return ZoneInfo(description["key"])
    offset = timedelta(seconds=description["offset"])
    return timezone(offset) if offset else UTC
