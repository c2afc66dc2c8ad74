"""Files that come in without a kernel: named, kept with their datasets, refused where they lead elsewhere."""

from __future__ import annotations

import gzip
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from autodash_jupyter.errors import SourceError
from autodash_jupyter.services import DatasetService
from autodash_jupyter.services.importing import import_file, import_upload
from autodash_jupyter.services.incoming_files import IncomingFiles, clean_filename, refuse_bomb
from autodash_jupyter.services.permitted_sources import download, is_allowed_url, permitted_file
from autodash_jupyter.settings import Settings

SALES = "day,amount\n2024-01-01,10\n2024-01-02,12\n"


@pytest.fixture
def service() -> DatasetService:
    return DatasetService(settings=Settings.from_environment())


def originals() -> list[str]:
    folder = Path(os.environ["AUTODASH_HOME"]) / "originals"
    return [path.name for path in folder.rglob("*") if path.is_file()]


def upload(service: DatasetService, folder: Path, text: str = SALES) -> str:
    (folder / "sales.csv").write_text(text)
    return import_upload(service, "ada", folder / "sales.csv").datasets[0].dataset_id


def test_an_uploaded_file_is_kept_once_and_goes_with_its_last_dataset(
    service: DatasetService, tmp_path: Path
) -> None:
    one, other = upload(service, tmp_path), upload(service, tmp_path)
    assert one != other
    assert len(originals()) == 1
    service.delete_dataset("ada", one)
    assert len(originals()) == 1
    service.delete_dataset("ada", other)
    assert originals() == []


def test_an_uploaded_file_can_be_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTODASH_ORIGINALS", f"file://{tmp_path / 'elsewhere'}")
    service = DatasetService(settings=Settings.from_environment())
    dataset_id = upload(service, tmp_path)
    assert originals() == []
    assert [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()]
    service.delete_dataset("ada", dataset_id)
    assert not [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()]


def test_a_file_that_is_no_table_is_not_kept(service: DatasetService, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(SourceError):
        import_upload(service, "ada", tmp_path / "broken.xlsx")
    assert originals() == []
    assert service.list_datasets("ada") == []


def test_each_sheet_is_a_dataset_and_an_empty_one_is_told(service: DatasetService, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "North"
    for sheet in (book.active, book.create_sheet("South")):
        sheet.append(["city", "price"])
        sheet.append(["Oslo", 3])
    book.create_sheet("Nothing")
    book.save(tmp_path / "regions.xlsx")
    imported = import_upload(service, "ada", tmp_path / "regions.xlsx")
    assert [one.name for one in imported.datasets] == ["north", "south"]
    assert imported.errors == ("sheet 'Nothing' is empty.",)


def test_a_path_that_is_loaded_again_is_the_same_dataset(service: DatasetService, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    path = str(tmp_path / "sales.csv")
    [one] = import_file(service, "ada", path).datasets
    [other] = import_file(service, "ada", path).datasets
    assert one.dataset_id == other.dataset_id


@pytest.mark.parametrize(
    "given",
    ["../outside.csv", "/etc/passwd", "inside/../../outside.csv", "link.csv", "folder/secret.csv",
     ".hidden.csv", ".config/x.csv", "a\0.csv", "", "   ", "inside", "missing.csv", "..\\outside.csv",
     "~/x.csv"],
)  # fmt: skip
def test_a_path_that_leads_out_of_the_folder_or_is_hidden_is_refused(given: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    for place in (
        "outside.csv",
        "root/.hidden.csv",
        "root/.config/x.csv",
        "away/secret.csv",
        "root/inside/a.csv",
    ):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SALES)
    (root / "link.csv").symlink_to(tmp_path / "outside.csv")
    (root / "folder").symlink_to(tmp_path / "away")
    with pytest.raises(SourceError, match="no such file below"):
        permitted_file(root, given)
    assert permitted_file(root, "inside/a.csv") == (root / "inside" / "a.csv").resolve()


def test_the_folder_of_the_store_is_private_even_where_it_is_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "context.json").write_text("{}")
    assert permitted_file(tmp_path, "memory/context.json")
    with pytest.raises(SourceError, match="no such file below"):
        permitted_file(tmp_path, "memory/context.json", private=tmp_path / "memory")


def test_an_address_must_lie_below_one_that_is_allowed() -> None:
    allowed = ["http://127.0.0.1:8000/open"]
    assert is_allowed_url("http://127.0.0.1:8000/open/a.csv", allowed)
    for url in ("http://127.0.0.1:8000/opened/a.csv", "http://127.0.0.1:8001/open/a.csv", "file:///etc/passwd",
                "http://127.0.0.1:8000/open/%2e%2e/a.csv", "http://127.0.0.1:8000\\@elsewhere/open/a.csv",
                "ftp://127.0.0.1:8000/open/a", "http://127.0.0.1:8000/open/a\r\nHost: x"):  # fmt: skip
        assert not is_allowed_url(url, allowed), url
    assert not is_allowed_url("http://127.0.0.1:8000/open/a.csv", [])


class Files(http.server.BaseHTTPRequestHandler):
    """Answers a table, and leads elsewhere."""

    def do_GET(self) -> None:
        if self.path.endswith("elsewhere.csv"):
            self.send_response(302)
            self.send_header("Location", "/secret/a.csv")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(SALES.encode())

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/open"
    server.shutdown()
    server.server_close()


def test_what_an_allowed_address_answers_is_written_but_it_may_not_lead_elsewhere(
    address: str, tmp_path: Path
) -> None:
    download(f"{address}/a.csv", [address], tmp_path / "a.csv", 1_000)
    assert (tmp_path / "a.csv").read_text() == SALES
    with pytest.raises(SourceError, match="leads elsewhere"):
        download(f"{address}/elsewhere.csv", [address], tmp_path / "b.csv", 1_000)
    with pytest.raises(SourceError, match="larger than 10 bytes"):
        download(f"{address}/a.csv", [address], tmp_path / "c.csv", 10)


def test_a_file_that_grows_beyond_reason_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"0" * 5_000_000))
    with pytest.raises(SourceError, match="Unpacked"):
        refuse_bomb(tmp_path / "a.csv.gz", 1_000_000)
    refuse_bomb(tmp_path / "a.csv.gz", 2_000_000)


def test_folders_of_processes_that_ended_are_removed_and_those_of_this_one_stay(tmp_path: Path) -> None:
    incoming = IncomingFiles(tmp_path)
    ours = incoming.make()
    (tmp_path / "incoming" / "elsewhere+1+0~abc").mkdir()
    incoming.remove_leftovers()
    assert [folder.name for folder in (tmp_path / "incoming").iterdir()] == [ours.name]


@pytest.mark.parametrize("given", ["x" * 300 + ".csv", "ü" * 200 + ".xlsx", "a." + "b" * 300, "." * 500])
def test_a_cleaned_name_fits_into_a_folder(given: str, tmp_path: Path) -> None:
    name = clean_filename(given)
    assert len(name.encode()) <= 120
    if name:
        (tmp_path / name).touch()
    if given.endswith((".csv", ".xlsx")):
        assert Path(name).suffix == Path(given).suffix
