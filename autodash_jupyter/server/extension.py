"""The extension as Jupyter Server loads it: its options, its start and its end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Int, List, Unicode

from autodash_jupyter.server.memory import ServerMemory
from autodash_jupyter.server.routes import handlers

__all__ = ["AutoDashServer"]


class AutoDashServer(ExtensionApp):
    """Datasets, contexts and their status over HTTP, for the users of one Jupyter server."""

    name = "autodash_jupyter"
    load_other_extensions = True
    description = "Datasets and their contexts over HTTP, shared with the kernels."

    max_upload_bytes = Int(
        None,
        allow_none=True,
        min=1,
        config=True,
        help="The largest file that may be uploaded, in bytes; AUTODASH_UPLOAD_MAX_BYTES by default.",
    )
    allowed_urls = List(
        Unicode(),
        None,
        allow_none=True,
        config=True,
        help="Addresses below which files may be loaded; AUTODASH_ALLOWED_URLS by default, else none.",
    )
    heartbeat_seconds = Float(
        15.0,
        min=0.1,
        config=True,
        help="How often a stream of events that has nothing to tell says that it is alive.",
    )

    def initialize_settings(self) -> None:
        """Choose the folder that server and kernels share; nothing is opened before the first request."""
        server: Any = self.serverapp
        memory = ServerMemory(
            Path(server.root_dir),
            os.environ,
            max_upload_bytes=self.max_upload_bytes,
            allowed_urls=None if self.allowed_urls is None else tuple(self.allowed_urls),
            heartbeat_seconds=self.heartbeat_seconds,
        )
        self.settings.update(autodash_memory=memory)
        memory.share_with_kernels()

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(handlers())

    async def stop_extension(self) -> None:
        """End the streams, and store what is held in memory."""
        memory: Any = self.settings.get("autodash_memory")
        if memory is not None:
            await memory.close()
