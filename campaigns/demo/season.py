"""Two seasons of 30 July for the demonstration: the last one with results in every state, the next one with registration open.
Made by the functions that people's forms call; names are of nobody."""

import io
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from campaigns.broadcast.printing import FOLDER
from campaigns.models import Event, Hotline, Season, Term
from campaigns.season import door, gallery, registrations, results, seasons
from campaigns.season.kits import print_data
from media.printing import png
from people.models import User
from people.roles import Role
from places.models import AdministrativeUnit

THEME = "Hỏi kỹ trước khi đi, gọi 111 khi cần"
_SLOGANS = """Toàn dân tích cực tham gia phòng, chống mua bán người!
Hỏi kỹ trước khi đi – Gọi 111 khi cần!
Việc nhẹ lương cao: hãy hỏi ba điều trước khi gật đầu!"""
_BASIS = """Căn cứ Luật Phòng, chống mua bán người số 53/2024/QH15
Căn cứ Quyết định số 793/QĐ-TTg ngày 10 tháng 5 năm 2016 của Thủ tướng Chính phủ \
về “Ngày toàn dân phòng, chống mua bán người”"""
_PROGRAMME = """07:00 | Đón đại biểu và bà con, phát tờ rơi | Đoàn Thanh niên xã
07:30 | Văn nghệ chào mừng | Đội văn nghệ thôn
07:50 | Diễn văn khai mạc | Lãnh đạo Uỷ ban nhân dân xã
08:10 | Ba điều cần hỏi trước khi đi làm xa | Công an xã
08:40 | Hỏi đáp có quà, bà con tham gia | Hội Liên hiệp Phụ nữ xã
09:10 | Các thôn ký cam kết | Trưởng thôn, người có uy tín
09:30 | Xe loa đi tuyên truyền các thôn | Đài truyền thanh xã"""
_SPEECH = """Kính thưa các vị đại biểu, các cụ cao tuổi, người có uy tín, cùng toàn thể bà con {xa}.
Hôm nay chúng ta cùng hưởng ứng Ngày toàn dân phòng, chống mua bán người 30/7/{nam} với chủ đề “{chu_de}”.
Kẻ xấu thường đến với lời hứa rất đẹp: việc nhẹ, lương cao, đi ngay, không cần giấy tờ.
Vì vậy, trước khi đi, mỗi người hãy hỏi kỹ ba điều: làm việc gì, ở đâu; ai chịu trách nhiệm; khi cần thì gọi cho ai.
Người từng bị lừa không có lỗi. Bà con hãy đón người trở về bằng sự cảm thông, không hỏi chuyện cũ, và chỉ cho họ nơi giúp đỡ.
Số điện thoại 111 trực cả ngày lẫn đêm, miễn phí. Mong mỗi nhà đều nhớ số này.
Xin chúc buổi mít tinh thành công, chúc bà con sức khoẻ và bình yên."""
_PLAN = """# I. Mục đích, yêu cầu
Giúp bà con {xa} nhận ra các thủ đoạn lừa gạt, biết hỏi kỹ trước khi đi và biết gọi 111 khi cần.
Tổ chức gọn, thiết thực, an toàn; không nêu tên, không kể chuyện của bất cứ ai.
# II. Nội dung
Mít tinh tại trung tâm xã; treo băng rôn, dán áp phích ở nhà văn hoá các thôn.
Phát thanh bản tin hằng ngày trong tuần lễ 30/7 bằng tiếng Việt và tiếng dân tộc.
Nói chuyện trực tiếp tại các thôn xa, lồng ghép trong họp thôn; các thôn ký cam kết.
# III. Tổ chức thực hiện
Công an xã chủ trì nội dung; Uỷ ban Mặt trận, Hội Phụ nữ, Đoàn Thanh niên vận động bà con tham gia.
Sau mít tinh, gửi báo cáo kết quả trước ngày 10 tháng 8."""
_ANNOUNCEMENT = """Bà con {xa} chú ý. Ngày 30 tháng 7, xã ta tổ chức mít tinh hưởng ứng Ngày toàn dân \
phòng, chống mua bán người. Mời bà con đến dự đông đủ."""
# (state to reach, attendees, share of them women, children, ethnic minority, plays)
_REPORTS = [
    ("approved", 412, 196, 61, 388, 21), ("approved", 268, 140, 35, 201, 14), ("approved", 305, 171, 3, 96, 28),
    ("approved", 190, 88, 22, 10, 12), ("submitted", 233, 120, 40, 180, 16), ("submitted", 148, 70, 18, 139, 9),
    ("returned", 260, 131, 52, 44, 18), ("draft", 0, 0, 0, 0, 7),
]  # fmt: skip
_TEXT = """Mít tinh diễn ra đúng giờ tại trung tâm xã.
Bà con hỏi nhiều về cách kiểm tra công ty môi giới và giấy tờ khi đi làm xa.
Sau mít tinh, xe loa đi qua các thôn; các thôn đã ký cam kết."""


