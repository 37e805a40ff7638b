"""Rules of search: how words are folded so that people find what they mean.

Kazakh is often typed on a Russian keyboard ("кылмыстык кукык" for "қылмыстық құқық"); folding maps both to one form. Endings are cut from Kazakh
and Russian words by length alone here: a prefix of the folded word finds its forms.
"""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
KAZAKH_ON_RUSSIAN = str.maketrans("әғқңөұүһіёэй", "агкноуухиееи")
LONG_WORD, SHORT_WORD = 7, 5


def fold(text: str) -> str:
    """Fold a text: lower case, no diacritics, Kazakh letters as a Russian keyboard has them.

    Args:
        text: any text.

    Returns:
        The folded words, one space between them.
    """
    plain = text.lower().translate(KAZAKH_ON_RUSSIAN)
    decomposed = unicodedata.normalize("NFKD", plain)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(WORD.findall(bare.translate(KAZAKH_ON_RUSSIAN)))


def stem(word: str) -> str:
    """Cut a folded word to the part its forms share.

    Args:
        word: one folded word.

    Returns:
        Words up to five letters as they are, up to seven without their last letter, longer ones without two.
    """
    if word.isdigit() or len(word) <= SHORT_WORD:
        return word
    return word[:-1] if len(word) <= LONG_WORD else word[:-2]


def query_terms(text: str, *, limit: int = 12) -> list[str]:
    """Turn what a person typed into prefixes to look for, each of which must be found.

    Args:
        text: the query.
        limit: how many words count.

    Returns:
        Folded, cut words; letters and digits only, so that they are safe inside a tsquery.
    """
    return [stem(word) for word in fold(text).split()[:limit]]
