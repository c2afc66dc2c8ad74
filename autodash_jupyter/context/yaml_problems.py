"""What a YAML reader complains of, in the words of somebody who writes YAML once a month."""

from __future__ import annotations

import re

__all__ = ["explain_yaml_problem"]

_ADVICE = {
    r"mapping values are not allowed": "a ':' stands where none can; line the entry up with its neighbours, "
    "or put a text that has ': ' in it into quotes",
    r"character '\\t'": "a tab stands there; indent with spaces",
    r"character '(?P<mark>[@`%|>])'": "a text can't begin with {mark}; put it into quotes",
    r"expected <block end>": "its indentation fits no line above; line it up with its neighbours",
    r"expected ',' or '(?P<mark>[\]}])'": "a bracket is open; close it with {mark}",
    r"expected the node content, but found '-'": "a bracket before it is open; close it",
    r"could not find expected ':'": "a name has no value; write `name: value`",
    r"unexpected end of stream": "a quote is never closed",
    r"unknown escape character": "a backslash within \"...\" means more than itself; use '...'",
    r"undefined alias": "a text can't begin with *; put it into quotes",
}


def explain_yaml_problem(problem: str) -> str:
    """Return what to do about a reader's complaint; one that isn't known comes back as it is.

    >>> explain_yaml_problem("found character '\\\\t' that cannot start any token")
    'a tab stands there; indent with spaces'
    >>> explain_yaml_problem("expected ',' or ']', but got '<scalar>'")
    'a bracket is open; close it with ]'
    >>> explain_yaml_problem("found duplicate key")
    'found duplicate key'
    """
    for pattern, advice in _ADVICE.items():
        found = re.search(pattern, problem)
        if found:
            return advice.format(**found.groupdict())
    return problem
