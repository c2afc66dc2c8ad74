"""Keys stay secret: which variables hold them, and texts without them."""

from __future__ import annotations

import os
import re

__all__ = ["PROSE", "encodable", "first_line", "is_key_of", "mask", "secrets"]

PROSE = 12
"""The shortest secret that is masked in an answer; in an error's line rather a word too many goes."""

_KEY_VARIABLE = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)
_KEY_ENDINGS = ("APIKEY", "KEY", "APITOKEN", "TOKEN")
_KEY_LIKE = re.compile(r"\bsk-[\w*.-]+|(?<=Bearer )\S+|(?<=://)[^/\s@]+(?=@)")
# Providers whose key variables also begin with another word than their name.
_KEY_PREFIXES = {"gemini": "google", "vertex_ai": "google", "huggingface": "hf", "azure": "azure_openai"}
_SHORTEST_SECRET = 4
_LONGEST_LINE = 200


def secrets() -> dict[str, str]:
    """Return the variables of the environment that hold keys."""
    return {name: value for name, value in os.environ.items() if _KEY_VARIABLE.search(name) and value}


def is_key_of(variable: str, provider: str) -> bool:
    """Tell whether a variable holds the key of a provider.

    >>> is_key_of("OPENAI_API_KEY", "openai"), is_key_of("OPENAI_API_KEY", "anthropic")
    (True, False)
    """

    def plain(name: str) -> str:
        return re.sub(r"[_-]", "", name).upper()

    prefixes = {plain(provider), plain(_KEY_PREFIXES.get(provider, provider))}
    return plain(variable) in {prefix + ending for prefix in prefixes for ending in _KEY_ENDINGS}


def mask(text: str, shortest: int = _SHORTEST_SECRET) -> str:
    """Return a text without the keys of the environment that have at least ``shortest`` characters."""
    for secret in sorted(secrets().values(), key=len, reverse=True):
        if len(secret) >= shortest:
            text = text.replace(secret, "***")
    return text


def encodable(text: str) -> str:
    """Return a text that can be written as UTF-8, halves of characters replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def first_line(message: object) -> str:
    """Return the first line of what somebody said, without keys, shortened, printable."""
    lines = _KEY_LIKE.sub("***", mask(str(message))).strip().splitlines() or [""]
    line = "".join(character for character in lines[0] if character.isprintable())
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"
