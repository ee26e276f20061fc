"""The Content-Security-Policy: hashes as browsers count them, and nothing in a page that would need an unsafe policy."""

import pytest
from mkdocs.exceptions import PluginError

from hooks.site import policy

PAGE = "<html><head><meta charset='utf-8'><title>A page</title></head><body>{}</body></html>"


def test_a_script_is_named_by_the_hash_that_the_specification_gives():
    # The example of the specification: https://www.w3.org/TR/CSP3/#example-hash-source
    assert policy.digest("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_line_ends_count_as_a_browser_reads_them():
    assert policy.digest("a\r\nb\rc\n") == policy.digest("a\nb\nc\n")


def test_scripts_of_files_and_data_are_not_inline_scripts():
    html = '<script src="a.js"></script><script type="application/json">{}</script><script>let a = "<b>"</script>'
    assert policy.inline_scripts(html) == ['let a = "<b>"']


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ('<p style="color: red">x</p>', "style"),
        ("<td title='a > b' style='text-align: right'>x</td>", "style"),
        ('<td class="a"\n  style="">x</td>', "style"),
        ('<button type="button" onclick="go()">x</button>', "onclick"),
        ("<style>p { color: red }</style>", "<style>"),
        ('<a href="javascript:go()">x</a>', "javascript:"),
    ],
)
def test_what_the_policy_cannot_allow_is_named(html, named):
    assert [named in reason for reason in policy.refusals(PAGE.format(html))] == [True]


@pytest.mark.parametrize(
    "html",
    [
        "<p>A style = a class; on = off, onclick=…</p>",
        '<p title="style=none onclick=none">x</p>',
        "<pre><code>&lt;p style=&quot;color: red&quot;&gt;</code></pre>",
        "<script>element.style = null</script>",
        '<svg><path fill="none" stroke-width="2"/></svg>',
    ],
)
def test_words_are_not_taken_for_attributes(html):
    assert policy.refusals(PAGE.format(html)) == []


def test_all_pages_get_the_union_before_anything_that_it_is_about(tmp_path):
    (tmp_path / "deep").mkdir()
    for name, script in (("index.html", "one()"), ("deep/index.html", "two()")):
        (tmp_path / name).write_text(PAGE.format(f"<script>{script}</script>"))
    policy.apply(tmp_path, "https://example.org/handbook/")
    expected = policy.policy({policy.digest("one()"), policy.digest("two()")})
    for name in ("index.html", "deep/index.html"):
        text = (tmp_path / name).read_text()
        assert text.count(f'content="{expected}"') == 1
        assert text.index("Content-Security-Policy") < text.index("<title>")
    rules = (tmp_path / "_headers").read_text()
    assert rules.startswith(f"/handbook/*\n  Content-Security-Policy: {expected}; frame-ancestors 'none'\n")
    assert f"/handbook/{policy.WORKER}\n  Content-Security-Policy: {policy.WORKER_POLICY}\n" in rules


def test_a_page_that_needs_more_stops_the_build_and_is_named(tmp_path):
    (tmp_path / "index.html").write_text(PAGE.format('<p style="color: red">x</p>'))
    with pytest.raises(PluginError, match=r"index\.html: an attribute style"):
        policy.apply(tmp_path, "https://example.org/")
    assert not (tmp_path / "_headers").exists()


def test_the_worker_that_is_given_a_policy_is_the_worker_of_the_site(root):
    assert (root / "docs" / policy.WORKER).is_file()
