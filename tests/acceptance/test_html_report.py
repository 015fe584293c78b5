"""The HTML report in a real browser: charts, tables, links, keyboard, screen reader, print, size, nothing from outside."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LOGS = {
    "bad": ["examples/bad-operator.jsonl"],
    "good": ["examples/good-provider.jsonl"],
    "failing": ["examples/frequent-failer.jsonl", "--lang", "ru"],
    "unsure": ["examples/unsure-provider.jsonl", "--lang", "ru"],
    "page": ["examples/status-page/february.json", "--from", "statuspage", "--rules", "status-page"],
    "history": [
        "{real}/incidents/github_status_2022_2024.jsonl", "--from", "github-statuses", "--rules", "status-page",
    ],
    "big": ["{made}"],
}  # fmt: skip
PAGES = [
    "bad", "good", "failing", "unsure", "page", "big", pytest.param("history", marks=pytest.mark.real_data),
]  # fmt: skip
MOST_BYTES = 15_000_000
CASES = 1430  # of the made log: seven findings each


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, without a window."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def made_log(path: Path) -> None:
    """A log of outages that were told late, mended late and never said to be over."""
    begin = datetime(2026, 1, 5, 8, tzinfo=UTC)
    lines = []
    for n in range(CASES):
        case = f"T-{n:05d}"
        steps: list[tuple[float, str, dict[str, Any]]] = [
            (0, "outage.opened", {"severity": "high"}),
            (5, "message.received", {"role": "customer", "direction": "in", "channel": "email", "text": "Our telephones are dead."}),
            (30, "message.sent", {"direction": "out", "channel": "email", "text": "Our engineers are on their way."}),
            (60 + n % 40, "outage.resolved", {}),
        ]  # fmt: skip
        for number, (hours, name, more) in enumerate(steps):
            event = {
                "id": f"{case}.{number}", "time": (begin + timedelta(minutes=47 * n, hours=hours)).isoformat(), "event": name,
                "case": case, "incident": case, "customer": f"office {n % 900}", "team": ["noc", "field", "desk"][n % 3],
                "role": "agent",
            }  # fmt: skip
            lines.append(json.dumps(event | more))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Name of a log → the file with its report, made once by the command."""
    folder, done = tmp_path_factory.mktemp("html"), {}

    def make(name: str) -> Path:
        if name not in done:
            made = folder / "made.jsonl"
            if name == "big":
                made_log(made)
            values = {"real": os.environ.get("KEPTWORD_REAL_DATA", ""), "made": str(made)}
            arguments = [a.format(**values) for a in LOGS[name]]
            page = folder / f"{name}.html"
            command = [
                sys.executable,
                "-m",
                "keptword",
                "audit",
                *arguments,
                "--format",
                "html",
                "--output",
                str(page),
            ]
            ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert ran.returncode in {0, 1}, ran.stderr
            done[name] = page
        return done[name]

    return make


class Opened:
    """A page in the browser, and what went wrong in it."""

    def __init__(self, browser: Any, file: Path, fragment: str = "", **options: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on(
            "dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.address = file.as_uri()
        self.page.goto(self.address + fragment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def counted(self) -> tuple[int, int]:
        """Findings shown and findings that match, as the page says."""
        shown, matching = re.findall(r"\d+", self.page.locator("#shown").inner_text())
        return int(shown), int(matching)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_an_error_and_asks_nobody(browser: Any, written: Any, name: str) -> None:
    """Charts have shapes and labels; nothing is written to the console; nothing but the file itself is asked for."""
    with Opened(browser, written(name)) as opened:
        page = opened.page
        charts = page.locator("svg.chart")
        assert charts.count() == 2
        for number in range(2):
            box = charts.nth(number).bounding_box()
            assert box["width"] > 300
            assert box["height"] > 80
        assert page.locator(".kept svg.chart circle.dot").count() > 0
        heights = page.locator(".bad svg.chart rect.rect").evaluate_all(
            "all => all.map(r => r.getBBox().height)"
        )
        assert name == "good" or max(heights) > 0
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(200)
        assert opened.said == []
        assert {url.partition("#")[0] for url in opened.asked} == {opened.address}


@pytest.mark.parametrize(
    ("name", "scheme"), [("bad", "light"), ("bad", "dark"), ("failing", "light"), ("good", "dark")]
)
def test_a_screen_reader_finds_no_serious_fault(browser: Any, written: Any, name: str, scheme: str) -> None:
    """Axe finds nothing serious, contrast included, in light and in dark."""
    from axe_playwright_python.sync_playwright import Axe

    with Opened(browser, written(name), color_scheme=scheme) as opened:
        found = Axe().run(opened.page).response["violations"]
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:200]}"
            for v in found
            if v["impact"] in {"serious", "critical"}
        ]
        assert serious == []


