"""Charts by a sentence."""

from __future__ import annotations

from typing import Any

from tornado.web import authenticated

from autodash_jupyter.server.dataset_handlers import OneDatasetHandler
from autodash_jupyter.server.schemas import ChartRequest
from autodash_jupyter.services.drawing import draw_chart

__all__ = ["ChartHandler"]


class ChartHandler(OneDatasetHandler):
    """The chart that a sentence asks for."""

    @authenticated
    async def post(self) -> None:
        """Draw it of a dataset, and say how the sentence was read."""
        asked = self.body(ChartRequest)

        def draw() -> dict[str, Any]:
            dataset = self.find(asked.dataset_id)
            datasets = self.memory.datasets
            return draw_chart(datasets, self.user_id, dataset.dataset_id, asked.description, used_by="rest")

        self.answer(await self.read(draw))
