"""What a save makes necessary: rendering the pages that were saved, or building everything with what is kept of it."""

import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from hooks.site import search_entries
from hooks.site.session import Session

log = logging.getLogger("mkdocs.preview")


@dataclass
class Site:
    """A complete build: everything that rendering one page again needs."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: jinja2.Environment | None = None  # once its templates are wanted
    unrepeatable: set[str] = field(default_factory=set)  # pages that show other pages, and are rendered with every one of them

    def note(self, name: str, unrepeatable: bool) -> None:
        """Whether a page runs code whose output may be another next time."""
        (self.unrepeatable.add if unrepeatable else self.unrepeatable.discard)(name)

    def page(self, path: Path) -> Page | None:
        """The page that was made from a Markdown file, if there was one."""
        docs = Path(self.config.docs_dir)
        if not path.is_relative_to(docs) or path.suffix != ".md" or not path.is_file():
            return None
        file = self.files.get_file_from_path(path.relative_to(docs).as_posix())
        return file.page if file else None


def rebuild(session: Session, changed: set[Path]) -> None:
    """Bring the served site up to date with the changed files."""
    pages = [session.site.page(path) for path in sorted(changed)] if session.site else [None]
    if None in pages or not _render(session, session.site, pages):
        session.findings.rendered.clear()
        session.build()
    session.publish()


def _render(session: Session, site: Site, saved: list[Page]) -> bool:
    """Render the saved pages into the site as it is; False where other pages would have to change with them.

    What the navigation and other pages show of a page stands in its front matter and its title. Headings are shown by the
    pages that list them, which are rendered as well, and links to them are all judged again.
    """
    config, files, start = site.config, site.files, time.monotonic()
    config.plugins.on_pre_build(config=config)
    before = [_known_to_others(page) for page in saved]
    listing = [files.get_file_from_path(name).page for name in sorted(site.unrepeatable)]
    pages = list({page.file.src_uri: page for page in (*saved, *listing)}.values())
    for page in pages:
        page.__dict__.pop("render", None)  # the last time's, which remembers and shields; both are put around it again
        _populate_page(page, config, files)
    if [_known_to_others(page) for page in saved] != before:
        return False
    shown = files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
    for page in pages:
        _build_page(page, config, shown, site.nav, site.env)
    for file in shown:
        file.page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
    search_entries.plugin(config).on_post_build(config=config)
    log.info("Rendered %d of %d pages in %.2f seconds", len(pages), len(shown), time.monotonic() - start)
    return True


def _known_to_others(page: Page) -> tuple[Any, ...]:
    return page.title, page.meta
