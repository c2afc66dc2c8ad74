"""Situations with modules: the user's own are looked after, of installed ones only what the cell assigns."""

from __future__ import annotations

import colorsys
import fractions
import os
import pathlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autodash_jupyter.history import Timeline

sys.path.insert(0, str(Path(__file__).parent))
from situations import PATIENT, Family, check, parametrize, run

SHOP = """
import json, logging
import pandas as pd
log = logging.getLogger(__name__)
rate = 1
orders = [1, 2]
settings = {"currency": "EUR"}
table = pd.DataFrame({"a": [1, 2]})
_private = []
sold = 0

class Till:
    opened = 0
    drawer = []

    def open(self):
        Till.opened += 1
        self.drawer.append(rate)

till = Till()

def sell(count=1, seen=[]):
    global sold
    sold += count
    seen.append(count)
    orders.append(count)
    return sold

def sold_so_far():
    return sold
"""

MODULES: Family = {
    "a variable": ("import shop", "shop.rate = 2", "shop.rate"),
    "a variable added": ("import shop", "shop.extra = [1]", "getattr(shop, 'extra', None)"),
    "a variable deleted": ("import shop", "del shop.rate", "hasattr(shop, 'rate')"),
    "a list": ("import shop", "shop.orders.append(3)", "shop.orders"),
    "a dict": ("import shop as s", "s.settings['currency'] = 'USD'", "s.settings"),
    "a frame": ("import shop", "shop.table['b'] = 1", "list(shop.table)"),
    "a frame past copy-on-write": ("import shop", "shop.table['a'].array[0] = 9", "shop.table['a'].tolist()"),
    "a private list": ("import shop", "shop._private.append(1)", "shop._private"),
    "a class attribute": ("import shop", "shop.Till.opened = 5", "shop.Till.opened"),
    "a class attribute by a method": (
        "import shop; till = shop.Till()",
        "till.open()",
        "shop.Till.opened, till.drawer",
    ),
    "an instance": ("import shop", "shop.till.note = 'n'", "vars(shop.till)"),
    "a global by a function": ("import shop", "shop.sell()", "shop.sold, shop.orders"),
    "a global by a function of whose module there is no name": (
        "from shop import sell, sold_so_far",
        "sell(); sell()",
        "sold_so_far(), sell.__defaults__",
    ),
    "a list imported by name": ("from shop import orders", "orders.append(5)", "orders"),
    "a list imported by name and by its module": (
        "import shop\nfrom shop import orders",
        "orders.append(5)",
        "orders, shop.orders is orders",
    ),
    "a class imported by name": ("from shop import Till", "Till.opened = 7", "Till.opened"),
    "a function replaced": ("import shop", "shop.sell = lambda: 0", "shop.sell.__name__"),
    "a function replaced by another of the module": (
        "import shop",
        "shop.sell = shop.sold_so_far",
        "shop.sell.__name__",
    ),
    "a method replaced": ("import shop", "shop.Till.open = lambda self: 5", "shop.Till.open.__name__"),
    "a module in a list": ("import shop; box = [shop]; del shop", "box[0].rate = 9", "box[0].rate"),
    "a module's dict": ("import shop; names = vars(shop)", "names['rate'] = 9", "shop.rate"),
    "a module in a package": ("import stock.bins", "stock.bins.count = 5", "stock.bins.count"),
    "a package's own variable": ("import stock", "stock.total = 5", "stock.total"),
    "a module imported by another": ("import stock.bins", "stock.bins.shop.rate = 5", "stock.bins.shop.rate"),
    "a module made by hand": (
        "import types; m = types.ModuleType('m'); m.x = [1]",
        "m.x.append(2); m.y = 1",
        "m.x, hasattr(m, 'y')",
    ),
    "an import": ("x = 1", "import shop", "shop.rate"),
    "an import by name": ("x = 1", "from shop import rate as r", "r"),
    "a script's variables": (
        "import runpy\nnames = runpy.run_path(shop_file); sell = names['sell']",
        "sell()",
        "sell.__globals__['sold'], names['orders'], sell.__defaults__",
    ),
}

