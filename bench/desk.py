"""What the first view of the radio operator's desk costs on the wire, in a real Chromium with an empty cache.

    .venv/bin/python bench/desk.py [--port 8377] [--write]

Starts the platform as bin/run does (production settings, demo data) on a folder of its own, opens the public desk and,
signed in, the operator's desk at 360 px, and reads the browser's own record of the network. Bytes are what arrived,
compressed, response headers included. `--write` keeps the table in bench/results/desk.md.
"""

import argparse
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
# Response headers of a page are 1 to 2 kB; the limits hold with them. kB are 1,000 bytes.
LIMITS = {"HTML + CSS": 14_000, "all": 50_000, "JavaScript": 10_000}
DESK = "/vi/phat-thanh/"


def start(folder: Path, port: int) -> subprocess.Popen:
    environment = os.environ | {"DATA_DIR": str(folder), "PORT": str(port), "HOST": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "bin/lib/run.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    until = time.monotonic() + 600
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit(f"the platform ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return process
        except OSError:
            time.sleep(1)
    process.send_signal(signal.SIGINT)
    sys.exit("the platform did not start in ten minutes")


def first_view(browser, url: str, state=None) -> dict:
    """{url: (type, bytes on the wire)} of one page load in a fresh context that has nothing but cookies."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="vi-VN", service_workers="block", storage_state=state
    )
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    named, seen = {}, {}
    session.on("Network.requestWillBeSent", lambda e: named.setdefault(e["requestId"], [e["request"]["url"], ""]))
    session.on("Network.responseReceived", lambda e: named[e["requestId"]].__setitem__(1, e["type"]))
    session.on("Network.loadingFinished", lambda e: seen.__setitem__(e["requestId"], e["encodedDataLength"]))
    answer = page.goto(url, wait_until="networkidle")
    if answer.status != 200 or urlsplit(page.url).path != DESK:
        sys.exit(f"{url} answered {answer.status} at {page.url}")
    if not (page.locator("audio").count() and page.locator("a[download]").count()):
        sys.exit("no bulletin stands on the desk, so there is nothing to measure")
    context.close()
    # A picture inside the style sheet (data:) costs nothing more.
    sent = {key: value for key, value in named.items() if value[0].startswith("http")}
    if missing := set(sent) - set(seen):
        sys.exit(f"never finished: {[sent[key] for key in missing]}")
    return {sent[key][0]: (sent[key][1], round(seen[key])) for key in sent}


def signed_in(browser, base: str, folder: Path):
    line = next(
        row for row in (folder / "demo-accounts.txt").read_text().splitlines() if row.startswith("radio-operator")
    )
    _role, email, password = line.split()
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(base + "/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda found: "/accounts/login" not in found)
    state = context.storage_state()
    context.close()
    return state


def row(name: str, found: dict, base: str) -> tuple[str, bool]:
    kinds: dict[str, int] = defaultdict(int)
    for kind, size in found.values():
        kinds[kind] += size
    cost = {
        "HTML + CSS": kinds["Document"] + kinds["Stylesheet"],
        "all": sum(kinds.values()),
        "JavaScript": kinds["Script"],
    }
    hosts = {urlsplit(url).netloc for url in found} - {urlsplit(base).netloc}
    kept = all(cost[name] <= limit for name, limit in LIMITS.items()) and not hosts
    cells = [name, f"{kinds['Document']:,}", f"{kinds['Stylesheet']:,}", f"{cost['HTML + CSS']:,}",
             f"{cost['JavaScript']:,}", f"{cost['all']:,}", str(len(found)), str(len(hosts)), "yes" if kept else "NO"]  # fmt: skip
    return "| " + " | ".join(cells) + " |", kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8377)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not path:
        sys.exit("no Chromium on the path")
    base = f"http://127.0.0.1:{options.port}"
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as temporary:
        folder = Path(temporary)
        process = start(folder, options.port)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
                version = browser.version
                views = {
                    "everyone's desk": first_view(browser, base + DESK),
                    "operator's desk": first_view(browser, base + DESK, signed_in(browser, base, folder)),
                }
                browser.close()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
    rows = [row(name, found, base) for name, found in views.items()]
    table = "\n".join([
        "| first view, 360 px, empty cache | HTML | CSS | HTML + CSS | JavaScript | all | requests | other hosts | within |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
        "| wanted, at most | | | 14,000 | 10,000 | 50,000 | | 0 | |",
        *(line for line, _kept in rows),
    ])  # fmt: skip
    parts = "\n".join(
        f"- {size:,} B {kind} `{urlsplit(url).path}`" for url, (kind, size) in views["operator's desk"].items()
    )
    print(table, parts, sep="\n\n")
    if options.write:
        (ROOT / "bench/results/desk.md").write_text(
            "# First view of the operator's desk\n\n"
            f"`.venv/bin/python bench/desk.py --write` on {platform.system()} {platform.machine()}, Chromium {version}; bytes on "
            "the wire, compressed, response headers included; demo data, server as bin/run starts it.\n\n"
            f"{table}\n\nThe operator's desk, request by request:\n\n{parts}\n"
        )
    return 0 if all(kept for _line, kept in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
