"""A dashboard of one table: it shows itself, says what it sees, is edited by sentence, saved as one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autodash_jupyter.charts.chart import MIME_TYPE, from_natural_language
from autodash_jupyter.charts.dashboard.cards import Card, card
from autodash_jupyter.charts.dashboard.editing import Edit, find_chart, place_of, read_edit
from autodash_jupyter.charts.dashboard.filters import Filter, Numbers, choose_filters, filters_of, numbers_of
from autodash_jupyter.charts.dashboard.insights import Insight, insight
from autodash_jupyter.charts.dashboard.layout import chart_view, lay_out
from autodash_jupyter.charts.dashboard.page import page
from autodash_jupyter.charts.dashboard.plan import Plan, Tile, within
from autodash_jupyter.charts.dashboard.roles import ColumnRoles
from autodash_jupyter.charts.saving import ChartError, render
from autodash_jupyter.charts.tables import ChartTable
from autodash_jupyter.charts.vocabulary import Vocabulary, vocabulary
from autodash_jupyter.charts.wording import chart_title
from autodash_jupyter.charts.words import name_words
from autodash_jupyter.errors import did_you_mean
from autodash_jupyter.expressions import ExpressionError

if TYPE_CHECKING:
    from autodash_jupyter.documents import ContextDocument

__all__ = ["Dashboard", "read_context"]

FORMATS = ("html", "png", "svg", "json")


class Dashboard:
    """The figures and charts of one table, filtered together.

    It never changes: an edit gives another one, whose ``undo()`` gives this one back. The numbers are
    computed when they are first asked for.
    """

    def __init__(
        self,
        table: ChartTable,
        words: Vocabulary,
        plans: Sequence[Plan],
        place: int = 0,
        context: ContextDocument | None = None,
    ) -> None:
        self._table = table
        self._words = words
        self._plans = tuple(plans)
        self._place = place
        self._context = context

    @property
    def plan(self) -> Plan:
        """What it shows."""
        return self._plans[self._place]

    # What it shows

    @property
    def charts(self) -> tuple[str, ...]:
        """The title of each chart, in their order."""
        return tuple(chart_title(tile.intent, self._numbers.fields) for tile in self.plan.tiles)

    @cached_property
    def insights(self) -> tuple[Insight, ...]:
        """What each chart shows, in their order, with the code that gives its numbers."""
        return tuple(
            insight(tile, self._numbers.whole(tile.intent), self._numbers) for tile in self.plan.tiles
        )

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """The figures at its head; one whose metric can't be computed is left out."""
        found: list[Card] = []
        axis = None if self.plan.time is None else self._numbers.fields.get(self.plan.time)
        for figure in self.plan.figures:
            with suppress(ExpressionError):
                found.append(card(figure, self._numbers, axis))
        return tuple(found)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The columns that everything on it can be filtered by."""
        return self._numbers.filters

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The whole as one Vega-Lite 5 specification, with the numbers for every choice of the filters."""
        views = []
        for tile, said in zip(self.plan.tiles, self.insights, strict=True):
            data, followed = self._numbers.filtered(tile.intent)
            lines = [f"{said.text}."] if said.text else []
            missing = [each.title for each in self.filters if each not in followed]
            if missing:
                lines.append(f"Not filtered by {' and '.join(missing)}.")
            views.append(chart_view(tile.intent, data, self._numbers.fields, followed, lines))
        return lay_out(self.plan.title, self._subtitle, self.filters, self.cards, views)

    @cached_property
    def _numbers(self) -> Numbers:
        numbers = numbers_of(self._table, self._words, self.plan.columns)
        return replace(numbers, filters=filters_of(numbers.frame, numbers.fields, self.plan.filters))

    @property
    def _subtitle(self) -> str:
        rows = f"{len(self._numbers.frame):,} rows"
        told = "; the menus filter everything, the lines under titles tell of all rows"
        return rows + told if self.filters else rows

    # Changing it

    def edit(self, sentence: str) -> Dashboard:
        """Return the dashboard as a sentence wants it: "replace the pie by a line of revenue by month".

        Understood are replace, add, remove, move, filter by, title, undo, redo and reset. Raises ChartError
        where the sentence, or the chart it speaks of, isn't understood; this dashboard stays as it is.
        """
        edit = read_edit(sentence)
        if edit.kind in ("undo", "redo"):
            return self.undo() if edit.kind == "undo" else self.redo()
        edited = self._plans[0] if edit.kind == "reset" else self._edited(edit)
        return self._at((*self._plans[: self._place + 1], edited), self._place + 1)

    def titled(self, title: str) -> Dashboard:
        """Return it under another title."""
        plan = replace(self.plan, title=title)
        return self._at((*self._plans[: self._place + 1], plan), self._place + 1)

    def undo(self) -> Dashboard:
        """Return it as it was before the last edit. Raises ChartError where there was none."""
        if not self._place:
            msg = "nothing to undo: this dashboard wasn't edited"
            raise ChartError(msg)
        return self._at(self._plans, self._place - 1)

    def redo(self) -> Dashboard:
        """Return it as it was before the last undo. Raises ChartError where there was none."""
        if self._place + 1 == len(self._plans):
            msg = "nothing to redo"
            raise ChartError(msg)
        return self._at(self._plans, self._place + 1)

    def of(self, frame: Any, context: ContextDocument | Mapping[str, Any] | None = None) -> Dashboard:
        """Return the same dashboard, edits and all, of a table as it is now.

        Charts, figures and filters of columns that it hasn't, or that hold another kind of values, are left
        out. Raises ChartError where ``frame`` is no table.
        """
        table = ChartTable(frame)
        document = self._context if context is None else read_context(context)
        words = vocabulary(table.fields, document)
        kinds = {field.name: field.kind for field in self._words.fields if field.metric is None}
        names = {
            each.name
            for each in words.fields
            if each.metric is None and kinds.get(each.name) in (None, each.kind)
        }
        plans = [within(plan, names) for plan in self._plans]
        return Dashboard(table, words, plans, self._place, document)

    def _at(self, plans: Sequence[Plan], place: int) -> Dashboard:
        return Dashboard(self._table, self._words, plans, place, self._context)

    def _edited(self, edit: Edit) -> Plan:
        plan, tiles = self.plan, list(self.plan.tiles)
        if edit.kind == "title":
            return replace(plan, title=edit.text.strip("'\" "))
        if edit.kind in ("filter", "unfilter"):
            return replace(plan, filters=self._filters(edit))
        if edit.kind == "add":
            return replace(plan, tiles=(*tiles, self._asked(edit.text)))
        if edit.kind == "remove" and (at := self._figure(edit.which)) is not None:
            return replace(plan, figures=plan.figures[:at] + plan.figures[at + 1 :])
        marks = [tile.intent.mark for tile in tiles]
        place = find_chart(edit.which, self.charts, marks)
        if edit.kind == "replace":
            tiles[place] = self._asked(edit.text)
        else:
            moved = tiles.pop(place)
            if edit.kind == "move":
                tiles.insert(place_of(edit.text, len(tiles) + 1), moved)
        return replace(plan, tiles=tuple(tiles))

    def _asked(self, sentence: str) -> Tile:
        chart = from_natural_language(self._table.frame, sentence, self._context)
        if not chart.confidence:
            raise ChartError(f"'{sentence[:60]}' isn't understood. {chart.explanation.splitlines()[0]}")
        return Tile(chart.intent, 0.0, f"asked for: {sentence}")

    def _figure(self, which: str) -> int | None:
        wanted = which.lower().removeprefix("the ").removesuffix(" figure").removesuffix(" card").strip()
        names = [figure.name.lower() for figure in self.plan.figures]
        return names.index(wanted) if wanted in names else None

    def _filters(self, edit: Edit) -> tuple[str, ...]:
        if not edit.text:
            return ()
        column = self._column(edit.text)
        rest = tuple(each for each in self.plan.filters if each != column)
        if edit.kind == "unfilter":
            return rest
        able = choose_filters(ColumnRoles(groups=(self._numbers.fields[column],)), ())
        if not able:
            raise ChartError(f"'{column}' has too many values to filter by: choose a column with few")
        return (*rest, column)

    def _column(self, words: str) -> str:
        wanted = name_words(words)
        for name, field in self._numbers.fields.items():
            if wanted in field.names or words.strip().lower() == name.lower():
                return name
        hint = did_you_mean(words, list(self._numbers.fields))
        raise ChartError(f"there is no column '{words[:40]}'.{hint}")

    # Keeping and showing it

    def save(self, path: str | Path, format: str | None = None) -> Path:
        """Write it to one file, ``html`` (needs no server and no network), ``png``, ``svg`` or ``json``.

        Raises ChartError for another ending, where vl-convert is missing, or the file can't be written.
        """
        target = Path(path)
        kind = (format or target.suffix.lstrip(".") or "html").lower()
        if kind == "html":
            content = page(self.plan.title, self.spec, list(zip(self.charts, self.insights, strict=True)))
            made = content.encode("utf-8", "replace")
        else:
            made = render(self.spec, kind)
        try:
            target.write_bytes(made)
        except OSError as error:
            msg = f"can't write the dashboard to {target}: {error.strerror or error}; choose another place"
            raise ChartError(msg) from None
        return target

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        del include, exclude
        bundle: dict[str, Any] = {MIME_TYPE: self.spec, "text/plain": str(self)}
        with suppress(ChartError):  # without vl-convert a static viewer shows the text
            bundle["image/svg+xml"] = render(self.spec, "svg").decode()
        return bundle

    def __str__(self) -> str:
        """Return title, figures, and what each chart shows."""
        figures = ", ".join(f"{each.figure.name} {each.values[0]['value']}" for each in self.cards)
        lines = [self.plan.title, figures]
        for number, (title, said) in enumerate(zip(self.charts, self.insights, strict=True), 1):
            lines.append(f"{number}. {title}" + (f": {said.text}" if said.text else ""))
        return "\n".join(line for line in lines if line)

    def __repr__(self) -> str:
        return f"<Dashboard {self.plan.title!r}: {len(self.plan.tiles)} charts>"


def read_context(context: ContextDocument | Mapping[str, Any]) -> ContextDocument:
    """Return the document that was given as one, or as its fields."""
    from autodash_jupyter.documents import ContextDocument

    return ContextDocument.model_validate(context)
