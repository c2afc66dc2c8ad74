"""Files in S3, from a server on loopback that speaks its protocol."""

from __future__ import annotations

import pytest
from zoo import plain_values, wanted_text

from autodash_jupyter.errors import SourceError
from autodash_jupyter.frames import read_source

boto3 = pytest.importorskip("boto3")
pytest.importorskip("s3fs")
moto = pytest.importorskip("moto.server")


@pytest.fixture
def bucket(monkeypatch):
    """Give a bucket called ``sales`` of a server of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-shown")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    client = boto3.client("s3")
    client.create_bucket(Bucket="sales")
    yield client
    server.stop()


def test_a_file_in_s3_is_read_and_what_is_not_there_is_told(bucket):
    bucket.put_object(Bucket="sales", Key="2024/north east.csv", Body=b"a;b\n1,5;x\n2,5;y\n")
    [table] = read_source("s3://sales/2024/north east.csv")
    assert table.name == "north_east"
    assert plain_values(table.frame) == wanted_text({"a": [1.5, 2.5], "b": ["x", "y"]})
    for address in ("s3://sales/gone.csv", "s3://nobody/t.csv"):
        with pytest.raises(SourceError, match="Nothing could be read") as caught:
            read_source(address)
        assert "not-to-be-shown" not in str(caught.value)
