"""Takes the pictures of the README's tour from a running demonstration:

    bin/run &                        # with its demo data
    .venv/bin/python docs/pictures.py http://127.0.0.1:8000 var/demo-accounts.txt

Writes docs/img/<name>.png, 128 colours, so that the whole tour stays under a megabyte.
"""

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).parent / "img"
PHONE, DESK = (360, 760), (1200, 760)
# name of the picture: who looks (a role of the demonstration, or nobody), where, on what
TOUR = {
    "home": (None, "/vi/", PHONE),
    "desk": ("radio-operator", "/vi/phat-thanh/", PHONE),
    "coverage": ("programme-manager", "/vi/bao-cao/phu-song/", DESK),
    "workbench": ("communicator", "/cms/", DESK),
    "people": ("administrator", "/people/", PHONE),
}


def accounts(path: str) -> dict[str, tuple[str, str]]:
    """role → (e-mail, password), as bin/run wrote them."""
    found = re.findall(r"^(\S+)\s+(\S+@\S+)\s+(\S+)$", Path(path).read_text(), re.MULTILINE)
    return {role: (email, password) for role, email, password in found}


def sign_in(page: Page, base: str, email: str, password: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def keep(name: str, shot: bytes) -> None:
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(OUT / f"{name}.png", optimize=True)


def main(base: str, accounts_file: str) -> None:
    OUT.mkdir(exist_ok=True)
    people = accounts(accounts_file)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        for name, (role, path, (width, height)) in TOUR.items():
            context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
            page = context.new_page()
            if role:
                sign_in(page, base, *people[role])
            page.goto(base + path)
            page.wait_for_load_state("networkidle")
            keep(name, page.screenshot())
            context.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
