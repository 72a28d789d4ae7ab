"""Every page of the demonstration, as readers and as each of its people see them, is HTML in which the W3C's Nu checker
finds no error; and no template is left out unless it stands in a list here, so that a new one is walked to or fails."""

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns.demo.load import DOMAIN
from people.models import User
from people.roles import Role
from tests.look.walking import Sheet, demonstration, sheet, walk

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT / ".venv/vnu.jar"

# The workbench stands in Wagtail's frame (tests/campaigns/cms look at it), components stand in the gallery, mail is mail.
ELSEWHERE = (
    "campaigns/cms/", "campaigns/translations/", "campaigns/studio.html", "reports/cms/", "wagtailadmin/", "wagtailcore/",
    "components/", "allauth/elements/", "people/email/", "campaigns/email/", "campaigns/events/email/", "courses/email/",
    "reports/email/",
)  # fmt: skip
# No link of the demonstration leads there: what follows a refusal, an act, a broken request, or content it does not have.
NO_WAY = {
    "400.html", "403.html", "403_csrf.html", "429.html", "500.html", "refused.html", "account/signup_closed.html",
    "campaigns/_reminders.html", "campaigns/blocks/figure.html", "campaigns/events/_after.html",
    "campaigns/events/results_form.html", "campaigns/events/ticket.html", "campaigns/source_log.html",
    "campaigns/station_keys.html", "campaigns/village/_status.html", "campaigns/village/model.html", "courses/_gain.html",
    "courses/_weak.html", "courses/blocks/audio.html", "courses/blocks/file.html", "courses/blocks/heading.html",
    "courses/blocks/picture.html", "courses/package_results.html", "courses/play.html", "courses/quiz/attempt.html",
    "courses/quiz/result.html", "courses/submission.html", "people/join.html", "reports/communeplans/task.html",
}  # fmt: skip


@pytest.fixture(scope="module")
def sheets(django_db_setup, django_db_blocker, tmp_path_factory) -> list[Sheet]:
    found: list[Sheet] = []
    with django_db_blocker.unblock(), demonstration(tmp_path_factory.mktemp("walk")):
        people = list(User.objects.filter(email__in=[f"{role.value}@{DOMAIN}" for role in Role]).order_by("email"))
        people += User.objects.filter(email=f"lanh-dao-xa@{DOMAIN}")
        for language in ("vi", "en", "ktv"):
            found += walk(None, language, begin=(f"/{language}/",), most=1, seen=Counter())
            with translation.override(language):
                search = reverse("search:search")
            for question in ("111", "khong-co-chu-nay"):
                found.append(sheet(Client(), f"{search}?q={question}", language=language))
        found += [sheet(Client(), path, language="vi") for path in (reverse("quick_exit"), "/vi/khong-co/")]
        # The same address is another page for another role: in Vietnamese each one walks alone.
        shared = Counter()
        for person in people:
            found += walk(person, "vi", begin=("/vi/",), most=1, seen=Counter())
            found += walk(person, "en", begin=("/en/",), most=1, seen=shared)
    return found


def test_every_template_is_walked_to(sheets):
    walked = {name for page in sheets for name in page.templates}
    every = {str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")}
    left_out = {name for name in every - walked if not name.startswith(ELSEWHERE)}
    assert sorted(left_out - NO_WAY) == []
    assert sorted(NO_WAY - every) == []


def test_nu_html_checker_finds_no_error(sheets, tmp_path):
    if not CHECKER.exists() or not shutil.which("java"):
        pytest.skip("no Nu HTML checker here: bin/test installs it, with Java")
    # One page of each make: a language and the templates of it.
    made = {(page.language, page.templates): page for page in reversed(sheets)}
    pages = {f"{number:04}.html": page for number, page in enumerate(made.values())}
    for name, page in pages.items():
        (tmp_path / name).write_text(page.html, encoding="utf-8")
    bad = "<!doctype html><html lang=vi><title>x</title><ul><p>x</p></ul>"
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
    command = ["java", "-Xss4m", "-jar", str(CHECKER), "--format", "json", "--errors-only", "--exit-zero-always"]
    ran = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=True)
    said = [(message["url"].rpartition("/")[2], message) for message in json.loads(ran.stderr)["messages"]]
    # What is wrong on purpose is found: the checker did read the files.
    assert "bad.html" in {name for name, _message in said}
    errors = [
        f"{pages[name]}: {message['message']} {message.get('extract', '')!r}"
        for name, message in said
        if name != "bad.html"
    ]
    assert errors == []
    assert len(pages) > 150
