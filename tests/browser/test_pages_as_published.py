"""What every published page carries: its policy, its title and description, its preview; and what it weighs without Python."""

import gzip
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from conftest import BUILT_FOR
from playwright.sync_api import expect
from reader import field, fill, open_page, state

from hooks.site import policy

pytestmark = pytest.mark.browser


class Head(HTMLParser):
    """The elements of a page in order, with their attributes; the text of its title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] == "title" and not self.title:
            self.title = data.strip()

    def meta(self, name: str) -> str | None:
        found = [given for tag, given in self.elements if tag == "meta" and name in (given.get("name"), given.get("property"))]
        return found[0]["content"] if found else None


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="module")
def heads(pages) -> dict[str, Head]:
    return {path: Head(html.partition("</head>")[0]) for path, html in pages.items()}


def test_no_page_has_two_elements_of_one_name(pages):
    named = {path: Counter(re.findall(r'<[a-z][^<>]*?\sid="([^"]*)"', html)) for path, html in pages.items()}
    assert sum(map(len, named.values())) > 10_000
    assert {path: twice for path, names in named.items() if (twice := [name for name, times in names.items() if times > 1])} == {}


def test_every_page_is_under_the_same_policy_and_needs_no_other(pages, heads):
    policies = set()
    for path, html in pages.items():
        kept = [given.get("http-equiv") == "Content-Security-Policy" for _, given in heads[path].elements]
        assert kept.count(True) == 1, path
        before = [tag for tag, _ in heads[path].elements[: kept.index(True)]]
        assert set(before) <= {"html", "head", "meta"}, path
        rules = heads[path].elements[kept.index(True)][1]["content"]
        policies.add(rules)
        assert [script for script in policy.inline_scripts(html) if policy.digest(script) not in rules] == [], path
        assert policy.refusals(html) == [], path
    (rules,) = policies
    directives = dict(rule.split(" ", 1) for rule in rules.split("; "))
    assert directives["default-src"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/]{43}=')+ 'wasm-unsafe-eval'", directives["script-src"])
    assert [directives[name] for name in ("style-src", "connect-src", "worker-src", "font-src")] == ["'self'"] * 4
    assert "http" not in rules and "*" not in rules and "unsafe-inline" not in rules


def test_a_reader_meets_no_violation_of_the_policy(page, address):
    page.add_init_script(
        "window.violations = []; document.addEventListener('securitypolicyviolation', "
        "(event) => violations.push(`${event.effectiveDirective} ${event.blockedURI}`));"
    )
    open_page(page, address)
    page.evaluate("window.sameDocument = true")
    fill(page, "batch", "8")
    state(page, "ready")
    page.keyboard.press("Escape")
    for name in ("Guides", "GPUs", "Evidence", "Calculators"):
        page.locator(".md-tabs").get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".md-tabs__item--active")).to_have_text(re.compile(name))
    page.locator("article").get_by_role("link", name="Decoding speed").first.click()
    expect(field(page, "batch")).to_have_value("1")
    assert page.evaluate("window.sameDocument")
    assert page.evaluate("violations") == []


def test_the_search_loads_its_index_when_it_is_opened(page, address):
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path.rpartition("/")[2]))
    page.goto(address, wait_until="networkidle")
    assert "bundle" in " ".join(asked)
    assert "search_index.json" not in asked
    assert page.workers == []  # nor what searches it
    page.keyboard.press("/")
    page.keyboard.type("roofline")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    assert "search_index.json" in asked


@pytest.mark.parametrize(
    ("path", "kilobytes"),
    [
        ("", 250),
        ("guides/h100-or-a100-inference/", 250),
        ("gpus/h100-sxm5-80gb/", 250),
        ("audit/", 250),
        ("calculators/decode/", 300),
        ("calculators/which_gpu/", 300),
        ("calculators/compare_accelerators/", 300),
    ],
)
def test_a_page_is_light(page, address, site, path, kilobytes):
    """As a server sends it: text compressed, everything asked for before Python is."""
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(address + path)  # with its scripts, which a busy machine may be late to ask for
    page.wait_for_load_state("networkidle")
    files = {site / name.removeprefix("/handbook/") for name in asked if "/runtime/" not in name}
    files = {file / "index.html" if file.is_dir() else file for file in files}
    assert len(files) > 5
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= kilobytes * 1000


def test_every_page_has_a_title_and_a_description_of_its_own(heads):
    heads = {path: head for path, head in heads.items() if path != "404.html"}
    for values in ([head.title for head in heads.values()], [head.meta("description") for head in heads.values()]):
        assert all(values)
        assert sorted({value for value in values if values.count(value) > 1}) == []


def test_a_shared_link_shows_what_the_page_is(heads, site):
    assert heads["404.html"].meta("og:title") is None
    for path, head in heads.items():
        if path != "404.html":
            assert head.meta("og:title") == head.meta("twitter:title") == head.title, path
            assert head.meta("og:description") == head.meta("twitter:description") == head.meta("description"), path
            assert head.meta("og:url") == BUILT_FOR + path.removesuffix("index.html"), path
            assert head.meta("og:image") == head.meta("twitter:image") == f"{BUILT_FOR}assets/preview.png", path
    picture = (site / "assets/preview.png").read_bytes()
    size = [heads["index.html"].meta(f"og:image:{side}") for side in ("width", "height")]
    assert [str(int.from_bytes(picture[start : start + 4])) for start in (16, 20)] == size


def test_the_sitemap_names_every_page_once_and_no_day_of_a_build(site, pages):
    entries = ElementTree.parse(site / "sitemap.xml").getroot()
    names = [place.text for entry in entries for place in entry if place.tag.endswith("}loc")]
    assert sorted(names) == sorted(BUILT_FOR + path.removesuffix("index.html") for path in pages if path != "404.html")
    assert {place.tag.partition("}")[2] for entry in entries for place in entry} == {"loc"}
