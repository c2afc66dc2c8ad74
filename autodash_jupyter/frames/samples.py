"""The sample data that ships with the package; where each comes from is told in ``data/SOURCES.md``."""

from __future__ import annotations

from pathlib import Path

from autodash_jupyter.errors import SourceError, did_you_mean
from autodash_jupyter.frames.naming import printable

__all__ = ["sample_names", "sample_path"]

FOLDER = Path(__file__).with_name("data")
SUFFIXES = frozenset({".csv", ".xlsx"})


def sample_names() -> list[str]:
    """Return the names that may follow ``sample:``, sorted.

    >>> sample_names()
    ['market_orders', 'penguins', 'regional_sales', 'seattle_weather']
    """
    return sorted(_files())


def sample_path(name: str) -> Path:
    """Return where a sample's file lies. Raises ``SourceError`` for an unknown name.

    >>> sample_path("penguins").name
    'penguins.csv'
    """
    files = _files()
    if name not in files:
        hint = did_you_mean(name, files)
        msg = f"There is no sample '{printable(name)}'.{hint} Samples: {', '.join(sorted(files))}."
        raise SourceError(msg)
    return files[name]


def _files() -> dict[str, Path]:
    return {path.stem: path for path in FOLDER.iterdir() if path.suffix in SUFFIXES}
