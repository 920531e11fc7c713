"""Make the README's picture: the top of the page of one demo report, as Chromium shows it.

python docs/picture.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from inminban.demo import demo

HERE = Path(__file__).parent


def main() -> None:
    """Run the demo and photograph one page of it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        page_file = demo(Path(folder) / "demo").parent / "kaesong-relief.html"
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1180, "height": 1240}, device_scale_factor=1)
        page.goto(page_file.as_uri())
        page.screenshot(path=str(HERE / "kaesong.png"), clip={"x": 0, "y": 0, "width": 1180, "height": 1240})
        browser.close()


if __name__ == "__main__":
    main()
