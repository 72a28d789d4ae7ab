"""Byte ranges, exactly, and with the programs people resume downloads with."""

import base64
import hashlib
import random
import socket
import subprocess
from threading import Thread

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory
from waitress.server import create_server

from media.serving import ranged_response

DATA = random.Random(5).randbytes(1_000_003)
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "sound.mp3"
    file.write_bytes(DATA)
    return file


def ask(path, method="GET", **headers):
    request = RequestFactory().generic(method, "/x", headers={k.replace("_", "-"): v for k, v in headers.items()})
    return ranged_response(request, path, sha256=SHA, filename="Bản tin.mp3", content_type="audio/mpeg")


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_the_whole_file_names_its_content(path):
    response = ask(path)
    assert (response.status_code, body(response)) == (200, DATA)
    assert response["ETag"] == f'"{SHA}"'
    assert response["Content-Length"] == str(len(DATA))
    assert response["Accept-Ranges"] == "bytes"
    assert (
        response["Content-Disposition"]
        == "attachment; filename=\"Ban tin.mp3\"; filename*=UTF-8''B%E1%BA%A3n%20tin.mp3"
    )


def test_a_hundred_random_ranges_are_byte_exact(path):
    chance = random.Random(7)
    for _round in range(100):
        first = chance.randrange(len(DATA))
        last = chance.randrange(first, len(DATA) + 50)
        response = ask(path, Range=f"bytes={first}-{last}")
        end = min(last, len(DATA) - 1)
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {first}-{end}/{len(DATA)}"
        assert body(response) == DATA[first : end + 1]


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        ("bytes=0-0", 206, DATA[:1]),
        ("bytes=-7", 206, DATA[-7:]),
        ("bytes=1000000-", 206, DATA[1_000_000:]),
        (f"bytes=-{len(DATA) * 2}", 206, DATA),
        (f"bytes={len(DATA)}-", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=5-4", 200, DATA),
        ("bytes=0-1,5-6", 200, DATA),
        ("bytes=a-b", 200, DATA),
        ("lines=1-2", 200, DATA),
        ("bytes=-", 200, DATA),
        ("bytes=0-" + "9" * 5000, 200, DATA),
        ("bytes=" + "9" * 18 + "-", 416, b""),
    ],
)
def test_odd_ranges(asked, status, expected, path):
    response = ask(path, Range=asked)
    assert (response.status_code, body(response)) == (status, expected)


def test_a_changed_file_is_not_spliced(path):
    assert ask(path, Range="bytes=10-20", If_Range=f'"{SHA}"').status_code == 206
    assert ask(path, Range="bytes=10-20", If_Range='"another"').status_code == 200


def test_what_is_there_already_is_not_sent_again(path):
    for known in (f'"{SHA}"', f'"other", W/"{SHA}"', "*"):
        response = ask(path, If_None_Match=known)
        assert (response.status_code, body(response), response["ETag"]) == (304, b"", f'"{SHA}"')
    assert ask(path, If_None_Match='"other"').status_code == 200


def test_an_empty_file_has_no_last_bytes(tmp_path):
    (tmp_path / "empty").touch()
    response = ask(tmp_path / "empty", Range="bytes=-5")
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */0")


def test_a_file_that_the_disk_lost_is_not_found(tmp_path):
    with pytest.raises(Http404):
        ask(tmp_path / "gone.mp3")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Đường ƀâk.mp3", "Duong _ak.mp3"),
        ('a"; filename="b.exe', "a__; filename=_b.exe".replace("__", "_")),
        ("x\r\nSet-Cookie: a=b", "xSet-Cookie_ a=b"),
        ("\x00", "file"),
    ],
)
def test_names_cannot_break_the_header(name, plain, path):
    response = ranged_response(
        RequestFactory().get("/x"), path, sha256=SHA, filename=name, content_type="audio/mpeg", attachment=False
    )
    assert response["Content-Disposition"].startswith(f"inline; filename=\"{plain}\"; filename*=UTF-8''")


def test_the_digest_of_the_whole_is_there_and_nothing_is_compressed(path):
    response = GZipMiddleware(lambda request: ask(path))(
        RequestFactory().get("/x", headers={"Accept-Encoding": "gzip"})
    )
    assert body(response) == DATA
    wanted = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    assert response["Repr-Digest"] == f"sha-256=:{wanted}:"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Last-Modified" not in response


def test_head_sends_no_body(path):
    response = ask(path, method="HEAD")
    assert (response.status_code, response["Content-Length"], response.content) == (200, str(len(DATA)), b"")


def test_behind_nginx_the_file_is_handed_over(path, settings):
    settings.MEDIA_ROOT, settings.ACCEL_REDIRECT_PREFIX = path.parent, "/inside/"
    response = ask(path, Range="bytes=0-9")
    assert response["X-Accel-Redirect"] == "/inside/sound.mp3"
    assert response.content == b""


@pytest.fixture
def waitress(path):
    """The range view behind the server that `bin/run` starts; its port."""

    def application(environ, start_response):
        response = ranged_response(
            WSGIRequest(environ), path, sha256=SHA, filename="ban-tin.mp3", content_type="audio/mpeg"
        )
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return response if response.streaming else [response.content]

    server = create_server(application, host="127.0.0.1", port=0, threads=2)
    Thread(target=server.run, daemon=True).start()
    yield server.effective_port
    server.close()
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)


@pytest.fixture
def bad_line(waitress):
    """A line to the server that breaks after 150 kB of every answer. (address, the ranges asked for)."""
    asked = []

    def carry(phone: socket.socket) -> None:
        with phone, socket.create_connection(("127.0.0.1", waitress)) as server:
            request = phone.recv(65536)
            asked.extend(x[7:].decode() for x in request.split(b"\r\n") if x.lower().startswith(b"range: "))
            server.sendall(request)
            left = 150_000
            while left and (block := server.recv(min(left, 16_384))):
                phone.sendall(block)
                left -= len(block)

    def accept() -> None:
        while True:
            try:
                phone = listener.accept()[0]
            except OSError:
                return
            carry(phone)

    listener = socket.create_server(("127.0.0.1", 0))
    Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/sound.mp3", asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.mark.parametrize(
    "command",
    [
        ["curl", "-sS", "--noproxy", "*", "-C", "-", "-o", "got.mp3"],
        ["wget", "-q", "--no-proxy", "-c", "--tries=1", "-O", "got.mp3"],
    ],
    ids=["curl", "wget"],
)
def test_cut_downloads_resume_whole(command, bad_line, tmp_path):
    address, asked = bad_line
    got, sizes = tmp_path / "got.mp3", []
    for _attempt in range(12):
        subprocess.run([*command, address], cwd=tmp_path, capture_output=True, timeout=60)
        sizes.append(got.stat().st_size)
        if sizes[-1] >= len(DATA):
            break
    assert hashlib.sha256(got.read_bytes()).hexdigest() == SHA
    assert len(sizes) >= 6
    # Each attempt went on exactly where the one before it had stopped.
    assert asked == [f"bytes={size}-" for size in sizes[:-1]]
