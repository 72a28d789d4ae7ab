"""The installation files: a backup that restores, an nginx that sends sound in ranges, units that name what exists."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shell(script: str, *arguments, **fields) -> subprocess.CompletedProcess:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [ROOT / "deploy" / script, *map(str, arguments)],
        env={**inherited, **{name: str(value) for name, value in fields.items()}},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def running_data(tmp_path):
    """A data folder whose database is open and has rows that lie only in the write-ahead log."""
    data = tmp_path / "data"
    (data / "uploads/ab").mkdir(parents=True)
    (data / "uploads/work/job-1").mkdir(parents=True)
    (data / "uploads/ab/abcd.mp3").write_bytes(b"sound")
    (data / "uploads/work/job-1/half.wav").write_bytes(b"half")
    (data / "secret-key").write_text("k" * 60)
    connection = sqlite3.connect(data / "db.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE airing (plays INTEGER)")
    connection.execute("INSERT INTO airing VALUES (3)")
    yield data
    connection.close()


def plays(data: Path) -> list[tuple[int]]:
    with sqlite3.connect(data / "db.sqlite3") as connection:
        return connection.execute("SELECT plays FROM airing").fetchall()


def test_backup_of_a_running_platform_restores_elsewhere(running_data, tmp_path):
    made = shell("backup.sh", tmp_path / "backup", DATA_DIR=running_data)
    assert (made.returncode, made.stderr) == (0, "")
    copy = Path(made.stdout.strip())
    other = tmp_path / "other"
    restored = shell("restore.sh", copy, DATA_DIR=other)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert plays(other) == [(3,)]
    assert (other / "uploads/ab/abcd.mp3").read_bytes() == b"sound"
    assert not (other / "uploads/work").exists()
    assert (other / "secret-key").read_text() == "k" * 60
    assert (copy.stat().st_mode | (other / "db.sqlite3").stat().st_mode) & 0o077 == 0


def test_a_backup_keeps_no_clip_that_is_to_be_deleted(running_data, tmp_path):
    for place in ("proofs/clips/ab/clip.m4a", "proofs/photos/ab/photo.jpg"):
        (running_data / "uploads" / place).parent.mkdir(parents=True)
        (running_data / "uploads" / place).write_bytes(b"x")
    assert shell("backup.sh", tmp_path / "backup", DATA_DIR=running_data).returncode == 0
    kept = {path.name for path in (tmp_path / "backup/uploads").rglob("*.*")}
    assert kept == {"abcd.mp3", "photo.jpg"}


def test_restore_keeps_what_was_there_and_refuses_a_running_platform(running_data, tmp_path):
    copy = Path(shell("backup.sh", tmp_path / "backup", DATA_DIR=running_data).stdout.strip())
    other = tmp_path / "other"
    other.mkdir()
    (other / "db.sqlite3").write_text("of before")
    with (other / "run.lock").open("w") as lock:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = shell("restore.sh", copy, DATA_DIR=other)
        assert (refused.returncode, refused.stderr) == (1, f"The platform is running on {other}: stop it first.\n")
    assert (other / "db.sqlite3").read_text() == "of before"
    assert shell("restore.sh", copy, DATA_DIR=other).returncode == 0
    assert (other / "db.sqlite3.before-restore").read_text() == "of before"
    assert plays(other) == [(3,)]


def test_backup_keeps_the_newest_ones_only(running_data, tmp_path):
    target = tmp_path / "backup"
    target.mkdir()
    for day in range(1, 5):
        (target / f"2025010{day}T000000Z.sqlite3").touch()
    assert shell("backup.sh", target, DATA_DIR=running_data, KEEP=2).returncode == 0
    kept = sorted(path.name for path in target.glob("*.sqlite3"))
    assert len(kept) == 2
    assert kept[0] == "20250104T000000Z.sqlite3"


def test_backup_without_a_data_folder_says_so(tmp_path):
    made = shell("backup.sh", tmp_path / "backup", DATA_DIR=tmp_path / "nowhere")
    assert made.returncode == 1
    assert made.stderr == f"There is no data folder at {tmp_path}/nowhere: set DATA_DIR.\n"


def test_every_setting_of_the_example_is_one_that_is_read():
    example = (ROOT / "deploy/platform.env.example").read_text()
    named = set(re.findall(r"(?m)^#?([A-Z][A-Z0-9_]+)=", example))
    sources = "".join(path.read_text() for path in (ROOT / "site/config").rglob("*.py"))
    unread = {name for name in named - {"PYTHONPATH"} if f'"{name}"' not in sources}
    assert unread == set()


def test_units_start_modules_that_exist():
    for unit in (ROOT / "deploy/systemd").glob("platform-*.service"):
        text = unit.read_text().replace("\\\n", " ")
        command = re.search(r"(?m)^ExecStart=(.*)$", text).group(1)
        assert re.search(r"config\.(wsgi:application|celery)|/deploy/backup\.sh", command), unit.name
        assert "User=platform" in text
        assert "EnvironmentFile=/etc/platform/platform.env" in text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def nginx(tmp_path):
    """nginx with deploy/nginx.conf, on free ports and plain HTTP, before an application that hands a file over."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not binary:
        pytest.skip("no nginx on the path")
    import threading

    from waitress.server import create_server

    seen = []

    def application(given, start):
        seen.append(given)
        if given["PATH_INFO"].startswith("/audio/"):
            start("200 OK", [("X-Accel-Redirect", "/protected/ab/abcd.mp3"), ("Content-Type", "audio/mpeg")])
            return [b""]
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"page"]

    application_server = create_server(
        application,
        host="127.0.0.1",
        port=0,
        trusted_proxy="127.0.0.1",
        trusted_proxy_count=1,
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
    )
    threading.Thread(target=application_server.run, daemon=True).start()
    uploads = tmp_path / "uploads/ab"
    uploads.mkdir(parents=True)
    (uploads / "abcd.mp3").write_bytes(bytes(range(256)) * 100)
    port = free_port()
    site = (ROOT / "deploy/nginx.conf").read_text()
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{application_server.effective_port}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    site = site.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    site = re.sub(r"(?m)^\s*ssl_.*$", "", site).replace("/srv/platform-data/", f"{tmp_path}/")
    folders = "".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = tmp_path / "nginx.conf"
    # As root it would drop to a user that may not read the test's folder.
    user = "user root;" if os.getuid() == 0 else ""
    configuration.write_text(
        f"{user} daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ access_log off; {folders}\n{site} }}"
    )
    process = subprocess.Popen([binary, "-c", configuration, "-p", tmp_path], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", seen
    process.terminate()
    process.wait(timeout=10)
    application_server.close()


def get(url: str, **headers):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10)


