"""What can be heard and seen on a page: how it comes there, who has signed, when it says that it is out of date, and that
it is gone with its page."""

import json
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageLogEntry

from campaigns.models import PageMedia
from campaigns.pages import listening, sharing
from campaigns.pages.approval import approve_page, submit_page, take_down
from campaigns.pages.cache import forget_pages
from campaigns.pages.ethics import findings
from campaigns.pages.tree import repair_tree
from core.errors import DomainError
from media.models import Rendition, Video
from media.programmes import LISTENING_PROFILES
from media.storage import absolute
from media.webvtt import parse
from people.roles import Role
from tests.campaigns.making import make_recording
from tests.campaigns.pages.making import draft_material, make_material, make_site, publish
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]

CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:03.000\nTự giữ giấy tờ (thử).\n"


@pytest.fixture
def team():
    return make_site()


def measured(actor, seconds: float = 12.0, **fields):
    return make_recording(actor, seconds=seconds, measures={"start": 0.5, "end": seconds - 0.5}, **fields)


def make_files(item: PageMedia) -> None:
    """What the worker would do."""
    item.refresh_from_db()
    for number, row in enumerate(Rendition.objects.filter(programme=item.programme_id)):
        place = f"renditions/{row.key[:12]}"
        absolute(place).parent.mkdir(parents=True, exist_ok=True)
        absolute(place).write_bytes(b"OggS" + bytes([number]) * 2000)
        Rendition.objects.filter(pk=row.pk).update(
            state="ready", size=2004, sha256=f"{row.pk:064x}", path=place, duration=11.0
        )


def make_film(actor=None, *, state: str = "ready") -> Video:
    digests = [uuid.uuid4().hex * 2 for _ in range(3)]
    for digest in digests[1:]:
        absolute(f"renditions/{digest}").parent.mkdir(parents=True, exist_ok=True)
        absolute(f"renditions/{digest}").write_bytes(digest.encode() * 20)
    return Video.objects.create(
        title="phim.mp4", owner=actor, source_sha256=digests[0], source_path="films/x", source_size=9, state=state,
        sha256=digests[1], path=f"renditions/{digests[1]}", size=1280, duration=20.0, width=480, height=854, has_sound=True,
        poster_sha256=digests[2], poster_path=f"renditions/{digests[2]}", poster_size=1280,
    )  # fmt: skip


def handed_over(team, page, kind: str = "voice", *, captions: str = "", transcript: str = "", **fields) -> PageMedia:
    source = {"video": make_film(team.translator)} if kind == "video" else {"recording": measured(team.translator)}
    item = listening.attach(page=page, kind=kind, actor=team.translator, **source)
    if captions or transcript or fields:
        listening.write_words(item=item, actor=team.translator, captions=captions, transcript=transcript, **fields)
    listening.finish(item=item, actor=team.translator)
    make_files(item)
    return item


def on_the_page(team, page, kind: str = "voice", **fields) -> PageMedia:
    return listening.approve(item=handed_over(team, page, kind, **fields), actor=team.approver)


def text(client, page) -> str:
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


def test_voice_comes_to_the_page_through_somebody_else_with_captions_of_its_words(team, client):
    page = make_material(team, "Hỏi kỹ trước khi đi")
    item = handed_over(team, page)
    assert "<audio" not in text(client, page)
    with pytest.raises(PermissionDenied):
        listening.approve(item=item, actor=team.author)
    listening.approve(item=item, actor=team.approver)
    html = text(client, page)
    assert re.search(r'<audio controls preload="none" aria-label="Nghe trang này', html)
    assert html.count("<source ") == 2
    assert "0:11" in html
    assert 'type="audio/ogg"' in html
    item.refresh_from_db()
    cues, problems = parse(item.captions, seconds=11.0)
    assert problems == []
    assert " ".join(cue.text for cue in cues).replace("\n", " ") == "Hỏi kỹ trước khi đi Tóm tắt thử. Nhớ hỏi kỹ (thử)."
    assert (cues[0].start, cues[-1].end, item.captions_estimated) == (0.0, 11.0, True)
    captions = re.search(r'<track kind="captions" src="([^"]+)" srclang="vi"', html)[1]
    assert client.get(captions).content.decode() == item.captions
    assert PageLogEntry.objects.get(action="campaigns.media_approved").user == team.approver


def test_who_sent_it_in_cannot_approve_it(team):
    both = make_user(role=Role.APPROVER, area=team.area)
    item = handed_over(team, make_material(team))
    PageMedia.objects.filter(pk=item.pk).update(sent_by=both)
    with pytest.raises(DomainError, match="người khác phải phê duyệt"):
        listening.approve(item=item, actor=both)
    assert PageMedia.objects.get(pk=item.pk).state == "finished"


