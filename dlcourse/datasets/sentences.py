"""Sentences whose last word hangs on an early one: who likes apples will eat apples, however much is said in between."""

import numpy as np

LIKED = ("apples", "pears", "plums", "figs", "dates", "nuts")
NAMES = ("Ann", "Eve", "Pam", "Mia", "Zoe", "Ida")         # so that "he" can only be Bob
VERBS = ("sells", "buys", "picks", "paints")
HOW = ("", "today", "very much", "most of all")       # 0 to 3 words that make the length come out
END = "so now he is eating"
# The vocabulary: a word's token is its place. 0 fills up in front; 1 to 6 are the six things to like.
WORDS = ("·", *LIKED, *NAMES, *VERBS, "Bob", "likes", "and", "often", *" ".join(HOW).split(), *END.split())
SHORTEST = len(END.split()) + 1

_TOKEN = {word: token for token, word in enumerate(WORDS)}


def load_data(distance=10, samples=3000, seed=0):
    """Sentences whose end hangs on their beginning: "Bob likes apples today and Ann sells figs … so now he is eating", and what?

    Shape:   x_train (samples, longest distance + 2), x_test (samples / 5, …), int32 tokens, places in `WORDS`; y int32 from 0 to
             5, places in `LIKED`, as many of each: the word that is missing has the token y + 1.
    Origin:  drawn here, from `seed`, by a grammar of one sentence. `distance` is how far back the answer stands: x[:, -distance]
             is what Bob likes. A list of distances is mixed evenly, the shorter sentences filled up in front with 0.
    Licence: made here, MIT like the course.

    In between, others sell, buy, pick and paint any of the six, so the words near the end say nothing: guessing gets 1 in 6
    right. An LSTM of 32 units finds the word: at distances 6 to 40, mixed, 1.00, 1.00 and 0.83 of the test sentences of three
    runs of 10 epochs, where a SimpleRNN stays at 0.33, 0.23 and 0.16 (Embedding 16, Adam at 0.01, clipnorm 1, batches of 64).

    >>> (x_train, y_train), (x_test, y_test) = load_data(distance=14)
    >>> x_train.shape, text(x_train[0]), LIKED[y_train[0]]
    ((3000, 16), 'Bob likes dates and Ida paints plums and Zoe sells figs so now he is eating', 'dates')
    """
    distances = np.unique(distance)
    if distances.dtype.kind not in "iu" or not len(distances) or distances[0] < SHORTEST:
        raise ValueError(f"distance={distance!r} is too short or no whole number: choose {SHORTEST} or more, or a list of such")
    if samples < 30:
        raise ValueError(f"samples={samples} leaves too few to test on: choose 30 or more, such as 3000")
    rng = np.random.default_rng(seed)
    train, test = (_draw(distances, count, rng) for count in (samples, samples // 5))
    return train, test


def text(tokens):
    """A row of tokens as words, without the filling in front.

    >>> text([0, 0, 17, 18, 1])
    'Bob likes apples'
    """
    return " ".join(WORDS[token] for token in tokens if token)


def _draw(distances, count, rng):
    answers = rng.permutation(np.arange(count) % len(LIKED))
    lengths = rng.permutation(distances[np.arange(count) % len(distances)]).tolist()
    x = np.zeros((count, distances[-1] + 2), dtype="int32")
    for row, answer, length in zip(x, answers, lengths):
        words = _sentence(LIKED[answer], length, rng.random((length // 4, 4)).tolist())
        row[-len(words):] = [_TOKEN[word] for word in words]
    return x, answers.astype("int32")


def _sentence(liked, distance, chances):
    """The words: clauses of four or, with "often", five words, and `HOW` Bob likes it in what is left over."""
    left = distance - SHORTEST
    clauses = []
    for who, does, what, often in chances:
        if left < 4:
            break
        clause = ["and", _pick(NAMES, who), *["often"][:often < 0.4 and left > 4], _pick(VERBS, does), _pick(LIKED, what)]
        clauses += clause
        left -= len(clause)
    return ["Bob", "likes", liked, *HOW[left].split(), *clauses, *END.split()]


def _pick(words, chance):
    return words[int(chance * len(words))]
