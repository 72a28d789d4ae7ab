"""What machines read: sitemap, robots.txt, feeds, structured data, and the read-only interface."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageViewRestriction

from campaigns.models import NewsPage
from campaigns.pages.cache import forget_pages
from campaigns.pages.tree import repair_tree
from tests.campaigns.pages.making import draft_explainer, draft_material, make_material, make_site, publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.services]

SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def team():
    return make_site()


def in_english(team, page, title: str):
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title = title
    english.save_revision(user=team.author)
    return publish(team, english)


def structured(client, path: str) -> list[dict]:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.headers.get("Location"))
    html = response.content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(found[1])["@graph"]


def test_sitemap_names_true_translations_and_no_alias_draft_or_private_page(team, client):
    page = make_material(team, "Hỏi kỹ trước khi đi")
    in_english(team, page, "Ask before you go")
    draft_material(team, "Nháp thử")
    closed = make_material(team, "Riêng thử")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    repair_tree()
    response = client.get("/sitemap.xml")
    root = ElementTree.fromstring(response.content)
    there = {url.findtext("s:loc", namespaces=SPACES): url for url in root.findall("s:url", SPACES)}
    assert f"{SITE}/vi/" in there
    assert not [address for address in there if "/ktv/" in address or "nhap" in address or "rieng" in address]
    entry = there[f"{SITE}/vi/tai-lieu/hoi-ky-truoc-khi-di/"]
    languages = {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", SPACES)}
    assert languages == {code: f"{SITE}/{code}/tai-lieu/hoi-ky-truoc-khi-di/" for code in ("vi", "en")}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry.findtext("s:lastmod", namespaces=SPACES))
    assert response.cookies == {}


def test_sitemap_costs_the_same_with_one_page_and_with_five_and_nothing_when_kept(team, client):
    counts = []
    make_material(team, "Áp phích đầu")
    for number in range(4):
        client.get("/sitemap.xml")
        make_material(team, f"Áp phích {number}")
        forget_pages()
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        counts.append(len(queries))
    assert counts[0] == counts[-1] <= 6
    with CaptureQueriesContext(connection) as kept:
        client.get("/sitemap.xml")
    assert len(kept) == 0


def test_page_taken_down_leaves_the_sitemap_at_once(team, client):
    page = make_material(team, "Áp phích thử")
    assert "/ap-phich-thu/" in client.get("/sitemap.xml").content.decode()
    page.unpublish()
    assert "/ap-phich-thu/" not in client.get("/sitemap.xml").content.decode()


def test_robots_are_kept_out_of_the_rooms_and_shown_the_sitemap(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /cms/\n" in text
    assert f"Sitemap: {SITE}/sitemap.xml\n" in text
    assert "Disallow: /\n" not in text


def test_feed_of_materials_holds_the_pages_of_its_language(team, client):
    page = make_material(team, "Hỏi kỹ <trước> khi đi")
    in_english(team, page, "Ask before you go")
    repair_tree()
    titles = {}
    for code in ("vi", "en", "ktv"):
        channel = ElementTree.fromstring(client.get(f"/feeds/{code}/materials.xml").content).find("channel")
        titles[code] = [item.findtext("title") for item in channel.findall("item")]
        assert channel.findtext("language") == code
    assert titles == {"vi": ["Hỏi kỹ <trước> khi đi"], "en": ["Ask before you go"], "ktv": []}
    assert client.get("/feeds/fr/materials.xml").status_code == 404


def test_feed_of_news_is_named_on_the_news_page_and_not_sent_twice(team, client):
    page = NewsPage(title="Tin thử", summary="Tóm tắt thử.", owner=team.author, live=False)
    section("news").add_child(instance=page)
    page.save_revision(user=team.author)
    publish(team, page)
    assert (
        'type="application/rss+xml" title="Tin tức" href="/feeds/vi/news.xml"'
        in client.get("/vi/tin-tuc/").content.decode()
    )
    response = client.get("/feeds/vi/news.xml")
    assert b"<link>http://127.0.0.1:8000/vi/tin-tuc/tin-thu/</link>" in response.content
    forget_pages()
    assert client.get("/feeds/vi/news.xml", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_structured_data_tells_what_the_page_is_and_where_it_stands(team, client):
    make_material(team, "Bài học thử", kind="lesson", grade="6-9")
    about, way = structured(client, "/vi/tai-lieu/bai-hoc-thu/")
    assert (about["@type"], about["name"], about["inLanguage"]) == ("LearningResource", "Bài học thử", "vi")
    assert [step["position"] for step in way["itemListElement"]] == [1, 2, 3]
    assert way["itemListElement"][1]["item"] == f"{SITE}/vi/tai-lieu/"
    publish(team, draft_explainer(team, "Luật thử"))
    assert structured(client, "/vi/phap-luat/luat-thu/")[0]["about"]["legislationIdentifier"] == "0/2025"
    assert structured(client, "/vi/")[0]["@type"] == "WebSite"


def test_title_cannot_break_out_of_the_structured_data(team, client):
    page = make_material(team, "Thử </script><b>&")
    assert structured(client, page.url)[0]["name"] == "Thử </script><b>&"


def test_alias_tells_machines_the_language_and_address_of_its_source(team, client):
    make_material(team, "Áp phích thử")
    repair_tree()
    about = structured(client, "/ktv/tai-lieu/ap-phich-thu/")[0]
    assert (about["inLanguage"], about["url"]) == ("vi", f"{SITE}/vi/tai-lieu/ap-phich-thu/")


def test_interface_gives_live_public_pages_and_public_fields(team, client):
    page = make_material(team, "Áp phích thử")
    draft = draft_material(team, "Nháp thử")
    closed = make_material(team, "Riêng thử")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    repair_tree()
    found = client.get("/api/v2/pages/?type=campaigns.MaterialPage&fields=key_message,kind,summary").json()
    assert [(one["title"], one["key_message"], one["kind"]) for one in found["items"]] == [
        ("Áp phích thử", "Nhớ hỏi kỹ (thử).", "poster")
    ]
    for hidden in (draft, closed, Page.objects.filter(alias_of=page).first()):
        assert client.get(f"/api/v2/pages/{hidden.pk}/").status_code == 404
    whole = client.get(f"/api/v2/pages/{page.pk}/?fields=*").json()
    assert not {"owner", "owner_body", "latest_revision", "campaign"} & {*whole, *whole["meta"]}


def test_interface_searches_with_and_without_marks(team, client):
    found = [make_material(team, "Phòng, chống mua bán người"), make_material(team, "Mua bán rau")]
    make_material(team, "Chuyện khác")
    repair_tree()

    def titles(query):
        return [
            one["title"] for one in client.get(f"/api/v2/pages/?type=campaigns.MaterialPage&{query}").json()["items"]
        ]

    assert titles("search=mua ban") == [page.title for page in found]
    assert titles("search=mua ban nguoi&locale=vi") == [found[0].title]
    assert [titles("search=mua ban nguoi&locale=ktv"), titles("search="), titles("search=ua ban")] == [[], [], []]


def test_interface_finds_a_page_by_its_address(team, client):
    page = make_material(team, "Áp phích thử")
    english = in_english(team, page, "Test poster")
    repair_tree()

    def found(path):
        answer = client.get("/api/v2/pages/find/", {"html_path": path})
        return answer.status_code, answer.headers.get("Location", "").partition("?")[0].rpartition("/pages/")[2]

    assert found("/vi/tai-lieu/ap-phich-thu/") == found("tai-lieu/ap-phich-thu") == (302, f"{page.pk}/")
    assert found(f"/en/tai-lieu/{english.slug}/") == (302, f"{english.pk}/")
    assert found("/vi/") == (302, f"{page.get_ancestors().get(depth=2).pk}/")
    # An alias is no translation.
    assert [found(path)[0] for path in ("/ktv/tai-lieu/ap-phich-thu/", "/vi/khong-co/")] == [404, 404]
    for broken in ("x", "", "9" * 30):
        assert client.get(f"/api/v2/pages/find/?id={broken}").status_code == 400


def test_interface_shows_somebody_signed_in_no_more_and_takes_nothing(team, client):
    draft = draft_material(team, "Nháp thử")
    client.force_login(team.author)
    assert client.get(f"/api/v2/pages/{draft.pk}/").status_code == 404
    assert client.post("/api/v2/pages/", {"title": "Thử"}).status_code == 405
    assert client.get("/api/v2/pages/?fields=owner").status_code == 400
    # More than a database counts.
    assert client.get(f"/api/v2/pages/?offset={'9' * 30}").status_code == 400
