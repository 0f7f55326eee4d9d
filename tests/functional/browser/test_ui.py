"""The pages of the program in a real browser, as a person meets them: what is on the screen, not what was sent."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from cable import Cable
from mot import Tracks, iou_matrix, read_mot
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from sentinel_server import ROOT, Server

WAIT_S = 30
CLIP = ROOT / "media/demo/vtest_720p15.mp4"


class DemoServer(Protocol):
    """The fixture of tests/functional/conftest.py: Sentinel whose camera plays vtest, stretched to 1280x720, in a loop."""

    @property
    def base_url(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def camera_id(self) -> str: ...


OpenBrowser = Callable[..., webdriver.Chrome]


@dataclass(frozen=True)
class Elsewhere:
    base_url: str
    username: str
    password: str
    camera_id: str


@pytest.fixture
def cable(demo_server: DemoServer) -> Iterator[Cable]:
    address = urlsplit(demo_server.base_url)
    with Cable((address.hostname or "", address.port or 80)) as cable:
        yield cable


# ---- the page as a person uses it


@dataclass
class Page:
    browser: webdriver.Chrome
    server: DemoServer

    def open(self) -> None:
        self.browser.get(f"{self.server.base_url}/ui/")

    def element(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def wait(self, what: str, until: Callable[[], object], timeout_s: float = WAIT_S) -> None:
        ignored = (NoSuchElementException, StaleElementReferenceException)  # the page changes while it is looked at
        waiting = WebDriverWait(self.browser, timeout_s, poll_frequency=0.1, ignored_exceptions=ignored)
        waiting.until(lambda _: until(), f"waited {timeout_s} s: {what}")

    def wait_for_text(self, selector: str, text: str) -> None:
        self.wait(f"{selector} shows {text!r}", lambda: self.element(selector).text == text)

    def log_in(self, password: str | None = None) -> None:
        self.wait("the form to log in", lambda: self.element("#login").is_displayed())
        for selector, text in (("#username", self.server.username), ("#password", password or self.server.password)):
            self.element(selector).clear()
            self.element(selector).send_keys(text)
        self.element("#login button").click()

    def wait_for_picture(self) -> None:
        """Until the camera's tile shows what comes now, not what came once."""
        tile = f'.tile[data-camera="{self.server.camera_id}"]'
        self.wait("a live picture", lambda: "stale" not in (self.element(tile).get_attribute("class") or ""))

    def look(self) -> Look:
        """Picture and boxes of one instant: a single script, so that no frame comes in between."""
        seen = self.browser.execute_script(LOOK, self.server.camera_id)
        boxes = [Box(each["label"], each["track"], each["box"]) for each in seen["boxes"]]
        return Look(seen["picture"], float(seen["stream_s"]) if seen["stream_s"] else None, boxes)

    def complaints(self) -> list[str]:
        """What the browser's console has against the page: broken scripts, what its policy stopped, what did not load."""
        log: list[dict[str, str]] = self.browser.execute("getLog", {"type": "browser"})["value"]
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]


@dataclass
class Box:
    label: str
    track: str
    box: list[float]  # left, top, width, height in 0..1 of the picture, as drawn


@dataclass
class Look:
    picture: str  # a data: URL
    stream_s: float | None
    boxes: list[Box]


LOOK = """
const tile = document.querySelector(`.tile[data-camera="${arguments[0]}"]`);
const canvas = tile.querySelector("canvas");
const whole = canvas.getBoundingClientRect();
const boxes = [...tile.querySelectorAll(".box")].map((element) => {
  const part = element.getBoundingClientRect();
  const box = [(part.left - whole.left) / whole.width, (part.top - whole.top) / whole.height,
               part.width / whole.width, part.height / whole.height];
  return { label: element.dataset.label, track: element.dataset.track, box };
});
return { picture: canvas.toDataURL("image/jpeg"), stream_s: tile.dataset.streamS, boxes };
"""


@pytest.fixture
def page(open_browser: OpenBrowser, demo_server: DemoServer) -> Page:
    return Page(open_browser(), demo_server)


@pytest.fixture
def live(page: Page) -> Page:
    page.open()
    page.log_in()
    page.wait_for_text("#state", "Live")
    page.wait_for_picture()
    return page


# ---- log in and out


def test_login_refuses_a_wrong_password(page: Page) -> None:
    page.open()
    page.log_in(password="not-the-password")
    page.wait_for_text("#problem", "Wrong user name or password.")
    assert not page.element("#main").is_displayed()


