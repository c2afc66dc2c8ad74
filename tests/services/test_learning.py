"""Only what a person looked through teaches the program."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from autodash_jupyter.errors import LanguageModelError
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.learning import learn_from_contexts
from autodash_jupyter.stores import InMemoryContextStore

pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))


@pytest.fixture
def service() -> DatasetService:
    service = DatasetService(InMemoryContextStore())
    for number in range(3):
        table = pd.DataFrame({"price": [1.5, 2.5, 3.5] * 6, "kind": ["a", "b", "c"] * 6})
        service.store_dataset("ada", f"upload_{number}", table, f"orders_{number}.csv")
        service.generate_context_sync(f"upload_{number}")
    return service


def test_contexts_that_nobody_touched_teach_nothing(service: DatasetService, tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match="no approved context"):
        learn_from_contexts(service, "ada", tmp_path)


def test_those_with_a_persons_words_are_the_examples(service: DatasetService, tmp_path: Path) -> None:
    for number in (0, 2):
        record = service.contexts.find_active_context_by_dataset("ada", f"upload_{number}")
        assert record is not None
        changes = {"description": f"Shop {number}: one row is one order."}
        service.contexts.update_context("ada", record, record.document.model_copy(update=changes))
    assert learn_from_contexts(service, "ada", tmp_path) == 2
    kept = json.loads((tmp_path / "programs" / "CreateDatasetContext.json").read_text())
    told = {example["description"] for example in kept["examples"]}
    assert told == {"Shop 0: one row is one order.", "Shop 2: one row is one order."}


def test_another_users_contexts_are_not_looked_at(service: DatasetService, tmp_path: Path) -> None:
    record = service.contexts.find_active_context_by_dataset("ada", "upload_0")
    assert record is not None
    service.contexts.update_context(
        "ada", record, record.document.model_copy(update={"description": "Mine."})
    )
    with pytest.raises(LanguageModelError, match="no approved context"):
        learn_from_contexts(service, "bob", tmp_path)


def test_a_document_that_cannot_be_read_keeps_no_other_from_teaching(
    service: DatasetService, tmp_path: Path
) -> None:
    damaged, other = (
        service.contexts.find_active_context_by_dataset("ada", f"upload_{number}") for number in (0, 1)
    )
    assert damaged is not None
    assert other is not None
    key = ("context", damaged.context_id)
    service.store.set(key, (service.store.get(key) or {}) | {"document": {"name": "x", "datasets": [{}]}})
    service.contexts.update_context("ada", other, other.document.model_copy(update={"description": "Mine."}))
    assert learn_from_contexts(service, "ada", tmp_path) == 1
