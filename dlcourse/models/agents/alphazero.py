"""AlphaZero: a network guides a tree search, and learns from what the search found in games against itself."""

import keras
import numpy as np
from keras import layers

from dlcourse.models._published import published
from dlcourse.models.agents.arcade import Replay
from dlcourse.models.agents.tree import Forest


@keras.saving.register_keras_serializable(package="dlcourse")
class SelfTaught(keras.Model):
    """Says of each position how likely each action is ("policy"), and what it is worth to the one to move ("value", -1 to 1).

    >>> from dlcourse.models import TicTacToe
    >>> said = AlphaZero(input_shape=(3, 3, 2), actions=9, blocks=1, filters=4).predict(TicTacToe().look(TicTacToe().start(5)), verbose=0)
    >>> said["policy"].shape, said["value"].shape
    ((5, 9), (5, 1))
    """

    def search(self, game, states, simulations=50, noise=0, rng=None):
        """How often a tree search tries each action, the network at its side; `noise` is the share of chance in the first move.

        >>> from dlcourse.models import TicTacToe
        >>> model = AlphaZero(input_shape=(3, 3, 2), actions=9, blocks=1, filters=4)
        >>> model.search(TicTacToe(), TicTacToe().start(5), simulations=7).sum(axis=-1).tolist()
        [7.0, 7.0, 7.0, 7.0, 7.0]
        """
        forest = Forest(game, states, self._guess, simulations)
        return (forest.disturb(10 / game.actions, noise, rng) if noise else forest).grow()

    def player(self, game, simulations=50):
        """One who plays as well as it can, for `match`: the action tried most often, or without simulations the likeliest.

        >>> from dlcourse.models import TicTacToe
        >>> model = AlphaZero(input_shape=(3, 3, 2), actions=9, blocks=1, filters=4)
        >>> model.player(TicTacToe(), simulations=0)(TicTacToe().start(3), None).shape
        (3,)
        """
        def choose(states, rng):
            liked = self.search(game, states, simulations) if simulations else self._guess(game.look(states))[0] + 1
            return np.where(game.legal(states), liked, -1).argmax(axis=-1)
        return choose

    def self_play(self, game, games=25, simulations=50, openings=0.75, plies=4, rng=None):
        """Games against itself, each move drawn as often as the search tried it: what was seen, how often each action was tried, and
        how the game ended for the one to move. In the share `openings`, up to `plies` first moves are random, and not learned from.

        >>> from dlcourse.models import TicTacToe
        >>> model = AlphaZero(input_shape=(3, 3, 2), actions=9, blocks=1, filters=4)
        >>> model.self_play(TicTacToe(), games=2, simulations=3)["policy"].sum(axis=-1)[0].round(4)
        np.float32(1.0)
        """
        rng = rng or np.random.default_rng()
        states, going, sign, told = game.start(games, rng), np.arange(games), np.ones(games), []
        wild = np.where(rng.random(games) < openings, rng.integers(plies + 1, size=games), 0)
        outcome, ply = np.zeros(games), 0
        while len(going):
            policy = game.legal(states[going]).astype("float32")
            sure = wild[going] <= ply
            if sure.any():
                policy[sure] = self.search(game, states[going[sure]], simulations, 0.25, rng)
            policy /= policy.sum(axis=-1, keepdims=True)
            told.append((going[sure], states[going[sure]], policy[sure], sign[going[sure]]))
            actions = (policy.cumsum(axis=-1) > rng.random((len(going), 1)) * policy.sum(axis=-1, keepdims=True)).argmax(axis=-1)
            states[going], rewards, over = game.move(states[going], actions)
            outcome[going] += rewards * sign[going]         # for the one who began
            sign[going] *= -1
            going, ply = going[~over], ply + 1
        who, seen, policies, signs = (np.concatenate(parts) for parts in zip(*told))
        return {"seen": game.look(seen), "policy": policies, "value": (outcome[who] * signs).astype("float32")[:, None]}

    def learn(self, game, rounds=40, games=25, simulations=50, updates=48, batch_size=64, memory=40_000, learning_rate=5e-3, seed=0,
              after=None):
        """Play `games` games against itself, then make `updates` updates on what was played lately, in all symmetries; `rounds` times.

        `after(round)`, if given, is called after each round, and its answers are returned.
        """
        rng, replay, answers = np.random.default_rng(seed), Replay(memory), []
        rate = keras.optimizers.schedules.CosineDecay(learning_rate, rounds * updates)
        self.compile(keras.optimizers.Adam(rate), {"policy": "categorical_crossentropy", "value": "mse"},
                     steps_per_execution=updates)
        for number in range(1, rounds + 1):
            for steps in game.turned(self.self_play(game, games, simulations, rng=rng)):
                replay.add(**steps)
            drawn = replay.draw(updates * batch_size, rng)
            seen = drawn.pop("seen")
            self.fit(seen, drawn, batch_size=batch_size, shuffle=False, verbose=0)
            answers += [after(number)] if after else []
        return answers

    def _guess(self, pictures):
        said = self.predict_on_batch(pictures)
        return said["policy"], said["value"][:, 0]


