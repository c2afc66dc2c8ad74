"""What all magics share: a session, notes told after each call, and mistakes shown as one line."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from IPython.core.error import UsageError
from IPython.core.magic import Magics

from autodash_jupyter.arguments import HelpShown
from autodash_jupyter.errors import AutoDashError, one_line
from autodash_jupyter.session import Session

__all__ = ["NotebookMagics", "one_line_errors"]

logger = logging.getLogger(__name__)
Words = ParamSpec("Words")


class NotebookMagics(Magics):
    """Magics of one session."""

    def __init__(self, shell: Any, session: Session) -> None:
        super().__init__(shell)
        self.session = session

    def tell_notes(self) -> None:
        """Print what the session has to say to the person, once."""
        while self.session.notes:
            print(self.session.notes.pop(0))


Owner = TypeVar("Owner", bound=NotebookMagics)
Magic = Callable[Concatenate[Owner, Words], Any]


def one_line_errors(magic: Magic[Owner, Words]) -> Magic[Owner, Words]:
    """Show a person's mistake as one line, without a traceback, and let the cell fail."""

    @functools.wraps(magic)
    def guarded(self: Owner, *args: Words.args, **kwargs: Words.kwargs) -> Any:
        name = getattr(magic, "__name__", "magic")
        try:
            return magic(self, *args, **kwargs)
        except HelpShown:
            return None
        except AutoDashError as error:
            raise UsageError(str(error)) from None
        except UsageError:
            raise
        except Exception as error:  # a table's or a variable's own code may raise anything
            logger.debug("%%%s %s", name, args[:1], exc_info=True)
            msg = f"%{name} failed: {one_line(error)}"
            raise UsageError(msg) from None
        finally:
            self.tell_notes()

    return cast("Magic[Owner, Words]", guarded)
