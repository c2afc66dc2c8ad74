"""Every state of the sidebar as a person sees it: each says what is the matter and what helps."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lab_page import open_new_notebook, open_sidebar, run_cell
from panel_page import FIND_MODEL, picture, serious_faults
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RARE = {
    "starting": "The kernel is starting",
    "restarting": "The kernel is restarting",
    "connecting": "Asking the kernel",
    "disconnected": "Connection lost",
    "dead": "The kernel has died",
    "newer-protocol": "Update the AutoDash extension",
    "older-protocol": "Update AutoDash in the kernel",
}


def test_without_a_notebook_it_offers_a_new_one(page: Page, lab: Any) -> None:
    page.goto(lab.url("").replace("/tree/", ""))
    panel = open_sidebar(page)
    expect(page.get_by_test_id("autodash-empty")).to_have_attribute("data-status", "no-notebook")
    picture(page, "state-no-notebook", panel)
    page.get_by_test_id("autodash-new-notebook").click()
    expect(page.locator(".jp-Notebook, .jp-Dialog").first).to_be_visible()


def test_a_kernel_without_autodash_gets_it_by_one_click_and_one_that_ended_a_new_one(
    page: Page, lab: Any
) -> None:
    open_new_notebook(page, lab, "states.ipynb", ["x = 1"])
    panel = open_sidebar(page)
    empty = page.get_by_test_id("autodash-empty")
    expect(empty).to_have_attribute("data-status", "no-autodash")
    picture(page, "state-no-autodash", panel)
    page.get_by_test_id("autodash-load-extension").click()
    expect(page.get_by_test_id("autodash-no-dataset")).to_be_visible()
    picture(page, "state-no-dataset", panel)
    assert serious_faults(page) == []

    run_cell(page, "import time; time.sleep(6)")
    expect(page.get_by_test_id("autodash-busy")).to_be_visible()
    picture(page, "state-busy", panel)
    expect(page.get_by_test_id("autodash-busy")).to_be_hidden()

    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Shut Down Kernel$")).click()
    expect(empty).to_have_attribute("data-status", "no-kernel")
    picture(page, "state-no-kernel", panel)
    assert serious_faults(page) == []
    page.get_by_test_id("autodash-choose-kernel").click()
    page.get_by_role("button", name="Select Kernel").click()
    expect(empty).to_have_attribute("data-status", "no-autodash")

    for status, title in RARE.items():
        page.evaluate(f"{FIND_MODEL}.setStatus('{status}')")
        expect(empty).to_contain_text(title)
        picture(page, f"state-{status}", panel)
    page.evaluate(
        f"{FIND_MODEL}.setFailure('The store at .autodash can\\'t be read; %autodash doctor says why.')"
    )
    expect(empty).to_contain_text(re.compile("datasets can.t be read"))
    expect(page.get_by_test_id("autodash-retry-state")).to_be_visible()
    picture(page, "state-failed", panel)
    assert serious_faults(page) == []


def test_while_the_server_is_away_what_was_heard_stays_in_view(page: Page, lab: Any) -> None:
    open_new_notebook(page, lab, "reconnecting.ipynb", [])
    panel = open_sidebar(page)
    run_cell(page, "%load_ext autodash_jupyter\nx = 1")
    expect(page.get_by_test_id("autodash-step").first).to_contain_text("x")
    page.evaluate(f"{FIND_MODEL}.setStatus('disconnected')")
    expect(panel).to_contain_text("Reconnecting to the kernel")
    expect(page.get_by_test_id("autodash-step").first).to_contain_text("x")
    picture(page, "state-reconnecting", panel)


def test_a_failed_job_is_told_by_a_toast_and_a_quick_one_is_not(page: Page, lab: Any) -> None:
    cells = ["%env AUTODASH_LM=openai/none\n%env AUTODASH_LM_API_BASE=http://127.0.0.1:9/v1"]
    open_new_notebook(page, lab, "toasts.ipynb", cells)
    open_sidebar(page)
    run_cell(page, "%load_ext autodash_jupyter")
    run_cell(page, "%load_dataset sample:penguins --no-context")
    row = page.get_by_test_id("autodash-dataset").first
    expect(row).to_be_visible()
    for status in ("generating", "completed", "generating", "failed"):
        page.evaluate(
            f"""(() => {{
              const model = {FIND_MODEL}, [dataset] = model.datasets;
              model.apply({{type: 'dataset', dataset: {{...dataset, context_status: '{status}',
                error: '{status}' === 'failed' ? 'No answer from <b>127.0.0.1</b>.' : null}}}});
            }})()"""
        )
    toast = page.locator(".jp-Notification-Toast-error")
    expect(toast).to_have_count(1)
    expect(toast).to_contain_text("The context of penguins could not be written")
    expect(page.locator(".jp-Notification-Toast-success")).to_have_count(0)
    assert page.evaluate("document.querySelectorAll('.jp-Notification-Toast-error b').length") == 0
    picture(page, "toast")
