"""Sources that are read again: what changed is said, and the dataset stays the same one."""

from __future__ import annotations

import pandas as pd
import pytest

from autodash_jupyter import Session
from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import ReadOptions, difference


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTODASH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STORAGE_BACKEND", "memory")
    one = Session({})
    yield one
    one.close()


def test_a_refreshed_dataset_says_what_changed_and_keeps_its_id_and_options(session, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("day,n\n03/04/2020,1\n05/06/2020,2\n")
    [first] = session.load(str(path), options=ReadOptions(dates="day"), write_context=False)
    path.write_text("day,n,more\n03/04/2020,1,x\n05/06/2020,2,y\n06/06/2020,3,z\n")
    [again] = session.load("sales", refresh=True, write_context=False)
    assert again.dataset.dataset_id == first.dataset.dataset_id
    assert again.frame["day"].tolist()[0] == pd.Timestamp("2020-04-03")
    assert "new columns: 'more'; rows: 2 before, 3 now (1 new, 0 gone)" in again.notes[0]
    assert session.namespace["sales"] is again.frame
    [same] = session.load("sales", refresh=True, write_context=False)
    assert same.notes[0].endswith("nothing changed")


def test_a_source_that_is_gone_changes_nothing(session, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("a,b\n1,2\n")
    session.load(str(path), write_context=False)
    path.unlink()
    with pytest.raises(SourceError, match="There is no file"):
        session.load("sales", refresh=True)
    assert session.namespace["sales"].shape == (1, 2)


def test_what_came_from_no_file_is_not_read_again(session):
    session.namespace["mine"] = pd.DataFrame({"a": [1]})
    session.load("mine", write_context=False)
    with pytest.raises(SourceError, match="came from no file"):
        session.load("mine", refresh=True)


def test_differences_name_columns_types_rows_and_cells():
    old = pd.DataFrame({"id": [1, 2, 3], "n": [5.0, None, 7.0]})
    assert difference(old, old.iloc[::-1]) == "the same rows in another order" or "cell" in difference(
        old, old.iloc[::-1]
    )
    assert difference(old, old.drop(columns="n")) == "columns gone: 'n'"
    assert difference(old, old.assign(n=[5.0, None, 8.0])) == "1 cell changed, in 'n'"
    assert "other types: 'id (int64, now str)'" in difference(old, old.assign(id=["1", "2", "3"]))
    assert difference(old, old.iloc[:2]) == "rows: 3 before, 2 now (0 new, 1 gone)"


def test_rows_kept_apart_stay_with_the_frame(session, tmp_path):
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n3,4,5\n6,7\n")
    [loaded] = session.load(str(tmp_path / "ragged.csv"), write_context=False)
    assert loaded.frame.attrs["rows_apart"] == [[3, "3,4,5"]]
    [again] = session.load(loaded.dataset.dataset_id, write_context=False)
    assert again.frame.attrs["rows_apart"] == [[3, "3,4,5"]]
    [same] = session.load("ragged", refresh=True, write_context=False)
    assert same.frame["a"].tolist() == [1, 6]
