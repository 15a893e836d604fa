"""Convert plain text, HTML or Markdown to paragraphs of plain prose.

Every pattern is linear in the length of the text: the text is untrusted.
"""

import html
import re
import unicodedata

_DROPPED = re.compile(r"<(script|style)\b(?:(?!</\1).)*", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*+>|<![^<>]*+>")
_NO_CHARACTER = re.compile(r"&#\d{8,};?")  # html.unescape raises for thousands of digits
_INLINE_TAGS = frozenset({
    "a", "abbr", "b", "bdi", "cite", "code", "dfn", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub",
    "sup", "u", "var",
})  # fmt: skip
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)|\[\d{1,3}\]")
_EMPHASIS = re.compile(r"[*`]{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~")
_LINE_START = re.compile(r"\A(?:#{1,6}\s+|>\s?|[-*+•]\s+|\d{1,3}[.)]\s+)")
_ENDS = (".", "!", "?", "…", '"', "”", "’", "'", ")", ";", ":", ",")  # noqa: RUF001 -- typographic marks
# A line shorter than this, before a longer one, may be a heading; narrow lines of prose are not.
_HEADING_LENGTH = 50


def plain_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of `text` with collapsed spaces, without headings and code."""
    text = _TAG.sub(_tag_space, _DROPPED.sub("\n", _printable(text)))
    text = html.unescape(_NO_CHARACTER.sub("\ufffd", text))
    split = [raw.strip() for raw in _LINK.sub(lambda match: match[1] or "", text).split("\n")]
    paragraphs: list[str] = []
    lines: list[str] = []
    in_code = False
    for line, following in zip([*split, ""], [*split[1:], "", ""], strict=True):
        fence = line.startswith(("```", "~~~"))
        in_code = in_code != fence
        unmarked = _LINE_START.sub("", line)
        if unmarked != line or in_code or fence or not line or "|" in line:
            paragraphs.append(" ".join(" ".join(lines).split()))
            lines.clear()
        short = len(line) < _HEADING_LENGTH <= len(following) and following[0].isupper()
        is_heading = (
            line.startswith("#") or line.isupper() or (short and not lines and not line.endswith(_ENDS))
        )
        if not (in_code or fence or "|" in line or is_heading):
            lines.append(_EMPHASIS.sub("", unmarked))
    # A paragraph without the end of a sentence is a heading, or an item of a list.
    return [paragraph for paragraph in paragraphs if paragraph.endswith(_ENDS[:-2]) or ". " in paragraph]


def _printable(text: str) -> str:
    # Lone surrogates cannot be encoded.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = re.sub(r"\u2010\n *", "", text)  # a hyphen that splits a word at the end of a line
    return "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")


def _tag_space(match: re.Match[str]) -> str:
    return "" if (match[2] or "").lower() in _INLINE_TAGS else "\n\n"
