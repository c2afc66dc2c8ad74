"""No credential reaches the disk: in a variable, a container, an attribute, a function or a cell's code."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from kept import kept

from autodash_jupyter.history.credentials import is_secret_name, is_secret_text
from autodash_jupyter.history.persistence.masking import masked

SECRET = "hunter2-correct-horse"
CELLS = {
    "a variable": f"db_password = {SECRET!r}",
    "an item of a dict": f"settings = {{'token': {SECRET!r}, 'host': 'here'}}",
    "an item within others": f"settings = {{'db': [{{'api_key': {SECRET!r}}}]}}",
    "an item put in later": f"settings = {{}}\nsettings['client_secret'] = {SECRET!r}",
    "an attribute": f"class Login: pass\nlogin = Login()\nlogin.password = {SECRET!r}",
    "a slot": f"class Login:\n    __slots__ = ('password',)\nlogin = Login()\nlogin.password = {SECRET!r}",
    "a class attribute": f"class Login:\n    password = {SECRET!r}",
    "a default argument by name": f"def login(*, password={SECRET!r}): return 1",
    "a default argument": f"def login(user='me', password={SECRET!r}): return 1",
    "a local of a function": f"def login():\n    password = {SECRET!r}\n    return password",
    "an argument of a call in a function": f"def login():\n    return dict(password={SECRET!r})",
    "a closure": "import os\ndef make(password):\n    return lambda: password\n"
    "login = make(os.environ['LOGIN'])",
    "an address with a password": f"url = 'postgresql://me:{SECRET}@db/sales'",
    "a list of addresses": f"urls = ['postgresql://me:{SECRET}@db/sales']",
    "bytes": f"private_key = b{SECRET!r}",
    "a data class": "import dataclasses\n@dataclasses.dataclass\n"
    "class Login:\n    user: str\n    password: str\n"
    f"login = Login('me', password={SECRET!r})",
    "a column of that name": "import pandas as pd\n"
    f"users = pd.DataFrame({{'user': ['me'], 'password': [{SECRET!r}]}})",
    "a column of objects": "import pandas as pd\n"
    f"users = pd.DataFrame({{'user': ['me'], 'api_key': [{SECRET!r}]}}, dtype=object)",
    "an argument of a call": f"connect = dict\nconnect(password={SECRET!r})",
    "an environment variable": f"import os\nos.environ['OPENAI_API_KEY'] = {SECRET!r}",
    "an annotated variable": f"password: str = {SECRET!r}",
    "a comparison": f"password = ''\nif password == {SECRET!r}: pass",
    "a text in brackets": f"password = ({SECRET!r})",
    "a formatted text": f"host = 'h'\nurl = f'postgresql://me:{SECRET}@{{host}}/sales'",
    "what was typed in": "import os\npassphrase = os.environ['LOGIN']\nlogin = {'password': passphrase}",
    "a text that says so": f"note = f'log in with token: {SECRET}'",
    "a text put together": f"user = 'me'; token = user + '{SECRET}'",
    "a text put together in a function": f"def key(user):\n    token = user + '{SECRET}'\n    return token",
    "a formatted text in a function": f"def key(user):\n    token = f'{{user}}{SECRET}'\n    return token",
    "what a comment and a text say": f"# the token: {SECRET}\ntext = 'token={SECRET}'",
    "several at once": f"user, password = 'me', '{SECRET}'",
    "an attribute set by name": f"class M: pass\nm = M()\nsetattr(m, 'password', '{SECRET}')",
    "an address with a query": f"url = 'https://a.org/x?api_key={SECRET}&b=1'",
    "a key at the end of a long text": f"log = 'x ' * 50_000 + 'https://me:{SECRET}@a.org'",
    "a key pasted whole": f"pem = '''-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----'''",
    "a column of addresses": "import pandas as pd\n"
    f"frame = pd.DataFrame({{'url': ['a', 'https://me:{SECRET}@a.org']}})",
    "categories": f"import pandas as pd\nc = pd.Series(['https://me:{SECRET}@a.org'], dtype='category')",
    "an index": f"import pandas as pd\nindex = pd.Index(['https://me:{SECRET}@a.org'])",
    "a table of polars": f"import polars\nframe = polars.DataFrame({{'a': ['https://me:{SECRET}@a.org']}})",
    "a table of pyarrow": f"import pyarrow\ntable = pyarrow.table({{'a': ['https://me:{SECRET}@a.org']}})",
    "an array of texts": f"import numpy as np\na = np.array(['https://me:{SECRET}@a.org'])",
    "a column of keys called token": "import pandas as pd\n"
    f"frame = pd.DataFrame({{'token': ['{SECRET}-1']}})",
    "a change that is told": f"notes = ['a']; notes = 'token: {SECRET}'",
    "basic authorization": f"headers = {{'Authorization': 'Basic {SECRET}'}}",
    "a header": f"headers = {{'Authorization': 'Bearer {SECRET}'}}",
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_credential_is_not_written(tmp_path: Path, cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN", SECRET)
    with kept(tmp_path) as one:
        one.run(cell + "\nn = 1")
        one.run("n = 2")
        assert one.history.wait(60)
    written = [
        path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert written == []
    assert any(tmp_path.rglob("journal"))
    with kept(tmp_path) as after:
        after.restore()
        assert after.variables["n"] == 2


def test_what_is_not_kept_is_named_and_its_neighbours_come_back(tmp_path: Path) -> None:
    with kept(tmp_path) as before:
        before.run("api_key = 'abc'; settings = {'password': 'def', 'host': 'here'}")
        assert before.history.wait(60)
        assert "credential: api_key, settings" in before.told[-1]
    with kept(tmp_path) as after:
        restored = after.restore()
        assert {line.partition(":")[0] for line in restored.not_restored} == {"api_key", "settings"}
        assert all("credential" in line for line in restored.not_restored)
        assert "api_key" not in after.variables
        assert after.variables["settings"]["host"] == "here"


@pytest.mark.parametrize(
    "text",
    [
        "sk-" + "a1" * 12,
        "ghp_" + "a1" * 15,
        "AKIA" + "A1" * 8,
        "xoxb-1234567890-abc",
        "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "mysql://root:secret@localhost/db",
    ],
)
def test_credentials_are_known_by_their_form(text: str) -> None:
    assert is_secret_text(text)
    assert text not in masked(f"x = {text!r}")


@pytest.mark.parametrize(
    "text", ["https://example.org/a:b", "a plain sentence, of words", "2026-11-21T10:00:00"]
)
def test_plain_texts_are_no_credentials(text: str) -> None:
    assert not is_secret_text(text)


@pytest.mark.parametrize("name", ["n_tokens", "tokens", "tokenizer", "compass", "author", "passenger"])
def test_plain_names_are_no_credentials(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("line", ["%env API_KEY=abc123", "%set_env TOKEN abc123", "!export SECRET=abc123"])
def test_a_credential_in_a_line_of_the_shell_is_hidden(line: str) -> None:
    assert "abc123" not in masked(f"x = 1\n{line}\ny = 2")
    assert masked(f"x = 1\n{line}\ny = 2").endswith("\ny = 2")


CODE = {
    "token = user + 'abc-1'": "token = user + '(hidden)'",
    "client(token='abc-1', host='here')": "client(token='(hidden)', host='here')",
    "token = os.environ['MY_TOKEN']": "token = os.environ['MY_TOKEN']",
    "x = f'{user} token: abc-1'": "x = '(hidden)'",
    "n = 1  # password: abc-1": "n = 1  # password: (hidden)",
    "ä = 'ö'; password = 'abc-1'; ü = 1": "ä = 'ö'; password = '(hidden)'; ü = 1",
    "password = ('abc-1'\n  'abc-2')\nn = 1": "password = ('(hidden)')\nn = 1",
    "%time password = 'abc-1'": "%time password = '(hidden)'",
    "%%bash\nexport TOKEN=abc-1\nls": "%%bash\nexport TOKEN=(hidden)\nls",
    "!curl -H 'Authorization: Bearer abc-1' a.org": "!curl -H '(hidden)' a.org",
    "x = !cat f\ntoken = user + 'abc-1'": "x = !cat f\ntoken = user + '(hidden)'",
    "def f(a, token='abc-1', *, b=2): pass": "def f(a, token='(hidden)', *, b=2): pass",
    "max_tokens = 'abc-1'": "max_tokens = 'abc-1'",
    "df['token'] = df['word'].str.lower()": "df['token'] = df['(hidden)'].str.lower()",
}


@pytest.mark.parametrize(("code", "expected"), CODE.items(), ids=CODE)
def test_a_label_hides_what_goes_into_a_credential_and_nothing_else(code: str, expected: str) -> None:
    assert masked(code) == expected


@pytest.mark.parametrize("code", ["x = (", "x = '", "def", "\ttoken = 'abc-1'", "token='abc-1'\\"])
def test_code_that_does_not_parse_is_masked_as_well(code: str) -> None:
    assert "abc-1" not in masked(code)


def test_a_column_of_words_called_token_is_kept(tmp_path: Path) -> None:
    with kept(tmp_path) as one:
        one.run("import pandas as pd\nwords = pd.DataFrame({'token': ['the', 'cat'], 'n': [1, 2]})")
    with kept(tmp_path) as after:
        assert after.restore().not_restored == ()
        assert after.variables["words"]["token"].tolist() == ["the", "cat"]


def test_documentation_about_a_token_is_no_credential(tmp_path: Path) -> None:
    with kept(tmp_path) as one:
        one.run(
            'def f(token):\n    """Ask.\n\n    token: whatever the site gave you\n    """\n    return token'
        )
    with kept(tmp_path) as after:
        assert after.restore().not_restored == ()
        assert after.variables["f"](3) == 3
