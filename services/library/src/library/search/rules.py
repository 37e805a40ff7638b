"""Rules of search: from what a person typed to prefixes that find the forms of the words.

Endings are cut from folded words by length alone: what is left is a prefix that Kazakh and Russian forms of a word share.
"""

from library.folding import fold

LONG_WORD, SHORT_WORD = 7, 3
# Before a vowel a final қ, к, п becomes ғ, г, б: құқық, құқығы; мектеп, мектебі.
VOICED = ("г", "б")


def stem(word: str) -> str:
    """Cut a folded word to the part its forms share.

    Args:
        word: one folded word.

    Returns:
        Words up to three letters as they are, up to seven without their last letter (құқық, құқығы), longer ones
        without two.
    """
    if word.isdigit() or len(word) <= SHORT_WORD:
        return word
    cut = word[:-1] if len(word) <= LONG_WORD else word[:-2]
    return cut[:-1] if cut.endswith(VOICED) and len(cut) > SHORT_WORD else cut


def query_terms(text: str, *, limit: int = 12) -> list[str]:
    """Turn what a person typed into prefixes to look for, each of which must be found.

    Args:
        text: the query.
        limit: how many words count.

    Returns:
        Folded, cut words; letters and digits only, so that they are safe inside a tsquery.
    """
    return [stem(word) for word in fold(text).split()[:limit]]
