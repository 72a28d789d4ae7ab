"""Makers of site pages: a frame, a team, and pages that went out the way people send them."""

from datetime import date, timedelta

from django.utils import timezone

from campaigns.management.commands.setup_site import set_up
from campaigns.models import ExplainerPage, MaterialPage, SectionPage, Term
from campaigns.pages.approval import approve_page, submit_page
from tests.campaigns.making import make_hotline, make_language, make_team


def make_site():
    """The frame of the site with a checked help line, and a team of the workbench."""
    make_language("vi")
    make_language("en")
    team = make_team()
    make_hotline(on_every_page=True)
    # What setup_site does, but for the aliases: tests that read them call repair_tree.
    set_up(aliases=False)
    return team


def section(kind: str, language: str = "vi") -> SectionPage:
    return SectionPage.objects.get(kind=kind, locale__language_code=language)


def draft_material(team, title: str = "Tài liệu thử", *, terms=(), language: str = "vi", **fields) -> MaterialPage:
    """A material that its communicator has saved; nobody sees it yet."""
    defaults = {"kind": "poster", "summary": "Tóm tắt thử.", "key_message": "Nhớ hỏi kỹ (thử).", "live": False}
    page = MaterialPage(title=title, owner=team.author, **(defaults | fields))
    section("materials", language).add_child(instance=page)
    page.terms.set(Term.objects.filter(code__in=terms))
    page.save()
    page.save_revision(user=team.author)
    return page


def publish(team, page):
    """Submitted by its writer, approved by the approver; gives the page as it is then."""
    submit_page(page=page, actor=team.author)
    return approve_page(page=page, actor=team.approver)


def make_material(team, title: str = "Tài liệu thử", **fields) -> MaterialPage:
    return publish(team, draft_material(team, title, **fields))


def draft_explainer(team, title: str = "Luật thử", *, days: int = 90, **fields) -> ExplainerPage:
    page = ExplainerPage(
        title=title, summary="Tóm tắt thử.", document="Luật thử", number="0/2025", article="Điều 0", live=False,
        in_force_from=date(2025, 7, 1), check_again_on=timezone.localdate() + timedelta(days=days), owner=team.author,
        **fields,
    )  # fmt: skip
    section("law").add_child(instance=page)
    page.save_revision(user=team.author)
    return page
