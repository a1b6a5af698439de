"""What agents that learn by playing need: many games side by side, and a memory of what was lived through."""

import numpy as np


class Arcade:
    """`num_envs` games side by side, stepped as gymnasium's vector environments are: a game that ended begins again at the next step.

    >>> from dlcourse.models import Catch
    >>> arcade = Arcade(Catch(), num_envs=3)
    >>> seen, about = arcade.reset(seed=0)
    >>> seen, rewards, ended, cut, about = arcade.step([0, 1, 2])
    >>> seen.shape, ended.tolist()
    ((3, 10, 5, 1), [False, False, False])
    """

    def __init__(self, game, num_envs=16, longest=1000):
        self.game, self.num_envs, self.longest = game, num_envs, longest
        self.reset()

    def reset(self, seed=None, options=None):
        """Begin all games: what is seen, and an empty dict."""
        self.rng = np.random.default_rng(seed)
        self.states = self.game.start(self.num_envs, self.rng)
        self.played, self.over = np.zeros(self.num_envs, int), np.zeros(self.num_envs, bool)
        return self.game.look(self.states), {}

    def step(self, actions):
        """One move in each: what is seen then, rewards, which games ended, which are cut off as too long, and an empty dict."""
        rewards, ended, going = np.zeros(self.num_envs), np.zeros(self.num_envs, bool), ~self.over
        self.states[self.over] = self.game.start(self.over.sum(), self.rng)
        self.states[going], rewards[going], ended[going] = self.game.move(self.states[going], np.asarray(actions)[going])
        self.played = np.where(going, self.played + 1, 0)
        cut = ~ended & (self.played >= self.longest)
        self.over = ended | cut
        return self.game.look(self.states), rewards, ended, cut, {}


def side_by_side(environment):
    """A vector environment as it is; a single one of gymnasium's as a row of one.

    >>> from dlcourse.models import Catch
    >>> side_by_side(Arcade(Catch(), num_envs=3)).num_envs
    3
    """
    if hasattr(environment, "num_envs"):
        return environment
    from gymnasium.vector import SyncVectorEnv
    return SyncVectorEnv([lambda: environment])


class Replay:
    """The latest `size` steps: what was seen, what was done, the reward, what was seen then, and whether that was the end.

    >>> memory = Replay(3)
    >>> memory.add(seen=np.arange(4), reward=np.ones(4))
    >>> sorted(memory.kept["seen"].tolist()), sorted(memory.draw(2, np.random.default_rng(0)))
    ([1, 2, 3], ['reward', 'seen'])
    """

    def __init__(self, size):
        self.size, self.added, self.kept = size, 0, {}

    def add(self, **steps):
        """Keep some more steps, each part an array with one row a step; the oldest make room."""
        count = len(next(iter(steps.values())))
        places = (self.added + np.arange(count)) % self.size
        for name, rows in steps.items():
            kept = self.kept.setdefault(name, np.empty((self.size, *rows.shape[1:]), rows.dtype))
            kept[places[-self.size:]] = rows[-self.size:]
        self.added += count

    def draw(self, count, rng):
        """Any `count` of them, some perhaps twice."""
        rows = rng.integers(min(self.added, self.size), size=count)
        return {name: kept[rows] for name, kept in self.kept.items()}
