"""The kernel's end for agents: their requests come over comms, as the sidebar's do, and are answered here.

It may import everything below the surfaces, and ``table_answers``. It never runs what an agent sends as
code, never changes a variable while a cell runs, and never overwrites what a person changed meanwhile.
"""

__all__: list[str] = []
