"""The time machine in a real kernel: cells of every kind are steps, and the magics go between them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernel_client import NotebookKernel, notebook_kernel

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookKernel]:
    folder: Path = tmp_path_factory.mktemp("notebook")
    (folder / "shop.py").write_text("rate = 1\norders = []\n\ndef sell():\n    orders.append(rate)\n")
    (folder / "script.py").write_text("made = [1]\n\ndef more():\n    made.append(2)\n")
    with notebook_kernel(folder, dict(os.environ)) as running:
        assert running.run("%load_ext autodash_jupyter").error == ""
        running.run("from autodash_jupyter.extension import current")
        yield running


def value(kernel: NotebookKernel, expression: str) -> str:
    return kernel.run(f"print({expression})").text.splitlines()[0]


@pytest.mark.parametrize(
    ("setup", "change", "watch"),
    [
        ("x = [1]", "x.append(2)", "x"),
        ("x = [1]", "x.append(2); 1 / 0", "x"),
        ("x = [1]", "%%time\nx.append(2)", "x"),
        ("x = [1]", "%%capture out\nx.append(2)", "x"),
        ("x = [1]", "%time x.append(2)", "x"),
        ("x = [1]", "import asyncio\nawait asyncio.sleep(0)\nx.append(2)", "x"),
        (
            "x = [1]",
            "import threading\nt = threading.Thread(target=x.append, args=(2,)); t.start(); t.join()",
            "x",
        ),
        ("made = None", "%run script.py", "made"),
        ("%run script.py", "more()", "made"),
        ("import shop", "shop.rate = 2", "shop.rate"),
        ("import shop", "shop.sell()", "shop.orders"),
        ("import colorsys", "colorsys.mine = [1]", "getattr(colorsys, 'mine', None)"),
        (
            "import pandas as pd",
            "pd.options.display.max_rows = 7",
            "pd.options.display.max_rows",
        ),
        ("import xml.sax.saxutils", "xml.sax.saxutils.escape = len", "xml.sax.saxutils.escape('ab')"),
        (
            "import pandas as pd, numpy as np\ndf = pd.DataFrame(np.zeros((1_000_000, 10)))",
            "df[3].array[5] = 7",
            "df[3].sum()",
        ),
        (
            "import pandas as pd\ndf = pd.DataFrame({'a': [1]}); box = [df]",
            "box[0]['b'] = 1",
            "list(df), box[0] is df",
        ),
        ("class C: rate = 1\nc = C()", "C.rate = 2", "c.rate"),
        ("import random; random.seed(1)", "n = random.random()", "random.getstate()[1][-1]"),
        ("g = globals(); x = [1]", "g['x'].append(2)", "x"),
        ("ip = get_ipython(); x = [1]", "ip.user_ns['x'].append(2)", "x"),
    ],
)
def test_a_cell_of_any_kind_is_one_step(kernel: NotebookKernel, setup: str, change: str, watch: str) -> None:
    kernel.run(setup)
    before = value(kernel, watch)
    count = int(value(kernel, "len(current().session.timeline.steps)"))
    kernel.run(change)
    after = value(kernel, watch)
    assert before != after
    assert int(value(kernel, "len(current().session.timeline.steps)")) == count + 1
    assert kernel.run("%undo").error == ""
    assert value(kernel, watch) == before
    assert kernel.run("%redo").error == ""
    assert value(kernel, watch) == after


def test_out_and_underscore_stay_as_they_are(kernel: NotebookKernel) -> None:
    kernel.run("x = [1]")
    shown = kernel.run("x")
    assert shown.error == ""
    kernel.run("x.append(2)")
    kernel.run("%undo")
    assert value(kernel, "_ is x, [each for each in Out.values() if each is x] == [x]") == "True True"


def test_a_checkpoint_is_gone_back_to_by_name(kernel: NotebookKernel) -> None:
    kernel.run("x = [1]")
    assert "before-join is step" in kernel.run("%checkpoint before-join").text
    kernel.run("x.append(2)")
    kernel.run("%timeline --goto before-join")
    assert value(kernel, "x") == "[1]"
    assert "before-join" in kernel.run("%timeline").plain
    missing = kernel.run("%timeline --goto before-jion")
    assert "Did you mean 'before-join'" in missing.text


def test_two_steps_are_compared_in_words_and_cells(kernel: NotebookKernel) -> None:
    kernel.run("import pandas as pd\nsales = pd.DataFrame({'a': [1, 2, 3]}, index=list('pqr'))")
    kernel.run("%checkpoint raw")
    kernel.run("sales['margin'] = 1; sales.loc['q', 'a'] = 20")
    text = kernel.run("%timeline --diff raw").plain
    assert "sales: 3 × 1 → 3 × 2; +margin; 1 cell changed in a" in text
    assert "q" in text
    assert "20" in text
    assert "takes one step or two" in kernel.run("%timeline --diff 1 2 3").text


def test_a_variable_is_left_out_and_taken_in_again(kernel: NotebookKernel) -> None:
    kernel.run("big = [1]")
    assert "left out" in kernel.run("%timeline --ignore big").text
    kernel.run("big.append(2); small = 1")
    assert kernel.run("%undo").error == ""
    assert value(kernel, "big") == "[1, 2]"
    assert "Left out: big" in kernel.run("%timeline").plain
    assert "recorded again" in kernel.run("%timeline --watch big").text


def test_a_branch_is_shown_in_the_timeline(kernel: NotebookKernel) -> None:
    kernel.run("branching = [1]")
    kernel.run("branching.append(2)")
    kernel.run("%undo")
    assert "undone" in kernel.run("%timeline").plain
    kernel.run("branching.append(3)")
    assert "branch " in kernel.run("%timeline").plain


@pytest.mark.parametrize("mode", ["2", "3"])
def test_what_autoreload_replaced_stays_replaced(kernel: NotebookKernel, mode: str) -> None:
    name = f"tool{mode}"
    write = (
        f"import os, pathlib, time; path = pathlib.Path('{name}.py')\n"
        "def write(text, later):\n    path.write_text(text); os.utime(path, (time.time() + later,) * 2)\n"
    )
    kernel.run(f"{write}write('kept = []\\ndef f():\\n    return 1\\n', -100)")
    kernel.run(f"%load_ext autoreload\n%autoreload {mode}\nimport {name}; x = [1]")
    kernel.run("%checkpoint before")
    kernel.run(f"x.append(2); {name}.kept.append(1)")
    kernel.run("write('kept = []\\ndef f():\\n    return 22222\\n', 0)")
    assert value(kernel, f"{name}.f()") == "22222"
    assert kernel.run("%timeline --goto before").error == ""
    assert value(kernel, f"x, {name}.f()") == "[1] 22222"
    kernel.run("%autoreload 0")


def test_what_a_task_does_after_its_cell_belongs_to_the_next_record(kernel: NotebookKernel) -> None:
    kernel.run("import asyncio; late = [1]")
    kernel.run(
        "async def act():\n    await asyncio.sleep(0.05); late.append(2)\ntask = asyncio.create_task(act())"
    )
    kernel.run("await task; seen = len(late)")
    assert value(kernel, "late, seen") == "[1, 2] 2"
    kernel.run("%undo")
    assert value(kernel, "late") == "[1]"


def test_an_array_resized_without_the_reference_check_is_put_back(kernel: NotebookKernel) -> None:
    kernel.run("import numpy as np; arr = np.arange(4)")
    kernel.run("arr.resize(6, refcheck=False)")
    assert value(kernel, "arr.tolist()") == "[0, 1, 2, 3, 0, 0]"
    kernel.run("%undo")
    assert value(kernel, "arr.tolist()") == "[0, 1, 2, 3]"


def test_values_classes_and_objects_of_a_file_read_anew_stay_as_read(kernel: NotebookKernel) -> None:
    name = "shapes"
    kernel.run(
        f"import os, pathlib, time; path = pathlib.Path('{name}.py')\n"
        "def write(text, later):\n    path.write_text(text); os.utime(path, (time.time() + later,) * 2)\n"
        "write('rate = 1\\nclass Box:\\n    size = 1\\n', -100)"
    )
    kernel.run(f"%load_ext autoreload\n%autoreload 2\nimport {name}; box = {name}.Box(); x = [1]")
    kernel.run("x.append(2); box.note = 1")
    kernel.run("write('rate = 2\\nnew = 3\\nclass Box:\\n    size = 2\\n    def area(self): return 4\\n', 0)")
    steps = "len(current().session.timeline.steps)"
    count = value(kernel, steps)
    look = f"(x, {name}.rate, {name}.new, {name}.Box.size, box.area(), vars(box))"
    assert value(kernel, look) == "([1, 2], 2, 3, 2, 4, {'note': 1})"
    assert value(kernel, steps) == count, "reading a file anew is no step"
    assert kernel.run("%undo").error == ""
    assert value(kernel, look) == "([1], 2, 3, 2, 4, {})"
    assert kernel.run("%redo").error == ""
    assert value(kernel, look) == "([1, 2], 2, 3, 2, 4, {'note': 1})"
    kernel.run("%autoreload 0")
