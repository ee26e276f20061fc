"""MkDocs events. What they do lives in hooks/site, hooks/checks and hooks/runtime; nothing here knows a number or a formula."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from jinja2 import FileSystemBytecodeCache  # noqa: E402
from mkdocs.exceptions import PluginError  # noqa: E402

from hooks import runtime  # noqa: E402
from hooks.runtime import service_worker  # noqa: E402
from hooks.site import (  # noqa: E402
    accounted,
    begun_later,
    dates,
    descriptions,
    downloads,
    mounted_later,
    navigation,
    output,
    place_noted,
    policy,
    reading_paths,
    related,
    scripts,
    search_entries,
    search_on_demand,
    session,
    styled_once,
    styles,
)
from hooks.site.code_blocks import Fences  # noqa: E402
from hooks.site.editor import Editor, facts_can_be_read  # noqa: E402
from hooks.site.glossary import Tooltips  # noqa: E402
from hooks.site.kept_pages import KeptPages  # noqa: E402
from hooks.site.rebuilding import Site  # noqa: E402
from hooks.site.record_pages import GeneratedSections  # noqa: E402
from hooks.site.remembered import Remembered  # noqa: E402
from hooks.site.stated_links import StatedLinks  # noqa: E402

CACHE = ROOT / ".cache"
_ID = re.compile(r'\sid="([^"]+)"')
_preview = session.current
_links = StatedLinks()
_remembered = Remembered(ROOT)
_fences = Fences(_remembered)
_pages = KeptPages(_remembered, _links, _fences)
_editor = Editor(_links, _remembered)
_sections = GeneratedSections(_remembered)
_site: Site | None = None
_final_site = ""


def on_startup(command, dirty):
    """Remember whether an editor is looking (`serve`) or the result counts (`build`); let notebooks import the calculators."""
    if str(ROOT) not in sys.path:  # MkDocs restores the path once it has loaded this file
        sys.path.insert(0, str(ROOT))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    dates.use_commit(ROOT)
    if command == "serve":
        _preview.start(ROOT)


def on_config(config):
    """Register the Markdown extensions, fill the navigation, and build beside the published folder."""
    global _final_site
    config.markdown_extensions += [_links, Tooltips()]
    config.nav = navigation.expand(config.nav, Path(config.docs_dir))
    _fences.remember(config.mdx_configs["pymdownx.superfences"]["custom_fences"])
    search_entries.remember(search_entries.plugin(config).search_index, _remembered)
    if _preview.serving:
        config.site_dir = _preview.folder(config.site_dir)
    else:
        _final_site = config.site_dir
        config.site_dir = output.staging_of(config.site_dir)
    return config


def on_pre_build(config):
    """Check every stated number and fact. A build stops here, before anything is written; a preview goes on and shows it."""
    _remembered.begin()
    problems = _editor.check_all(Path(config.docs_dir))
    if problems and not _preview.serving:
        raise PluginError("\n".join(["stated numbers or facts do not hold:", *map(str, problems)]))
    if _preview.server and not facts_can_be_read():
        raise session.NothingToShow


def on_files(files, config):
    """Serve the interpreter, the calculators and the data from the site itself; make one file of each script."""
    folder = runtime.assemble(ROOT, CACHE / "runtime", trimmed=not _preview.serving)
    served = downloads.runtime_files(config, folder)
    if facts_can_be_read():
        served += downloads.fact_files(config)
    for file in served:
        files.append(file)
    scripts.bundle(files, config)
    if not _preview.serving:  # where a saved style sheet is copied by itself
        styles.bundle(files, config)
    begun_later.defer(files)
    search_on_demand.defer(files)
    styled_once.keep(files)
    mounted_later.defer(files)
    place_noted.keep(files)
    return files


def on_nav(nav, config, files):
    """Pages can be told apart from here on: which there are, and where they stand."""
    global _site
    _pages.among(files)
    _site = Site(config, files, nav)
    return nav


def on_pre_page(page, config, files):
    """Convert a page only if nothing kept of it holds any more."""
    _preview.begin_page(page.file.src_uri)
    _pages.remember(page)
    if _preview.serving:
        _editor.shield(page)
    return page


def on_page_markdown(markdown, page, config, files):
    """Find where the stated numbers of this page lead; give the page of a record its generated part."""
    _editor.before_rendering(Path(page.file.abs_src_path))
    return markdown + _sections.headings(page.file.src_uri)


def on_page_content(html, page, config, files):
    """List the page's assumptions; look once more, at what a reader will really see."""
    _site.note(page.file.src_uri, _fences.unrepeatable)
    seen = _sections.filled(page.file.src_uri, html)
    html = _editor.after_rendering(page, html, seen)
    # MkDocs knows the anchors of Markdown alone; fact rows are generated, and links to them are judged like all others.
    page.present_anchor_ids = (page.present_anchor_ids or set()) | set(_ID.findall(seen)) | set(_ID.findall(html))
    _preview.end_page()
    return html


def on_page_context(context, page, config, nav):
    """Fill in what is generated, now that the search has read the page: it would parse every table and leave it out.

    Related pages, and what is read before and after the page on its reading paths, come last.
    """
    page.meta.setdefault("description", descriptions.first_sentences(page.content))
    foot = related.foot(page.file.src_uri) + reading_paths.foot(page.file.src_uri)
    page.content = _sections.filled(page.file.src_uri, page.content) + foot
    context["inputs"] = scripts.inputs(page.content)


def on_env(env, config, files):
    """Stop a build whose rendered pages show a number that nothing stands behind. No page has been written yet."""
    if _editor.unseen and not _preview.serving:
        raise PluginError("\n".join(["numbers on rendered pages are not bound:", *map(str, _editor.unseen)]))
    templates = CACHE / "templates"
    templates.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(templates))
    _site.env = env
    return env


def on_post_build(config):
    """Give the pages their security policy and a service worker; put the finished site in the place of the last good one."""
    folder = Path(config.site_dir)
    if _preview.serving:  # it adds a script of its own to every page, which the policy would refuse
        service_worker.write(folder, preview=True)
        _preview.site = _site
    elif not output.will_be_refused(config.strict):
        policy.apply(folder, config.site_url)
        service_worker.write(folder)
        accounted.check(folder, _site.files)
        output.publish(config.site_dir, _final_site)


def on_build_error(error):
    """Leave nothing of a build that was refused."""
    if _final_site:
        output.discard(_final_site)


def on_serve(server, config, builder):
    """From here on a save brings the site up to date in our way, and every page tells what is wrong."""
    _preview.attach(server, builder)
    return server
