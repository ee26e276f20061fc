"""A page without a description is described by how it begins."""

from hooks.site.descriptions import first_sentences


def test_sentences_are_taken_while_they_fit():
    html = f"<h1>A</h1><p>One &amp; <code>two</code>\n of A100. Does it fit? {'More words ' * 20}end.</p><p>Not this.</p>"
    assert first_sentences(html) == "One & two of A100. Does it fit?"


def test_the_first_sentence_is_whole():
    long = "A sentence " + "that goes on " * 20 + "and ends."
    assert first_sentences(f"<p>{long} Another.</p>") == long


def test_a_number_is_not_the_end_of_a_sentence():
    assert first_sentences("<p>It takes 1.5 s. Then it ends.</p>") == "It takes 1.5 s. Then it ends."


def test_nothing_is_said_of_a_page_without_text():
    assert first_sentences("<h1>A</h1>") == ""
