"""A real browser: Debian's Chromium without a window, driven through its own chromedriver."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

OpenBrowser = Callable[..., webdriver.Chrome]

# Nothing that Chromium does by itself may reach beyond this machine, or write where the next run would find it.
FLAGS = (
    "--headless=new --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --no-proxy-server"
).split()


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is not installed: run script/setup --tests, or on Debian 12: apt-get install {package}")
    return found


def start(language: str, width: int, height: int) -> webdriver.Chrome:
    options = Options()
    options.binary_location = program("chromium", "chromium")
    flags = [*FLAGS, f"--window-size={width},{height}", f"--lang={language}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium has none for root
    for flag in flags:
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # With its path named, Selenium looks for no driver of its own in the net.
    service = Service(executable_path=program("chromedriver", "chromium-driver"))
    browser = webdriver.Chrome(options=options, service=service)
    browser.set_page_load_timeout(30)
    browser.set_script_timeout(30)
    return browser


@pytest.fixture
def open_browser() -> Iterator[OpenBrowser]:
    """open_browser(language="en", width=1280, height=900): a browser with nothing in it yet, closed after the test."""
    opened: list[webdriver.Chrome] = []

    def open_one(language: str = "en", width: int = 1280, height: int = 900) -> webdriver.Chrome:
        opened.append(start(language, width, height))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.quit()
