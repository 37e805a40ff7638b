"""Folding: one form for what people type and what records say; used wherever words are looked for.

Kazakh is often typed on a Russian keyboard ("кылмыстык кукык" for "қылмыстық құқық"); folding maps both to one form.
"""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
KAZAKH_ON_RUSSIAN = str.maketrans("әғқңөұүһіёэй", "агкноуухиееи")


def fold(text: str) -> str:
    """Fold a text: lower case, no diacritics, Kazakh letters as a Russian keyboard has them.

    Args:
        text: any text.

    Returns:
        The folded words, one space between them.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(KAZAKH_ON_RUSSIAN)
    decomposed = unicodedata.normalize("NFKD", lowered)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(WORD.findall(bare.casefold().translate(KAZAKH_ON_RUSSIAN)))
