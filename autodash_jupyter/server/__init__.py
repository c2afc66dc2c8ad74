"""The Jupyter Server extension: datasets and contexts over HTTP, and their status pushed to whoever listens.

It may import the services and what a session opens (``session_services``), and never the other surfaces. Its
handlers parse a request, call a service off the server's event loop, and render the answer; they never decide
what a name, a path or a document means, never read a file or a store on the loop, and never tell a person
about somebody else's records.
"""

__all__: list[str] = []
