"""Games for one, with the interface of games.py: catch a ball, find the way through a grid."""

import numpy as np


class Catch:
    """A ball falls from a random place; a paddle at the bottom goes left (0), stays (1) or goes right (2). Caught is 1, missed -1.

    A state is the ball's row, its column, and the paddle's column.

    >>> game = Catch(rows=2, columns=3)
    >>> states, rewards, over = game.move(np.array([[0, 0, 1]]), [0])
    >>> rewards.tolist(), over.tolist(), game.look(states)[0, :, :, 0].tolist()
    ([1.0], [True], [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    """

    actions = 3

    def __init__(self, rows=10, columns=5):
        if rows < 2 or columns < 2:
            raise ValueError(f"rows={rows}, columns={columns}: a ball needs at least two rows to fall, and two columns to miss")
        self.rows, self.columns, self.shape = rows, columns, (rows, columns, 1)

    def start(self, count=1, rng=None):
        """Balls in the top row, paddles in the middle.

        >>> Catch().start(4, np.random.default_rng(0)).shape
        (4, 3)
        """
        balls = (rng or np.random.default_rng()).integers(self.columns, size=count)
        return np.stack([0 * balls, balls, 0 * balls + self.columns // 2], axis=1)

    def legal(self, states):
        """Everything; a paddle at the wall stays there.

        >>> Catch().legal(Catch().start()).tolist()
        [[True, True, True]]
        """
        return np.ones((len(states), self.actions), bool)

    def move(self, states, actions):
        """The ball falls by one row, the paddle moves by one column.

        >>> Catch().move(np.array([[3, 0, 4]]), [2])[0].tolist()
        [[4, 0, 4]]
        """
        row, ball, paddle = states.T
        row, paddle = row + 1, np.clip(paddle + np.asarray(actions) - 1, 0, self.columns - 1)
        over = row == self.rows - 1
        return np.stack([row, ball, paddle], axis=1), np.where(over, np.where(ball == paddle, 1.0, -1.0), 0.0), over

    def look(self, states):
        """A picture in which ball and paddle are 1.

        >>> Catch().look(Catch().start(5)).sum(axis=(1, 2, 3)).tolist()
        [2.0, 2.0, 2.0, 2.0, 2.0]
        """
        pictures, games = np.zeros((len(states), *self.shape), "float32"), np.arange(len(states))
        pictures[games, states[:, 0], states[:, 1]] = 1
        pictures[games, self.rows - 1, states[:, 2]] = 1
        return pictures


class GridWorld:
    """Find the goal (G, 1) past walls (#) and pits (P, -1), from a start (S) or from anywhere. Every step costs a little.

    Actions are up, right, down, left; a step against a wall stays. A state is row and column.

    >>> game = GridWorld(["S.G", ".#P"])
    >>> game.move(game.start(2), [1, 2])[0].tolist()
    [[0, 1], [1, 0]]
    """

    actions = 4
    steps = np.array([[-1, 0], [0, 1], [1, 0], [0, -1]])

    def __init__(self, grid=("...G", ".#.P", "S..."), cost=0.04):
        if not grid or len({len(line) for line in grid}) != 1 or not set("".join(grid)) <= set(".#GPS") or "G" not in "".join(grid):
            raise ValueError(f"grid={grid}: draw lines of one length with . for free, # wall, P pit, S start, and at least one G")
        self.grid, self.cost = np.array([list(line) for line in grid]), cost
        self.shape = (*self.grid.shape, 1)
        starts = np.argwhere(self.grid == "S")
        self.starts = starts if len(starts) else np.argwhere(self.grid == ".")
        if not len(self.starts):
            raise ValueError(f"grid={grid}: there is no place to start from, draw an S or a .")

    def start(self, count=1, rng=None):
        """At one of the starts.

        >>> GridWorld().start(2).tolist()
        [[2, 0], [2, 0]]
        """
        return self.starts[(rng or np.random.default_rng()).integers(len(self.starts), size=count)]

    def legal(self, states):
        """Everything: walls push back.

        >>> GridWorld().legal(GridWorld().start()).tolist()
        [[True, True, True, True]]
        """
        return np.ones((len(states), self.actions), bool)

    def move(self, states, actions):
        """One step.

        >>> [part.tolist() for part in GridWorld().move(np.array([[0, 2]]), [1])]
        [[[0, 3]], [1.0], [True]]
        """
        there = np.clip(states + self.steps[np.asarray(actions)], 0, np.array(self.grid.shape) - 1)
        there = np.where((self.grid[tuple(there.T)] == "#")[:, None], states, there)
        found = self.grid[tuple(there.T)]
        goal, pit = found == "G", found == "P"
        return there, np.where(goal, 1.0, np.where(pit, -1.0, -self.cost)), goal | pit

    def look(self, states):
        """A picture with 1 where the agent is.

        >>> GridWorld().look(np.array([[1, 0]]))[0, :, :, 0].tolist()
        [[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
        """
        pictures = np.zeros((len(states), *self.shape), "float32")
        pictures[np.arange(len(states)), states[:, 0], states[:, 1]] = 1
        return pictures
