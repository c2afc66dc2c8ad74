"""The document that describes the API, served."""

from __future__ import annotations

from tornado.web import authenticated

from autodash_jupyter.server.handler import ApiHandler
from autodash_jupyter.server.openapi import openapi_document

__all__ = ["OpenApiHandler"]


class OpenApiHandler(ApiHandler):
    """The contract."""

    @authenticated
    async def get(self) -> None:
        """Show it."""
        self.answer(openapi_document(self.base_url))
