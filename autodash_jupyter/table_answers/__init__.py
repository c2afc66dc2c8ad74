"""What can be asked of a table, and the bounded answer: rows, a summary, SQL, a chart, what was done to it.

It may import ``charts``, ``operations``, ``context``, ``profiling``, ``expressions`` and what these may. Its
functions take frames and give frozen records of plain values, fit for JSON; they never keep, change or load
a table.
"""

__all__: list[str] = []
