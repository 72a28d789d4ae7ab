"""Whole ways with the keyboard alone. At every stop of the Tab key the focus can be seen, is not covered, and comes after
the stop before it in the page; no stop holds it."""

from pathlib import Path

import pytest
from django.core.management import call_command

from campaigns.management.commands.setup_site import set_up
from campaigns.models import Airing
from courses.models import Grading, Question, QuestionVersion
from media.models import Rendition
from media.storage import absolute
from people.roles import Role
from tests.campaigns.making import make_hotline, make_language, make_team
from tests.campaigns.pages.making import make_material
from tests.campaigns.pages.test_listening import on_the_page
from tests.courses.making import make_course
from tests.courses.quizzing import make_question, make_quiz, make_taker
from tests.factories import PASSWORD, make_user

# The fixtures of the operator's desk.
from tests.journeys.test_offline_desk import commune, operator, version  # noqa: F401
from tests.journeys.waiting import until

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]

# What stands at the focus: is its ring painted, is any of it under the finger, does it come after the last stop?
LOOK = """() => {
  const here = document.activeElement, before = window.stop;
  window.stop = here;
  const rings = [here, here.closest("label"), here.nextElementSibling].filter(Boolean).some((one) => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "rgba(0, 0, 0, 0)")
      || style.boxShadow !== "none";
  });
  const box = here.getBoundingClientRect();
  const [x, y] = [box.x + Math.min(box.width / 2, 40), box.y + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  return {
    what: here.outerHTML.slice(0, 140),
    lost: here === document.body,
    // The buttons of a player are the browser's own: the whole player shows where the focus is.
    ring: rings && (here.matches(":focus-visible") || /^(AUDIO|VIDEO)$/.test(here.tagName)),
    uncovered: !!top && (here.contains(top) || top.contains(here)),
    forward: !before || !before.isConnected || !!(before.compareDocumentPosition(here) & 4) || here === before,
  };
}"""