def test_session_outlives_a_reload_and_leaves_no_token_about(live: Page) -> None:
    stored = "return [{...sessionStorage}, {...localStorage}, document.cookie, location.href]"
    nothing = [{}, {}, "", f"{live.server.base_url}/ui/"]
    assert live.browser.execute_script(stored) == nothing
    live.browser.refresh()
    live.wait_for_text("#state", "Live")
    assert live.browser.execute_script(stored) == nothing


def test_logout_ends_the_session(live: Page) -> None:
    live.element("#logout").click()
    live.wait("the form to log in", lambda: live.element("#login").is_displayed())
    assert live.browser.find_elements(By.CSS_SELECTOR, ".tile, .event") == []
    live.browser.refresh()
    live.wait("the form to log in", lambda: live.element("#login").is_displayed())


def test_says_that_the_connection_is_lost_and_finds_it_again(page: Page, cable: Cable) -> None:
    page.server = Elsewhere(cable.url, page.server.username, page.server.password, page.server.camera_id)
    page.open()
    page.log_in()
    page.wait_for_picture()
    cable.cut()
    page.wait_for_text("#state", "Connection lost, trying again…")
    page.wait("the old picture to be greyed", lambda: page.element(".tile.stale"))
    cable.mend()
    page.wait_for_text("#state", "Live")
    page.wait_for_picture()


# ---- cameras


def test_camera_is_live(live: Page, tmp_path: Path) -> None:
    first = live.look()
    time.sleep(1)  # what is tested: another second, another picture
    second = live.look()
    live.browser.save_screenshot(str(tmp_path / "ui.png"))
    assert len(first.picture) > 10_000  # a JPEG of a scene, not of a black screen
    assert first.picture != second.picture
    assert live.element(".status").text == "active"
    assert live.complaints() == []


def api_of(server: DemoServer) -> httpx.Client:
    login = {"username": server.username, "password": server.password}
    token = httpx.post(f"{server.base_url}/api/auth/login", json=login, timeout=15).json()["access_token"]
    return httpx.Client(base_url=server.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=15)


def test_camera_that_is_added_appears_and_goes_without_a_reload(live: Page) -> None:
    with api_of(live.server) as api:
        camera_id = api.post("/api/cameras", json={"name": "A new one", "url": f"file://{CLIP}", "fps": 1}).json()["id"]
        tile = f'.tile[data-camera="{camera_id}"]'
        try:
            live.wait_for_text(f"{tile} .name", "A new one")
            live.wait("its picture", lambda: "stale" not in (live.element(tile).get_attribute("class") or ""))
        finally:
            api.delete(f"/api/cameras/{camera_id}")
    live.wait("it is gone", lambda: not live.browser.find_elements(By.CSS_SELECTOR, tile))
    assert "stale" not in (live.element(".tile").get_attribute("class") or ""), "the other one went on"
    assert live.complaints() == []


def test_more_cameras_than_a_socket_has_channels(make_server: Callable[..., Server], open_browser: OpenBrowser) -> None:
    idle = "".join(f"  - {{id: idle_{i}, name: Idle {i}, url: 'file://{CLIP}', enabled: false}}\n" for i in range(70))
    last = f"  - {{id: last, name: Last, url: 'file://{CLIP}', fps: 1}}\n"
    server = make_server(cameras_yaml=f"cameras:\n{idle}{last}").start()
    page = Page(open_browser(), Elsewhere(server.base_url, server.username, server.password, "last"))
    page.open()
    page.log_in()
    page.wait_for_text("#state", "Live")
    tile = '.tile[data-camera="last"]'
    page.wait_for_text(f"{tile} .status", "active")
    page.browser.execute_script("arguments[0].scrollIntoView()", page.element(tile))
    page.wait_for_picture()
    assert len(page.browser.find_elements(By.CSS_SELECTOR, ".tile")) == 71


# vtest as a truth file knows it, and as the camera plays it.
SHARED = Path(os.environ.get("SENTINEL_SHARED") or Path(__file__).resolve().parents[4] / "shared")
TRUTH = SHARED / "footage" / "gt" / "PETS09-S2L1.txt"
TRUTH_WIDTH, TRUTH_HEIGHT, TRUTH_FPS, TRUTH_FRAMES = 768, 576, 10, 795
CLIP_S = 1193 / 15
SLACK_FRAMES = 2