def test_voice_in_a_minority_language_is_heard_by_a_native_speaker_first(team, client):
    page = make_material(team, "Hỏi kỹ")
    repair_tree()
    alias = page.get_translations().get(locale__language_code="ktv")
    item = handed_over(team, alias)
    with pytest.raises(DomainError, match="bản ngữ"):
        listening.approve(item=item, actor=team.approver)
    with pytest.raises(PermissionDenied):
        listening.review(item=item, actor=team.approver)
    PageMedia.objects.filter(pk=item.pk).update(sent_by=team.reviewer)
    with pytest.raises(DomainError):
        listening.review(item=item, actor=team.reviewer)
    PageMedia.objects.filter(pk=item.pk).update(sent_by=team.translator)
    listening.review(item=item, actor=team.reviewer)
    listening.approve(item=item, actor=team.approver)
    # Heard where the Vietnamese text stands in; the Vietnamese page has no voice by this.
    html = client.get("/ktv/tai-lieu/hoi-ky/").content.decode()
    assert "Nghe trang này (Cơ Tu)" in html
    assert "<audio" not in text(client, page)


def test_alias_offers_the_vietnamese_voice_until_the_language_has_its_own(team, client):
    page = make_material(team, "Hỏi kỹ")
    repair_tree()
    on_the_page(team, page)
    assert "Nghe trang này (Tiếng Việt)" in client.get("/ktv/tai-lieu/hoi-ky/").content.decode()
    own = handed_over(team, page.get_translations().get(locale__language_code="ktv"))
    listening.review(item=own, actor=team.reviewer)
    listening.approve(item=own, actor=team.approver)
    html = client.get("/ktv/tai-lieu/hoi-ky/").content.decode()
    assert "Nghe trang này (Cơ Tu)" in html
    assert "Nghe trang này (Tiếng Việt)" not in html


def test_english_page_has_its_own_voice_and_never_the_vietnamese_one(team, client):
    page = make_material(team, "Hỏi kỹ")
    on_the_page(team, page)
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title = "Ask first"
    english.save_revision(user=team.author)
    english = publish(team, english)
    assert "<audio" not in text(client, english)
    on_the_page(team, english)
    assert "Listen to this page (English)" in text(client, english)


def test_changed_page_says_that_its_voice_is_of_before(team, client):
    page = make_material(team, "Hỏi kỹ")
    item = on_the_page(team, page)
    assert "bản trước" not in text(client, page)
    page.summary = "Tóm tắt khác hẳn."
    page.save_revision(user=team.author)
    page = publish(team, page)
    assert "Giọng này đọc bản trước của trang" in text(client, page)
    with pytest.raises(PermissionDenied):
        listening.still_fits(item=PageMedia.objects.get(pk=item.pk), actor=team.translator)
    listening.still_fits(item=PageMedia.objects.get(pk=item.pk), actor=team.approver)
    assert "bản trước" not in text(client, page)
    # Published again without another word: nothing is out of date.
    page.save_revision(user=team.author)
    publish(team, page)
    assert not PageMedia.objects.get(pk=item.pk).is_stale


def test_voice_recorded_from_words_that_changed_meanwhile_is_not_let_out(team):
    page = make_material(team)
    item = handed_over(team, page)
    page.summary = "Tóm tắt khác hẳn."
    page.save_revision(user=team.author)
    publish(team, page)
    with pytest.raises(DomainError, match="đã đổi"):
        listening.approve(item=item, actor=team.approver)


def test_new_voice_takes_the_place_of_the_old_one_only_when_approved(team, client):
    page = make_material(team)
    first = on_the_page(team, page)
    second = handed_over(team, page)
    address = Rendition.objects.get(programme=first.programme_id, profile="phone").key
    assert address in text(client, page)
    listening.approve(item=second, actor=team.approver)
    assert address not in text(client, page)
    assert PageMedia.objects.get(pk=first.pk).state == "replaced"


def test_recording_needs_its_transcript_and_video_its_captions(team):
    page = make_material(team)
    sound = listening.attach(page=page, kind="sound", actor=team.translator, recording=measured(team.translator))
    with pytest.raises(DomainError, match="bản chép lời"):
        listening.finish(item=sound, actor=team.translator)
    film = listening.attach(page=page, kind="video", actor=team.translator, video=make_film(team.translator))
    with pytest.raises(DomainError, match="phụ đề"):
        listening.finish(item=film, actor=team.translator)
    problems = listening.write_words(item=film, actor=team.translator, transcript="", captions="WEBVTT\n\nsai")
    assert [problem.line for problem in problems] == [3]
    with pytest.raises(DomainError, match="dòng 3"):
        listening.finish(item=film, actor=team.translator)
    listening.write_words(item=film, actor=team.translator, transcript="", captions="", no_speech=True)
    assert listening.finish(item=film, actor=team.translator).state == "finished"


