"""bin/run as a person meets it: a first start, a second one, an end without leftovers, and refusals of one line."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin/lib"))
from run import birth, descendants  # noqa: E402

pytestmark = pytest.mark.xdist_group("run")
READY = "Ctrl-C stops everything."
OURS = ("DATABASE_URL", "BROKER_URL", "REDIS_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "LOG_LEVEL")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the working tree with the packages that are installed already."""
    target = tmp_path_factory.mktemp("copy") / "platform"
    skip = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", "*.mo", "tests", "bench", ".*_cache")
    shutil.copytree(ROOT, target, ignore=skip)
    (target / ".venv").symlink_to(Path(sys.prefix))
    return target


def environment(**fields) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS and "PYTEST" not in name}
    return {**inherited, "DATA_DIR": "data", **{name: str(value) for name, value in fields.items()}}


class Started:
    """bin/run in a folder, its lines, and everything it started."""

    def __init__(self, checkout: Path, folder: Path, *arguments: str, **fields):
        self.log = folder / f"run-{time.monotonic_ns()}.log"
        self.began = time.monotonic()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [checkout / "bin/run", *arguments],
                cwd=folder,
                env=environment(**fields),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, words: str, seconds: float = 600) -> float:
        """Seconds since the start at which the log said `words`."""
        while words not in self.log.read_text():
            taken = time.monotonic() - self.began
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            assert taken < seconds, self.log.read_text()[-4000:]
            time.sleep(0.05)
        return time.monotonic() - self.began

    def family(self) -> dict[int, str | None]:
        return descendants({self.process.pid})


def alive(family: dict[int, str | None]) -> list[int]:
    return [pid for pid, began in family.items() if birth(pid) == began]


def gone_within(family: dict[int, str | None], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while alive(family) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not alive(family)


def fetch(port: int, path: str):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)


def refused(checkout: Path, folder: Path, *arguments: str, **fields) -> str:
    """The one line, after an end that says it failed."""
    done = subprocess.run(
        ["/bin/bash", checkout / "bin/run", *arguments],
        cwd=folder,
        env=environment(**fields),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_run_first_start_second_start_and_both_ends(checkout, tmp_path, capsys):
    port = free_port()
    first = Started(checkout, tmp_path, PORT=port)
    try:
        first_seconds = first.wait_for(READY)
        with fetch(port, "/vi/") as answer:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers
            assert re.search(r"/static/css/site\.[0-9a-f]{12}\.css", answer.read().decode())
        data = tmp_path / "data"
        # Names, passwords and mail are nobody else's on this machine.
        private = [data, data / "secret-key", data / "db.sqlite3", data / "demo-accounts.txt", data / "uploads"]
        assert [path.name for path in private if path.stat().st_mode & 0o077] == []
        roles = [line.split()[0] for line in (data / "demo-accounts.txt").read_text().splitlines() if "@" in line]
        # One account a role, and the head of a commune, who signs its reports.
        assert len(roles) == len(set(roles)) == 12
        assert all(role in first.log.read_text() for role in roles)

        assert refused(checkout, tmp_path, PORT=free_port()) == (
            f"The platform is already running on {data}. Stop it first, or set DATA_DIR to another folder."
        )
        assert refused(checkout, tmp_path, PORT=port, DATA_DIR="other").startswith(f"Port {port} on 127.0.0.1 cannot")

        family = first.family()
        assert len(family) >= 5
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(timeout=30) == 0
        assert alive(family) == []
        with pytest.raises(OSError, match="refused"):
            fetch(port, "/healthz")

        second = Started(checkout, tmp_path, PORT=port)
        first = second
        second_seconds = second.wait_for(READY)
        assert "Preparing" not in second.log.read_text()
        server = next(p for p in second.family() if b"waitress" in Path(f"/proc/{p}/cmdline").read_bytes())
        os.kill(server, signal.SIGKILL)
        second.wait_for("The server ended by itself (-9); starting it again.")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), fetch(port, "/healthz") as answer:
                assert answer.read() == b"ok\n"
                break
            time.sleep(0.1)
        else:
            pytest.fail("the server did not come back")

        family = second.family()
        second.process.kill()
        second.process.wait()
        assert gone_within(family, 30), [Path(f"/proc/{p}/cmdline").read_bytes() for p in alive(family)]
    finally:
        with contextlib.suppress(ProcessLookupError):
            first.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            first.process.wait(timeout=30)
    with capsys.disabled():
        print(f"\nbin/run: first start {first_seconds:.1f} s (with demo data), second start {second_seconds:.1f} s")


