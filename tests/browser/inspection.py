"""What a person with other eyes, hands or a smaller screen would find on a page.

Each function takes a Playwright page that has been opened already.
"""

from pathlib import Path

from playwright.sync_api import Page

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SCREENSHOTS = HERE / "screenshots"

RUN_AXE = """
async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
"""

WIDER_THAN_SCREEN = """
() => {
  const screen = document.documentElement.clientWidth;
  const page = document.documentElement.scrollWidth;
  if (page <= screen) return [];
  const end = (element) => {
    const box = element.getBoundingClientRect();
    return Math.round(Math.max(box.right, box.left + element.scrollWidth));
  };
  const wide = [...document.querySelectorAll("body *")].filter((element) => end(element) > screen);
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} to ${end(element)} px`;
  return [`the page is ${page} px wide`, ...wide.map(name).slice(-8)];
}
"""


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong on `page`, one readable line for each element; empty when nothing is.

    The program is evaluated through the debugger, so a strict Content-Security-Policy stays in force.
    """
    page.evaluate(AXE)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:160]}"
        f" | {' '.join(node.get('failureSummary', '').split())}"
        for violation in page.evaluate(RUN_AXE)
        for node in violation["nodes"]
    ]


def no_horizontal_scroll(page: Page) -> None:
    """Fail, naming the widest elements, when `page` must be scrolled sideways (WCAG 2.2, 1.4.10)."""
    wider = page.evaluate(WIDER_THAN_SCREEN)
    width = page.viewport_size and page.viewport_size["width"]
    assert not wider, f"{page.url} scrolls sideways at {width} px:\n" + "\n".join(wider)


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of the whole `page` as screenshots/`name`.png (not in the repository)."""
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
