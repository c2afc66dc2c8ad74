"""The answer to a query over several tables, a bounded page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autodash_jupyter.table_answers.records import RowsPage
from autodash_jupyter.table_answers.rows import rows_page

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["query_rows"]


def query_rows(sql: str, tables: Mapping[str, Any], *, offset: int = 0, limit: int = 50) -> RowsPage:
    """Answer one SELECT over tables by their names; of these only those are read that it names.

    Raises:
        ExpressionError: It is no SELECT, uses what it may not, names no such table or column, or fails.

    >>> import pandas as pd
    >>> query_rows("SELECT max(price) AS top FROM sales", {"sales": pd.DataFrame({"price": [1, 3]})}).rows
    ((3,),)
    """
    import pandas as pd

    from autodash_jupyter.expressions.queries import run_query

    found = run_query(sql, tables, offset=offset, limit=limit)
    frame: pd.DataFrame = found.table.to_pandas(types_mapper=pd.ArrowDtype)
    page = rows_page(frame, limit=limit)
    is_last = not found.more and page.next_offset is None
    end = offset + len(page.rows)
    return replace(
        page,
        columns=tuple(replace(one, dtype=one.dtype.removesuffix("[pyarrow]")) for one in page.columns),
        offset=offset,
        total_rows=end if is_last and (page.rows or not offset) else None,
        next_offset=None if is_last else end,
        notes=(*page.notes, *found.notes),
    )
