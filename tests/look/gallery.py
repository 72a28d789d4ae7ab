"""The example parameters of every component, and the page that shows them all."""

import math
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.template import Context
from django.template.loader import get_template
from django.test import RequestFactory

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))


class ExampleForm(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Viết như trong giấy mời.")
    phone = forms.CharField(label="Số điện thoại công việc", required=False)
    commune = forms.ChoiceField(label="Xã, phường", choices=[("1", "Trà My"), ("2", "Khâm Đức")])
    played = forms.IntegerField(label="Số lần phát", min_value=1)
    on = forms.DateField(label="Ngày phát", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.ChoiceField(
        label="Vì sao chưa phát?",
        choices=[("sim", "Hết tiền SIM"), ("power", "Mất điện"), ("speaker", "Loa hỏng"), ("other", "Lý do khác")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Ghi chú", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    recording = forms.FileField(label="Bản ghi âm", help_text="WAV, MP3, M4A, OGG hoặc AMR, tối đa 30 phút.")
    sure = forms.BooleanField(label="Tôi đã nghe hết bản tin", help_text="Nghe đến hết số điện thoại ở cuối.")


def example_form() -> ExampleForm:
    form = ExampleForm({"name": "Alăng Thị Bhứa (tên thử)", "played": "0", "commune": "1"})
    form.add_error(None, "Chưa lưu được: hai ô bên dưới cần sửa. Những ô khác vẫn được giữ.")
    return form


MONTHS = [{"label": str(n), "long": f"Tháng {n}"} for n in range(1, 13)]
STATES = {"aired": "đã phát", "due": "còn hạn", "overdue": "quá hạn", "planned": "chưa đến tháng"}


def _row(name: str, states: str, detail: str = "") -> dict:
    keys = dict(zip("addxp", ("aired", "aired", "due", "overdue", "planned"), strict=True)) | {"a": "aired", "d": "due"}
    return {
        "label": name,
        "url": "#xa",
        "detail": detail,
        "tiles": [{"state": keys[s], "label": STATES[keys[s]], "url": "#o"} for s in states],
    }


def example_context() -> dict:
    hotlines = [
        {
            "number": "111",
            "tel": "tel:111",
            "label": "Tổng đài quốc gia về bảo vệ trẻ em và phòng, chống mua bán người",
            "detail": "Gọi miễn phí, ngày và đêm. Người nghe máy không hỏi tên nếu bạn không muốn nói.",
        },
        {"number": "1900 969 680", "tel": "tel:1900969680", "label": "Ngôi nhà Bình yên, Hội Phụ nữ", "detail": ""},
    ]
    return {
        "hotlines": hotlines,
        "nav_items": [
            {"url": "/vi/phat-thanh/", "label": "Phát thanh", "current": True},
            {"url": "/vi/bao-cao/", "label": "Độ phủ", "current": False},
            {"url": "/vi/tai-lieu/", "label": "Tài liệu", "current": False},
        ],
        "language_links": [
            {"code": c, "lang": c, "label": name, "url": f"/{c}/", "current": c == "vi"}
            for c, name in (
                ("vi", "Tiếng Việt"),
                ("en", "English"),
                ("ktv", "Cơ Tu"),
                ("sed", "Xơ Đăng"),
                ("jeh", "Giẻ Triêng"),
                ("cua", "Cor"),
            )
        ],
        "crumbs": [
            {"label": "Trang đầu", "url": "/vi/"},
            {"label": "Phát thanh", "url": "/vi/x/"},
            {"label": "Tháng 7"},
        ],
        "chips": [
            {"state": s, "label": word}
            for s, word in (
                ("aired", "đã phát"),
                ("due", "còn hạn đến 31/7"),
                ("overdue", "quá hạn"),
                ("stale", "cần xem lại"),
                ("missing", "chưa có"),
                ("planned", "chưa đến tháng"),
            )
        ],
        "points": [abs(math.sin(n / 3)) * (0.4 + 0.6 * abs(math.sin(n / 17))) for n in range(96)],
        "sha": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "stats": [
            {"label": "Xã, phường đã phát tháng này", "value": 61, "unit": "/ 94", "share": 61 / 94},
            {"label": "Số phút phát", "value": "1.284", "unit": "phút"},
            {"label": "Quá hạn", "value": 7, "unit": "xã", "state": "over", "state_label": "cần gọi nhắc"},
        ],
        "columns": MONTHS,
        "rows": [
            _row("Trà My", "aaaaaadppppp"),
            _row("Khâm Đức", "aaaxaxdppppp", "trước 1/7/2025: thị trấn Khâm Đức, xã Phước Xuân"),
            _row("Đắc Pring", "xxaaaadppppp"),
            _row("Đặc khu có một cái tên thật dài để thử xuống dòng", "aaaaaaappppp"),
        ],
        "legend": [{"state": key, "label": word} for key, word in STATES.items()],
        "table_columns": [
            {"label": "Bản tin"},
            {"label": "Ngày phát"},
            {"label": "Lần", "numeric": True},
            {"label": "Tình trạng"},
        ],
        "table_rows": [
            [
                {"text": "Tháng 7: Việc nhẹ lương cao", "url": "#b7"},
                "12/7/2026",
                4,
                {"text": "đã phát", "state": "done"},
            ],
            [{"text": "Tháng 6: Kết bạn qua mạng", "url": "#b6"}, "–", 0, {"text": "quá hạn", "state": "over"}],
        ],
        "page": Paginator(range(30), 10).page(2),
        "steps": [
            {"label": "Viết lời", "state": "done", "detail": "8 đoạn, khoảng 4 phút đọc"},
            {"label": "Dịch", "state": "done", "url": "#s2"},
            {"label": "Thu âm", "state": "current", "detail": "Chờ giọng đọc Cơ Tu"},
            {"label": "Nghe lại", "state": "todo"},
            {"label": "Duyệt", "state": "todo"},
        ],
        "form": example_form(),
        "script": "Bà con ơi! Có người rủ đi làm xa, việc nhẹ, lương cao? Hãy hỏi kỹ trước khi đi. Gọi số 111, miễn phí.",
    }


def render(template: str, context: dict, query: dict | None = None) -> str:
    """A template with exactly this context: no context processor runs, so no database is asked."""
    bound = Context(context)
    bound.request = RequestFactory().get("/vi/", query or {})
    return get_template(template).template.render(bound)


def gallery_html(**extra) -> str:
    return render("components/gallery.html", example_context() | extra, {"q": "trà", "page": "2"})
