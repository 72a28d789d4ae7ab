"""The demonstration's voices and its little film: sent in, handed over and approved as people do it. The voices are
synthetic (espeak-ng) and say so wherever they are heard; the film is our own drawing and has no sound."""

from pathlib import Path

from django.conf import settings
from django.core.files import File

from campaigns.models import MaterialPage, PageMedia, Picture
from campaigns.pages import listening
from media.recordings import receive_file
from media.videos import receive_film_file
from media.webvtt import Cue, write
from people.models import User

FILES = Path(settings.ROOT) / "data" / "demo"
# Titles in the demonstration (campaigns.demo.materials).
READ_ALOUD = {
    "vi": "111: gọi miễn phí, lúc nào cũng có người nghe",
    "en": "111: a free call, somebody always listens",
}
FILM = {
    "vi": "Kịch bản video 60 giây: Cuốn hộ chiếu",
    "en": "Script for a 60-second video: The passport",
}
_FILM_TITLE = {"vi": "Cuốn hộ chiếu (phim vẽ, 25 giây)", "en": "The passport (drawn film, 25 seconds)"}
_SCENE = 5.0
_WORDS = {
    "vi": [
        "Sáng nay tôi đi làm xa. Tôi gói hộ chiếu lại.",
        "“Để tôi giữ cho khỏi mất.”\nKhông, giấy tờ của tôi, tôi giữ.",
        "Tôi chụp trang đầu, gửi cho mẹ.\n“Mẹ nhận rồi.”",
        "Tôi cất vào túi trong áo, kéo khoá.",
        "Không ai được giữ giấy tờ của bạn.\nThấy lo, gọi 111. Miễn phí, cả ngày lẫn đêm.",
    ],
    "en": [
        "This morning I leave for work.\nI wrap my passport.",
        "“Let me keep it safe for you.”\nNo. My papers stay with me.",
        "I photograph the first page for Mother.\n“I have it.”",
        "I put it into the inner pocket\nand close the zip.",
        "Nobody may keep your papers.\nWorried? Call 111. Free, day and night.",
    ],
}
_PICTURE = "Gói cuốn hộ chiếu"
_PICTURE_WORDS = {
    "vi": "Hình vẽ: hai bàn tay gói một cuốn hộ chiếu vào khăn.",
    "en": "Drawing: two hands wrap a passport in a scarf.",
}


def _page(titles: dict, language: str) -> MaterialPage:
    return MaterialPage.objects.get(title=titles[language], locale__language_code=language, alias_of=None)


def send_in(*, translator: User) -> None:
    """The files arrive; workers look at them."""
    for language in ("vi", "en"):
        page = _page(READ_ALOUD, language)
        recording = receive_file(
            path=FILES / f"audio/page-111-{language}.ogg", title=f"111 {language}", owner=translator, is_synthetic=True,
            expected_seconds=listening.reading_seconds(page),
        )  # fmt: skip
        listening.attach(page=page, kind=PageMedia.Kind.VOICE, actor=translator, recording=recording)
    video = receive_film_file(path=FILES / "video/ho-chieu.mp4", title="ho-chieu.mp4", owner=translator)
    listening.attach(page=_page(FILM, "vi"), kind=PageMedia.Kind.VIDEO, actor=translator, video=video)


def hand_over(*, translator: User) -> None:
    """Looked at and good: the film gets its captions, and what is made for listening is asked for."""
    for item in PageMedia.objects.open().select_related("page__locale"):
        if item.is_video:
            _caption(item, translator)
        listening.finish(item=item, actor=translator)


def _caption(item: PageMedia, translator: User) -> None:
    language = item.page.locale.language_code
    cues = [Cue(n * _SCENE, (n + 1) * _SCENE - 0.2, words) for n, words in enumerate(_WORDS[language])]
    listening.write_words(
        item=item, actor=translator, transcript="", captions=write(cues), title=_FILM_TITLE[language], no_speech=True
    )


def put_on(*, translator: User, approver: User) -> None:
    """Approved; the English page takes the same film with its own captions."""
    for item in PageMedia.objects.filter(state=PageMedia.State.FINISHED):
        listening.approve(item=item, actor=approver)
    borrowed = listening.borrow(page=_page(FILM, "en"), actor=translator)
    _caption(borrowed, translator)
    listening.finish(item=borrowed, actor=translator)
    listening.approve(item=borrowed, actor=approver)


def drawing_on(title: str) -> list[tuple]:
    """The block that stands at the end of the film's page: a frame of it, drawn for this page."""
    language = next((code for code, name in FILM.items() if name == title), None)
    if language is None:
        return []
    picture = Picture.objects.filter(title=_PICTURE).first() or _drawing()
    picture.contextual_alt_text, picture.decorative = _PICTURE_WORDS[language], False
    return [("picture", {"picture": picture, "caption": ""})]


def _drawing() -> Picture:
    with (FILES / "pictures/ho-chieu.png").open("rb") as file:
        picture = Picture(
            title=_PICTURE, description=_PICTURE_WORDS["vi"], subject="drawing", credit="Vẽ cho trang này",
            file=File(file, name="ho-chieu.png"),
            # The book and the hands: what a shared link shows of it.
            focal_point_x=320, focal_point_y=170, focal_point_width=260, focal_point_height=200,
        )  # fmt: skip
        picture.full_clean()
        picture.save()
    return picture