def test_page_that_carries_a_film_without_captions_cannot_go_out(team):
    page = draft_material(team, kind="video")
    assert [f.stops for f in findings(page) if "Giọng đọc và video" in f.text] == [False]
    item = handed_over(team, page, "video", captions=CAPTIONS)
    assert [f for f in findings(page) if f.stops] == []
    PageMedia.objects.filter(pk=item.pk).update(captions="")
    submit_page(page=page, actor=team.author)
    with pytest.raises(DomainError, match="chưa có phụ đề"):
        approve_page(page=page, actor=team.approver)


def test_words_that_hurt_are_not_let_out_in_captions_either(team):
    item = listening.attach(
        page=make_material(team), kind="video", actor=team.translator, video=make_film(team.translator)
    )
    listening.write_words(item=item, actor=team.translator, transcript="", captions=CAPTIONS.replace("Tự", "Nhẹ dạ"))
    with pytest.raises(DomainError, match="nhẹ dạ"):
        listening.finish(item=item, actor=team.translator)


def test_words_changed_after_handing_over_have_to_be_handed_over_again(team):
    item = handed_over(team, make_material(team), "video", captions=CAPTIONS)
    listening.write_words(item=item, actor=team.author, transcript="", captions=CAPTIONS + "\nNOTE x\n")
    with pytest.raises(DomainError, match="bước khác"):
        listening.approve(item=item, actor=team.approver)


def test_sent_back_with_a_reason_and_mended(team):
    item = handed_over(team, make_material(team))
    with pytest.raises(DomainError, match="cần sửa"):
        listening.send_back(item=item, actor=team.approver, note=" ")
    listening.send_back(item=item, actor=team.approver, note="Đọc nhanh quá.")
    item.refresh_from_db()
    assert (item.state, item.note) == ("draft", "Đọc nhanh quá.")
    assert listening.finish(item=item, actor=team.translator).note == ""


def test_captions_of_a_public_video_are_mended_beside_it(team, client):
    page = make_material(team)
    item = on_the_page(team, page, "video", captions=CAPTIONS)
    again = listening.reword(item=item, actor=team.translator)
    listening.write_words(item=again, actor=team.translator, transcript="", captions=CAPTIONS.replace("Tự", "Hãy tự"))
    assert f"/captions/{item.pk}/" in text(client, page)
    listening.finish(item=again, actor=team.translator)
    listening.approve(item=again, actor=team.approver)
    assert f"/captions/{again.pk}/" in text(client, page)


def test_video_stands_on_the_page_with_poster_size_and_captions(team, client):
    page = make_material(team, kind="video")
    on_the_page(team, page, "video", captions=CAPTIONS, title="Cuốn hộ chiếu (thử)")
    html = text(client, page)
    element = re.search(r"<video.*?</video>", html, re.DOTALL)[0]
    for wanted in ('preload="none"', 'width="480"', 'height="854"', "poster=", 'kind="captions"', 'srclang="vi"'):
        assert wanted in element
    assert "autoplay" not in element
    assert "0:20" in html
    assert "Cuốn hộ chiếu (thử)" in html


def test_english_page_shows_the_vietnamese_video_or_the_same_with_english_captions(team, client):
    page = make_material(team, kind="video")
    vietnamese = on_the_page(team, page, "video", captions=CAPTIONS)
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title = "Passport"
    english.save_revision(user=team.author)
    english = publish(team, english)
    assert 'srclang="vi"' in text(client, english)
    item = listening.borrow(page=english, actor=team.translator)
    assert item.video_id == vietnamese.video_id
    listening.write_words(item=item, actor=team.translator, transcript="", captions=CAPTIONS.replace("Tự giữ", "Keep"))
    listening.finish(item=item, actor=team.translator)
    listening.approve(item=item, actor=team.approver)
    html = text(client, english)
    assert ('srclang="en"' in html, 'srclang="vi"' in html) == (True, False)


def addresses(html: str) -> list[str]:
    return re.findall(r'(?:src|poster|href)="(/listen/[^"?]+)', html)


