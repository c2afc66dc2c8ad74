"""An agent at work on a notebook that is open in a real JupyterLab: found by its path, seen live."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lab_page import open_new_notebook, open_sidebar, run_all, run_cell
from playwright.sync_api import Page, expect

from autodash_jupyter.mcp.kernel_files import kernel_of_notebook
from autodash_jupyter.mcp.kernel_tables import KernelTables
from autodash_jupyter.mcp.tables import Caller

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SALES = "import pandas as pd\nsales = pd.DataFrame({'price': [1.0, None, 3.0]})"


def test_an_agents_step_shows_in_the_sidebar_at_once_and_a_click_undoes_it(
    page: Page, lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_new_notebook(page, lab, "shared.ipynb", ["%load_ext autodash_jupyter", SALES])
    run_all(page)
    panel = open_sidebar(page)
    where = run_cell(page, "from ipykernel.connect import get_connection_file\nprint(get_connection_file())")
    expect(where).to_have_text(re.compile(r"kernel-.*\.json"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(Path(where.inner_text().strip()).parent))

    tables = KernelTables(lambda: kernel_of_notebook(str(lab.folder / "shared.ipynb")))
    try:
        agent = Caller(actor="Ada")
        done = tables.run("notebook", "sales", "drop_missing", {"columns": ["price"]}, caller=agent)
        assert done.rows == 2
        expect(panel.get_by_text("agent: Ada: %op sales drop_missing").first).to_be_visible()
        page.get_by_test_id("autodash-undo").click()
        expect(run_cell(page, "print(len(sales))").first).to_have_text(re.compile("^3\n"))
        assert tables.undo("notebook", "sales", 1, caller=agent).change_summary == "−sales"
        expect(run_cell(page, "print('sales' in globals())").first).to_have_text(re.compile("^False\n"))
    finally:
        tables.close()