def convolution(x, filters, kernel, name):
    """Convolution without bias, then batch norm.

    >>> convolution(keras.Input((19, 19, 17)), 256, 3, "stem").shape
    (None, 19, 19, 256)
    """
    x = layers.Conv2D(filters, kernel, padding="same", use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv")(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)


@published(
    paper="Silver, Hubert, Schrittwieser et al. 2018, A general reinforcement learning algorithm that masters chess, shogi, and Go, Science 362",
    url="https://doi.org/10.1126/science.aar6404",
    says="plays chess, shogi and Go from nothing but their rules; in Go, 61 % against AlphaGo Zero",
    parameters=22_827_877,
    note="the network of AlphaGo Zero with 19 residual blocks, as for Go; for chess (8, 8, 119), actions=4672, variant='planes': 23,483,212. "
         "benchmarks/agents.py, five seeds: at tic-tac-toe it loses 0 of 200 games to perfect play with 50 simulations "
         "and 0 with none, untrained 29 to 176 and 154 to 200",
    small={"input_shape": (3, 3, 2), "actions": 9, "blocks": 1, "filters": 4, "hidden": 8},
)
def AlphaZero(input_shape=(19, 19, 17), actions=362, blocks=19, filters=256, hidden=256, variant="flat", name="alphazero"):
    """A tower of residual blocks, with two heads. The policy is one dense layer, or with variant="planes" some actions for each place.

    >>> AlphaZero(input_shape=(3, 3, 2), actions=9, blocks=2, filters=32).count_params()
    41176
    """
    planes, rest = divmod(actions, input_shape[0] * input_shape[1]) if len(input_shape) == 3 else (0, 0)
    if len(input_shape) != 3 or min(*input_shape, actions - 1, blocks, filters, hidden) < 1:
        raise ValueError(f"input_shape={input_shape}, actions={actions}, blocks={blocks}, filters={filters}, hidden={hidden}: "
                         "give (rows, columns, planes), at least 2 actions, and at least one of the rest")
    if variant not in ("flat", "planes") or variant == "planes" and rest:
        raise ValueError(f"variant={variant!r}: choose 'flat', or 'planes' where actions are as many for each of the places")
    inputs = keras.Input(input_shape, name="input")
    x = layers.ReLU(name="stem")(convolution(inputs, filters, 3, "stem"))
    for number in range(1, blocks + 1):
        y = layers.ReLU(name=f"res{number}_relu")(convolution(x, filters, 3, f"res{number}_1"))
        x = layers.Add(name=f"res{number}_add")([x, convolution(y, filters, 3, f"res{number}_2")])
        x = layers.ReLU(name=f"res{number}")(x)
    p = layers.ReLU(name="policy_relu")(convolution(x, filters if variant == "planes" else 2, 3 if variant == "planes" else 1, "policy"))
    if variant == "planes":
        p = layers.Conv2D(planes, 3, padding="same", name="policy_planes")(p)
    p = layers.Flatten(name="policy_row")(p)
    p = layers.Dense(actions, name="policy_fc")(p) if variant == "flat" else p
    v = layers.Flatten(name="value_row")(layers.ReLU(name="value_relu")(convolution(x, 1, 1, "value")))
    v = layers.Dense(hidden, "relu", name="value_fc")(v)
    outputs = {"policy": layers.Softmax(dtype="float32", name="policy")(p),
               "value": layers.Dense(1, "tanh", dtype="float32", name="value")(v)}
    return SelfTaught(inputs, outputs, name=name)
