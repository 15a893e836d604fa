"""Check whether a text may be in a language: by its script and its most common words."""

import re
import unicodedata
from collections import Counter

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_SCRIPTS = {
    "LATIN": "en de fr es it pt nl sv da no nb nn fi is pl cs sk sl hr hu ro tr et lv lt sq ca eu gl ga cy mt id ms vi af sw",
    "CYRILLIC": "ru uk bg be mk",
    "GREEK": "el",
    "ARABIC": "ar fa ur ps",
    "HEBREW": "he yi",
    "DEVANAGARI": "hi mr ne",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "HANGUL": "ko",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
_SCRIPT_OF = {language: script for script, languages in _SCRIPTS.items() for language in languages.split()}
_ALSO = {"HIRAGANA": {"KATAKANA", "CJK"}}
_COMMON = {
    "en": "the of and to in is was that which what how why did does are were by with from",
    "de": "der die das und ist nicht ein eine wie warum wurde welche welcher von mit auf den dem des im zu",
    "fr": "le la les des et est une un pourquoi comment quel quelle dans du que qui par pour sur au",
    "es": "el los las y es una un por qué cómo cuál en del que con para se fue al su",
    "it": "il gli della e è una un perché come quale nel del che con per di si fu dei nella",
    "pt": "o os as e é uma um por que como qual no do na da com para se foi dos",
    "nl": "de het een en is niet waarom hoe welke van met op in dat die werd door voor",
}
_WORDS_OF = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+")
_MIN_LETTERS, _MIN_WORDS = 20, 4


def primary(tag: str) -> str | None:
    """Return the language of a BCP 47 tag, such as `en` of `en-GB`. None if it is not a tag."""
    tag = tag.strip()
    if tag.lower() == "english":
        return "en"
    return re.split(r"[-_]", tag)[0].lower() if _TAG.fullmatch(tag) else None


def may_be(text: str, language: str) -> bool:
    """Return whether `text` may be in `language`. True if unknown."""
    letters = [char for char in text if char.isalpha()]
    script = _SCRIPT_OF.get(language)
    if script and len(letters) >= _MIN_LETTERS:
        scripts = Counter(unicodedata.name(char, "?").split()[0].split("-")[0] for char in letters)
        allowed = {script} | _ALSO.get(script, set())
        if sum(scripts[name] for name in allowed) * 2 < len(letters):
            return False
    words = _WORD.findall(text.lower())
    if language not in _WORDS_OF:
        return True
    counts = {other: sum(word in common for word in words) for other, common in _WORDS_OF.items()}
    best = max(counts.values())
    return best < _MIN_WORDS or counts[language] * 2 > best
