"""Who plays better? Matches of two, many games at once; and one who never errs, for boards small enough to know all of."""

import numpy as np


def match(game, first, second, games=200, seed=0):
    """Play so many games, half of them begun by each. A player is a function `choose(states, rng)` that gives an action for each state.

    Returns what each game was to the first: 1 won, 0 a draw, -1 lost.

    >>> from dlcourse.models import TicTacToe
    >>> perfect = PerfectPlayer(TicTacToe()).choose
    >>> match(TicTacToe(), perfect, perfect, games=4).tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    rng, states, to_move = np.random.default_rng(seed), game.start(games), np.arange(games) % 2
    results, actions, going = np.zeros(games), np.zeros(games, int), np.arange(games)
    while len(going):
        for side, choose in enumerate((first, second)):
            turn = going[to_move[going] == side]
            if len(turn):
                actions[turn] = choose(states[turn], rng)
        states[going], rewards, over = game.move(states[going], actions[going])
        results[going] += np.where(to_move[going] == 0, rewards, -rewards)
        to_move[going] = 1 - to_move[going]
        going = going[~over]
    return results


def random_player(game):
    """One who makes any move that is allowed.

    >>> from dlcourse.models import TicTacToe
    >>> random_player(TicTacToe())(TicTacToe().start(3), np.random.default_rng(0)).shape
    (3,)
    """
    return lambda states, rng: np.where(game.legal(states), rng.random((len(states), game.actions)), -1).argmax(axis=-1)


class PerfectPlayer:
    """Knows what every move on a small board is worth if nobody errs after it (Zermelo 1913): `states` are all boards that can be met.

    >>> from dlcourse.models import TicTacToe
    >>> player = PerfectPlayer(TicTacToe())
    >>> len(player.states), float(player.values(TicTacToe().start()).max())          # nobody has to lose
    (4520, 0.0)
    """

    def __init__(self, game):
        places = game.rows * game.columns
        if places > 12:
            raise ValueError(f"{game.rows} × {game.columns} places are too many to know all boards: choose at most 12")
        self.game, self.digits = game, 3 ** np.arange(places)
        self.table = np.full((3**places, game.actions), -np.inf, "float32")
        layers = [game.start()]
        while len(layers[-1]):                              # all boards after one stone more
            boards, _, over = self._moves(layers[-1])[1:]
            layers.append(np.unique(boards[~over], axis=0))
        for states in reversed(layers[:-1]):
            (rows, actions), boards, rewards, over = self._moves(states)
            later = np.where(over, 0, self.values(boards).max(axis=-1))
            self.table[self._code(states)[rows], actions] = np.where(over, rewards, -later)
        self.states = np.concatenate(layers)

    def values(self, states):
        """1 for each move that wins, 0 that draws, -1 that loses; -∞ for what is not allowed.

        >>> from dlcourse.models import TicTacToe
        >>> PerfectPlayer(TicTacToe()).values(np.array([[[1, 1, 0], [-1, -1, 0], [0, 0, 0]]]))[0, [2, 5, 6]].tolist()
        [1.0, 0.0, -1.0]
        """
        return self.table[self._code(states)]

    def choose(self, states, rng):
        """Any of the best moves.

        >>> from dlcourse.models import TicTacToe
        >>> PerfectPlayer(TicTacToe()).choose(TicTacToe().start(3), np.random.default_rng(0)).shape
        (3,)
        """
        values = self.values(states)
        return np.where(values == values.max(axis=-1, keepdims=True), rng.random(values.shape), -1).argmax(axis=-1)

    def _code(self, states):
        return (states.reshape(len(states), -1).astype(int) + 1) @ self.digits

    def _moves(self, states):
        """Every move from every state: which, and what comes of it."""
        rows, actions = np.nonzero(self.game.legal(states))
        return (rows, actions), *self.game.move(states[rows], actions)
