"""DQN: a network says what each action is worth, and learns it from what it has lived through, drawn again in random order."""

from copy import deepcopy

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models.agents.arcade import Replay, side_by_side


@keras.saving.register_keras_serializable(package="dlcourse")
def temporal_difference(target, values):
    """Huber's loss of the one action that was done: `target` holds its number, and what it turned out to be worth.

    >>> ops.convert_to_numpy(temporal_difference(np.array([[1, 5.0]]), np.array([[9.0, 4.5]]))).tolist()
    [0.125]
    """
    done = ops.one_hot(ops.cast(target[:, 0], "int32"), values.shape[-1], dtype=values.dtype)
    return keras.losses.huber(ops.cast(target[:, 1:], values.dtype), ops.sum(values * done, axis=-1, keepdims=True))


@keras.saving.register_keras_serializable(package="dlcourse")
class QNetwork(keras.Model):
    """What each action is worth: the sum of rewards to come, each later one a little less. `fit` corrects one action of each row.

    >>> model = DQN(input_shape=(4,), actions=2, hidden=(8,))
    >>> model.compile("adam", temporal_difference)
    >>> len(model.fit(np.zeros((8, 4)), np.array([[1, 0.5]] * 8), verbose=0).history["loss"])
    1
    """

    def act(self, seen, chance=0, rng=None):
        """The action worth most for each row seen; at random with this chance.

        >>> DQN(input_shape=(4,), actions=2, hidden=(8,)).act(np.zeros((5, 4))).shape
        (5,)
        """
        best = np.argmax(self.predict_on_batch(seen), axis=-1)
        if not chance:
            return best
        rng = rng or np.random.default_rng()
        return np.where(rng.random(len(best)) < chance, rng.integers(self.output_shape[-1], size=len(best)), best)

    def play(self, environment, episodes=100, seed=None):
        """The sum of rewards in each episode, played without chance: `episodes` or a few more, as many in each of the environments.

        >>> from dlcourse.models import Arcade, Catch
        >>> DQN(input_shape=(10, 5, 1), actions=3, convolutions=(), hidden=(8,)).play(Arcade(Catch(), num_envs=4), episodes=6).shape
        (8,)
        """
        environment, returns = side_by_side(environment), []
        left = np.full(environment.num_envs, -(-episodes // environment.num_envs))      # the same of each: short episodes end more often
        total, over = np.zeros(environment.num_envs), np.zeros(environment.num_envs, bool)
        seen, _ = environment.reset(seed=seed)
        while left.any():
            seen, reward, ended, cut, _ = environment.step(self.act(seen))
            total, over = np.where(over, 0, total + reward), ended | cut
            returns += total[over & (left > 0)].tolist()
            left = np.maximum(left - over, 0)
        return np.array(returns)

    def learn(self, environment, steps=100_000, goal=np.inf, seed=0, double=False, discount=0.99, learning_rate=1e-3, batch_size=64,
              updates=128, every=256, memory=100_000, explore=0.1, least=0.04, copy=1, check=10):
        """Play `steps` steps; after `every` of them make `updates` updates. Chance falls from 1 to `least` in the part `explore` of them.

        The target network is copied once in `copy` rounds. With `double`, the network chooses the next action and the target network
        says what it is worth. In each `check` rounds, 20 episodes without chance; it ends where their mean reaches `goal`, and keeps the
        weights that did best there. Returns {"steps": [...], "returns": [...]}: the means of these checks.
        """
        environment, rng, replay = side_by_side(environment), np.random.default_rng(seed), Replay(memory)
        target, trial, log = keras.models.clone_model(self), deepcopy(environment), {"steps": [], "returns": []}
        self.compile(keras.optimizers.Adam(learning_rate), temporal_difference, steps_per_execution=updates)
        seen, over, rounds, kept = environment.reset(seed=seed)[0], np.zeros(environment.num_envs, bool), -(-steps // every), None
        for number in range(rounds):
            if number % copy == 0:
                target.set_weights(self.get_weights())
            for _ in range(-(-every // environment.num_envs)):
                chance = max(least, 1 - number / rounds / explore) if explore else least
                action = self.act(seen, chance, rng)
                then, reward, ended, cut, _ = environment.step(action)
                told = ~over                                # what was over has begun again: that was no step
                replay.add(seen=seen[told], action=action[told], reward=reward[told], then=then[told], ended=ended[told])
                seen, over = then, ended | cut              # where it was only cut off, more would have come: `ended` alone counts
            drawn = replay.draw(updates * batch_size, rng)
            self.fit(drawn["seen"], self.worth(drawn, target, double, discount), batch_size=batch_size, verbose=0, shuffle=False)
            if (number + 1) % check == 0 or number == rounds - 1:
                log["returns"].append(float(self.play(trial, 20, seed=seed + 10_000 + number).mean()))
                log["steps"].append((number + 1) * every)
                kept = self.get_weights() if log["returns"][-1] >= max(log["returns"]) else kept
                if log["returns"][-1] >= goal:
                    break
        self.set_weights(kept)
        return log

    def worth(self, steps, target, double=False, discount=0.99):
        """Each action done, and what it was worth: its reward and, unless that was the end, what comes after, as `target` sees it.

        >>> model = DQN(input_shape=(1,), actions=2, hidden=(8,))
        >>> steps = {"action": np.array([1]), "reward": np.array([3.0]), "then": np.zeros((1, 1)), "ended": np.array([True])}
        >>> model.worth(steps, model).tolist()
        [[1.0, 3.0]]
        """
        after = target.predict_on_batch(steps["then"])
        choice = self.predict_on_batch(steps["then"]) if double else after
        after = np.take_along_axis(after, choice.argmax(axis=-1)[:, None], axis=-1)[:, 0]
        return np.stack([steps["action"], steps["reward"] + discount * ~steps["ended"] * after], axis=1).astype("float32")


@published(
    paper="Mnih, Kavukcuoglu, Silver et al. 2015, Human-level control through deep reinforcement learning, Nature 518",
    url="https://doi.org/10.1038/nature14236",
    says="one network for 49 Atari games: more than 75 % of a human's score in 29 of them",
    parameters=1_686_180,
    note="4 actions, as in Breakout. Optimizer, replay and exploration are for small games. benchmarks/agents.py, five seeds: its best "
         "checkpoint keeps CartPole up for 500 of 500 steps on 100 fresh episodes, and catches 100 of 100 balls",
    small={"input_shape": (6,), "actions": 3, "hidden": (8,)},
)
def DQN(input_shape=(84, 84, 4), actions=4, convolutions=((32, 8, 4), (64, 4, 2), (64, 3, 1)), hidden=(512,), scale=255, name="dqn"):
    """Reads four frames as bytes, which it divides by `scale`, through `convolutions` (filters, kernel, strides); a row of numbers as it is.

    `convolutions=((16, 8, 4), (32, 4, 2)), hidden=(256,)` is the network of 2013.

    >>> DQN(input_shape=(4,), actions=2, hidden=(128, 128)).count_params()
    17410
    """
    if len(input_shape) not in (1, 3) or actions < 2:
        raise ValueError(f"input_shape={input_shape}, actions={actions}: give (height, width, frames) or (numbers,), and at least 2 actions")
    x = inputs = keras.Input(input_shape, name="input")
    if len(input_shape) == 3:
        x = layers.Rescaling(1 / scale, name="scale")(x)
        for number, (filters, kernel, strides) in enumerate(convolutions, start=1):
            if min(x.shape[1:3]) < kernel:
                raise ValueError(f"input_shape={input_shape} is too small for {convolutions}: choose smaller ones, or convolutions=()")
            x = layers.Conv2D(filters, kernel, strides, activation="relu", name=f"conv{number}")(x)
        x = layers.Flatten(name="flat")(x)
    for number, units in enumerate(hidden, start=1):
        x = layers.Dense(units, activation="relu", name="fc" if len(hidden) == 1 else f"fc{number}")(x)
    return QNetwork(inputs, layers.Dense(actions, dtype="float32", name="q")(x), name=name)
