"""From whatever was pasted (plain text, HTML, Markdown) to paragraphs of plain prose.

Every pattern here is linear in the length of the text: the text comes from a stranger.
"""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import html
import re
import unicodedata

from ai.engines.offline.words import word_set

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>|<![^<>]*>")
_BLOCK_TAGS = word_set(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li "
    "main nav ol p pre section table tbody td th thead tr ul title body html head"
)
_DROPPED_ELEMENTS = ("script", "style")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_FOOTNOTE_MARK = re.compile(r"\[\d{1,3}\]")
_EMPHASIS = re.compile(r"[*`]{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~")
_LINE_START = re.compile(r"\A(?:#{1,6}\s+|>\s?|[-*+•]\s+|\d{1,3}[.)]\s+)")
_SPACES = re.compile(r"\s+")
_CODE_FENCES = ("```", "~~~")
_SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", ",")
# A line shorter than this, before a longer one, may be a heading.
_HEADING_LENGTH = 50


def plain_paragraphs(text: str) -> list[str]:
    """Return the prose of `text`, one string a paragraph, spaces collapsed; headings and code are left out."""
    text = _printable(text)
    text = html.unescape(_TAG.sub(_tag_space, _without_elements(text)))
    text = _FOOTNOTE_MARK.sub("", _LINK.sub(r"\1", text))
    paragraphs: list[str] = []
    lines: list[str] = []
    in_code = False

    def flush() -> None:
        paragraph = _SPACES.sub(" ", " ".join(lines)).strip()
        lines.clear()
        if paragraph.endswith((".", "!", "?", "…", '"', "”", "’", "'", ")", ";")):
            paragraphs.append(paragraph)

    split = [raw.strip() for raw in text.split("\n")]
    for line, following in zip(split, [*split[1:], ""], strict=True):
        if line.startswith(_CODE_FENCES):
            in_code = not in_code
            flush()
            continue
        if in_code or not line or "|" in line or line.startswith("#"):
            flush()
            continue
        unmarked = _LINE_START.sub("", line)
        if unmarked != line:
            flush()
        if lines or not _is_heading(line, following):
            lines.append(_EMPHASIS.sub("", unmarked))
    flush()
    return paragraphs


def _is_heading(line: str, following: str) -> bool:
    """Whether a line heads the one that follows without a blank between; narrow lines of prose do not."""
    return (
        len(line) < _HEADING_LENGTH <= len(following)
        and not line.endswith(_SENTENCE_ENDS)
        and following[:1].isupper()
    )


def _printable(text: str) -> str:
    # Lone surrogates cannot be encoded, and the sentence splitter speaks UTF-8.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        char if char == "\n" or unicodedata.category(char)[0] != "C" else (" " if char == "\t" else "")
        for char in text
    )


def _without_elements(text: str) -> str:
    """Drop scripts and styles with what is in them, by searching forwards only."""
    for name in _DROPPED_ELEMENTS:
        kept: list[str] = []
        folded = text.lower() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)
        at = 0
        while (start := folded.find(f"<{name}", at)) >= 0:
            kept.append(text[at:start])
            end = folded.find(f"</{name}", start)
            at = len(text) if end < 0 else end
        kept.append(text[at:])
        text = "\n".join(kept)
    return text


def _tag_space(match: re.Match[str]) -> str:
    name = (match.group(2) or "").lower()
    return "\n\n" if name in _BLOCK_TAGS else ""
