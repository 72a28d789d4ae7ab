"""Waiting for what a page becomes. Playwright's own waiting for a script needs eval, which the pages forbid."""

import time

from playwright.sync_api import Error

PATIENCE = 45


def until(page, script: str, arg=None, seconds: float = PATIENCE):
    """Asks again and again until the script's answer is true, and gives it."""
    end = time.monotonic() + seconds
    while not (found := page.evaluate(script, arg)):
        assert time.monotonic() < end, (
            f"never true: {script} {arg} ({found})\n{page.locator('body').inner_text()[:2000]}"
        )
        page.wait_for_timeout(100)
    return found


def eventually(check, seconds: float = PATIENCE):
    """The same for something that Python asks: the page through its locators, or the database."""
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, "never true"
        time.sleep(0.1)
    return found


def settled(page, script: str):
    """What a script says; asked again where the page, which loads itself anew once all is received, did so meanwhile."""
    while True:
        try:
            return page.evaluate(script)
        except Error as gone:
            if "Execution context was destroyed" not in str(gone):
                raise
            page.wait_for_load_state()
