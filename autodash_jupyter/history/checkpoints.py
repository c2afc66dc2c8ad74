"""The names people gave to steps."""

from __future__ import annotations

from autodash_jupyter.errors import InvalidNameError, NothingToRestoreError, did_you_mean

__all__ = ["Checkpoints"]


class Checkpoints:
    """Steps by name; what has a name is kept when older steps are thinned.

    >>> checkpoints = Checkpoints()
    >>> checkpoints.set("before-join", 3)
    >>> checkpoints.step("before-join")
    3
    """

    def __init__(self) -> None:
        self.by_name: dict[str, int] = {}

    @property
    def steps(self) -> set[int]:
        """The steps that have a name."""
        return set(self.by_name.values())

    def set(self, name: str, step_id: int) -> None:
        """Let a name stand for a step; it no longer stands for another; raises as ``require_fit`` does."""
        self.require_fit(name)
        self.by_name[name] = step_id

    @staticmethod
    def require_fit(name: str) -> None:
        """Refuse what can't name a checkpoint.

        Raises:
            InvalidNameError: The name is empty, or reads as a step's number or an option.
        """
        if not name.strip() or name.lstrip("-").isdigit() or name.startswith("-"):
            msg = f"{name!r} can't name a checkpoint: a name like before-join can."
            raise InvalidNameError(msg)

    def step(self, name: str) -> int:
        """Return the step a name stands for.

        Raises:
            NothingToRestoreError: There is no such checkpoint; the nearest is suggested.
        """
        if name in self.by_name:
            return self.by_name[name]
        hint = did_you_mean(name, self.by_name) or (
            f" Checkpoints are {', '.join(self.by_name)}." if self.by_name else " There are none yet."
        )
        msg = f"There is no checkpoint {name!r}.{hint}"
        raise NothingToRestoreError(msg)