INSTALLED: Family = {
    "a variable": ("import colorsys", "colorsys.mine = [1]", "getattr(colorsys, 'mine', None)"),
    "a function": ("import colorsys", "colorsys.rgb_to_hsv = lambda *a: 'x'", "colorsys.rgb_to_hsv(1, 1, 1)"),
    "a function of a submodule": (
        "import os",
        "os.path.basename = lambda p: 'x'",
        "__import__('posixpath').basename('a/b')",
    ),
    "by setattr": ("import colorsys", "setattr(colorsys, 'mine', 5)", "getattr(colorsys, 'mine', None)"),
    "deleted": ("import colorsys; colorsys.mine = 1", "del colorsys.mine", "hasattr(colorsys, 'mine')"),
    "an addition in place": ("import colorsys; colorsys.mine = 1", "colorsys.mine += 1", "colorsys.mine"),
    "under another name": ("import colorsys as j", "j.mine = 1", "hasattr(j, 'mine')"),
    "a class by name": (
        "from pathlib import Path",
        "Path.shout = lambda self: 'A'",
        "hasattr(Path, 'shout')",
    ),
    "a class of a module": (
        "import pandas as pd",
        "pd.DataFrame.shout = lambda self: 1",
        "hasattr(pd.DataFrame, 'shout')",
    ),
    "a method of a class": (
        "import fractions",
        "fractions.Fraction.limit_denominator = lambda self, n=1: 'patched'",
        "fractions.Fraction(1, 3).limit_denominator()",
    ),
    "a variable in a cell that does more": (
        "import colorsys; x = [1]",
        "x.append(2); colorsys.mine = x\nfor i in range(2): pass",
        "x, getattr(colorsys, 'mine', None)",
    ),
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "stock").mkdir()
    (tmp_path / "stock" / "__init__.py").write_text("total = 1\n")
    (tmp_path / "stock" / "bins.py").write_text("import shop\ncount = 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "shop.py"
    for name in ("shop", "stock", "stock.bins"):
        sys.modules.pop(name, None)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(**parametrize(MODULES))
def test_the_users_own_module_goes_back_and_forward(shop: Path, setup: str, change: str, watch: str) -> None:
    check(f"shop_file = {str(shop)!r}\n{setup}", change, watch)


@pytest.fixture
def packages_as_before() -> Iterator[None]:
    owners: list[Any] = [colorsys, fractions.Fraction, pathlib.Path, pd.DataFrame, os.path]
    before = [dict(vars(owner)) for owner in owners]
    yield
    for owner, attributes in zip(owners, before, strict=True):
        for name in vars(owner).keys() - attributes.keys():
            delattr(owner, name)
        for name, value in attributes.items():
            if vars(owner)[name] is not value:
                setattr(owner, name, value)


@pytest.mark.usefixtures("packages_as_before")
@pytest.mark.parametrize(**parametrize(INSTALLED))
def test_what_a_cell_assigns_in_an_installed_package_goes_back_and_forward(
    setup: str, change: str, watch: str
) -> None:
    check(setup, change, watch)


class TestLeftAlone:
    @pytest.fixture
    def cell(self, shop: Path) -> Callable[[str], Any]:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.timeline = Timeline(self.names, budget=PATIENT)

        def act(code: str) -> Any:
            run(code, self.names)
            return self.timeline.record(code)

        return act

    def test_what_a_package_does_itself_is_no_step(self, cell: Callable[[str], Any]) -> None:
        cell("import colorsys, sys, logging, warnings")
        assert cell("colorsys.rgb_to_hsv(1, 1, 1); import wave; del wave") is None
        assert cell("sys.modules['json'].loads('1'); logging.getLogger('z').setLevel(10)") is None

    def test_a_reload_is_no_step_and_never_undone(self, cell: Callable[[str], Any], shop: Path) -> None:
        cell("import shop, importlib; x = 1")
        cell("shop.orders.append(3); x = 2")
        shop.write_text(SHOP.replace("rate = 1", "rate = 77").replace("return sold", "return -1"))
        cell("m = importlib.reload(shop)")
        self.timeline.goto(1)
        assert (self.names["x"], self.names["shop"].rate) == (1, 77)
        assert self.names["shop"].sold_so_far() == -1

    def test_a_function_whose_code_was_read_anew_keeps_it(
        self, cell: Callable[[str], Any], shop: Path
    ) -> None:
        cell("import shop; x = 1")
        fresh = compile(SHOP.replace("return sold", "return -1"), str(shop), "exec")
        edition: dict[str, Any] = {"__name__": "shop", "__file__": str(shop)}
        exec(fresh, edition)
        self.names["shop"].sold_so_far.__code__ = edition["sold_so_far"].__code__
        assert self.timeline.record("pass") is None
        cell("x = 2")
        self.timeline.undo()
        assert self.names["shop"].sold_so_far() == -1

    def test_loggers_and_import_machinery_are_not_walked(self, cell: Callable[[str], Any]) -> None:
        cell("import shop")
        kinds = {type(node.obj).__module__ for node in self.timeline._heap.nodes.values()}
        assert not any(kind.startswith(("logging", "importlib", "_frozen")) for kind in kinds)
