"""The supervisor behind bin/run: checks, prepares the data folder, starts server, worker and clock, stops them together."""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
LEAST_SPACE = 300 * 2**20
PR_SET_PDEATHSIG = 1
# A part that ends this often within a minute will not get better by starting it again.
MOST_RESTARTS = 5


class Refusal(Exception):
    """Why the platform does not start, in one line."""


def main() -> int:
    try:
        return run()
    except Refusal as reason:
        print(reason, file=sys.stderr)
        return 1


def run() -> int:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Refusal(f"PORT must be a number from 1 to 65535, not {port!r}.")
    if unknown := set(sys.argv[1:]) - {"--no-demo"}:
        raise Refusal(f"Unknown option {' '.join(sorted(unknown))}. There is one: --no-demo.")
    # Names, passwords and mail are nobody else's on this machine.
    os.umask(0o077)
    lock = take(data)
    least = int(os.environ.get("LEAST_SPACE", LEAST_SPACE))
    if shutil.disk_usage(data).free < least:
        raise Refusal(f"The disk of {data} is full: at least {least // 2**20} MB must be free.")
    claim(host, int(port))
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    with lock:
        environment = settings(host, port, data)
        prepare(data, environment, demo="--no-demo" not in sys.argv, stopping=stopping)
        return 0 if stopping else supervise(host, port, data, environment, stopping)


def take(data: Path):
    """The data folder, for this start alone."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "run.lock").open("w")
    except OSError as error:
        raise Refusal(f"The data folder {data} cannot be written: {error.strerror}. Set DATA_DIR to another.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Refusal(
            f"The platform is already running on {data}. Stop it first, or set DATA_DIR to another folder."
        ) from None
    return lock


def claim(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: PORT=8001 bin/run"
            ) from None


def settings(host: str, port: str, data: Path) -> dict[str, str]:
    """A production environment for one machine; what is set outside wins."""
    key = data / "secret-key"
    if not key.exists():
        # Whole or not at all: half a key would stop every later start.
        fresh = key.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        fresh.rename(key)
    names = {"127.0.0.1", "localhost", bare(host), socket.gethostname()}
    if wide(host):
        names.add(own_address())
    defaults = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": key.read_text().strip(),
        "SITE_URL": address(host, port),
        "ALLOWED_HOSTS": ",".join(sorted(names)),
        # Bound wider than this machine only when the person asked for it by HOST.
        "ALLOW_HTTP": "1",
        "EMAIL_URL": f"file://{data}/mail",
        "EMAIL_FROM": "Bình yên bản làng <no-reply@localhost>",
        "LOG_LEVEL": "WARNING",
    }
    if bare(host) == "127.0.0.1" and "SITE_URL" not in os.environ:
        # Browsers know every name under localhost to be this machine: packages get an origin of their own.
        defaults["PACKAGES_URL"] = f"http://packages.localhost:{port}"
    path = os.pathsep.join(filter(None, [str(ROOT / "site"), str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**defaults, **os.environ, "DATA_DIR": str(data), "PYTHONPATH": path}


def wide(host: str) -> bool:
    return host in ("0.0.0.0", "::")  # noqa: S104


def bare(host: str) -> str:
    return "127.0.0.1" if wide(host) else host


def address(host: str, port: str) -> str:
    return f"http://[{host}]:{port}" if ":" in host and not wide(host) else f"http://{bare(host)}:{port}"


def own_address() -> str:
    """This machine's address in its network, so that a phone beside it may name it. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]
    return "127.0.0.1"


def prepare(data: Path, environment: dict[str, str], *, demo: bool, stopping: list[int]) -> None:
    """Only when something has changed since the last start, or the demonstration data is still to come."""
    stamp, first = data / "prepared", data / "first-start-done"
    state = fingerprint(environment.get("DATABASE_URL", ""))
    there = "DATABASE_URL" in environment or (data / "db.sqlite3").exists()
    if there and first.exists() and stamp.exists() and stamp.read_text() == state:
        return
    print("Preparing the data …", flush=True)
    process = start([PYTHON, "bin/lib/prepare.py", *(["demo"] if demo else [])], environment)
    while process.poll() is None:
        if stopping:
            stop({"preparation": process})
            return
        time.sleep(0.05)
    if process.returncode:
        raise Refusal("Preparing the data failed; what went wrong stands above. Nothing was started.")
    stamp.write_text(state)