def test_the_list_filters_and_sorts(browser: Any, written: Any) -> None:
    """Search, choices and headings change the list; Clear brings everything back."""
    with Opened(browser, written("bad")) as opened:
        page, rows = opened.page, opened.page.locator("#list tbody tr")
        everything = opened.counted()[1]
        assert rows.count() == everything
        page.get_by_label("Search").fill("tariff-notice")
        assert rows.count() == 1
        page.get_by_role("button", name="Clear").click()
        page.wait_for_function(
            "n => document.querySelectorAll('#list tbody tr').length === n", arg=everything
        )
        page.locator("select[name=severity]").select_option(label="critical")
        assert set(page.locator("#list tbody td:first-child").all_inner_texts()) == {"critical"}
        critical = int(re.search(r"(\d+) critical", page.locator(".tile.bad small").first.inner_text())[1])
        assert opened.counted() == (critical, critical)
        page.locator("select[name=severity]").select_option("")
        page.locator("#list th").nth(4).get_by_role("button").click()
        upwards = page.locator("#list tbody a").all_inner_texts()
        assert page.locator("#list th").nth(4).get_attribute("aria-sort") == "ascending"
        assert upwards[0] == "house/tariff-notice"
        page.locator("#list th").nth(4).get_by_role("button").click()
        assert page.locator("#list th").nth(4).get_attribute("aria-sort") == "descending"
        assert page.locator("#list tbody a").all_inner_texts()[-1] == "house/tariff-notice"
        delays = page.locator("#worst th").nth(2)
        delays.get_by_role("button").click()
        delays.get_by_role("button").click()
        assert page.locator("#worst tbody td:nth-child(3)").first.inner_text().startswith("102")


def test_links_lead_to_findings_and_cases(browser: Any, written: Any) -> None:
    """A finding in the list, a case among the worst and an address from elsewhere lead to the right place."""
    with Opened(browser, written("bad")) as opened:
        page = opened.page
        link = page.locator("#list tbody a").nth(5)
        anchor = link.get_attribute("href")
        link.click()
        page.wait_for_function("a => document.activeElement === document.querySelector(a)", arg=anchor)
        page.wait_for_timeout(700)
        assert abs(page.locator(anchor).bounding_box()["y"]) < 100
        page.locator("#worst tbody a").first.click()
        page.wait_for_timeout(700)
        assert abs(page.locator("#c-1").bounding_box()["y"]) < 100
        assert page.locator("#c-1 svg.timeline").count() == 1
        targets = page.locator("a[href^='#']").evaluate_all(
            "all => all.map(a => a.getAttribute('href').slice(1))"
        )
        assert [t for t in targets if not page.evaluate("id => !!document.getElementById(id)", t)] == []


def test_a_case_shows_its_timeline_its_reckoning_and_the_words(browser: Any, written: Any) -> None:
    """Events in lanes, bars with deadlines, the silence; the steps; what was said."""
    with Opened(browser, written("bad")) as opened:
        case = opened.page.locator("#c-1")
        assert case.locator("circle.event").count() >= 10
        assert case.locator("rect.overdue").count() >= 5
        assert case.locator("path.due").count() >= 5
        assert case.locator("rect.silence").count() >= 2
        assert case.locator("text.hush").first.text_content().split() == ["silence", "3", "d", "50", "min"]
        case.locator("details summary").first.click()
        assert case.locator("ol.steps li").first.is_visible()
        assert "Добра вам в чат" in case.locator("ol.events").inner_text()


