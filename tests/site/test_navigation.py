"""Pages of a folder stand in the groups and the order that their front matter and that of the index say."""

import pytest

from hooks.site.listing import pages
from hooks.site.navigation import NavigationError, by_subject, expand


def write(folder, name, *lines):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("---\n" + "\n".join(lines) + "\n---\n\n# Page\n", "utf-8")


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "subjects"
    write(folder, "index.md", "title: All", "subjects: [Arithmetic, Memory]")
    write(folder, "a.md", "title: Later", "subject: Memory")
    write(folder, "b.md", "title: Sooner", "subject: Arithmetic", "order: 2")
    write(folder, "c.md", "title: First", "subject: Arithmetic", "order: 1")
    write(folder, "d.md", "title: Alone")
    return tmp_path


def test_pages_stand_by_subject_then_by_order_and_those_without_come_last(docs):
    assert expand([{"All": ["subjects/"]}], docs) == [
        {
            "All": [
                "subjects/index.md",
                {"Arithmetic": ["subjects/c.md", "subjects/b.md"]},
                {"Memory": ["subjects/a.md"]},
                "subjects/d.md",
            ]
        }
    ]


def test_a_subject_that_the_index_does_not_list_is_refused(docs):
    write(docs / "subjects", "e.md", "title: Typo", "subject: Memroy")
    with pytest.raises(NavigationError, match=r"e\.md: subject 'Memroy' is not listed .*Arithmetic, Memory"):
        by_subject(docs / "subjects")


def test_a_folder_without_subjects_stands_by_file_name(tmp_path):
    for name in ("z.md", "y.md", "index.md"):
        write(tmp_path / "plain", name, "title: Any")
    assert expand(["plain/"], tmp_path) == ["plain/index.md", "plain/y.md", "plain/z.md"]


def test_the_index_lists_every_page_of_its_folder():
    listed = pages("topics")
    for entries in by_subject(pages.__globals__["DOCS"] / "topics").values():
        for entry in entries:
            assert f'href="{entry.slug}/"' in listed
            assert entry.description
