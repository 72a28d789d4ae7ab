"""The kill scenario, run as a process of its own: 60 jobs, workers killed 20 times, the outcome printed as JSON.

python tests/media/jobs/scenario.py          drives it (settings from the environment)
celery -A tests.media.jobs.scenario worker   is what it starts and kills
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

import django

django.setup()

from config.celery import app  # noqa: E402, F401 - the worker's application
from media import jobs  # noqa: E402
from media.models import Job, Programme  # noqa: E402
from media.storage import install, workdir  # noqa: E402

JOBS, KILLS = 60, 20
SIZE = 200_000


def place(number: int) -> Path:
    from django.conf import settings

    return Path(settings.MEDIA_ROOT) / "results" / f"{number:02}.bin"


@jobs.handles("kill-test")
def write_slowly(args: dict):
    """Writes a file in two halves with a pause between them: the moment a kill would show half of it."""
    number = args["number"]
    with workdir() as folder:
        temporary = folder / "half.bin"
        with temporary.open("wb") as file:
            for _half in range(2):
                file.write(bytes([number]) * (SIZE // 2))
                file.flush()
                time.sleep(random.uniform(0.02, 0.25))
        install(temporary, place(number))

    def finish() -> None:
        Programme.objects.create(key=f"{number:02}-{uuid.uuid4().hex}", parts=[number])

    return finish


def start_worker() -> subprocess.Popen:
    command = [sys.executable, "-m", "celery", "-A", "tests.media.jobs.scenario", "worker", "--loglevel=ERROR",
               "--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(worker: subprocess.Popen) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def half_written() -> int:
    """Files at their final place that are not whole, looked at while workers write and die."""
    return sum(
        1 for number in range(JOBS) if place(number).exists() and place(number).read_bytes() != bytes([number]) * SIZE
    )


def drive() -> dict:
    random.seed(os.environ.get("KILL_SEED", "1"))
    for number in range(JOBS):
        job = jobs.enqueue("kill-test", str(number), {"number": number})
        # Twenty kills can hit one job more often than the five attempts of real work allow.
        Job.objects.filter(pk=job.pk).update(max_attempts=100)
    worker, kills, halves, deadline = start_worker(), 0, 0, time.monotonic() + 150
    next_kill = None
    while time.monotonic() < deadline:
        jobs.sweep()
        halves += half_written()
        left = Job.objects.exclude(state=Job.State.DONE).count()
        running = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=_now()).exists()
        if kills < KILLS and running and next_kill is None:
            next_kill = time.monotonic() + random.uniform(0, 0.3)
        if next_kill is not None and time.monotonic() >= next_kill:
            kill(worker)
            kills, next_kill, worker = kills + 1, None, start_worker()
        if not left and kills >= KILLS:
            break
        if not left:
            # Everything is done before the last kills: they still have to find nothing to break.
            kill(worker)
            kills, worker = kills + 1, start_worker()
        time.sleep(0.05)
    kill(worker)
    finished = Counter(row.parts[0] for row in Programme.objects.all())
    return {
        "kills": kills,
        "lost": JOBS - len(finished),
        "finished_twice": sum(1 for count in finished.values() if count > 1),
        "half_written": halves + half_written(),
        "starts": sum(Job.objects.values_list("attempts", flat=True)),
    }


def _now():
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    # The worker imports this file by its package name, so its handler is registered there; here only the driver runs.
    print(json.dumps(drive()))