def test_the_keyboard_is_enough(browser: Any, written: Any) -> None:
    """The first stop is the link to the contents; headings and the theme obey Enter and Space."""
    with Opened(browser, written("bad")) as opened:
        page = opened.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("#by-rule th button").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("#by-rule th").first.get_attribute("aria-sort") == "ascending"
        page.locator("#theme").focus()
        page.keyboard.press("Space")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert page.locator("#theme").get_attribute("aria-pressed") == "true"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


def test_without_scripts_the_page_still_tells(browser: Any, written: Any) -> None:
    """First screen, list and cases are there; nothing is offered that would not work."""
    with Opened(browser, written("bad"), java_script_enabled=False) as opened:
        page = opened.page
        for place in (".tiles", "svg.chart", "#worst", "#by-rule", "#list", "#c-1 svg.timeline"):
            assert page.locator(place).first.is_visible()
        for place in ("#theme", "#print", ".filters", "#more-rows"):
            assert not page.locator(place).is_visible()


def test_a_phone_needs_no_sideways_scrolling(browser: Any, written: Any) -> None:
    """On a narrow screen the page is as wide as the screen; wide tables scroll by themselves."""
    with Opened(browser, written("bad"), viewport={"width": 375, "height": 700}) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_page_prints(browser: Any, written: Any) -> None:
    """The PDF has pages and no buttons; dark colours stay on the screen."""
    with Opened(browser, written("bad"), color_scheme="dark") as opened:
        opened.page.emulate_media(media="print")
        assert not opened.page.locator("#theme").is_visible()
        assert not opened.page.locator("nav").is_visible()
        assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        pdf = opened.page.pdf(prefer_css_page_size=True)
        assert 3 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 40


def test_ten_thousand_findings_stay_usable(browser: Any, written: Any) -> None:
    """Under 15 MB, painted within two seconds; the last finding is found, filtered and reached by its address."""
    file = written("big")
    assert file.stat().st_size < MOST_BYTES
    with Opened(browser, file) as opened:
        page = opened.page
        shown, everything = opened.counted()
        assert shown == 200
        assert everything >= 10_000
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        assert painted < 2000
        page.get_by_role("button", name="Show more").click()
        assert opened.counted()[0] == 1200
        page.get_by_label("Search").fill("T-01429")
        assert 1 <= opened.counted()[1] <= 10
        link = page.locator("#list tbody a").last
        anchor = link.get_attribute("href")
        assert page.locator(anchor).count() == 0
        link.click()
        page.locator(f"{anchor} h4").wait_for()
        page.wait_for_function("a => document.activeElement === document.querySelector(a)", arg=anchor)
        assert opened.said == []
    with Opened(browser, file, anchor) as opened:
        opened.page.wait_for_function("a => document.activeElement === document.querySelector(a)", arg=anchor)
        opened.page.wait_for_timeout(700)
        assert abs(opened.page.locator(anchor).bounding_box()["y"]) < 100


def test_russian_pages_are_russian(browser: Any, written: Any) -> None:
    """Language, headings, months and plurals."""
    with Opened(browser, written("failing")) as opened:
        page = opened.page
        assert page.locator("html").get_attribute("lang") == "ru"
        assert page.locator("h1").inner_text() == "Сдержано ли слово?"
        tile = page.locator(".tile.bad").first.inner_text().split()
        number = int(tile[0])
        assert tile[1] == ("нарушение" if number == 1 else "нарушения" if number < 5 else "нарушений")
        assert re.search(
            r"\d\s(янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)\s\d{4}", page.locator(".sub").inner_text()
        )
