"""What went wrong with a request, as a person reads it: one line, what it was, what to do."""

from __future__ import annotations

from autodash_jupyter.language_model.masking import first_line

__all__ = ["TRY_AGAIN", "EndlessAnswerError", "explain", "is_cut_off", "streams_nothing", "the_one_in"]

TRY_AGAIN = "Try again, or choose another model."

# What dspy's errors mean to a person, and what to do about them, by the name of the class.
_MEANINGS = {
    "LMAuthError": ("refused the key", "Set its provider's key in the environment and restart the kernel."),
    "LMBillingError": ("asks for payment", "Look at the account with its provider."),
    "LMRateLimitError": ("is asked too often", "Wait a little, then try again."),
    "ContextWindowExceededError": ("can't take in so much", "Choose one with a longer context window."),
    "LMUnsupportedModelError": ("is not known there", "Check AUTODASH_LM."),
    "LMInvalidRequestError": ("refused the request", "Check AUTODASH_LM; it reads provider/model."),
    "LMConfigurationError": ("is not set up", "Set its provider's key, or check AUTODASH_LM."),
    "LMTimeoutError": ("took too long", "Try again, or raise AUTODASH_LM_TIMEOUT."),
    "LMTransportError": ("can't be reached or broke off", "Check that it runs, and AUTODASH_LM_API_BASE."),
    "EndlessAnswerError": ("wrote far more than was asked for", TRY_AGAIN),
    "ImportError": ("can't be used without dspy", "Install it: pip install dspy-ai"),
    "ValueError": ("can't be used", "Check AUTODASH_LM; it reads provider/model."),
}
_FAILED = ("failed", TRY_AGAIN)
_CUT_OFF = frozenset({"LMTransportError", "LMServerError", "LMRateLimitError", "LMUnexpectedError"})
_UNREADABLE = frozenset({"LMUnexpectedError", "AdapterParseError"})


class EndlessAnswerError(Exception):
    """An answer went on beyond any use."""


def the_one_in(error: BaseException) -> BaseException:
    """Return the error inside a group of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def explain(error: BaseException) -> tuple[str, str, str]:
    """Return what happened, what the server said of it (may be empty), and what to do next."""
    error = the_one_in(error)
    classes = [cls.__name__ for cls in type(error).__mro__]
    what, remedy = next((_MEANINGS[name] for name in classes if name in _MEANINGS), _FAILED)
    detail = first_line(getattr(error, "message", error))
    return what, detail, remedy


def is_cut_off(error: BaseException, *, begun: bool) -> bool:
    """Tell whether an answer, of which a word had come or none, may be whole the next time."""
    passing = _CUT_OFF if begun else _UNREADABLE  # before the first word, dspy itself tries again
    return bool(passing & {cls.__name__ for cls in type(the_one_in(error)).__mro__})


def streams_nothing(error: BaseException) -> bool:
    """Tell whether a server answered, but not as a stream: some can't."""
    return "LMStreamAssemblyError" in {cls.__name__ for cls in type(the_one_in(error)).__mro__}
