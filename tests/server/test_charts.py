"""Charts over HTTP: drawn of one's own datasets, in the words of their contexts."""

from __future__ import annotations

import httpx
from jupyter_servers import wait_for_status

DRAW = "/visualize/from-natural-language"


def test_a_sentence_becomes_a_chart_and_says_how_it_was_read(ada: httpx.Client, bob: httpx.Client) -> None:
    dataset_id = ada.post("/datasets/sample/load").json()["dataset_id"]
    wait_for_status(ada, dataset_id)
    asked = {"dataset_id": dataset_id, "description": "average body mass g by species"}
    drawn = ada.post(DRAW, json=asked)
    assert drawn.status_code == 200, drawn.text
    chart = drawn.json()
    assert set(chart) == {"spec", "intent", "explanation", "context_used", "confidence"}
    assert chart["intent"]["encoding"]["x"] == {"field": "species"}
    assert "vega-lite" in chart["spec"]["$schema"]
    assert all(isinstance(row["y"], float) for row in chart["spec"]["data"]["values"])
    assert 0 <= chart["confidence"] <= 1
    assert bob.post(DRAW, json=asked).status_code == 404


def test_the_contexts_words_count(ada: httpx.Client) -> None:
    dataset_id = ada.post("/datasets/sample/load").json()["dataset_id"]
    wait_for_status(ada, dataset_id)
    column = {"name": "body_mass_g", "business_name": "Heftiness"}
    document = {"name": "hefty", "datasets": [{"dataset_id": dataset_id, "columns": [column]}]}
    saved = ada.post("/contexts", json={"document": document})
    assert saved.status_code == 201, saved.text
    drawn = ada.post(
        DRAW, json={"dataset_id": dataset_id, "description": "average heftiness by island"}
    ).json()
    assert drawn["context_used"] is True
    assert drawn["intent"]["encoding"]["y"]["field"] == "body_mass_g"


def test_what_is_no_question_is_refused_and_what_makes_no_sense_is_said(ada: httpx.Client) -> None:
    dataset_id = ada.post("/datasets/sample/load").json()["dataset_id"]
    assert ada.post(DRAW, json={"dataset_id": dataset_id}).status_code == 422
    assert ada.post(DRAW, json={"dataset_id": dataset_id, "description": ""}).status_code == 422
    assert ada.post(DRAW, json={"dataset_id": "upload_none", "description": "a chart"}).status_code == 404
    odd = ada.post(DRAW, json={"dataset_id": dataset_id, "description": "'); DROP TABLE x; -- ${7*7}"})
    assert odd.status_code == 200
    assert odd.json()["explanation"]