def walk_to(page, selector: str, most: int = 60) -> None:
    """Presses Tab until the focus stands on what `selector` names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(LOOK)
        if not stop["uncovered"]:
            # What the last answer made longer may still be settling.
            page.wait_for_timeout(500)
            stop |= {"uncovered": page.evaluate(LOOK)["uncovered"]}
        assert not stop["lost"], f"the focus left the page before {selector}"
        assert (stop["ring"], stop["uncovered"], stop["forward"]) == (True, True, True), stop
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached in {most} steps; the last one: {stop['what']}")


def enter_key(page) -> None:
    """Follows what the focus stands on to the next page."""
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


def sign_in(page, user) -> None:
    page.goto("/vi/")
    walk_to(page, "a[href*='/login/']")
    enter_key(page)
    walk_to(page, "input[name=login]")
    page.keyboard.type(user.email)
    walk_to(page, "input[name=password]")
    page.keyboard.type(PASSWORD)
    enter_key(page)
    assert "/accounts/login" not in page.url


@pytest.mark.parametrize("width", [360, 1280])
def test_a_reader_searches_listens_passes_on_and_leaves(site_frame, visit, width):
    make_language("vi")
    make_language("en")
    make_hotline(on_every_page=True)
    set_up(aliases=False)
    call_command("setup_site")
    team = make_team()
    material = make_material(team, "Hỏi kỹ trước khi đi", body=[("heading", "Ba câu nên hỏi")])
    spoken = (ROOT / "data/demo/audio/vi-09.ogg").read_bytes()
    for row in Rendition.objects.filter(programme=on_the_page(team, material).programme_id):
        absolute(row.path).write_bytes(spoken)
        Rendition.objects.filter(pk=row.pk).update(size=len(spoken))

    page = visit("/vi/", width=width)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    walk_to(page, ".skip", most=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.reload()
    walk_to(page, ".menu a[href='/vi/tai-lieu/']")
    enter_key(page)
    assert page.url.endswith("/vi/tai-lieu/")
    walk_to(page, ".brand")
    enter_key(page)
    walk_to(page, "main form.search input[type=search]")
    page.keyboard.type("hoi ky truoc")
    enter_key(page)
    walk_to(page, f"main a[href='{material.url}']")
    enter_key(page)

    walk_to(page, "main audio")
    # Heard, not only asked for: while the sound is on its way, the browser draws its player's buttons anew.
    page.evaluate(
        """() => document.querySelector("main audio").addEventListener("playing", () => { window.played = true })"""
    )
    page.keyboard.press("Space")
    until(page, "() => window.played === true")
    page.locator("[data-share-copy]").wait_for()
    walk_to(page, "[data-share-copy]")
    page.keyboard.press("Enter")
    page.get_by_text("Đã chép.").wait_for()
    # Out of the page at its end, and in again at its beginning: the way out is the first thing after the help lines.
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    page.reload()
    walk_to(page, ".safety .exit", most=4)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lich/")


def test_tab_goes_round_a_page_and_is_held_nowhere(site_frame, visit):
    page = visit("/vi/tim-giup-do/", width=360)
    stops = 0
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops += 1
        stop = page.evaluate(LOOK)
        assert (stop["ring"], stop["uncovered"], stop["forward"]) == (True, True, True), stop
    assert 5 < stops < 120


def test_an_operator_signs_in_and_records_an_airing(visit, version, operator):  # noqa: F811
    page = visit("/vi/")
    sign_in(page, operator)
    assert page.url.endswith("/vi/phat-thanh/")
    walk_to(page, "form[data-queue=aired] > button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-queue-list] [data-state=received]")
    assert Airing.objects.get().operator == operator


def test_a_trainee_answers_a_test(site_frame, visit):
    manager = make_user("quan-ly@thu.example", role=Role.COURSE_MANAGER)
    course = make_course(organiser=manager.memberships.get().organisation)
    questions = [make_question(manager, kind, organiser=course.organiser) for kind in ("single", "multiple", "short")]
    quiz = make_quiz(manager, course, questions, minutes=20, grace_minutes=30)
    run, person = make_taker(manager, quiz)
    page = visit("/vi/")
    sign_in(page, person)
    page.goto(f"/vi/khoa-hoc/lop/{run.pk}/bai-kiem-tra/{quiz.pk}/")
    walk_to(page, "main form button.wide")
    enter_key(page)
    page.wait_for_url("**/bai-lam/**")
    page.wait_for_selector("#quiz[data-ready]", state="attached")
    names = page.locator("#quiz [name^=q]").evaluate_all("all => [...new Set(all.map((one) => one.name))]")
    for pk in [name[1:] for name in names if name[1:].isdigit()]:
        found = QuestionVersion.objects.select_related("question").get(pk=pk)
        if found.question.kind == Question.Kind.SHORT:
            walk_to(page, f"[name=q{pk}]")
            page.keyboard.type("111")
            continue
        right = [option["id"] for option in found.content["options"] if option["right"]]
        if found.question.kind == Question.Kind.MULTIPLE:
            for option in page.locator(f"[name=q{pk}]").evaluate_all("all => all.map((one) => one.value)"):
                if option in right:
                    walk_to(page, f"#q{pk}-{option}")
                    page.keyboard.press("Space")
        else:
            walk_to(page, f"[name=q{pk}]")
            page.keyboard.press("Space")
            # The arrows go round the answers of one question.
            for _ in range(len(found.content["options"])):
                if page.evaluate("document.activeElement.id") == f"q{pk}-{right[0]}":
                    break
                page.keyboard.press("ArrowDown")
    walk_to(page, "button[name=close]")
    until(page, "() => document.querySelector('[data-count]').innerText.startsWith('3/3')")
    enter_key(page)
    page.wait_for_url("**/ket-qua/")
    grading = Grading.objects.get()
    assert (grading.points, grading.out_of) == (3, 3)
