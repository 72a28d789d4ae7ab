"""Papers as PDF (typst) and QR codes as pictures. The same data gives the same bytes; no font of the machine is used."""

import io
import json
from functools import cache
from pathlib import Path

import segno
import typst

FONTS = Path(__file__).parent / "fonts"


def pdf(template: Path, data: dict) -> bytes:
    """`template` is a .typ file that reads its data by `json(bytes(sys.inputs.data))`."""
    return _compiler(template).compile(
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, format="pdf", timestamp=0
    )


def png(template: Path, data: dict, *, ppi: float) -> bytes:
    """The first page as a picture; 72 points are `ppi` pixels."""
    return _compiler(template).compile(sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, format="png", ppi=ppi)


@cache
def _compiler(template: Path) -> typst.Compiler:
    return typst.Compiler(str(template), font_paths=[str(FONTS)], ignore_system_fonts=True)


def qr_svg(text: str) -> str:
    """Error correction M, 2 modules of quiet zone. A text all in capitals and digits gives a smaller code."""
    out = io.BytesIO()
    # make() would choose a Micro QR code for a short text: no phone reads one.
    segno.make_qr(text, error="m").save(out, kind="svg", xmldecl=False, border=2, scale=4, light="#ffffff")
    return out.getvalue().decode()
