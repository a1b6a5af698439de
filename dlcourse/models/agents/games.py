"""Games behind one small interface. Many are played side by side: a state is a row of an array, and a move is one for each row.

    states = game.start(count, rng)                          arrays, one row a game
    game.legal(states)                                       which of game.actions may be chosen
    states, rewards, over = game.move(states, actions)       the reward is that of the one who moved
    game.look(states)                                        what the one to move sees: pictures of game.shape
"""

import numpy as np


class Stones:
    """Two players put stones on a board in turns; who first has `line` in a row wins (1), who cannot move any more has a draw (0).

    A state is the board as the one to move sees it: own stones 1, the other's -1. In a board that `falls`, stones drop in a column.

    >>> game = Stones(rows=1, columns=3, line=2)
    >>> states, rewards, over = game.move(game.start(), [1])
    >>> states.tolist(), game.legal(states).tolist()
    ([[[0, -1, 0]]], [[True, False, True]])
    """

    def __init__(self, rows, columns, line, falls=False):
        if min(rows, columns, line) < 1 or line > max(rows, columns):
            raise ValueError(f"rows={rows}, columns={columns}, line={line}: a line has to fit on the board, and all are at least 1")
        self.rows, self.columns, self.line, self.falls = rows, columns, line, falls
        self.actions, self.shape = columns if falls else rows * columns, (rows, columns, 2)

    def start(self, count=1, rng=None):
        """Empty boards.

        >>> Stones(2, 3, 2).start(5).shape
        (5, 2, 3)
        """
        return np.zeros((count, self.rows, self.columns), "int8")

    def legal(self, states):
        """Empty places; of a board that falls, columns with room at the top.

        >>> TicTacToe().legal(TicTacToe().start()).all()
        np.True_
        """
        return states[:, 0] == 0 if self.falls else states.reshape(len(states), -1) == 0

    def move(self, states, actions):
        """Put one stone on each board, and turn it round for the other player.

        >>> board = np.array([[[1, 1, 0], [-1, -1, 0], [0, 0, 0]]])
        >>> [part.tolist() for part in TicTacToe().move(board, [2])[1:]]
        [[1.0], [True]]
        """
        games, actions, boards = np.arange(len(states)), np.asarray(actions), states.copy()
        if not self.legal(states)[games, actions].all():
            raise ValueError("a move is not allowed: choose among those that legal(states) shows")
        row, column = (None, actions) if self.falls else np.divmod(actions, self.columns)
        if self.falls:
            row = np.sum(states[games, :, column] == 0, axis=1) - 1         # the lowest that is free
        boards[games, row, column] = 1
        won = self.complete(boards == 1)
        return -boards, won.astype("float32"), won | ~self.legal(boards).any(axis=1)

    def complete(self, stones):
        """Whether these stones have a line: across, down or aslant.

        >>> TicTacToe().complete(np.eye(3, dtype=bool)[None]).tolist()
        [True]
        """
        found = np.zeros(len(stones), bool)
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            high, wide = self.rows - down * (self.line - 1), self.columns - abs(right) * (self.line - 1)
            if high < 1 or wide < 1:
                continue
            first = 0 if right >= 0 else self.line - 1
            steps = [stones[:, down * step:down * step + high, first + right * step:first + right * step + wide] for step in range(self.line)]
            found |= np.all(steps, axis=0).any(axis=(1, 2))
        return found

    def look(self, states):
        """Two planes: where the own stones lie, and where the other's.

        >>> TicTacToe().look(TicTacToe().start(4)).shape
        (4, 3, 3, 2)
        """
        return np.stack([states == 1, states == -1], axis=-1).astype("float32")

    def symmetries(self):
        """Each way to turn or mirror the board: which places a new board takes from the old one, and which actions.

        >>> [len(game().symmetries()) for game in (TicTacToe, ConnectFour)]
        [8, 2]
        """
        places = np.arange(self.rows * self.columns).reshape(self.rows, self.columns)
        turns = range(1) if self.falls else range(4) if self.rows == self.columns else (0, 2)
        ways = [way for turn in turns for way in (np.rot90(places, turn), np.rot90(places, turn)[:, ::-1])]
        return [(way.ravel(), way[0] if self.falls else way.ravel()) for way in ways]

    def turned(self, steps):
        """The same steps in every symmetry: "seen" and "policy" turned together, all else as it is.

        >>> [found["policy"].tolist() for found in ConnectFour().turned({"seen": np.zeros((1, 6, 7, 2)), "policy": np.arange(7)[None]})]
        [[[0, 1, 2, 3, 4, 5, 6]], [[6, 5, 4, 3, 2, 1, 0]]]
        """
        seen = steps["seen"].reshape(len(steps["seen"]), -1, 2)
        for places, actions in self.symmetries():
            yield steps | {"seen": seen[:, places].reshape(steps["seen"].shape), "policy": steps["policy"][:, actions]}


class TicTacToe(Stones):
    """Three in a row on nine places.

    >>> TicTacToe().shape, TicTacToe().actions
    ((3, 3, 2), 9)
    """

    def __init__(self):
        super().__init__(3, 3, 3)


class ConnectFour(Stones):
    """Four in a row; stones fall in seven columns.

    >>> ConnectFour().shape, ConnectFour().actions
    ((6, 7, 2), 7)
    """

    def __init__(self):
        super().__init__(6, 7, 4, falls=True)
