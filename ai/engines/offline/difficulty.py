"""What easy, medium and hard mean to the offline engine."""

from dataclasses import dataclass

from ai.engines.base import Difficulty
from ai.engines.offline.prompts import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Preferences of a difficulty. `forms` says what each form of prompt is worth beside a good statement."""

    distractors: int
    # Distractors that resemble the answer, rather than any of its kind.
    nearest: bool
    # False statements by a plain negation, rather than by an exchanged fact.
    negate_first: bool
    # The words that a statement ideally has.
    words: int
    # Ask for what the text says once, rather than for what it repeats.
    rare_phrases: bool
    forms: dict[Form, float]


STYLES = {
    Difficulty.EASY: Style(
        distractors=2,
        nearest=False,
        negate_first=True,
        words=11,
        rare_phrases=False,
        forms={
            Form.WHEN: 3,
            Form.SUBJECT: 2.5,
            Form.NAME: 2.5,
            Form.GAP: 2,
            Form.DEFINITION: 1,
            Form.REASON: 0.5,
        },
    ),
    Difficulty.MEDIUM: Style(
        distractors=3,
        nearest=False,
        negate_first=False,
        words=16,
        rare_phrases=False,
        forms={
            Form.WHEN: 3,
            Form.SUBJECT: 2.6,
            Form.NAME: 3,
            Form.GAP: 1,
            Form.DEFINITION: 3,
            Form.REASON: 3,
        },
    ),
    Difficulty.HARD: Style(
        distractors=4,
        nearest=True,
        negate_first=False,
        words=24,
        rare_phrases=True,
        forms={
            Form.WHEN: 1.5,
            Form.SUBJECT: 2,
            Form.NAME: 2.5,
            Form.GAP: 1,
            Form.DEFINITION: 4,
            Form.REASON: 5,
        },
    ),
}
