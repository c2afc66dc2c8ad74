"""The environment becomes settings, or one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autodash_jupyter.errors import SettingsError
from autodash_jupyter.settings import Settings, public_url


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
        ("SESSION_TTL_SECONDS", "0"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("STORAGE_BACKEND", "postgress://ada:secret@127.0.0.1/notes"),
        ("STORAGE_BACKEND", "postgresql:ada:secret@127.0.0.1/notes"),
        ("STORAGE_BACKEND", "postgresql:/ada:secret@127.0.0.1/notes"),
        ("STORAGE_BACKEND", "ada@secret"),
    ],
)
def test_a_value_that_cannot_be_used_is_one_line_that_names_the_variable(
    name: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value}, tmp_path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_stores_are_chosen_by_name_or_url(tmp_path: Path) -> None:
    for chosen in ("sqlite", "redis", "sqlite:////data/x.db", "postgresql+psycopg://ada@127.0.0.1/notes"):
        assert Settings.from_environment({"STORAGE_BACKEND": chosen}, tmp_path).storage_backend == chosen
    settings = Settings.from_environment({"REDIS_URL": "rediss://127.0.0.1:6380/1"}, tmp_path)
    assert (settings.redis_url, settings.session_ttl_seconds) == ("rediss://127.0.0.1:6380/1", 86_400)


def test_no_password_is_shown_when_settings_are_printed(tmp_path: Path) -> None:
    variables = {
        "STORAGE_BACKEND": "postgresql://ada:secret1@127.0.0.1/notes?sslpassword=secret2",
        "REDIS_URL": "redis://:secret3@127.0.0.1:6379/0",
        "REDIS_PASSWORD": "secret4",
    }
    settings = Settings.from_environment(variables, tmp_path)
    assert "secret" not in f"{settings!r}{settings}"
    assert "ada:***@127.0.0.1/notes" in repr(settings)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@localhost:6379/0", "redis://:***@localhost:6379/0"),
        ("mysql://ada:s/e?c#r@et@localhost/x", "mysql://ada:***@localhost/x"),
        ("mysql://ada@localhost/x", "mysql://ada@localhost/x"),
        ("redis://localhost?password=secret", "redis://localhost"),
        ("redis://localhost?password=sec@ret", "redis://localhost:***@ret"),
        ("sqlite:////data/a@b/x.db", "sqlite:////data/a@b/x.db"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert public_url(url) == shown


def write_config(folder: Path, text: str) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)
    return {"AUTODASH_HOME": str(folder)}


def test_the_file_sets_what_the_environment_does_not(tmp_path: Path) -> None:
    named = write_config(
        tmp_path,
        'user = "ada"\nstorage_backend = "redis"\nredis_url = "redis://127.0.0.1:7000/2"\n'
        'redis_password = "secret"\nsession_ttl_seconds = 60\nhistory_steps = 7\nlm = "openai/x"\n',
    )
    settings = Settings.from_environment(named)
    assert (settings.user_id, settings.storage_backend, settings.history_steps) == ("ada", "redis", 7)
    assert (settings.redis_url, settings.redis_password) == ("redis://127.0.0.1:7000/2", "secret")
    assert (settings.session_ttl_seconds, settings.language_model) == (60, "openai/x")
    over = {**named, "STORAGE_BACKEND": "memory", "JUPYTERHUB_USER": "grace", "SESSION_TTL_SECONDS": ""}
    settings = Settings.from_environment(over)
    assert (settings.storage_backend, settings.user_id, settings.session_ttl_seconds) == (
        "memory",
        "grace",
        60,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'storage_backed = "memory"',
            "'storage_backed', which is not known. Did you mean 'storage_backend'?",
        ),
        ("history_steps = 0", "history_steps in config.toml (AUTODASH_HISTORY_STEPS in the environment)='0'"),
        ("history_steps = [1]", "history_steps must be a text or a number"),
        ("user = ", "config.toml is no TOML file"),
        ('storage_backend = "tinydbb"', "Did you mean 'tinydb'?"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_that_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(write_config(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        'lm_api_base = "http://127.0.0.1:1/v1"',
        'lm = "openai/x"',
        'redis_url = "redis://127.0.0.1"',
        'storage_backend = "redis"',
        'storage_backend = "postgresql://127.0.0.1/x"',
    ],
)
def test_a_folder_that_came_with_a_repository_cannot_send_data_elsewhere(tmp_path: Path, text: str) -> None:
    named = write_config(tmp_path / ".autodash", text)
    with pytest.raises(SettingsError, match="if the file is yours, set AUTODASH_HOME="):
        Settings.from_environment({}, tmp_path)
    Settings.from_environment(named, tmp_path)


def test_a_folder_that_was_found_may_choose_a_store_on_this_machine(tmp_path: Path) -> None:
    write_config(tmp_path / ".autodash", 'storage_backend = "sqlite"\nhistory_steps = 9')
    settings = Settings.from_environment({}, tmp_path)
    assert (settings.storage_backend, settings.history_steps) == ("sqlite", 9)
