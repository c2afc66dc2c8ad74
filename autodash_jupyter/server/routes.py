"""Which address is answered by which handler."""

from __future__ import annotations

import re
from typing import Any

from autodash_jupyter.server import context_handlers as contexts
from autodash_jupyter.server import dataset_handlers as datasets
from autodash_jupyter.server.chart_handler import ChartHandler
from autodash_jupyter.server.event_handler import EventsHandler
from autodash_jupyter.server.handler import ApiHandler, NoSuchRouteHandler
from autodash_jupyter.server.openapi_handler import OpenApiHandler
from autodash_jupyter.server.upload_handler import UploadHandler

__all__ = ["ROUTES", "handlers"]

BASE = "/autodash/api"
ROUTES: tuple[tuple[str, type[ApiHandler]], ...] = (
    ("/openapi.json", OpenApiHandler),
    ("/events", EventsHandler),
    ("/datasets", datasets.DatasetsHandler),
    ("/datasets/upload", UploadHandler),
    ("/datasets/sample/load", datasets.SampleHandler),
    ("/datasets/{dataset_id}", datasets.DatasetHandler),
    ("/datasets/{dataset_id}/context", datasets.DatasetContextHandler),
    ("/datasets/{dataset_id}/context/regenerate", datasets.RegenerateHandler),
    ("/visualize/from-natural-language", ChartHandler),
    ("/contexts", contexts.ContextsHandler),
    ("/contexts/validate", contexts.ValidationHandler),
    ("/contexts/{context_id}", contexts.ContextHandler),
    ("/contexts/{context_id}/validate", contexts.ContextValidationHandler),
    ("/contexts/{context_id}/diff", contexts.ContextDiffHandler),
    ("/contexts/{context_id}/versions", contexts.ContextVersionsHandler),
    ("/contexts/{context_id}/versions/{revision}", contexts.ContextVersionHandler),
    ("/contexts/{context_id}/versions/{revision}/restore", contexts.RestoreHandler),
)
"""Addresses below ``/autodash/api`` as the OpenAPI document writes them; the first that fits answers."""


def handlers() -> list[tuple[str, type[Any]]]:
    """Return the routes as Jupyter Server takes them; what is left below the API is answered 404.

    >>> handlers()[5][0]
    '/autodash/api/datasets/([^/]+)'
    """
    return [(BASE + re.sub(r"\{\w+\}", "([^/]+)", path), handler) for path, handler in ROUTES] + [
        (rf"{BASE}(?:/.*)?", NoSuchRouteHandler)
    ]
