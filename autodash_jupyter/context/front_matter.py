"""The YAML of a document: read with the line of each entry, and edited without touching what didn't change.

YAML is data here: no tag makes an object, and a small text can't unfold into a huge one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from autodash_jupyter.errors import InvalidContextError

__all__ = ["FrontMatter", "read_front_matter", "write_front_matter"]

_MOST_VALUES = 500_000
_DEEPEST = 50
_COMMENT = re.compile(r"\s+#.*$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a document's YAML says (``values``), and where it says it."""

    text: str
    values: dict[str, Any]
    first_line: int
    node: Any  # ruamel's mapping, which knows lines and comments

    def line_of(self, *path: str | int) -> int | None:
        """Return the line of an entry in the document, or of the nearest one around it that there is."""
        node, line = self.node, None
        for part in path:
            place = _place(node, part)
            if place is None:
                break
            line, node = place[0] + self.first_line, node[part]
        return line

    def updated(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """Return the text with the entries that differ between ``before`` and ``after`` written anew."""
        blocks = dict(self._blocks())
        indented = _indents_lists(self.text)
        pieces = [blocks.pop("", "")]
        for name, block in blocks.items():
            if before.get(name) == after.get(name):
                pieces.append(block)
            elif name in after:
                pieces.append(_edited(block, name, before.get(name), after[name], indented=indented))
        new = {name: value for name, value in after.items() if name not in blocks and name not in before}
        # What stood there in a form of its own (a merge key, an alias) is written out.
        new |= {name: after[name] for name in after if name not in blocks and before.get(name) != after[name]}
        text = "".join(pieces)
        if new and text and not text.endswith("\n"):
            text += "\n"
        return text + (_dumped(_styled(new), indented=indented) if new else "")

    def _blocks(self) -> Iterator[tuple[str, str]]:
        """Cut the text into what stands before the first entry (named "") and the lines of each entry."""
        lines = self.text.splitlines(keepends=True) if self.text else []
        starts = sorted((self.node.lc.key(name)[0], name) for name in self.node if name in self.node.lc.data)
        if self.node.fa.flow_style() or len({line for line, _ in starts}) < len(starts):
            return  # entries on one line can't be told apart by lines: all of it is written anew
        first = starts[0][0] if starts else len(lines)
        yield "", "".join(lines[:first])
        ends = [line for line, _ in starts[1:]] + [len(lines)]
        for (start, name), end in zip(starts, ends, strict=True):
            yield name, "".join(lines[start:end])


def read_front_matter(text: str, *, first_line: int = 1) -> FrontMatter:
    """Read YAML whose first line is line ``first_line`` of the document.

    Raises:
        InvalidContextError: It is no YAML, no mapping, or too large or deep.

    >>> read_front_matter("name: sales\\nversion: 1.10\\n").values
    {'name': 'sales', 'version': '1.10'}
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    from autodash_jupyter.context.yaml_problems import explain_yaml_problem
    from autodash_jupyter.documents import ContextDocument, text_fields

    try:
        node = _yaml().load(text)
        if node is None:
            node = _yaml().load("{}")
        if not isinstance(node, dict):
            msg = f"Line {first_line}: the front matter is no list of `name: value` entries."
            raise InvalidContextError(msg, first_line)
        values = _Reader(text.splitlines()).plain(node, text_fields(ContextDocument))
    except MarkedYAMLError as error:
        # What is never closed is noticed at the end only; the line to mend is where it began.
        last = len(text.splitlines()) - 1
        marks = [mark.line for mark in (error.problem_mark, error.context_mark) if mark]
        line = first_line + next((mark for mark in marks if mark <= last), min([*marks, last]))
        problem = str(error.problem or error.context or "it is no YAML").partition("\n")[0]
        msg = f"Line {line}: the front matter can't be read: {explain_yaml_problem(problem)}."
        raise InvalidContextError(msg, line) from None
    except (YAMLError, RecursionError, ValueError, TypeError, OverflowError) as error:
        said = str(error).partition("\n")[0] or "it is nested too deeply"
        msg = f"The front matter can't be read: {said}."
        raise InvalidContextError(msg, first_line) from None
    return FrontMatter(text, values, first_line, node)


def write_front_matter(values: Mapping[str, Any]) -> str:
    """Return entries as YAML, texts of several lines as blocks.

    >>> print(write_front_matter({"name": "sales", "tags": ["a"]}), end="")
    name: sales
    tags:
      - a
    """
    return _dumped(_styled(dict(values)), indented=True)


def _yaml(*, indented: bool = True) -> Any:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 110
    yaml.allow_unicode = True
    yaml.max_depth = _DEEPEST
    if indented:
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(value: object, *, indented: bool) -> str:
    out = StringIO()
    _yaml(indented=indented).dump(value, out)
    return out.getvalue()


def _indents_lists(text: str) -> bool:
    return re.search(r"^- ", text, re.MULTILINE) is None


class _Reader:
    """Makes plain values of ruamel's; counts them, since aliases let a small text hold billions."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._count = 0

    def plain(
        self, node: Any, texts: Mapping[str, Any] | None, place: tuple[int, int] | None = None, depth: int = 0
    ) -> Any:
        """Return a plain value; ``texts`` are the entries that are text whatever they look like, if any."""
        self._count += 1
        if self._count > _MOST_VALUES or depth > _DEEPEST:
            msg = "it holds too many values, or they are nested too deeply"
            raise ValueError(msg)
        if isinstance(node, dict):
            return {
                str(key): self.plain(value, (texts or {}).get(str(key)), _value_place(node, key), depth + 1)
                for key, value in node.items()
            }
        if isinstance(node, list):
            return [
                self.plain(item, texts, _value_place(node, index), depth + 1)
                for index, item in enumerate(node)
            ]
        return self._scalar(node, place if texts is not None else None)

    def _scalar(self, node: Any, place: tuple[int, int] | None) -> Any:
        if isinstance(node, str):
            return str(node)
        if node is None:
            return None
        if place is not None and (written := self._written(*place)):
            return written  # `version: 1.10` is no number
        for kind in (bool, int, float):
            if isinstance(node, kind):
                return kind(node)
        if isinstance(node, dt.datetime):
            return dt.datetime.fromisoformat(node.isoformat())
        return node if isinstance(node, dt.date) else str(getattr(node, "value", node))

    def _written(self, line: int, column: int) -> str:
        rest = self._lines[line][column:] if line < len(self._lines) else ""
        found = re.match(r"[^\s,\]}][^,\]}#]*", rest)
        return _COMMENT.sub("", found[0]).strip() if found and found[0][0] not in "*&!" else ""


def _place(node: Any, part: str | int) -> tuple[int, int] | None:
    """The line and column, from 0, of an entry's name or an item; ``None`` where there is none."""
    position = getattr(getattr(node, "lc", None), "data", None)
    if not position or part not in position:
        return None
    line, column = position[part][:2]
    return int(line), int(column)


def _value_place(node: Any, part: Any) -> tuple[int, int] | None:
    position = getattr(getattr(node, "lc", None), "data", None)
    if not position or part not in position:
        return None
    line, column = position[part][-2:]
    return int(line), int(column)


def _styled(value: Any) -> Any:
    """Return a value with texts of several lines as blocks, which people can read, and odd ones escaped."""
    if isinstance(value, Mapping):
        return {_styled_text(key, block=False): _styled(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_styled(each) for each in value]
    return _styled_text(value) if isinstance(value, str) else value


def _styled_text(text: str, *, block: bool = True) -> str:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if text.isprintable():
        return text
    style = LiteralScalarString if block and _fits_block(text) else DoubleQuotedScalarString
    styled: str = style(text)
    return styled


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    plain = all(line == line.strip() and line.isprintable() for line in lines)
    return plain and bool(lines[0]) and bool(lines[-1])


def _edited(block: str, name: str, before: Any, after: Any, *, indented: bool) -> str:
    """Return the lines of one entry with its new value; comments and unchanged parts stay."""
    from ruamel.yaml.error import YAMLError

    try:
        node = _yaml().load(block)
    except YAMLError:  # it refers to something outside of itself
        return _dumped(_styled({name: after}), indented=indented)
    node[name] = _merged(node[name], before, after)
    return _dumped(node, indented=indented)


def _merged(node: Any, before: Any, after: Any) -> Any:
    if before == after:
        return node
    if isinstance(node, dict) and isinstance(before, dict) and isinstance(after, dict):
        return _merged_mapping(node, before, after)
    if isinstance(node, list) and isinstance(before, list) and isinstance(after, list):
        return _merged_list(node, before, after) if len(node) == len(before) else _styled(after)
    return _styled(after)


def _merged_mapping(node: Any, before: dict[str, Any], after: dict[str, Any]) -> Any:
    for key in [key for key in before if key not in after and key in node]:
        del node[key]
    for key, value in after.items():
        if key in before and before[key] == value:
            continue
        written = "id" if key == "dataset_id" and key not in node and "id" in node else key
        node[written] = _merged(node[written], before.get(key), value) if written in node else _styled(value)
    return node


def _merged_list(node: Any, before: list[Any], after: list[Any]) -> Any:
    """Bring a list to its new items; those that are still there keep their node, and so their comments."""
    known, wanted = [_identity(item) for item in before], [_identity(item) for item in after]
    if len(before) == len(after):
        renamed = [old not in wanted and new not in known for old, new in zip(known, wanted, strict=True)]
        known = [new if same else old for old, new, same in zip(known, wanted, renamed, strict=True)]
    kept = dict(zip(known, before, strict=True))
    for index in range(len(known) - 1, -1, -1):
        if known[index] not in wanted:
            del node[index], known[index]
    for index, (item, identity) in enumerate(zip(after, wanted, strict=True)):
        if index < len(known) and known[index] == identity:
            node[index] = _merged(node[index], kept[identity], item)
        elif identity in known[index:]:
            there = known.index(identity, index)
            moved = _merged(node[there], kept[identity], item)
            del node[there], known[there]
            node.insert(index, moved)
            known.insert(index, identity)
        else:
            node.insert(index, _styled(item))
            known.insert(index, identity)
    while len(node) > len(after):
        del node[len(after)]
    return node


def _identity(item: Any) -> str:
    if isinstance(item, dict):
        for key in ("id", "term", "dataset_id", "name"):  # a metric has its own id, and that of its dataset
            if key in item:
                return f"{key}={item[key]}"
    return repr(item)