def load_season(*, people: dict[str, User], area: AdministrativeUnit, commune: AdministrativeUnit) -> None:
    today = timezone.localdate()
    past = today.year if today > date(today.year, 8, 5) else today.year - 1
    _past(_season(past, people[Role.COMMUNICATOR], area, announcement=""), people, commune)
    _coming(_season(past + 1, people[Role.COMMUNICATOR], area, announcement=_ANNOUNCEMENT), people, commune)


def _season(year: int, author: User, area: AdministrativeUnit, announcement: str) -> Season:
    starts_at = timezone.make_aware(datetime(year, 7, 30, 7, 30))
    return seasons.save_season(
        actor=author,
        terms=list(Term.objects.filter(code__in=["ii-1", "nong-thon-moi"])),
        season=Season(
            area=area, year=year, theme=THEME, slogans=_SLOGANS, legal_basis=_BASIS, starts_on=date(year, 7, 1),
            ends_on=date(year, 7, 31), hotline=Hotline.objects.get(number="111"), starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2, minutes=30), title="Mít tinh hưởng ứng Ngày 30/7 tại {xa}",
            summary="Văn nghệ, hỏi đáp có quà, ba điều cần hỏi trước khi đi làm xa. Mời bà con {xa} đến dự.",
            programme=_PROGRAMME, speech=_SPEECH, plan_text=_PLAN, announcement=announcement,
        ),
    )  # fmt: skip


def _published(season: Season, commune: AdministrativeUnit, actor: User) -> Event:
    event = seasons.make_kit(season=season, commune=commune, actor=season.author)[0]
    event.place = f"Sân vận động xã {commune.short_name}"
    event.route = "Từ trụ sở Uỷ ban nhân dân xã đi bộ 200 m, đối diện trường học. Có chỗ để xe máy."
    event.access = "Có lối đi bằng cho xe lăn, ghế cho người già, nhà vệ sinh cạnh sân."
    seasons.change_event(event=event, actor=actor)
    return seasons.publish_event(event=event, actor=actor)


def _past(season: Season, people: dict[str, User], own: AdministrativeUnit) -> None:
    """Reports of some communes; the demo operator's is approved, its page shows how it went."""
    manager, writer = people[Role.PROGRAMME_MANAGER], people[Role.COMMUNICATOR]
    others = seasons.communes_of(season).exclude(pk=own.pk)[: len(_REPORTS) + 2]
    for number, commune in enumerate([own, *others]):
        actor = people[Role.RADIO_OPERATOR] if commune == own else writer
        event = _published(season, commune, actor)
        if number >= len(_REPORTS):
            continue
        state, attendees, women, children, minority, plays = _REPORTS[number]
        if commune == own:
            door.record_arrival(event=event, actor=actor, client_uuid=uuid.uuid4(), people=attendees)
            _picture(event, actor)
        result = results.begin_result(event=event, actor=actor)
        figures = result.figures | {
            "rallies": 1, "sessions": 4 + number % 3, "mobile_rounds": 1 + number % 2, "attendees": attendees, "women": women,
            "children": children, "minority": minority, "leaflets": attendees * 2, "banners": 6, "posters": 15 + number,
            "plays": plays, "minutes": Decimal(plays) * Decimal("4.5"), "clips": number % 2, "pledges": attendees // 3,
        }  # fmt: skip
        results.save_result(result=result, actor=actor, text=_TEXT if state != "draft" else "", **figures)
        if state == "draft":
            continue
        results.submit_result(result=result, actor=actor)
        if state == "approved":
            results.approve_result(result=result, actor=manager)
        elif state == "returned":
            remark = "Số trẻ em có gồm học sinh trường nội trú không? Xin ghi rõ rồi gửi lại."
            results.return_result(result=result, actor=manager, remark=remark)


def _picture(event: Event, actor: User) -> None:
    """The event's own poster stands for a picture: nobody is in it."""
    file = io.BytesIO(png(FOLDER / "poster.typ", print_data(event, "ap-phich"), ppi=40))
    gallery.add_photo(
        event=event, actor=actor, file=file, subject="thing", description="Áp phích của buổi mít tinh.",
        client_uuid=uuid.uuid4(),
    )  # fmt: skip


def _coming(season: Season, people: dict[str, User], commune: AdministrativeUnit) -> None:
    """The demo operator's commune takes registrations: some seats are given, somebody waits."""
    event = _published(season, commune, people[Role.RADIO_OPERATOR])
    registrations.set_seating(event=event, actor=people[Role.RADIO_OPERATOR], seats=60, waiting_places=30)
    asked = [
        ("unit", "Đại diện Mẫu A", "Thôn mẫu 1", 25), ("unit", "Đại diện Mẫu B", "Trường học mẫu", 20),
        ("person", "Người dự Mẫu 1", "", 2), ("person", "Người dự Mẫu 2", "", 1),
        ("unit", "Đại diện Mẫu C", "Hội Phụ nữ mẫu", 18), ("person", "Người dự Mẫu 3", "", 1),
    ]  # fmt: skip
    for number, (kind, name, unit, heads) in enumerate(asked):
        registrations.register(
            event=event, key=uuid.uuid4(), kind=kind, name=name, unit=unit, people=heads, contact=f"09000000{number:02}"
        )
