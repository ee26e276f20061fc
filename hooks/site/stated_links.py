"""A Markdown extension that turns stated numbers into links to their fact or calculator, with the working as tooltip."""

from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

_AFTER_INLINE_BEFORE_MKDOCS = 5  # links exist once inline patterns (20) have run; MkDocs resolves addresses last (0)


class StatedLinks(Extension):
    """Rewrites links whose destination is in `targets`: destination -> (address in docs/, tooltip)."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, tuple[str, str]] = {}

    def extendMarkdown(self, md: Markdown) -> None:
        """Register with Python-Markdown."""
        md.treeprocessors.register(_Rewriter(md, self), "ridgepoint-stated", _AFTER_INLINE_BEFORE_MKDOCS)


class _Rewriter(Treeprocessor):
    def __init__(self, md: Markdown, extension: StatedLinks) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            written = link.get("href", "")
            # An editor may write &amp;; but "&para" of "&parameters=" is no entity.
            destination = written if written in self.extension.targets else written.replace("&amp;", "&")
            if destination in self.extension.targets:
                address, tooltip = self.extension.targets[destination]
                link.set("href", address)
                link.set("class", "stated")
                link.set("title", tooltip)
