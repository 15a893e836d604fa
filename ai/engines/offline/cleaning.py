"""From what was pasted (plain text, HTML, Markdown) to paragraphs of plain prose.

Every pattern here is linear in the length of the text: the text comes from a stranger.
"""
# ruff: noqa: RUF001 -- texts are full of typographic marks

import html
import re
import unicodedata

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>|<![^<>]*>")
_INLINE_TAGS = frozenset(
    "a abbr b bdi cite code dfn em i kbd mark q s small span strong sub sup u var".split()
)
_DROPPED_ELEMENTS = ("script", "style")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,500}\)")
_FOOTNOTE_MARK = re.compile(r"\[\d{1,3}\]")
_EMPHASIS = re.compile(r"[*`]{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~")
_LINE_START = re.compile(r"\A(?:#{1,6}\s+|>\s?|[-*+•]\s+|\d{1,3}[.)]\s+)")
_CODE_FENCES = ("```", "~~~")
_ENDS = (".", "!", "?", "…", '"', "”", "’", "'", ")", ";", ":", ",")
# A line shorter than this, before a longer one, may be a heading.
_HEADING_LENGTH = 50


def plain_paragraphs(text: str) -> list[str]:
    """Return the prose of `text`, one string a paragraph, spaces collapsed; headings and code are left out."""
    text = html.unescape(_TAG.sub(_tag_space, _without_elements(_printable(text))))
    text = _FOOTNOTE_MARK.sub("", _LINK.sub(r"\1", text))
    paragraphs: list[str] = []
    lines: list[str] = []
    in_code = False

    def flush() -> None:
        paragraph = " ".join(" ".join(lines).split())
        lines.clear()
        if paragraph.endswith(_ENDS[:-2]):
            paragraphs.append(paragraph)

    split = [raw.strip() for raw in text.split("\n")]
    for line, following in zip(split, [*split[1:], ""], strict=True):
        fence = line.startswith(_CODE_FENCES)
        in_code = in_code != fence
        unmarked = _LINE_START.sub("", line)
        if unmarked != line or in_code or fence or not line or "|" in line:
            flush()
        if in_code or fence or "|" in line or line.startswith("#"):
            continue
        if lines or not _is_heading(line, following):
            lines.append(_EMPHASIS.sub("", unmarked))
    flush()
    return paragraphs


def _is_heading(line: str, following: str) -> bool:
    """Whether a line heads the one that follows without a blank between; narrow lines of prose do not."""
    return (
        len(line) < _HEADING_LENGTH <= len(following) and not line.endswith(_ENDS) and following[0].isupper()
    )


def _printable(text: str) -> str:
    # Lone surrogates cannot be encoded.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")


def _without_elements(text: str) -> str:
    """Drop scripts and styles with what is in them, by searching forwards only."""
    for name in _DROPPED_ELEMENTS:
        kept: list[str] = []
        folded = re.sub("[A-Z]+", lambda match: match.group().lower(), text)
        at = 0
        while (start := folded.find(f"<{name}", at)) >= 0:
            kept.append(text[at:start])
            end = folded.find(f"</{name}", start)
            at = len(text) if end < 0 else end
        text = "\n".join([*kept, text[at:]])
    return text


def _tag_space(match: re.Match[str]) -> str:
    return "" if (match.group(2) or "").lower() in _INLINE_TAGS else "\n\n"
