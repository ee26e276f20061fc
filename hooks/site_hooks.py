"""MkDocs events. What they do lives in hooks/site, hooks/checks and hooks/runtime; nothing here knows a number or a formula."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from mkdocs.exceptions import PluginError  # noqa: E402

from hooks import runtime  # noqa: E402
from hooks.site import (  # noqa: E402
    code_blocks,
    descriptions,
    downloads,
    navigation,
    output,
    policy,
    reading_paths,
    related,
    search_on_demand,
)
from hooks.site.editor import Editor, facts_can_be_read  # noqa: E402
from hooks.site.glossary import Tooltips  # noqa: E402
from hooks.site.record_pages import GeneratedSections  # noqa: E402
from hooks.site.reload import forget_edited  # noqa: E402
from hooks.site.remembered import Remembered  # noqa: E402
from hooks.site.stated_links import StatedLinks  # noqa: E402

_ID = re.compile(r'\sid="([^"]+)"')
_links = StatedLinks()
_editor = Editor(_links)
_remembered = Remembered(ROOT)
_sections = GeneratedSections(_remembered)
_final_site = ""


def on_startup(command, dirty):
    """Remember whether an editor is looking (`serve`) or the result counts (`build`); let notebooks import the calculators."""
    if str(ROOT) not in sys.path:  # MkDocs restores the path once it has loaded this file
        sys.path.insert(0, str(ROOT))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    _editor.serving = command == "serve"


def on_config(config):
    """Register the Markdown extensions, fill the navigation, and build beside the published folder."""
    global _final_site
    config.markdown_extensions += [_links, Tooltips()]
    config.nav = navigation.expand(config.nav, Path(config.docs_dir))
    code_blocks.remember(config.mdx_configs["pymdownx.superfences"]["custom_fences"], _remembered)
    if _editor.serving:
        # A cell that fails is shown in its page; it would end the preview otherwise. A build refuses it.
        config.plugins["mkdocs-jupyter"].config["allow_errors"] = True
    else:
        _final_site = config.site_dir
        config.site_dir = output.staging_of(config.site_dir)
    return config


def on_pre_build(config):
    """Check every stated number and fact. A build stops here, before anything is written; a preview goes on and shows it."""
    forget_edited(ROOT)
    _remembered.begin()
    problems = _editor.check_all(Path(config.docs_dir))
    if problems and not _editor.serving:
        raise PluginError("\n".join(["stated numbers or facts do not hold:", *map(str, problems)]))


def on_files(files, config):
    """Serve the interpreter, the calculators' wheel and the data from the site itself."""
    folder = runtime.assemble(ROOT, ROOT / ".cache" / "runtime")
    served = downloads.runtime_files(config, folder)
    if facts_can_be_read():
        served += downloads.fact_files(config)
    for file in served:
        files.append(file)
    search_on_demand.defer(files)
    return files


def on_page_markdown(markdown, page, config, files):
    """Find where the stated numbers of this page lead; give the page of a record its generated part."""
    _editor.before_rendering(Path(page.file.abs_src_path))
    return markdown + _sections.headings(page.file.src_uri)


def on_page_content(html, page, config, files):
    """List the page's assumptions; look once more, at what a reader will really see."""
    seen = _sections.filled(page.file.src_uri, html)
    html = _editor.after_rendering(Path(page.file.abs_src_path), html, seen)
    # MkDocs knows the anchors of Markdown alone; fact rows are generated, and links to them are judged like all others.
    page.present_anchor_ids = (page.present_anchor_ids or set()) | set(_ID.findall(seen)) | set(_ID.findall(html))
    return html


def on_page_context(context, page, config, nav):
    """Fill in what is generated, now that the search has read the page: it would parse every table and leave it out.

    Related pages, and what is read before and after the page on its reading paths, come last.
    """
    page.meta.setdefault("description", descriptions.first_sentences(page.content))
    foot = related.foot(page.file.src_uri) + reading_paths.foot(page.file.src_uri)
    page.content = _sections.filled(page.file.src_uri, page.content) + foot


def on_env(env, config, files):
    """Stop a build whose rendered pages show a number that nothing stands behind. No page has been written yet."""
    if _editor.unseen and not _editor.serving:
        raise PluginError("\n".join(["numbers on rendered pages are not bound:", *map(str, _editor.unseen)]))


def on_post_build(config):
    """Give the pages their security policy; put the finished site in the place of the last good one."""
    if not _editor.serving:  # a preview adds a script of its own to every page
        policy.apply(Path(config.site_dir), config.site_url)
        output.publish(config.site_dir, _final_site)
