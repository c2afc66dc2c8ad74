"""What people type finds the terms they mean."""

from __future__ import annotations

import pytest

from autodash_jupyter.context.glossary import search_glossary
from autodash_jupyter.documents import ContextDocument

CRM = ContextDocument(
    name="crm",
    glossary=[
        {
            "term": "Churn rate",
            "synonyms": ["attrition"],
            "definition": "Customers who left in a month.",
        },
        {"term": "ARR", "synonyms": ["annual recurring revenue"], "definition": "Yearly value of contracts."},
        {"term": "Customer", "definition": "A company with a contract."},
    ],
)


@pytest.mark.parametrize(
    ("typed", "first", "on"),
    [
        ("churn rate", "Churn rate", "term"),
        ("CHURN", "Churn rate", "term"),
        ("chrun rate", "Churn rate", "term"),
        ("churn_rate", "Churn rate", "term"),
        ("attrition", "Churn rate", "synonym"),
        ("atrition", "Churn rate", "synonym"),
        ("recurring", "ARR", "synonym"),
        ("arr", "ARR", "term"),
        ("costumer", "Customer", "term"),
        ("yearly value", "ARR", "definition"),
    ],
)
def test_a_term_is_found(typed: str, first: str, on: str) -> None:
    found = search_glossary([CRM], typed)
    assert (found[0].term.term, found[0].matched_on) == (first, on)


@pytest.mark.parametrize("typed", ["", "   ", "zebra", "?!", "xyz"])
def test_what_fits_nothing_finds_nothing(typed: str) -> None:
    assert search_glossary([CRM], typed) == []


def test_an_exact_term_comes_before_one_that_is_only_mentioned() -> None:
    assert search_glossary([CRM], "customer")[0].term.term == "Customer"
