"""The certificate on paper: PDF, A4 landscape, with a QR code that asks the register."""

from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import floatformat
from django.utils.translation import override

from courses.models import Certificate
from media.printing import pdf, qr_svg

TEMPLATE = Path(__file__).parent / "print" / "certificate.typ"


def address_of(certificate: Certificate) -> str:
    """In capitals, so that the QR stays at 29 × 29 modules for an address of up to 61 characters."""
    return f"{settings.SITE_URL.rstrip('/')}/c/{certificate.code}".upper()


def certificates_pdf(certificates: list[Certificate]) -> bytes:
    """One page each, in the given order. Always in Vietnamese: it is a paper of a Vietnamese authority. Asks for
    `register__issuer__parent` and `register__issuer__area` of each: have them selected."""
    with override("vi"):
        pages = [_page(one) for one in certificates]
    return pdf(TEMPLATE, {"title": "Giấy chứng nhận", "certificates": pages})


def _page(one: Certificate) -> dict:
    issuer, address = one.register.issuer, address_of(one)
    details = [f"Thời lượng: {floatformat(one.hours)} giờ"]
    if one.held_from:
        first, last = f"{one.held_from:%d/%m/%Y}", f"{one.held_until:%d/%m/%Y}"
        details.append(f"ngày {first}" if first == last else f"từ ngày {first} đến ngày {last}")
    validity = f"Giấy này có giá trị từ ngày {one.valid_from:%d/%m/%Y}"
    if one.valid_until:
        # What is stored is the first day on which it no longer counts, as everywhere.
        validity += f" đến trước ngày {one.valid_until:%d/%m/%Y}"
    day, (post, _comma, name) = one.issued_on, one.signer.rpartition(",")
    return {
        "parent": issuer.parent.name.upper() if issuer.parent else "",
        "issuer": issuer.name.upper(),
        "number": one.label,
        "name": one.holder_name,
        "course": one.course_title,
        "details": ", ".join(details),
        "validity": validity,
        "qr": qr_svg(address),
        "address": address.lower().replace(one.code.lower(), one.code),
        "code": one.code,
        "place-and-day": f"{issuer.area.short_name}, ngày {day.day:02} tháng {_month(day.month)} năm {day.year}",
        # "Giám đốc, Trần Văn Mẫu": the post stands above the signature, the name under it.
        "post": post.strip().upper(),
        "signer": name.strip(),
    }


def _month(month: int) -> str:
    """Decree 30/2020: January and February are written with a zero before them, the other months without."""
    return f"{month:02}" if month < 3 else str(month)
