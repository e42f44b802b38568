"""The pictures of the README and the docs: a page in light, in dark, and as wide as a telephone.

    make demo
    python -m tests.screenshot .demo/data/editions/latest.html .github/edition.jpg
    .venv/bin/wiredesk serve --data .demo/data &
    python -m tests.screenshot http://127.0.0.1:8000/stories/ID .github/story.jpg

Needs Debian's Chromium (`apt-get install chromium libatomic1`). Takes the top of the page, as a reader meets it.
"""

import argparse
import base64
from pathlib import Path

from tests.browser import chromium

#: Name of the picture -> width and height in CSS pixels, and the scheme that the reader prefers.
VIEWS = {
    "light": (1120, 1000, "light"),
    "dark": (1120, 1000, "dark"),
    "phone": (390, 1000, "dark"),
}


def take(address: str, picture: Path) -> None:
    """Write the views of the page at `address` beside each other into the JPEG file `picture`."""
    with chromium() as browser:
        images = []
        for width, height, scheme in VIEWS.values():
            tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
            tab.goto(address)
            images.append(f"<img src='data:image/png;base64,{base64.b64encode(tab.screenshot()).decode()}'>")
        whole = browser.new_page(viewport={"width": 1900, "height": 720})
        whole.set_content(
            "<style>body { margin: 0; display: flex; gap: 12px; padding: 12px; background: #888; }"
            "img { height: 696px; }</style>" + "".join(images)
        )
        whole.locator("body").screenshot(path=picture, type="jpeg", quality=72)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", help="an HTML file, or an address that begins with http")
    parser.add_argument("picture", type=Path, help="the JPEG file to write")
    arguments = parser.parse_args()
    is_address = arguments.page.startswith("http")
    take(arguments.page if is_address else Path(arguments.page).absolute().as_uri(), arguments.picture)


if __name__ == "__main__":
    main()
