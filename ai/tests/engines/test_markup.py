"""Markup leaves no trace in questions."""

import textwrap

import pytest

from ai.engines.offline.sentences import read
from ai.tests.engines.asking import ask
from ai.tests.engines.texts import MATERIAL_KNOWLEDGE


class TestMarkup:
    def test_html_and_markdown_leave_no_trace(self):
        html = (
            "<html><head><style>p {color: red}</style><script>var x = 'The cat is a dog of the house.'</script>"
            "<body><h1>Steam &amp; iron</h1><p>The <b>steam</b> engine was built in 1765 by <i>James Watt</i>.</p>"
            "<p>The electric telegraph of Samuel Morse came into existence in 1835.</p>"
            "<ul><li>The first **underseas** cable was laid in 1851 by [a company](https://example.com/x).</li></ul>"
        )
        assert {question.excerpt for question in ask(html)} == {
            "The steam engine was built in 1765 by James Watt.",
            "The electric telegraph of Samuel Morse came into existence in 1835.",
            "The first underseas cable was laid in 1851 by a company.",
        }

    @pytest.mark.parametrize(
        "text",
        [
            "The Steam Engine and Its History\n\n{}",
            "The Steam Engine and Its History\n{}",
            "## The steam engine was built in 1764.\n{}",
            "{}\n\n```\nThe code is a part of the house and was built in 1999.\n```\n",
            "{}\n| The table is a thing | of the house |\n",
            "> {}",
            "- {}",
            "1. {}",
            "**{}**",
            "<p>{}<br>",
            "{} And here it was cut off in the mid",
        ],
    )
    def test_headings_code_tables_and_marks_are_not_asked_about(self, text):
        sentence = "The steam engine was built in 1765 by James Watt of Glasgow."
        assert [question.excerpt for question in ask(text.format(sentence))] == [sentence]

    @pytest.mark.parametrize("width", [20, 30, 45, 60, 80])
    def test_prose_is_read_however_it_is_wrapped(self, width):
        paragraphs = MATERIAL_KNOWLEDGE.split("\n\n")
        wrapped = "\n\n".join(textwrap.fill(p, width, break_on_hyphens=False) for p in paragraphs)
        texts = [
            {s.text for s in read(text).sentences if s.context is not None}
            for text in (wrapped, MATERIAL_KNOWLEDGE)
        ]
        assert texts[0] == texts[1]
