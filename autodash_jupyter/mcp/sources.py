"""Which files and addresses an agent may have read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from autodash_jupyter.errors import SourceError, did_you_mean

__all__ = ["PermittedSources"]

_SAMPLE = "sample:"
_MOST_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class PermittedSources:
    """Folders below which files may be read, and addresses below which they may be fetched.

    ``private`` is a folder that stays closed even inside of these: the store.
    """

    roots: tuple[Path, ...]
    allowed_urls: tuple[str, ...] = ()
    private: Path | None = None

    @property
    def described(self) -> str:
        """What can be given, as a sentence for the agent."""
        also = f" Addresses below {', '.join(self.allowed_urls)} can be read." if self.allowed_urls else ""
        if not self.roots:
            return f"Only samples can be read, such as sample:penguins.{also}"
        where = " or ".join(f"'{root}'" for root in self.roots)
        return f"Files below {where} can be read, by their paths from there.{also}"

    def checked(self, given: str) -> str:
        """Return what is read for a source: the real path of a file, an address, or ``sample:NAME``.

        Raises:
            SourceError: It lies elsewhere, is hidden, isn't there, is no plain file, or an address that isn't
                allowed. What lies outside isn't told.

        >>> PermittedSources((Path("/srv"),)).checked("../etc/passwd")
        Traceback (most recent call last):
            ...
        autodash_jupyter.errors.SourceError: There is no file '../etc/passwd' below the allowed folders. ...
        """
        from autodash_jupyter.frames.naming import printable
        from autodash_jupyter.services.permitted_sources import is_allowed_url, permitted_file

        wanted = given.strip()
        if wanted.startswith(_SAMPLE):
            return wanted
        scheme = (
            wanted.partition(":")[0].lower() if "://" in wanted or wanted.startswith("clipboard:") else ""
        )
        if scheme == "file":
            wanted = unquote(urlsplit(wanted).path)
        elif scheme:
            if is_allowed_url(wanted, self.allowed_urls):
                return wanted
            msg = (
                f"Addresses ({scheme}) aren't read here; save the file below an allowed folder. "
                f"{self.described}"
            )
            raise SourceError(msg)
        for root in self.roots:
            try:
                return str(permitted_file(root, wanted, private=self.private))
            except SourceError:
                continue
        hint = did_you_mean(wanted, self._near(wanted)) or f" {self.described}"
        msg = f"There is no file '{printable(wanted)}' below the allowed folders.{hint}"
        raise SourceError(msg)

    def _near(self, wanted: str) -> Sequence[str]:
        """Return the files that lie where the wanted one would, of those that may be read."""
        found: list[str] = []
        for root in self.roots:
            base = root.resolve()
            try:
                folder = (base / wanted).parent.resolve()
                if not folder.is_relative_to(base):
                    continue
                inner = folder.relative_to(base)
                names = sorted(each.name for each in folder.iterdir())[:_MOST_LOOKED_AT]
            except (OSError, ValueError, RuntimeError):
                continue
            found += [path for name in names if self._is_permitted(root, path := str(inner / name))]
        return found

    def _is_permitted(self, root: Path, path: str) -> bool:
        from autodash_jupyter.services.permitted_sources import permitted_file

        try:
            permitted_file(root, path, private=self.private)
        except SourceError:
            return False
        return True
