"""The environment becomes settings, or one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autodash_jupyter.errors import SettingsError
from autodash_jupyter.settings import Settings


def test_nothing_set_gives_the_local_user_on_tinydb_without_a_model(tmp_path: Path) -> None:
    settings = Settings.from_environment({}, tmp_path)
    assert (settings.user_id, settings.storage_backend, settings.language_model) == ("local", "tinydb", None)
    assert settings.home == tmp_path / ".autodash"


def test_an_empty_variable_counts_as_unset(tmp_path: Path) -> None:
    settings = Settings.from_environment({"AUTODASH_LM": " ", "STORAGE_BACKEND": ""}, tmp_path)
    assert settings == Settings.from_environment({}, tmp_path)


def test_a_hub_gives_the_user_unless_one_is_named(tmp_path: Path) -> None:
    hub = {"JUPYTERHUB_USER": "ada"}
    assert Settings.from_environment(hub, tmp_path).user_id == "ada"
    assert Settings.from_environment({**hub, "AUTODASH_USER": "grace"}, tmp_path).user_id == "grace"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORAGE_BACKEND", "tinydbb"),
        ("AUTODASH_LM_TIMEOUT", "soon"),
        ("AUTODASH_LM_TIMEOUT", "nan"),
        ("AUTODASH_HISTORY_STEPS", "0"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_line_that_names_the_variable(
    name: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value}, tmp_path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
