"""Text out of tokens, for corpora that publish nothing else: spaced as it would have been printed."""

from collections.abc import Sequence

_CLOSES = frozenset({",", ".", ";", ":", "!", "?", ")", "]", "}", "%", "'s", "’s", "n't", "n’t", "'", "’", "”"})
_CLOSES |= {"'re", "'ve", "'ll", "'d", "'m", "’re", "’ve", "’ll", "’d", "’m", "..."}
_OPENS = frozenset({"(", "[", "{", "$", "£", "€", "#", "“", "‘"})
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}


def detokenise(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """The text of some tokens, and where each of them stands in it.

    A straight quotation mark opens and closes in turn. A token that is white space is a break of its own, and
    takes no place of its own in the list's order: its offsets are empty.
    """
    text, places, quoted, tight = "", [], False, True
    for number, raw in enumerate(tokens):
        token = _BRACKETS.get(raw, raw.strip())
        # Two backticks that were torn apart are one mark: the first stands for it, the second is empty.
        if raw == "`" and tokens[number + 1 : number + 2] == ["`"]:
            token = '"'
        elif raw == "`" and number and tokens[number - 1] == "`":
            places.append((len(text), len(text)))
            continue
        if not token:
            text = text.rstrip(" ") + "\n"
            places.append((len(text), len(text)))
            tight = True
            continue
        is_mark = token == '"'
        # Tokenisers part words at hyphens far more often than writers put a lone one between words.
        closes = token in _CLOSES or token == "-" or (is_mark and quoted)
        if not tight and not closes:
            text += " "
        places.append((len(text), len(text) + len(token)))
        text += token
        tight = token in _OPENS or token == "-" or (is_mark and not quoted)
        quoted = not quoted if is_mark else quoted
    return text, places
