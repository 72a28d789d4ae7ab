"""Puts the demonstration's pages into the tree the way people do: written by a communicator, submitted, approved by
somebody else. English is a translation of its own; the other languages wait for native speakers."""

from datetime import date, timedelta

from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from campaigns.demo.law_and_models import CAMPAIGN, EXPLAINERS, HELP, MODELS, NEWS, SERVICES
from campaigns.demo.listening import drawing_on
from campaigns.demo.materials import MATERIALS
from campaigns.models import (
    Campaign,
    CampaignPage,
    ExplainerPage,
    HelpPage,
    Hotline,
    MaterialPage,
    NewsPage,
    PreventionModelPage,
    SectionPage,
    Service,
    Term,
)
from campaigns.pages.approval import approve_page, submit_page
from campaigns.pages.translating import opened, source_of
from campaigns.pages.tree import repair_tree
from people.models import Organisation, User
from places.models import AdministrativeUnit


def load_pages(*, writer: User, approver: User, area: AdministrativeUnit, owner: Organisation) -> None:
    """About twenty pages in Vietnamese and English, live, with aliases in the other languages."""
    today = timezone.localdate()
    # Nobody reads the mail of the demonstration.
    for person in (writer, approver):
        UserProfile.get_for_user(person)
        UserProfile.objects.filter(user=person).update(submitted_notifications=False, approved_notifications=False)
    terms = {term.code: term for term in Term.objects.all()}
    en = Locale.objects.get(language_code="en")
    campaign, hotline = Campaign.objects.order_by("-starts_on").first(), Hotline.objects.fresh().first()

    def put(page, codes, english: dict) -> Page:
        page.owner = writer
        section = SectionPage.objects.get(kind=page.section, locale__language_code="vi")
        section.add_child(instance=page)
        page.terms.set([terms[code] for code in codes])
        page.save()
        _out(page, writer, approver)
        translation = page.copy_for_translation(en)
        for name, value in english.items():
            setattr(translation, name, value)
        _out(translation, writer, approver)
        # So that the board of translations knows the English words, and who changes a page sees what they touch.
        opened(source_of(page), en, writer)
        return page

    for item in reversed(MATERIALS):
        (title, summary, key, body), (title_en, summary_en, key_en, body_en) = item["vi"], item["en"]
        put(
            MaterialPage(title=title, summary=summary, key_message=key, body=blocks(body) + drawing_on(title), kind=item["kind"],
                         grade=item.get("grade", ""), campaign=campaign, hotline=hotline, owner_body=owner),
            item["terms"],
            {"title": title_en, "summary": summary_en, "key_message": key_en,
             "body": blocks(body_en) + drawing_on(title_en)},
        )  # fmt: skip
    for item in reversed(EXPLAINERS):
        (title, summary, body), (title_en, summary_en, body_en) = item["vi"], item["en"]
        document, number, since = item["document"]
        put(
            ExplainerPage(title=title, summary=summary, body=blocks(body), document=document, number=number,
                          article=item["article"], in_force_from=date.fromisoformat(since),
                          check_again_on=today + timedelta(days=180)),
            item["terms"],
            {"title": title_en, "summary": summary_en, "body": blocks(body_en), "document": item["document_en"],
             "article": item["article_en"]},
        )  # fmt: skip
    for item in reversed(MODELS):
        (title, summary, needs, body), (title_en, summary_en, needs_en, body_en) = item["vi"], item["en"]
        put(
            PreventionModelPage(title=title, summary=summary, needs=needs, body=blocks(body), kind=item["kind"],
                                status="proposed"),
            item["terms"],
            {"title": title_en, "summary": summary_en, "needs": needs_en, "body": blocks(body_en)},
        )  # fmt: skip
    (title, summary, body), (title_en, summary_en, body_en) = CAMPAIGN["vi"], CAMPAIGN["en"]
    put(
        CampaignPage(title=title, summary=summary, body=blocks(body), campaign=campaign),
        CAMPAIGN["terms"],
        {"title": title_en, "summary": summary_en, "body": blocks(body_en)},
    )
    for item in NEWS:
        (title, summary, body), (title_en, summary_en, body_en) = item["vi"], item["en"]
        put(
            NewsPage(title=title, summary=summary, body=blocks(body)),
            [],
            {"title": title_en, "summary": summary_en, "body": blocks(body_en)},
        )
    for page in HelpPage.objects.filter(locale__language_code__in=HELP):
        page.body = blocks(HELP[page.locale.language_code])
        _out(page, writer, approver)
    for position, (kind, name, name_en, offers, offers_en) in enumerate(SERVICES, start=1):
        Service.objects.create(
            kind=kind, name=name, name_en=name_en, offers=offers, offers_en=offers_en, area=area, position=10 * position,
            check_again_on=today + timedelta(days=180),
        )  # fmt: skip
    repair_tree()


def _out(page, writer: User, approver: User) -> None:
    page.save_revision(user=writer)
    submit_page(page=page, actor=writer)
    approve_page(page=page, actor=approver)


def blocks(body: list[tuple]) -> list[tuple]:
    """(short name, value) as the stream field takes them."""
    return [_BLOCKS[name](value) for name, value in body]


def _html(text: str) -> str:
    return text if text.startswith("<p>") else f"<p>{text}</p>"


_BLOCKS = {
    "h": lambda value: ("heading", value),
    "p": lambda value: ("paragraph", _html(value)),
    "key_message": lambda value: ("key_message", value),
    "steps": lambda value: ("steps", {"title": value[0], "steps": value[1]}),
    "signs": lambda value: ("signs", {"title": value[0], "signs": value[1]}),
    "question": lambda value: ("question", {"question": value[0], "answer": value[1]}),
    "situation": lambda value: ("situation", {"title": value[0], "story": value[1], "lesson": value[2]}),
    "speech": lambda value: ("speech", {"lines": [{"who": who, "says": says} for who, says in value]}),
    "law": lambda value: ("law", {"document": value[0], "article": value[1], "says": value[2]}),
}
