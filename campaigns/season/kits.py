"""The papers of an event: plan, programme and speech as .docx, banner and poster as PDF. Made when they are asked for, so
that they say what the event says."""

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import override

from campaigns.broadcast.month import plain_name
from campaigns.broadcast.printing import FOLDER
from campaigns.models import Event, EventResult
from campaigns.models.result import COUNTERS
from campaigns.season.calendar import address, register_address
from campaigns.season.nd30 import Paper, docx, spoken_day
from campaigns.season.seasons import inside
from media.printing import pdf, qr_svg

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAPERS = ("ke-hoach", "chuong-trinh", "dien-van", "bao-cao")
PRINTS = {"bang-ron": "banner.typ", "ap-phich": "poster.typ", "dang-ky": "registration.typ"}


def name_of(event: Event, kind: str) -> str:
    """ "2026_xa-tay-giang_ke-hoach" """
    return f"{event.season.year}_{plain_name(event.commune.name)}_{kind}"


def paper(event: Event, kind: str) -> bytes:
    """A .docx of PAPERS in the format of Decree 30/2020, to be numbered, dated and signed by the commune."""
    commune, season = event.commune, event.season
    day, starts = timezone.localdate(), timezone.localtime(event.starts_at)
    when = f"{starts:%H} giờ {starts:%M}, {spoken_day(starts.date())}"
    issuer = f"Uỷ ban nhân dân\n{commune.name}"
    heads = {
        "parent": f"Uỷ ban nhân dân\n{season.area.name}", "issuer": issuer, "place": commune.short_name, "day": day,
        "signs_for": "TM. Uỷ ban nhân dân", "post": "Chủ tịch",
    }  # fmt: skip
    where = event.place or "…"
    if kind == "ke-hoach":
        found = Paper(
            **heads, number="/KH-UBND", kind="Kế hoạch", subject=event.title,
            grounds=[line.strip() for line in season.legal_basis.splitlines() if line.strip()],
            body=[*_paragraphs(event.plan_text), "# Thời gian, địa điểm", f"Thời gian: {when}.", f"Địa điểm: {where}."],
            recipients=[f"UBND {inside(season.area.name)}", f"Đảng uỷ, HĐND {inside(commune.name)}", "Các ban, ngành, đoàn thể",
                        "Các thôn, bản, tổ dân phố", "Lưu: VT"],
        )  # fmt: skip
    elif kind == "chuong-trinh":
        items = [
            f"{one['time']}: {one['what']}".lstrip(": ") + (f" ({one['who']})" if one["who"] else "")
            for one in event.items
        ]
        found = Paper(
            **heads, number="/CTr-UBND", kind="Chương trình", subject=event.title,
            body=[f"Thời gian: {when}.", f"Địa điểm: {where}.", "# Nội dung", *(f"{one}." for one in items)],
            recipients=["Đại biểu dự mít tinh", "Các thôn, bản, tổ dân phố", "Lưu: VT"],
        )  # fmt: skip
    elif kind == "bao-cao":
        found = _report(event, heads, when, where)
    else:
        found = Paper(
            **heads | {"signs_for": "", "post": ""}, number="", kind="Diễn văn khai mạc", subject=event.title,
            body=_paragraphs(event.speech),
        )  # fmt: skip
    return docx(found)


def _report(event: Event, heads: dict, when: str, where: str) -> Paper:
    """The report form: with the figures of the report there is, else to be filled in by hand."""
    result = event.results.first()
    with override("vi"):
        labels = [(name, capfirst(EventResult._meta.get_field(name).verbose_name)) for name in COUNTERS]
        figures = [(label, number_format(getattr(result, name)) if result else "……") for name, label in labels]
    first, last = event.season.starts_on, event.season.ends_on
    text = result.text if result and result.text else "\n".join(["…" * 34] * 3)
    return Paper(
        **heads, number="/BC-UBND", kind="Báo cáo", subject=f"Kết quả: {event.title}",
        body=[
            "# I. Tổ chức", f"Thời gian: {when}.", f"Địa điểm: {where}.", "# II. Kết quả", *_paragraphs(text),
            f"# III. Số liệu từ {first:%d/%m} đến {last:%d/%m/%Y}",
        ],
        recipients=[f"UBND {inside(event.season.area.name)}", "Lưu: VT"], figures=figures,
    )  # fmt: skip


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def print_pdf(event: Event, kind: str) -> bytes:
    """A vector PDF of PRINTS with the commune's name, the first slogans, the hotline and the QR of the page, or of the form
    to register."""
    return pdf(FOLDER / PRINTS[kind], print_data(event, kind))


def print_data(event: Event, kind: str) -> dict:
    """What a template of PRINTS is filled in with."""
    starts, season = timezone.localtime(event.starts_at), event.season
    leads_to = register_address(event) if kind == "dang-ky" else address(event)
    return {
        "title": event.title, "theme": season.theme, "commune": event.commune.name, "year": str(season.year),
        "slogans": _paragraphs(season.slogans)[:3], "when": f"{starts:%H:%M}, {spoken_day(starts.date())}",
        "place": event.place, "number": season.hotline.number, "hotline": season.hotline.name, "qr": qr_svg(leads_to),
        "days": str(season.keep_days),
    }  # fmt: skip