def share_on_people(look: Look, truth: Tracks) -> float | None:
    """Of the boxes drawn round persons, the share that overlaps a true one of that time by half. Empty without boxes."""
    drawn = np.array([each.box for each in look.boxes if each.label == "person"])
    if look.stream_s is None or len(drawn) == 0:
        return None
    drawn *= [TRUTH_WIDTH, TRUTH_HEIGHT, TRUTH_WIDTH, TRUTH_HEIGHT]
    now = round(look.stream_s % CLIP_S * TRUTH_FPS) + 1
    frames = [truth[frame] for frame in range(now - SLACK_FRAMES, now + SLACK_FRAMES + 1) if frame in truth]
    if not frames:
        return None
    return max(float(np.mean(iou_matrix(drawn, frame.boxes).max(axis=1) >= 0.5)) for frame in frames)


@pytest.mark.skipif(not TRUTH.is_file(), reason=f"no truth to compare with: {TRUTH} is missing (SENTINEL_SHARED)")
def test_boxes_lie_on_people(live: Page, tmp_path: Path) -> None:
    truth = read_mot(TRUTH, ground_truth=True)
    shares: dict[float, float] = {}
    until = time.monotonic() + WAIT_S
    while len(shares) < 12 and time.monotonic() < until:
        look = live.look()
        share = share_on_people(look, truth)
        if share is not None and look.stream_s is not None:
            shares[look.stream_s] = share
        time.sleep(0.3)
    live.browser.save_screenshot(str(tmp_path / "boxes.png"))
    assert len(shares) >= 12, "the page hardly ever drew a box round a person"
    assert sum(share > 0 for share in shares.values()) >= 10, shares
    assert sum(shares.values()) / len(shares) >= 0.5, shares


# ---- events


def test_event_arrives_with_a_snapshot_that_loads(live: Page, tmp_path: Path) -> None:
    loaded = "return [...document.querySelectorAll('.event img')].some((image) => image.complete && image.naturalWidth > 0)"
    live.wait("an event", lambda: live.browser.find_elements(By.CSS_SELECTOR, ".event"), timeout_s=60)
    live.wait("a snapshot", lambda: live.browser.execute_script(loaded), timeout_s=60)
    live.browser.save_screenshot(str(tmp_path / "events.png"))
    row = live.browser.find_elements(By.CSS_SELECTOR, ".event")[-1]
    texts = [row.find_element(By.CSS_SELECTOR, part).text for part in (".what", ".where", ".when", ".sure")]
    assert all(texts), texts
    assert texts[0].startswith(("Person", "Vehicle", "Animal")), texts
    assert texts[3].startswith("Confidence "), texts
    assert texts[3].endswith(("ongoing", "ended")), texts


# ---- words, sizes


def test_speaks_french_to_a_french_browser(open_browser: OpenBrowser, demo_server: DemoServer, tmp_path: Path) -> None:
    page = Page(open_browser(language="fr", width=500), demo_server)
    page.open()
    page.wait_for_text("#login button", "Se connecter")
    page.log_in()
    page.wait_for_text("#state", "En direct")
    page.wait_for_picture()
    assert [title.text for title in page.browser.find_elements(By.CSS_SELECTOR, "main h2")] == ["Caméras", "Événements"]
    assert page.element("html").get_attribute("lang") == "fr"
    Select(page.element("#language")).select_by_value("en")
    page.wait_for_text("#logout", "Log out")
    page.browser.save_screenshot(str(tmp_path / "phone.png"))


def test_fits_a_phone(open_browser: OpenBrowser, demo_server: DemoServer, tmp_path: Path) -> None:
    page = Page(open_browser(), demo_server)
    metrics = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    page.open()
    page.log_in()
    page.wait_for_picture()
    page.browser.save_screenshot(str(tmp_path / "phone.png"))
    assert page.browser.execute_script("return document.documentElement.scrollWidth") == 360  # nothing to push sideways


# ---- the API's pages


@pytest.mark.parametrize(
    ("path", "operation"), [("/api/docs", ".opblock-summary-path"), ("/api/redoc", "[data-section-id^='tag/'] h2")]
)
def test_api_page_shows_the_operations(page: Page, path: str, operation: str, tmp_path: Path) -> None:
    page.browser.get(page.server.base_url + path)
    page.wait("operations", lambda: page.browser.find_elements(By.CSS_SELECTOR, operation))
    page.browser.save_screenshot(str(tmp_path / "api.png"))
    # Redoc's foot asks its authors' server for a logo; that the policy stops it is what we want.
    assert [each for each in page.complaints() if "logo-mini.svg" not in each] == []
