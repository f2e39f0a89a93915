"""An S3 on loopback that holds a file or two under any key, and takes whatever is put.

It answers as S3 does where the pipeline asks: HeadObject, GetObject with ranges, ListObjectsV2, PutObject and
uploads in parts. It runs beside what is measured, so that only the client's part of a request counts.
"""

import re
import threading
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from benchmarks.manifests import image_uri
from groundtrain.s3_addresses import key_of

Images = Literal["dense", "sparse", "none"]
LOOPBACK = {
    "AWS_ACCESS_KEY_ID": "loopback",
    "AWS_SECRET_ACCESS_KEY": "loopback",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_ETAG = "0123456789abcdef" * 2
_PAGE = 1000
_NUMBER = re.compile(r"frame-([0-9]*)")
_DATE = "Fri, 27 Nov 2026 12:00:00 GMT"


@contextmanager
def s3_with(
    manifest: Path, lines: int = 0, images: Images = "dense", image: bytes = bytes(400_000)
) -> Iterator[str]:
    """The endpoint of an S3 whose buckets "manifests" and "datasets" hold this file under every key.

    Images, each with the bytes of this one, are there under every key of `image_uri`, and masks of so many
    lines: "dense", one behind the other; "sparse", with so many other keys between that no listing is of use;
    or there is none.
    """
    masks = sorted(f"masks/{number}_2022-03-01T00:00:00.000000.png" for number in range(lines))
    what = {"manifest": manifest, "images": images, "masks": masks, "image": image}
    handler = type("Handler", (_Answers,), what)
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Nothing: whoever has read enough of a manifest hangs up."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    manifest: Path
    images: Images
    masks: list[str]
    image: bytes

    def do_HEAD(self) -> None:
        bucket, key, _ = self._asked()
        if _is_manifest(bucket, key):
            self._answer(200, length=self.manifest.stat().st_size)
        elif self._is_image(key):
            self._answer(200, length=len(self.image))
        else:
            self._answer(404)

    def do_GET(self) -> None:
        bucket, key, query = self._asked()
        if not key:
            self._answer(200, self._listing(query))
        elif _is_manifest(bucket, key):
            with self.manifest.open("rb") as file:
                self._send(file, self.manifest.stat().st_size)
        elif self._is_image(key):
            self._send(BytesIO(self.image), len(self.image))
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_PUT(self) -> None:
        self._read_body()
        self._answer(200)

    def do_POST(self) -> None:
        self._read_body()
        name = "Initiate" if "uploads" in self.path else "Complete"
        text = (
            f"<{name}MultipartUploadResult><UploadId>1</UploadId><ETag>1</ETag></{name}MultipartUploadResult>"
        )
        self._answer(200, text.encode())

    def log_message(self, *_: object) -> None:
        """Nothing: it would be a line for each request."""

    def _asked(self) -> tuple[str, str, dict[str, list[str]]]:
        parts = urlsplit(self.path)
        bucket, _, key = parts.path.lstrip("/").partition("/")
        return bucket, unquote(key), parse_qs(parts.query, keep_blank_values=True)

    def _read_body(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline().split(b";")[0], 16):
                self.rfile.read(size + 2)
            while self.rfile.readline().strip():
                pass
            return
        left = int(self.headers.get("Content-Length", 0))
        while left > 0 and (read := len(self.rfile.read(min(left, 1 << 20)))):
            left -= read

    def _answer(self, status: int, body: bytes = b"", *, length: int = -1) -> None:
        self.send_response(HTTPStatus(status))
        self.send_header("ETag", f'"{_ETAG}"')
        self.send_header("Last-Modified", _DATE)
        self.send_header("Content-Length", str(len(body) if length < 0 else length))
        self.end_headers()
        self.wfile.write(body)

    def _is_image(self, key: str) -> bool:
        return self.images != "none" and bool(_NUMBER.search(key) or key.startswith("masks/"))

    def _send(self, file: BinaryIO, size: int) -> None:
        start, end = re.findall(r"bytes=([0-9]+)-([0-9]*)", self.headers.get("Range", "bytes=0-"))[0]
        left = min(size, int(end or size) + 1) - int(start)
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("ETag", f'"{_ETAG}"')
        self.send_header("Content-Range", f"bytes {start}-{int(start) + left - 1}/{size}")
        self.send_header("Content-Length", str(left))
        self.end_headers()
        file.seek(int(start))
        try:
            while chunk := file.read(min(left, 1 << 20)):
                left -= self.wfile.write(chunk)
        except OSError:  # whoever reads needs no more
            self.close_connection = True

    def _listing(self, query: dict[str, list[str]]) -> bytes:
        after = query.get("start-after", [""])[0]
        keys = (
            self.masks[bisect_right(self.masks, after) :]
            if after.startswith("masks/")
            else self._images(after)
        )
        if self.images == "none":
            return b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        contents = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2026-11-27T12:00:00.000Z</LastModified>"
            f"<ETag>&quot;{_ETAG}&quot;</ETag><Size>{len(self.image)}</Size><StorageClass>STANDARD</StorageClass>"
            "</Contents>"
            for key in islice(keys, _PAGE)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>'
            f"<IsTruncated>true</IsTruncated>{contents}</ListBucketResult>"
        ).encode()

    def _images(self, after: str) -> Iterator[str]:
        found = _NUMBER.search(after)
        first = int(found[1].ljust(8, "0")) if found and found[1] else 0
        for number in count():
            if self.images == "dense":
                yield key_of(image_uri(first + number))
            else:
                yield f"{key_of(image_uri(first))}{'-' * bool(number)}{number:08}"[: None if number else -8]


def _is_manifest(bucket: str, key: str) -> bool:
    return bucket in {"manifests", "datasets"} and key.endswith((".manifest", ".jsonl"))
