"""What a process that was killed had promised: found, read again from where it came, and described."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autodash_jupyter import Session
from autodash_jupyter.errors import SourceError
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.interrupted import bring_back, take_over
from autodash_jupyter.settings import Settings

KILLED = """
import os, sys
from pathlib import Path
import pandas as pd
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.importing import import_file, import_upload
from autodash_jupyter.settings import Settings

datasets = DatasetService(settings=Settings.from_environment())
folder = Path(sys.argv[1])
pd.DataFrame({"day": ["2024-01-01"], "amount": [10]}).to_csv(folder / "sales.csv", index=False)
with pd.ExcelWriter(folder / "regions.xlsx") as book:
    for sheet, city in (("North", "Oslo"), ("South", "Rome")):
        pd.DataFrame({"city": [city]}).to_excel(book, sheet_name=sheet, index=False)
for name in ("sales.csv", "regions.xlsx"):
    import_upload(datasets, "ada", folder / name)
import_file(datasets, "ada", "sample:penguins")
import_file(datasets, "bob", str(folder / "sales.csv"))
datasets.store_dataset("ada", "promised_to_nobody", pd.DataFrame({"a": [1]}), "a.csv")
os._exit(1)
"""


@pytest.fixture
def service(tmp_path: Path) -> DatasetService:
    """The datasets that a process left which is gone."""
    private = tmp_path / "private"
    private.mkdir()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(private)], env=environment, check=False)
    assert done.returncode == 1
    return DatasetService(settings=Settings.from_environment())


@pytest.mark.faults
def test_tables_that_went_with_a_process_are_read_again_from_where_they_came(service: DatasetService) -> None:
    found = take_over(service)
    assert [one.name for one in found] == ["sales", "north", "south", "penguins"]
    assert {service.get_context_status(None, one.dataset_id) for one in found} == {"pending"}
    assert take_over(service) == []
    shapes = {}
    for dataset in found:
        bring_back(service, dataset)
        frame = service.get_dataframe(None, dataset.dataset_id)
        assert frame is not None
        shapes[dataset.name] = frame.shape
        if dataset.name == "south":
            assert frame["city"].tolist() == ["Rome"]
    assert shapes == {"sales": (1, 2), "north": (1, 1), "south": (1, 1), "penguins": (344, 8)}


@pytest.mark.faults
def test_who_asks_for_an_uploaded_table_that_was_not_stored_gets_it_from_the_kept_file(
    service: DatasetService,
) -> None:
    by_name = {one.name: service.get_dataframe("ada", one.dataset_id) for one in service.records("ada")}
    assert by_name["penguins"] is None  # it comes with the package: load it again
    assert by_name["south"] is not None
    assert by_name["south"]["city"].tolist() == ["Rome"]


@pytest.mark.faults
def test_what_was_promised_is_failed_for_who_looks_before_it_is_taken_over(service: DatasetService) -> None:
    statuses = {one.name: (one.context_status, one.context_error) for one in service.records("ada")}
    assert statuses.pop("a") == ("pending", None)
    assert {status for status, _ in statuses.values()} == {"failed"}
    assert all("--regenerate" in str(error) for _, error in statuses.values())
    [path_of_bob] = service.records("bob")
    assert path_of_bob.context_status == "failed"
    assert take_over(service) == []


@pytest.mark.faults
def test_a_sheet_that_the_kept_file_does_not_hold_is_said(service: DatasetService) -> None:
    south = next(one for one in take_over(service) if one.name == "south")
    with pytest.raises(SourceError, match="'East' is not in the uploaded file"):
        bring_back(service, replace(south, filename="regions.xlsx, sheet East"))


@pytest.mark.faults
def test_a_session_writes_a_context_that_a_killed_process_had_promised(
    service: DatasetService, monkeypatch: pytest.MonkeyPatch
) -> None:
    north = next(one for one in service.records("ada") if one.name == "north")
    monkeypatch.setenv("AUTODASH_USER", "ada")
    session = Session({})
    try:
        session.ensure_context(north.dataset_id)
        status = session.wait_for_context(north.dataset_id, 60)
        assert status == "completed", session.datasets.get("ada", north.dataset_id).context_error
    finally:
        session.close()
