"""The last look at rendered pages: what the source parser missed is found, what is bound or generated is left alone."""

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "html",
    [
        '<p>It holds <a class="stated" href="#" title="80 GB: source">80 GB</a>.</p>',
        "<p><code>80 GB</code></p><pre>80 GB</pre><script>var a = 80;</script>",
        '<svg viewBox="0 0 80 80"><title>80 GB</title><path d="M80"/></svg>',
        '<div data-generated><table><tr><td>80 GB<br>81 GB<img alt="82">83</td></tr></table></div>',
        "<p>The H100 and an FP8 <b>RTX</b> 4090 in 2022, <em>Table</em> 3.</p>",
        '<h2>Title<a class="headerlink" href="#a80" title="80">¶</a></h2><sup id="fnref:1"><a class="footnote-ref">1</a></sup>',
    ],
)
def test_what_is_bound_generated_or_no_quantity_passes(html, checker):
    assert checker.rendered(Path("page.md"), html) == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>It holds <b>80</b> GB.</p>", "80 GB"),
        ("<p>It holds &#56;&#48; GB.</p>", "80 GB"),
        ("<table><tr><td>80</td><td>GB</td></tr></table>", "80"),
        ('<p><a href="other/">80 GB</a></p>', "80 GB"),
        ('<p><img alt="80 GB" src="a80.png"></p>', "80 GB"),
        ('<div data-generated><p>1</p></div><p title="80 GB">x</p>', "80 GB"),
        ("<p>The H1000</p>", "H1000"),
    ],
)
def test_what_is_not_is_found(html, text, checker):
    problems = checker.rendered(Path("page.md"), html)
    assert [text in problem.message for problem in problems] == [True]
    assert problems[0].code == ("unknown-name" if text == "H1000" else "unbound-number")


def test_a_number_that_stands_once_in_the_source_is_placed(tmp_path, checker):
    page = tmp_path / "page.md"
    page.write_text("# Title\n\nIt holds 80 GB.\n", "utf-8")
    problem = checker.rendered(page, "<p>It holds 80 GB.</p>")[0]
    assert (problem.line, problem.column) == (3, 10)
    assert checker.rendered(page, "<p>81 GB.</p>")[0].line == 1
