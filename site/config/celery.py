"""The Celery application. A message only wakes a worker; what there is to do stands in media.models.Job."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_ready
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# Ours writes messages whole; the address stays filesystem://.
TRANSPORT_ALIASES["filesystem"] = "core.folder_broker:Transport"
app = Celery("platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Workers take from both in turn: a hundred sounds that wait do not hold up a release that is due.
app.conf.task_queues = [Queue("celery"), Queue("jobs")]
app.conf.task_default_queue = "celery"
app.conf.task_routes = {"media.run_job": {"queue": "jobs"}}
app.conf.beat_schedule = {
    "sweep-jobs": {"task": "media.sweep_jobs", "schedule": 15.0, "options": {"expires": 60.0}},
    "release-due": {"task": "campaigns.release_due", "schedule": 60.0},
    "prepare-packs": {"task": "campaigns.prepare_packs", "schedule": 300.0, "options": {"expires": 240.0}},
    "retain-packs": {"task": "campaigns.retain_packs", "schedule": 3600.0, "options": {"expires": 3000.0}},
    "retain-proofs": {"task": "campaigns.retain_proofs", "schedule": 3600.0, "options": {"expires": 3000.0}},
    "repair-pages": {"task": "campaigns.repair_pages", "schedule": 1800.0, "options": {"expires": 1500.0}},
    "collect-source-log": {"task": "campaigns.collect_source_log", "schedule": 600.0, "options": {"expires": 500.0}},
    "send-reminders": {"task": "campaigns.send_reminders", "schedule": 1800.0, "options": {"expires": 1500.0}},
    "send-report-reminders": {"task": "reports.send_reminders", "schedule": 1800.0, "options": {"expires": 1500.0}},
    "send-invitations": {"task": "people.send_invitations", "schedule": 60.0},
    "release-quotas": {"task": "courses.release_quotas", "schedule": 900.0, "options": {"expires": 800.0}},
    "remind-overdue": {"task": "courses.remind_overdue", "schedule": 3600.0, "options": {"expires": 3000.0}},
    "forget-registrations": {
        "task": "campaigns.forget_registrations",
        "schedule": 3600.0,
        "options": {"expires": 3000.0},
    },
    "close-attempts": {"task": "courses.close_attempts", "schedule": 300.0, "options": {"expires": 280.0}},
    "invite-surveys": {"task": "courses.invite_surveys", "schedule": 21600.0, "options": {"expires": 20000.0}},
    "publish-scheduled": {"task": "config.publish_scheduled", "schedule": 300.0},
    "delete-stale-uploads": {"task": "media.delete_stale_uploads", "schedule": 3600.0},
}


@app.on_after_configure.connect
def make_broker_folders(sender, **_kwargs) -> None:
    """The folder broker needs its folders before the first message."""
    for folder in (sender.conf.broker_transport_options or {}).values():
        if isinstance(folder, str) and folder.startswith("/"):
            Path(folder).mkdir(parents=True, exist_ok=True)


@worker_ready.connect
def say_ready(**_kwargs) -> None:
    """A file that bin/run (or a monitor) waits for: from its time on, this machine's worker takes work."""
    from django.conf import settings

    (settings.DATA_DIR / "worker-ready").touch()


@app.task(name="config.publish_scheduled", ignore_result=True, soft_time_limit=240)
def publish_scheduled() -> None:
    from django.core.management import call_command

    call_command("publish_scheduled")
