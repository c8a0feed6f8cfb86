"""Tells the language of a text by its smallest words, and holds what labdesk can say in each language.

Rules that take sentences apart are English. For every other language there are only wordings that are right whatever
the grammar: frames around the whole question, the question's key words, the sentence with one detail left out.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from labdesk.core.samples.phrasebook import Phrasebook, read_phrasebook

ENGLISH: Final = "en"
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Words of at most four letters, nearly, that are frequent in one language; where two share one, it tells nothing.
_SMALL: Final = {
    "en": "the of and to is was are were that which what who how with from for by it its this these has have had not at"
          " when where does did can their there they you she he be been but or as an",
    "de": "der die das und ist nicht mit dem den des ein eine einer eines auf von zu zum zur für sich auch wird wurde"
          " werden sind aus bei nach wie wer wo wann oder hat haben im am als dass noch nur über durch einem einen",
    "es": "el la los las y es de del que en un una unos por con para se su sus al lo como más fue son está qué quién"
          " cuándo dónde cuál cómo no pero o este esta hay ser fueron",
    "fr": "le la les et est de des du que qui dans en un une pour par sur avec au aux ne pas plus ce cette ces son sa"
          " ses il elle ils sont été être où quand comment quel quelle ou mais",
    "it": "il lo la gli i le e è di del della dei delle che in un una per con non si su al alla dal dalla sono come più"
          " chi dove quando quale cosa nel nella anche fu ma",
    "pt": "o a os as e é de do da dos das que em um uma para por com não se no na nos nas ao à mais como foi são quem"
          " onde quando qual seu sua mas ou",
    "nl": "de het een en is van in op te dat die voor met niet zijn aan wordt werd ook door naar bij wie wat waar"
          " wanneer hoe of maar als er nog om uit",
}  # fmt: skip
_MARKS: Final = {language: frozenset(words.split()) for language, words in _SMALL.items()}
#: How teachers are told which language to write.
NAMES: Final = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch",
}  # fmt: skip
#: A language is believed when so many of its small words, and so large a share of all words, stand in the text.
_FEWEST, _LEAST, _LEAD = 3, 0.15, 1.15
#: Of a long document the beginning is enough.
_LOOKED_AT: Final = 20_000


def language_of(text: str, least: int = _FEWEST) -> str:
    """The ISO 639-1 code of the text's language; "" when it is too short, mixed, or in none of the known ones."""
    words = [word.lower() for word in _WORD.findall(text[:_LOOKED_AT])]
    counts = {language: sum(word in marks for word in words) for language, marks in _MARKS.items()}
    first, second = sorted(counts.values(), reverse=True)[:2]
    best = max(counts, key=lambda language: counts[language])
    believed = first >= max(least, _LEAST * len(words)) and first >= _LEAD * second
    return best if believed and first > second else ""


@cache
def phrasebook_for(folder: Path, language: str) -> Phrasebook:
    """The phrase book of a language, or one without words where there is none. Raises GenerationError if damaged."""
    path = folder / f"{NAMES.get(language, '').lower()}.json"
    if language in NAMES and path.is_file():
        return read_phrasebook(path)
    return Phrasebook(language=language, marks=(), frames=("{question}", "{subject}: {question}"), synonyms=())
