"""Every page of the demonstration, as readers and as each of its people see them, is HTML in which the W3C's Nu checker
finds no error, fits a phone and satisfies axe; and no template is left out unless it stands in a list here, so that a new
one is walked to or fails."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from campaigns.demo.load import DOMAIN
from people.models import User
from people.roles import Role
from tests.look.test_in_the_browser import violations
from tests.look.walking import LANGUAGES, Sheet, addresses, demonstration, sheet, walk

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("every page")]
ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT / ".venv/vnu.jar"

# The workbench stands in Wagtail's frame (tests/campaigns/cms and tests/journeys look at it), components stand in the
# gallery, account pages in test_account_pages.
ELSEWHERE = (
    "campaigns/cms/", "campaigns/translations/", "campaigns/studio.html", "courses/cms/", "reports/cms/", "wagtailadmin/",
    "wagtailcore/", "components/", "allauth/elements/",
)  # fmt: skip
# Why a template is on no page of the walk.
NO_WAY = {
    "400.html": "the answer to a broken request",
    "403_csrf.html": "the answer to a form without its token",
    "429.html": "the answer to who asks too often",
    "500.html": "the answer when something broke",
    "refused.html": "the answer to an act that the rules refuse",
    "core/cms_forbidden.html": "the workbench's answer to another role",
    "campaigns/_reminders.html": "a part of the workbench's home",
    "campaigns/blocks/figure.html": "no page of the demonstration shows a figure: a figure has a source, and it has none",
    "courses/_weak.html": "no question stays weak after the demonstration's classes",
    "courses/survey_words.html": "no class of the demonstration has five answers (tests/courses/test_pages_look.py)",
    "courses/my_data.html": "a file in the ZIP of what is kept about somebody (tests/courses/test_home.py)",
    "courses/my_data_rows.html": "a part of that file",
    "courses/blocks/audio.html": "no lesson of the demonstration has a sound",
    "courses/blocks/file.html": "no lesson of the demonstration has a file",
    "courses/blocks/heading.html": "no lesson of the demonstration has a heading",
    "courses/blocks/picture.html": "no lesson of the demonstration has a picture",
    "courses/blocks/video.html": "no lesson of the demonstration has a film",
}
# Asked for to see what is answered: no link leads there.
TURNED_AWAY = {("", "/vi/khong-co/"): 404, ("trainee", "/cms/"): 403, ("trainee", "/vi/bao-cao/nhat-ky/"): 403}


@pytest.fixture(scope="module")
def sheets(django_db_setup, django_db_blocker, tmp_path_factory) -> list[Sheet]:
    with django_db_blocker.unblock(), demonstration(tmp_path_factory.mktemp("walk")):
        return _sheets()


def _sheets() -> list[Sheet]:
    names = [*(role.value for role in Role), "lanh-dao-xa"]
    people = {name: User.objects.get(email=f"{name}@{DOMAIN}") for name in names}
    begin = addresses(people)
    found: list[Sheet] = []
    read, in_english = set(), set()
    for language in ("vi", "en", "ktv"):
        client = Client(headers={"accept-language": language})
        with translation.override(language):
            search = reverse("search:search")
        first = [f"/{language}/", f"{search}?q=111", f"{search}?q=khong-co-chu-nay"]
        seen = read if language == "vi" else set()
        found += walk(client, language, begin=[*first, *(begin[""] if language == "vi" else ())], seen=seen)
    # The minority languages are alike: one page of each kind will do for the others.
    for page in [page for page in of_each_kind(found) if page.language == "ktv"]:
        for code in LANGUAGES[3:]:
            found.append(sheet(Client(), page.path.replace("/ktv/", f"/{code}/", 1), language=code))
    # What readers see is not walked again; an address behind the desk is another page for another person.
    public = {kind for kind in read if kind[0] == "wagtail_serve"}
    for name, person in people.items():
        client = Client(headers={"accept-language": "vi"})
        client.force_login(person)
        found += walk(client, "vi", begin=["/vi/", *begin.get(name, ())], seen=set(public), person=name)
        client = Client(headers={"accept-language": "en"})
        client.force_login(person)
        found += walk(client, "en", begin=["/en/"], seen=in_english, person=name)
    for name, path in TURNED_AWAY:
        client = Client()
        if name:
            client.force_login(people[name])
        found.append(sheet(client, path, person=name, language="vi"))
    return found


def test_no_link_leads_to_a_refusal(sheets):
    turned_away = {(page.person, page.path): page.status for page in sheets if page.status >= 400}
    assert turned_away == TURNED_AWAY


def test_every_template_is_walked_to(sheets):
    walked = {name for page in sheets for name in page.templates}
    every = {str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")}
    left_out = {name for name in every - walked if not name.startswith(ELSEWHERE)}
    assert sorted(left_out) == sorted(NO_WAY)


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


def by_template(sheets: list[Sheet]) -> list[Sheet]:
    """The fewest pages that show every template, as they come."""
    seen: set[str] = set()
    shown = []
    for page in sheets:
        if page.templates - seen:
            seen |= page.templates
            shown.append(page)
    return shown


def of_each_kind(sheets: list[Sheet]) -> list[Sheet]:
    """One page of each kind that readers come to, in every language but Vietnamese, in which every template is shown."""
    shown = {}
    for page in sheets:
        kinds = {name for name in page.templates if name.startswith(("campaigns/pages/", "campaigns/home"))}
        kind = page.language, frozenset(name for name in kinds if "/_" not in name)
        if kind[1] and not page.person and page.language != "vi":
            shown.setdefault(kind, page)
    return list(shown.values())


def test_every_template_fits_a_phone_and_satisfies_axe(sheets, show):
    """By day and by night in turn: contrast is also checked for every component in both (test_in_the_browser)."""
    pages, elsewhere = by_template(sheets), of_each_kind(sheets)
    pages += [page for page in elsewhere if page not in pages]
    wrong = {}
    for theme in ("light", "dark"):
        page = show("", width=360, theme=theme)
        for made in pages[theme == "dark" :: 2]:
            page.html = made.html
            page.goto("http://site/page")
            found = violations(page)
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > 360:
                found.append(("wider than the phone", [str(wide)]))
            if found:
                wrong[f"{made.language} {made}"] = found
    assert wrong == {}
    assert len(pages) > 60
    assert {page.language for page in elsewhere} == {*LANGUAGES} - {"vi"}
    assert len(elsewhere) >= 5 * 10