def test_sound_film_poster_and_captions_are_gone_with_their_page(team, client):
    page = make_material(team)
    on_the_page(team, page)
    film = on_the_page(team, page, "video", captions=CAPTIONS)
    found = addresses(text(client, page))
    assert len(set(found)) == 7
    for address in found:
        response = client.get(address, headers={"Range": "bytes=0-9"})
        assert response.status_code in (200, 206), address
        assert response.headers["Cache-Control"] == "public, max-age=3600"
    take_down(page=page, actor=team.approver, reason="Thử")
    assert {client.get(address).status_code for address in found} == {404}
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=team.area))
    assert {client.get(address).status_code for address in found} == {404}
    client.force_login(team.translator)
    inside = [client.get(address) for address in found]
    assert {(r.status_code, r.headers["Cache-Control"]) for r in inside} == {(200, "private, no-store")}
    client.logout()
    publish(team, page)
    assert {client.get(address).status_code for address in found} == {200}
    listening.take_off(item=film, actor=team.approver, reason="Sai số")
    assert [client.get(a).status_code for a in found if ".mp4" in a or "poster" in a or ".vtt" in a].count(404) >= 2


def test_what_is_not_approved_is_nobodys_to_hear(team, client):
    item = handed_over(team, make_material(team))
    row = Rendition.objects.get(programme=item.programme_id, profile="phone")
    assert client.get(f"/listen/sound/{row.key}/x.ogg").status_code == 404
    listening.approve(item=item, actor=team.approver)
    assert client.get(f"/listen/sound/{row.key}/x.ogg").status_code == 200
    assert client.get(f"/listen/sound/{row.key}/x.mp3").status_code == 404
    assert client.get(f"/listen/sound/{'0' * 64}/x.ogg").status_code == 404
    assert client.get(f"/listen/captions/{item.pk}/{'0' * 16}.vtt").status_code == 404


def test_taking_off_needs_a_reason_the_right_and_leaves_a_line(team, client):
    page = make_material(team)
    item = on_the_page(team, page)
    with pytest.raises(PermissionDenied):
        listening.take_off(item=item, actor=team.translator, reason="x")
    with pytest.raises(DomainError):
        listening.take_off(item=item, actor=team.approver, reason=" ")
    listening.take_off(item=item, actor=team.administrator, reason="Đọc sai số điện thoại")
    assert "<audio" not in text(client, page)
    line = PageLogEntry.objects.get(action="campaigns.media_taken_off")
    assert (line.user, line.data["reason"]) == (team.administrator, "Đọc sai số điện thoại")


def test_only_what_listeners_need_is_made(team):
    item = handed_over(team, make_material(team))
    assert set(Rendition.objects.filter(programme=item.programme_id).values_list("profile", flat=True)) == set(
        LISTENING_PROFILES
    )


def test_page_with_everything_costs_at_most_twelve_queries_and_a_kept_one_none(team, client):
    page = make_material(team)
    on_the_page(team, page)
    on_the_page(team, page, "sound", transcript="Lời thử.")
    on_the_page(team, page, "video", captions=CAPTIONS)
    client.get("/vi/")
    client.get("/vi/tin-tuc/")
    sharing.make_kit(sharing.shared_page(page.pk))
    forget_pages()
    with CaptureQueriesContext(connection) as first:
        assert client.get(page.url).content.count(b"<audio") == 2
    assert len(first) <= 12, [query["sql"][:150] for query in first]
    with CaptureQueriesContext(connection) as second:
        client.get(page.url)
    assert len(second) == 0


def test_machines_are_told_what_can_be_heard_and_seen(team, client):
    page = make_material(team, "Hỏi kỹ")
    on_the_page(team, page)
    on_the_page(team, page, "video", captions=CAPTIONS)
    graph = json.loads(re.search(r'ld\+json">(.*?)</script>', text(client, page), re.DOTALL)[1])["@graph"][0]
    audio, video = graph["audio"], graph["video"]
    assert (audio["@type"], audio["duration"], audio["encodingFormat"]) == ("AudioObject", "PT0M11S", "audio/mpeg")
    assert (video["@type"], video["duration"], video["width"]) == ("VideoObject", "PT0M20S", 480)
    assert video["description"] == "Tóm tắt thử."
    assert video["caption"]["contentUrl"].endswith(".vtt")
    feed = client.get("/feeds/vi/materials.xml")
    assert feed.status_code == 200
    enclosure = re.search(r"<enclosure ([^>]*)>", feed.content.decode())[1]
    assert 'type="audio/mpeg"' in enclosure
    assert 'length="2004"' in enclosure
    told = client.get(f"/api/v2/pages/{page.pk}/").json()
    assert [row["@type"] for row in told["listening"]] == ["AudioObject", "VideoObject"]


def test_feed_costs_the_same_with_one_sound_and_with_three(team, client):
    counts = []
    for number in range(3):
        on_the_page(team, make_material(team, f"Trang {number}"))
        forget_pages()
        with CaptureQueriesContext(connection) as queries:
            feed = client.get("/feeds/vi/materials.xml").content.decode()
        counts.append(len(queries))
    assert feed.count("<enclosure") == 3
    assert counts[0] == counts[-1] <= 6
