"""Tree search that a network guides: it tries what looks good or was seldom tried, and asks the network about every new place."""

import numpy as np


class Forest:
    """A tree for each of the `states`, all grown at once: each simulation adds one place to every tree.

    `evaluate(pictures)` says how likely each action is, and what the place is worth to the one who moves there. Places are numbered
    as they were added. Of every action at a place it keeps how often it was tried (`visits`), the sum of what came of it (`total`) and
    the place it leads to (`child`, -1 where it was never tried).

    >>> from dlcourse.models import TicTacToe
    >>> nobody = lambda pictures: (np.full((len(pictures), 9), 1 / 9), np.zeros(len(pictures)))
    >>> winning = np.array([[[1, 1, 0], [-1, -1, 0], [0, 0, 0]]], "int8")         # two ways to lose, one to win
    >>> int(Forest(TicTacToe(), winning, nobody, simulations=40).grow().argmax())
    2
    """

    def __init__(self, game, states, evaluate, simulations=50, exploration=1.25):
        if simulations < 1:
            raise ValueError(f"simulations={simulations}: a search makes at least one")
        self.game, self.evaluate, self.simulations, self.exploration = game, evaluate, simulations, exploration
        self.trees, size = np.arange(len(states)), (len(states), simulations + 1)
        self.states = np.zeros((*size, *states.shape[1:]), states.dtype)
        self.prior, self.visits, self.total = (np.zeros((*size, game.actions), "float32") for _ in range(3))
        self.legal, self.child = np.zeros((*size, game.actions), bool), np.full((*size, game.actions), -1)
        self.guess, self.end = np.zeros(size, "float32"), np.full(size, np.nan, "float32")       # of the network; where the game is over
        self._settle(0, self.trees, states)

    def disturb(self, concentration, share, rng):
        """Mix noise of Dirichlet's distribution into the first move's likelihoods, so that self-play tries everything at times.

        >>> from dlcourse.models import TicTacToe
        >>> nobody = lambda pictures: (np.full((len(pictures), 9), 1 / 9), np.zeros(len(pictures)))
        >>> forest = Forest(TicTacToe(), TicTacToe().start(2), nobody).disturb(1.0, 0.25, np.random.default_rng(0))
        >>> forest.prior[:, 0].sum(axis=-1).round(4).tolist()
        [1.0, 1.0]
        """
        noise = rng.gamma(concentration, size=self.legal[:, 0].shape) * self.legal[:, 0] + 1e-12 * self.legal[:, 0]
        self.prior[:, 0] = (1 - share) * self.prior[:, 0] + share * noise / noise.sum(axis=-1, keepdims=True)
        return self

    def grow(self):
        """Make all simulations. Returns how often each action was tried first, (games, actions)."""
        for number in range(1, self.simulations + 1):
            self._simulate(number)
        return self.visits[:, 0]

    def choose(self, trees, places):
        """The action with the largest mean plus c · prior · √(tries here) / (1 + its own tries): Silver's PUCT.

        >>> from dlcourse.models import TicTacToe
        >>> likes_the_centre = lambda pictures: (np.eye(9)[np.full(len(pictures), 4)], np.zeros(len(pictures)))
        >>> Forest(TicTacToe(), TicTacToe().start(), likes_the_centre).choose([0], [0]).tolist()
        [4]
        """
        visits, at = self.visits[trees, places], (trees, places)
        mean = np.divide(self.total[at], visits, out=np.zeros_like(visits), where=visits > 0)
        bonus = self.exploration * self.prior[at] * np.sqrt(1 + visits.sum(axis=-1, keepdims=True)) / (1 + visits)
        return np.where(self.legal[at], mean + bonus, -np.inf).argmax(axis=-1)

    def _simulate(self, number):
        """Down to a place that is new or where the game is over; then all places on the way up are told what it is worth."""
        place, origin, by, way = *np.zeros((3, len(self.trees)), int), []
        down = self.trees[np.isnan(self.end[:, 0])]
        while len(down):
            at = down, place[down]
            action = self.choose(*at)
            way.append((*at, action))
            child = self.child[*at, action]
            new = child < 0
            origin[down], by[down], place[down] = place[down], action, np.where(new, number, child)
            down = down[~new & np.isnan(self.end[down, place[down]])]
        self._add(number, self.trees[place == number], origin, by)
        value = np.where(np.isnan(self.end[self.trees, place]), self.guess[self.trees, place], self.end[self.trees, place])
        for trees, places, actions in reversed(way):
            value[trees] *= -1                              # what is good for one is bad for the other
            self.total[trees, places, actions] += value[trees]
            self.visits[trees, places, actions] += 1

    def _add(self, number, trees, origin, by):
        """The places that these actions lead to."""
        if len(trees):
            self.child[trees, origin[trees], by[trees]] = number
            states, rewards, over = self.game.move(self.states[trees, origin[trees]], by[trees])
            self._settle(number, trees, states)
            self.end[trees[over], number] = -rewards[over]

    def _settle(self, number, trees, states):
        """Ask the network about new places; what is not allowed is not likely."""
        self.states[trees, number], self.legal[trees, number] = states, self.game.legal(states)
        prior, self.guess[trees, number] = self.evaluate(self.game.look(states))
        prior = prior * self.legal[trees, number]
        self.prior[trees, number] = prior / np.maximum(prior.sum(axis=-1, keepdims=True), 1e-12)
