"""Links made anew from what documents name: for data from before there were any, and taken back again."""

import json

import pytest

from autodash_jupyter import ContextService
from autodash_jupyter.catalog import DatasetCatalog
from autodash_jupyter.cli import main
from autodash_jupyter.models import Dataset
from autodash_jupyter.services.opening import open_store
from autodash_jupyter.settings import Settings
from autodash_jupyter.stores import InMemoryContextStore, TinyDBContextStore


def context(context_id, user_id, datasets, **fields):
    return {
        "context_id": context_id,
        "user_id": user_id,
        "document": {"name": context_id, "datasets": datasets, **fields},
    }


def fill(store):
    """Put datasets, and contexts as a version without links wrote them, into a store."""
    catalog = DatasetCatalog(store)
    for user_id, dataset_id in [("ada", "a"), ("ada", "b"), (1, "one"), ("1", "text")]:
        catalog.save(Dataset(dataset_id=dataset_id, user_id=user_id, name=dataset_id, filename="t.csv"))
    malformed = [{"dataset_id": "a"}, {"dataset_id": 7}, {}, "b", {"dataset_id": "gone"}, {"dataset_id": ""}]
    for record in [
        context("ctx_ada", "ada", malformed),
        context("ctx_draft", "ada", [{"dataset_id": "a"}], status="draft"),
        context("ctx_1", 1, [{"dataset_id": "one"}, {"dataset_id": "text"}]),
        context("ctx_text", "1", [{"dataset_id": "text"}, {"dataset_id": "one"}]),
    ]:
        store.set(("context", record["context_id"]), record)
    store.set(("link", "b"), {"dataset_id": "b", "user_id": "ada", "context_ids": ["ctx_gone"]})
    return store


@pytest.fixture(params=["memory", "tinydb"])
def store(request, tmp_path):
    return fill(InMemoryContextStore() if request.param == "memory" else TinyDBContextStore(tmp_path / "c"))


@pytest.fixture
def service(store):
    return ContextService(store)


def links(store):
    return {key[1]: store.get(key)["context_ids"] for key in store.list_keys() if key[0] == "link"}


def everything(store):
    return {key: store.get(key) for key in store.list_keys()}


def test_all_links_are_made_anew_with_progress_and_counts(service, store):
    seen = []
    report = service.relink(progress=lambda *done: seen.append(done))
    assert links(store) == {
        "a": ["ctx_ada", "ctx_draft"],
        "b": ["ctx_ada"],
        "one": ["ctx_1"],
        "text": ["ctx_text"],
    }
    assert [(done, total) for done, total, _ in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {name for _, _, name in seen} == {"ctx_ada", "ctx_draft", "ctx_1", "ctx_text"}
    assert (report.total, report.succeeded, report.linked, report.changed) == (4, 4, 5, 4)
    assert (report.malformed, report.skipped, report.errors) == (3, 3, ())
    assert service.find_active_context_by_dataset("ada", "a").context_id == "ctx_ada"
    assert service.relink().changed == 0


def test_only_one_user_s_links_are_made_anew(service, store):
    assert service.relink(1).total == 1
    assert links(store) == {"b": ["ctx_gone"], "one": ["ctx_1"]}


def test_a_dry_run_says_the_same_and_changes_nothing(service, store):
    before = everything(store)
    dry = service.relink(dry_run=True)
    assert everything(store) == before
    report = service.relink()
    assert dry.dry_run
    assert not report.dry_run
    for name in ("total", "succeeded", "linked", "skipped", "malformed", "links"):
        assert getattr(dry, name) == getattr(report, name)
    assert service.undo_relink(dry) == 0


def test_undoing_puts_the_former_links_back_also_from_json_after_a_restart(service, store):
    before = links(store)
    report = json.loads(json.dumps(service.relink().as_dict()))
    assert ContextService(store).undo_relink(report) == 4
    assert links(store) == before
    assert service.find_active_context_by_dataset("ada", "a") is None
    assert service.get_context("ada", "ctx_ada").linked == ()


def test_undoing_keeps_what_was_written_into_the_documents_since(service):
    report = service.relink()
    service.update_context("ada", "ctx_ada", {"description": "Orders."})
    service.undo_relink(report)
    assert service.get_context("ada", "ctx_ada").document.description == "Orders."


def test_undoing_leaves_the_links_of_contexts_that_were_saved_since(service, store):
    report = json.loads(json.dumps(service.relink().as_dict()))
    newer = service.create_context("ada", {"name": "newer", "datasets": ["a"]})
    service.undo_relink(report)
    assert service.find_active_context_by_dataset("ada", "a").id == newer.id
    assert links(store)["a"] == [newer.id]


def test_a_context_that_can_t_be_read_is_counted_and_stops_no_other(service, store):
    store.set(("context", "ctx_bad"), {"context_id": "ctx_bad", "user_id": "ada"})
    report = service.relink()
    assert (report.total, report.succeeded, len(report.errors)) == (5, 4, 1)
    assert "ctx_bad" in report.errors[0]


def test_what_was_chosen_stays_chosen(service):
    service.relink()
    service.update_context("ada", "ctx_draft", {"datasets": ["a"]})
    service.use("ada", "a", "ctx_ada")
    service.relink()
    assert service.find_active_context_by_dataset("ada", "a").name == "ctx_ada"


# The command


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTODASH_HOME", str(tmp_path / "home"))
    with open_store(Settings.from_environment()) as store:
        fill(store)
    return tmp_path / "home"


def kept_links():
    with open_store(Settings.from_environment()) as store:
        return links(store)


def test_the_command_relinks_and_undoes_it_in_another_run(home, capsys):
    before = kept_links()
    assert main(["relink", "--dry-run"]) == 0
    assert kept_links() == before
    assert "would be linked anew" in capsys.readouterr().out
    assert main(["relink"]) == 0
    said = capsys.readouterr().out
    assert "4 contexts of 4" in said
    assert "5 links in all, 4 changed" in said
    assert "3 unknown ids, 3 malformed ids" in said
    assert len(kept_links()) == 4
    assert main(["relink"]) == 0  # changes nothing, and so leaves what is to be undone
    assert main(["relink", "--undo"]) == 0
    assert "4 links" in capsys.readouterr().out
    assert kept_links() == before


def test_the_command_takes_a_user_and_says_who_is_unknown(home, capsys):
    assert main(["relink", "--user", "1"]) == 0
    assert kept_links() == {"b": ["ctx_gone"], "one": ["ctx_1"], "text": ["ctx_text"]}
    assert main(["relink", "--user", "nobody"]) == 1
    assert "no contexts of user 'nobody'" in capsys.readouterr().err


def test_the_command_has_nothing_to_undo_at_first(home, capsys):
    assert main(["relink", "--undo"]) == 1
    assert "no relink to undo" in capsys.readouterr().err
    assert main(["relink", "--undo", "--dry-run"]) == 2


def test_the_command_says_what_can_t_be_read(home, capsys):
    with open_store(Settings.from_environment()) as store:
        store.set(("context", "ctx_bad"), {"context_id": "ctx_bad", "user_id": "ada"})
    assert main(["relink"]) == 1
    assert "ctx_bad" in capsys.readouterr().err