def test_run_without_demo_has_places_and_no_account(checkout, tmp_path):
    port = free_port()
    started = Started(checkout, tmp_path, "--no-demo", PORT=port)
    try:
        started.wait_for(READY)
        assert not (tmp_path / "data/demo-accounts.txt").exists()
        assert "Demonstration" not in started.log.read_text()
        with fetch(port, "/ktv/") as answer:
            assert answer.status == 200
    finally:
        started.process.terminate()
        assert started.process.wait(timeout=30) == 0


def test_run_refuses_a_port_in_use(checkout, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused(checkout, tmp_path, PORT=port) == (
            f"Port {port} on 127.0.0.1 cannot be used (Address already in use). Choose another: PORT=8001 bin/run"
        )


@pytest.mark.parametrize(
    ("arguments", "fields", "line"),
    [
        ([], {"PORT": "eighty"}, "PORT must be a number from 1 to 65535, not 'eighty'."),
        ([], {"PORT": "70000"}, "PORT must be a number from 1 to 65535, not '70000'."),
        (["--demo"], {}, "Unknown option --demo. There is one: --no-demo."),
        (
            [],
            {"DATA_DIR": "/dev/null/data"},
            "The data folder /dev/null/data cannot be written: Not a directory. Set DATA_DIR to another.",
        ),
    ],
)
def test_run_refuses_in_one_line(checkout, tmp_path, arguments, fields, line):
    assert refused(checkout, tmp_path, *arguments, **fields) == line


def test_run_with_a_wrong_setting_names_it_and_starts_nothing(checkout, tmp_path):
    done = subprocess.run(
        [checkout / "bin/run", "--no-demo"],
        cwd=tmp_path,
        env=environment(PORT=free_port(), ALLOWED_HOSTS="*"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "ALLOWED_HOSTS must name the hosts; '*' lets anyone poison links in e-mails.",
        "Preparing the data failed; what went wrong stands above. Nothing was started.",
    ]


def test_run_refuses_a_full_disk(checkout, tmp_path):
    line = refused(checkout, tmp_path, LEAST_SPACE=2**62, PORT=free_port())
    assert line == f"The disk of {tmp_path}/data is full: at least {2**42} MB must be free."


@pytest.fixture
def bare_checkout(checkout, tmp_path) -> Path:
    """The checkout before its first start: no packages yet."""
    target = tmp_path / "bare"
    target.mkdir()
    shutil.copytree(checkout / "bin", target / "bin")
    shutil.copy(checkout / "requirements.txt", target)
    return target


def path_with(folder: Path, *names: str) -> str:
    """A PATH that has only these commands."""
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


TOOLS = ("bash", "dirname", "sha256sum", "cut", "grep", "df", "awk", "mv", "rm")


def test_run_without_python_says_so(bare_checkout, tmp_path):
    line = refused(bare_checkout, tmp_path, PATH=path_with(tmp_path / "tools", *TOOLS))
    assert line == "Python 3.11 or newer is needed and was not found. Install it, or set PYTHON to its path."


def test_run_with_an_old_python_says_so(bare_checkout, tmp_path):
    tools = path_with(tmp_path / "tools", *TOOLS)
    old = tmp_path / "tools/python3"
    old.write_text("#!/bin/bash\nexit 1\n")
    old.chmod(0o755)
    line = refused(bare_checkout, tmp_path, PATH=tools, PYTHON="python3")
    assert line == "Python 3.11 or newer is needed and was not found. Install it, or set PYTHON to its path."


def test_run_with_a_python_that_lacks_venv_says_so(bare_checkout, tmp_path):
    tools = path_with(tmp_path / "tools", *TOOLS)
    poor = tmp_path / "tools/python3"
    poor.write_text('#!/bin/bash\n[ "$1" = -c ]\n')
    poor.chmod(0o755)
    line = refused(bare_checkout, tmp_path, PATH=tools)
    assert line.startswith(f"Python cannot make a virtual environment in {bare_checkout}: install its venv module")
    assert not (bare_checkout / ".venv").exists()


def test_run_before_packages_refuses_a_full_disk(bare_checkout, tmp_path):
    line = refused(bare_checkout, tmp_path, LEAST_SPACE=2**62)
    assert line == f"The disk of {bare_checkout} is full: 700 MB must be free for the packages."


def test_run_without_a_package_index_says_so(bare_checkout, tmp_path):
    nothing = {"PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_RETRIES": 0}
    line = refused(bare_checkout, tmp_path, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_NO_CACHE_DIR=1, **nothing)
    assert line == (
        f"The packages could not be installed ({bare_checkout}/.venv/install.log says why): is the package index "
        "reachable, and is there space on the disk? Then start again."
    )