def test_nginx_sends_sound_in_ranges_and_keeps_the_folder_shut(nginx):
    url, seen = nginx
    with get(f"{url}/audio/abcd/x.mp3", Range="bytes=256-259") as answer:
        assert (answer.status, answer.read()) == (206, bytes([0, 1, 2, 3]))
        assert answer.headers["Content-Range"] == "bytes 256-259/25600"
        assert answer.headers["Content-Type"] == "audio/mpeg"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(f"{url}/protected/ab/abcd.mp3")
    assert [given["PATH_INFO"] for given in seen] == ["/audio/abcd/x.mp3"]


def test_nginx_says_who_really_asks(nginx):
    url, seen = nginx
    get(f"{url}/vi/", **{"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"}).close()
    named = {name: seen[0].get(name) for name in ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "wsgi.url_scheme")}
    assert named == {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1", "wsgi.url_scheme": "http"}


def test_nginx_slows_a_flood_at_the_door(nginx):
    url, _seen = nginx
    codes = []
    for _ in range(25):
        try:
            with get(f"{url}/accounts/login/") as answer:
                codes.append(answer.status)
        except urllib.error.HTTPError as refused:
            codes.append(refused.code)
    assert set(codes) == {200, 429}
    assert 15 <= codes.count(200) <= 20
