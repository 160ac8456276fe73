"""What every page must keep, measured in a real browser: check_page(page) and weigh(page, path)."""

import gzip
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Response

FIRST_LOAD, NEXT_PAGE = 150_000, 30_000  # bytes as a browser gets them, gzip -6
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = [320, 390, 1440]

# Text under 16 px stands only in charts' ticks, a calendar's weekday and a phone's tab labels.
MEASURE = """() => {
  const over = document.documentElement.scrollWidth - innerWidth, tiny = new Set(), small = new Set(), wide = new Set();
  if (over > 0)
    for (const e of document.querySelectorAll("body *"))
      if (e.getBoundingClientRect().right > innerWidth + 1) wide.add(e.tagName + "." + e.className);
  for (const e of document.querySelectorAll("a[href],button,input,select,summary,textarea")) {
    const box = (e.closest("label") || e).getBoundingClientRect();
    if (!box.width || e.closest(".visually-hidden, .dv-skip, svg")) continue;
    if (getComputedStyle(e).display === "inline") continue;
    if (box.height < 24 || box.width < 24) small.add(e.outerHTML.slice(0, 90));
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement, words = texts.currentNode.data.trim();
    const apart = "svg, .dv-tabs, .dv-day, .dv-cal-small th, .dv-bell";
    if (!words || !e.getClientRects().length || e.closest(apart)) continue;
    if (parseFloat(getComputedStyle(e).fontSize) < 16) tiny.add(e.className + ": " + words.slice(0, 30));
  }
  return { over, wide: [...wide].slice(0, 5), tiny: [...tiny], small: [...small] };
}"""


# Reading all style sheets anew would serve one rule only, which is an experiment of axe's and not among ours.
AXE = """async rules => {
  const result = await axe.run({ runOnly: rules, resultTypes: ["violations"], preload: { assets: ["media"] } });
  return result.violations.flatMap((v) => v.nodes.slice(0, 3).map(
    (node) => `axe ${v.id}: ${node.html.slice(0, 140)} ${(node.failureSummary || "").slice(0, 200)}`));
}"""


def listen(page: Page) -> Page:
    """Keep what the browser complains about; the `page` fixture has done it."""
    page.complaints = []
    page.on("console", lambda m: m.type in {"error", "warning"} and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def submit(page: Page, which: int = 0) -> None:
    """Press the button of the page's form (-1: of its last), and be back when the next page stands.

    A click alone returns while the server still works: the test would read the database too early, or type into the
    page that is about to go.
    """
    with page.expect_navigation():
        page.locator("form.dv-form button[type=submit]").nth(which).click()


def check_page(page: Page, *, expected_status: int = 200) -> None:
    """The page that is open: no complaint, no axe violation, no sideways scroll, no small text, no small target."""
    found: list[Any] = []
    size = page.viewport_size
    page.evaluate("document.fonts.ready.then(() => 0)")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900 if width > 1000 else 844})
        measured = page.evaluate(MEASURE)
        found += (
            [f"{width}: scrolls sideways by {measured['over']}, {measured['wide']}"] if measured["over"] > 0 else []
        )
        found += [f"{width}: text under 16 px: {text}" for text in measured["tiny"]]
        found += [f"{width}: target under 24 px: {target}" for target in measured["small"]]
        found += [f"{width}: {line}" for line in page.evaluate(AXE, RULES)] if width != 320 else []
    page.set_viewport_size(size)
    # Chromium itself logs the status of a page that answers 403 or 404.
    noise = f"status of {expected_status}" if expected_status != 200 else "\0"
    found += [line for line in page.complaints if noise not in line]
    page.complaints.clear()
    assert not found, f"{page.url}\n" + "\n".join(str(line) for line in found)


def weigh(page: Page, url: str, known: set[str]) -> int:
    """Bytes of opening `url`, compressed as the portal sends them; files in `known` are in the browser's cache."""
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    page.goto(url, wait_until="networkidle")
    page.remove_listener("response", keep)
    fresh = [answer for answer in answers if answer.url not in known or answer.url == page.url]
    known.update(answer.url for answer in answers)
    return sum(_size(answer) for answer in fresh)


def _size(answer: Response) -> int:
    body = answer.body()
    return len(body) if answer.url.endswith(".woff2") else len(gzip.compress(body, 6))