def fingerprint(database: str) -> str:
    """Changes when migrations, places, messages, static files, pins or the database's address do."""
    digest = hashlib.sha256(database.encode())
    patterns = ("*/migrations/*.py", "site/*/migrations/*.py", "data/places/*", "locale/**/*.po", "static/**/*")
    for pattern in (*patterns, "requirements.txt", "*/management/commands/*.py"):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(f"{path}{path.stat().st_size}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen:
    def die_with_parent() -> None:
        # A session of its own, so that Ctrl-C reaches only the supervisor; and no orphan if that is killed.
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=die_with_parent)


def supervise(host: str, port: str, data: Path, environment: dict[str, str], stopping: list[int]) -> int:
    celery = [PYTHON, "-m", "celery", "--quiet", "-A", "config.celery"]
    commands = {
        # Slow phones hold a connection for minutes: many connections, few threads, no select() limit of 1024.
        "server": [PYTHON, "-m", "waitress", f"--listen={listen(host, port)}", "--threads=8", "--connection-limit=1000",
                   "--asyncore-use-poll", "--channel-timeout=300", f"--max-request-body-size={32 * 2**20}", "--ident=",
                   "config.wsgi:application"],
        # Processes, not threads: a job that crashes or eats memory takes nothing else with it.
        "worker": [*celery, "worker", "--loglevel=WARNING", "--pool=prefork", "--concurrency=2", "--without-gossip",
                   "--without-mingle", "--without-heartbeat"],
        "clock": [*celery, "beat", "--loglevel=WARNING", f"--schedule={data}/beat", f"--pidfile={data}/beat.pid"],
    }  # fmt: skip
    ready = data / "worker-ready"
    for leftover in (ready, data / "beat.pid"):
        leftover.unlink(missing_ok=True)
    running = {name: start(commands[name], environment) for name in ("server", "worker")}
    try:
        wait_until_healthy(f"{address(host, port)}/healthz", ready, running, stopping)
        if not stopping:
            # Nobody waits for the clock; started beside the others it would only slow them.
            running["clock"] = start(commands["clock"], environment)
            announce(address(host, port), data)
        ended: deque[float] = deque(maxlen=MOST_RESTARTS)
        while not stopping:
            for name, process in running.items():
                if process.poll() is None:
                    continue
                ended.append(time.monotonic())
                if len(ended) == MOST_RESTARTS and ended[-1] - ended[0] < 60:
                    raise Refusal(f"The {name} keeps ending by itself ({process.returncode}): everything is stopped.")
                print(f"The {name} ended by itself ({process.returncode}); starting it again.", flush=True)
                # What it started itself goes too.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                (data / "beat.pid").unlink(missing_ok=True)
                time.sleep(0.5)
                running[name] = start(commands[name], environment)
            time.sleep(0.1)
        return 0
    finally:
        stop(running)


def listen(host: str, port: str) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def wait_until_healthy(healthz: str, ready: Path, running: dict, stopping: list[int]) -> None:
    """Until the server answers and the worker has said that it takes work."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not stopping:
        for name in ("server", "worker"):
            if running[name].poll() is not None:
                raise Refusal(f"The {name} ended while starting ({running[name].returncode}); see the lines above.")
        if ready.exists():
            with contextlib.suppress(OSError), urllib.request.urlopen(healthz, timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        time.sleep(0.05)
    if not stopping:
        raise Refusal("The platform did not become healthy within a minute; see the lines above.")


def announce(site: str, data: Path) -> None:
    print(f"\nReady.  {site}/vi/  ·  {site}/en/  ·  {site}/vi/phat-thanh/  ·  {site}/cms/")
    accounts = data / "demo-accounts.txt"
    if accounts.exists():
        print(f"\nDemonstration accounts (also in {accounts}; sign in at {site}/accounts/login/):")
        print(accounts.read_text(encoding="utf-8"))
    print(f"E-mail is written to {data}/mail. Ctrl-C stops everything.", flush=True)


def stop(running: dict[str, subprocess.Popen]) -> None:
    """Asks each process to end (it ends its own children), and after ten seconds ends all that is left of them."""
    family = descendants({process.pid for process in running.values()})
    for process in running.values():
        process.terminate()
    deadline = time.monotonic() + 10
    for process in running.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
    for pid, began in family.items():
        # The same process, not a stranger that was given its number.
        if birth(pid) == began:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    for process in running.values():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def birth(pid: int) -> str | None:
    """When a process began, in clock ticks since the machine did (field 22 of /proc/PID/stat); None when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return None


def descendants(pids: set[int]) -> dict[int, str | None]:
    """All that `pids` started, at any depth, in whatever session (an ffmpeg has its own): pid → birth."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found: set[int] = set()
    layer = set(pids)
    while layer := {child for child, parent in parents.items() if parent in layer} - found:
        found |= layer
    return {pid: birth(pid) for pid in found}


if __name__ == "__main__":
    sys.exit(main())
