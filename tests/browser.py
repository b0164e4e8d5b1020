"""A real Chromium for stories marked `browser`, found on this machine; none is ever downloaded.

Where there is none these stories are skipped by name, or stop the run at once if GUANJIA_BROWSER=required.
"""

import functools
import os
import shutil
import subprocess
import sys

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = ("/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


@functools.cache
def chromium_path() -> str | None:
    """A program that really is one: some systems ship a stub that only tells how to install it."""
    for name in (os.environ.get("GUANJIA_CHROMIUM"), *NAMES, *MAC):
        if name and (found := shutil.which(name)) and subprocess.run([found, "--version"], capture_output=True).returncode == 0:
            return found
    return None


def pytest_collection_modifyitems(config, items):
    stories = [item for item in items if item.get_closest_marker("browser")]
    if not stories or chromium_path():
        return
    if os.environ.get("GUANJIA_BROWSER") == "required":
        raise pytest.UsageError("GUANJIA_BROWSER=required, but there is no Chromium on this machine (apt-get install chromium).")
    for item in stories:
        item.add_marker(pytest.mark.skip(reason="not run: no Chromium on this machine (apt-get install chromium)"))


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium; `chromium.new_context(...)` is a fresh visitor."""
    from playwright.sync_api import sync_playwright

    # Playwright's event loop runs in this thread, where Django would otherwise refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


if __name__ == "__main__":  # asked by scripts/chromium
    sys.exit(0 if chromium_path() else 1)
