"""Takes a long page back to its top."""

from panel.custom import JSComponent

from components.browser_script import browser_script


class ScrollTop(JSComponent):
    """Stands at the top of a page that scrolls; shows nothing itself."""

    _esm = browser_script("scroll_top.js")

    def __init__(self) -> None:
        super().__init__(width=0, height=0, margin=0)

    def go(self) -> None:
        """Show the top of the page again."""
        self._send_msg({"kind": "top"})
