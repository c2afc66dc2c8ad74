"""The MCP server: tables, their operations and their contexts as tools for agents, over stdio or HTTP.

It may import everything but the other surfaces; only ``cli`` starts it. It never decides what an operation
does or who may read what beyond its own door, never blocks the event loop, and never prints to stdout.
"""

__all__: list[str] = []
