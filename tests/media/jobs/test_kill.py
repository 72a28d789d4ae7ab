"""Workers killed at random points 20 times over 60 jobs: nothing lost, nothing finished twice, no half-written file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BROKERS = {"embedded": None, "redis": os.environ.get("SERVICES_BROKER_URL")}


@pytest.mark.xdist_group("kill")
@pytest.mark.parametrize("broker", [name for name, url in BROKERS.items() if name == "embedded" or url])
def test_killed_workers_lose_nothing(broker, tmp_path):
    """Runs on the embedded broker and SQLite in bin/test, and on Redis and PostgreSQL as well where .ci/run names them."""
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATA_DIR": str(tmp_path), "DEBUG": "0",
        "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", "JOB_LEASE_SECONDS": "2", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    if broker == "redis":
        environment["BROKER_URL"] = BROKERS["redis"]
        environment["DATABASE_URL"] = _fresh_database()
    else:
        environment.pop("DATABASE_URL", None)
        environment.pop("BROKER_URL", None)

    def python(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    python("manage.py", "migrate", "--verbosity", "0")
    outcome = json.loads(python("tests/media/jobs/scenario.py").splitlines()[-1])
    starts = outcome.pop("starts")
    assert outcome == {"kills": 20, "lost": 0, "finished_twice": 0, "half_written": 0}
    assert starts >= 60


def _fresh_database() -> str:
    import psycopg

    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    with psycopg.connect(base + "/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS platform_kill")
        connection.execute("CREATE DATABASE platform_kill")
    return base + "/platform_kill"
