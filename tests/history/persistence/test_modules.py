"""What cells assign in modules comes back where it is plain or was typed in; the rest is named."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kept import kept

SHOP = """import threading
RATE = 1
NAMES = ["a"]
TABLE = {name: len(name) for name in NAMES}
LOCK = threading.Lock()
def price(n): return n * RATE
class Config:
    rate = 1
    def show(self): return self.rate
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    file = tmp_path / "shop_of_test.py"
    file.write_text(SHOP)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield file
    sys.modules.pop("shop_of_test", None)


def _new_kernel() -> None:
    """Forget the module, as a new kernel has not imported it."""
    sys.modules.pop("shop_of_test", None)
    importlib.invalidate_caches()


def _shop() -> ModuleType:
    return sys.modules["shop_of_test"]


def test_values_and_functions_put_into_a_module_come_back(tmp_path: Path, shop: Path) -> None:
    home = tmp_path / "home"
    with kept(home) as before:
        before.run("import shop_of_test as shop\nfrom shop_of_test import NAMES\nn = 0")
        before.run(
            "shop.RATE = 5; shop.NEW = [1]; shop.NAMES.append('b'); shop.TABLE['c'] = 3; del shop.LOCK"
        )
        before.run(
            "shop.Config.rate = 7\ndef double(n): return 2 * n\n"
            "shop.price = double\nshop.Config.twice = double"
        )
    _new_kernel()
    with kept(home) as after:
        assert after.restore().not_restored == ()
        module = _shop()
        assert (module.RATE, module.NEW, module.NAMES, module.TABLE) == (5, [1], ["a", "b"], {"a": 1, "c": 3})
        assert module.NAMES is after.variables["NAMES"]
        assert module.price is after.variables["double"]
        assert module.price(4) == 8
        assert (module.Config.rate, module.Config().show()) == (7, 7)
        assert not hasattr(module, "LOCK")
        assert after.timeline.record() is None
        after.timeline.undo()
        assert module.price(4) == 20
        assert (module.Config.rate, module.RATE) == (1, 5)
        after.timeline.undo()
        assert (module.RATE, module.NAMES, hasattr(module, "NEW")) == (1, ["a"], False)
        after.timeline.goto(3)
        assert (module.RATE, module.Config.rate) == (5, 7)


def test_importing_and_assigning_in_one_cell_is_noticed(tmp_path: Path, shop: Path) -> None:
    home = tmp_path / "home"
    with kept(home) as before:
        before.run("import shop_of_test as shop; shop.RATE = 5; shop.app = (n for n in ())")
    _new_kernel()
    with kept(home) as after:
        said = after.restore().not_restored
        assert _shop().RATE == 5
        assert said == ("shop: what cells assigned in it is not brought back: app",)


def test_where_the_file_was_edited_only_what_is_not_from_it_is_put_back(tmp_path: Path, shop: Path) -> None:
    home = tmp_path / "home"
    with kept(home) as before:
        before.run("import shop_of_test as shop\nn = 0")
        before.run("shop.RATE = 5; shop.NEW = 1")
    shop.write_text(SHOP.replace('["a"]', '["edited"]') + "ADDED = 1\n")
    _new_kernel()
    with kept(home) as after:
        after.restore()
        assert (_shop().RATE, _shop().NEW) == (5, 1)
        assert (_shop().NAMES, _shop().ADDED) == (["edited"], 1)


def test_a_credential_in_a_module_is_not_written(tmp_path: Path, shop: Path) -> None:
    home = tmp_path / "home"
    with kept(home) as before:
        before.run(
            "import os, shop_of_test as shop\nshop.password = 'hunter2' + '-correct-horse'; shop.RATE = 2"
        )
    assert [path for path in home.rglob("*") if path.is_file() and b"hunter2" in path.read_bytes()] == []
    _new_kernel()
    with kept(home) as after:
        assert "credential" in after.restore().not_restored[0]
        assert _shop().RATE == 2


def test_patches_of_installed_packages_come_back_and_can_be_undone(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run("import json, pandas as pd\nn = 0")
        _expecting(before, "json.mine_of_test = [1]\ndef shout(self): return 'LOUD'")
        _expecting(before, "pd.DataFrame.shout_of_test = shout")
        _expecting(before, "pd.options.display.max_rows = 7")
        before.timeline.goto(0)
        before.timeline.goto(4)
        before.history.follow()
    _without_patches()
    try:
        with kept(tmp_path) as after:
            assert after.restore().not_restored == ()
            assert json.mine_of_test == [1]  # type: ignore[attr-defined]
            assert pd.DataFrame().shout_of_test() == "LOUD"
            assert pd.options.display.max_rows == 7
            assert after.timeline.record() is None
            after.timeline.goto(1)
            assert not hasattr(json, "mine_of_test")
            assert not hasattr(pd.DataFrame, "shout_of_test")
            assert pd.options.display.max_rows == 60
            assert after.timeline.record() is None
            after.timeline.goto(2)
            assert json.mine_of_test == [1]  # type: ignore[attr-defined]
    finally:
        _without_patches()


def test_a_patch_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run("import json")
        _expecting(before, "json.mine_of_test = (n for n in ())")
    _without_patches()
    with kept(tmp_path) as after:
        said = after.restore().not_restored
        assert said == ("json.mine_of_test: a cell assigned it in an installed package; run that cell again",)
        assert not hasattr(json, "mine_of_test")


def _expecting(one: object, code: str) -> None:
    one.timeline.expect(code)  # type: ignore[attr-defined]
    one.run(code)  # type: ignore[attr-defined]


def _without_patches() -> None:
    for owner, name in ((json, "mine_of_test"), (pd.DataFrame, "shout_of_test")):
        if hasattr(owner, name):
            delattr(owner, name)
    pd.options.display.max_rows = 60
