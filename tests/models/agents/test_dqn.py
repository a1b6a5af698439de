"""DQN: published sizes, its targets by hand, and that it learns to catch and to find the way."""

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.agents.dqn import temporal_difference


@pytest.mark.parametrize("actions", [4, 6])
def test_published_sizes(facts, blueprint, stages, actions):
    row, network = facts("DQN", f"2015, {actions}"), blueprint(models.DQN, actions=actions)
    assert network.count_params() == row["params_total"] and stages(network, row) == row["stages"]


def test_the_network_of_2013(facts, blueprint, stages):
    network = blueprint(models.DQN, convolutions=((16, 8, 4), (32, 4, 2)), hidden=(256,))
    row = facts("DQN", "2013")
    assert network.count_params() == row["params_total"] and stages(network, row) == row["stages"]


@pytest.mark.parametrize(("numbers", "hidden", "actions"), [(4, (128, 128), 2), (7, (5,), 3), (3, (), 2)])
def test_rows_of_numbers(numbers, hidden, actions):
    sizes = (numbers, *hidden, actions)
    assert models.DQN(input_shape=(numbers,), actions=actions, hidden=hidden).count_params() == sum((a + 1) * b for a, b in zip(sizes, sizes[1:]))


def test_bytes_become_numbers_up_to_one():
    model = models.DQN(input_shape=(2, 2, 1), actions=2, convolutions=(), hidden=())
    model.set_weights([np.ones((4, 2)), np.zeros(2)])
    np.testing.assert_allclose(model(np.full((1, 2, 2, 1), 255, "uint8")), [[4, 4]], rtol=1e-6)


def fixed(values):
    """A network that says the same of everything."""
    model = models.DQN(input_shape=(1,), actions=2, hidden=())
    model.set_weights([np.zeros((1, 2)), np.array(values)])
    return model


def test_what_an_action_was_worth_by_hand():
    steps = {"action": np.array([0, 1]), "reward": np.array([1.0, 2.0]), "then": np.zeros((2, 1)), "ended": np.array([False, True])}
    online, target = fixed([3.0, 5.0]), fixed([10.0, 4.0])
    assert online.worth(steps, target, discount=0.5).tolist() == [[0, 1 + 0.5 * 10], [1, 2]]
    assert online.worth(steps, target, double=True, discount=0.5).tolist() == [[0, 1 + 0.5 * 4], [1, 2]]      # the one chooses, the other judges


@pytest.mark.parametrize(("error", "loss"), [(0.5, 0.125), (-3.0, 2.5)])
def test_only_the_action_that_was_done_is_corrected(error, loss):
    target, values = np.array([[1, 2.0]]), np.array([[99.0, 2 + error, -99.0]])
    np.testing.assert_allclose(temporal_difference(target, values), [loss], rtol=1e-6)


def test_chance_is_as_often_as_asked():
    model, rng = fixed([0.0, 1.0]), np.random.default_rng(0)
    assert model.act(np.zeros((100, 1))).all()
    assert np.mean(model.act(np.zeros((2000, 1)), 0.5, rng)) == pytest.approx(0.75, abs=0.04)


class Corridor:
    """Never ends by itself, is cut after two steps, and pays 1 a step: worth 1 / (1 - discount), if being cut off is no end."""

    num_envs = 4

    def reset(self, seed=None, options=None):
        self.steps = 0
        return np.ones((4, 1), "float32"), {}

    def step(self, actions):
        self.steps += 1
        begins = self.steps % 3 == 0
        return np.ones((4, 1), "float32"), np.full(4, 0.0 if begins else 1.0), np.zeros(4, bool), np.full(4, self.steps % 3 == 2), {}


def test_cut_off_is_no_end_and_beginning_again_is_no_step():
    keras.utils.set_random_seed(0)
    model = models.DQN(input_shape=(1,), actions=2, hidden=())
    log = model.learn(Corridor(), steps=800, every=40, updates=100, batch_size=16, discount=0.5, learning_rate=0.05)
    np.testing.assert_allclose(model(np.ones((1, 1))), [[2, 2]], atol=0.1)      # .67 if the false steps counted, 1.5 if it had ended
    assert log["returns"][-1] == 2 and log["steps"][-1] == 800


def test_it_learns_to_catch(tmp_path):
    """Seeds 0-4: 100 of 100 at the first check, after 2,560 steps; untrained 0 to 21."""
    keras.utils.set_random_seed(0)
    model = models.DQN(input_shape=(10, 5, 1), actions=3, convolutions=(), hidden=(64,), scale=1)
    arcade = models.Arcade(models.Catch())
    assert model.play(arcade, 100, seed=1).mean() < 0.5
    log = model.learn(arcade, steps=15_000, goal=1)
    assert model.play(arcade, 100, seed=1).mean() > 0.9 and max(log["returns"]) > 0.9
    model.save(tmp_path / "model.keras")
    seen = models.Catch().look(models.Catch().start(5))
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(again.act(seen), model.act(seen))


@pytest.mark.parametrize("double", [False, True])
def test_it_finds_the_way(double):
    """Seeds 0-4: the shortest way after 2,560 or 5,120 steps."""
    keras.utils.set_random_seed(0)
    model = models.DQN(input_shape=(3, 4, 1), actions=4, convolutions=(), hidden=(), scale=1)
    model.learn(models.Arcade(models.GridWorld(), longest=30), steps=6_000, double=double, copy=2, goal=0.8, learning_rate=1e-2)
    assert model.play(models.Arcade(models.GridWorld(), longest=30), 5).mean() == pytest.approx(1 - 4 * 0.04)      # the shortest way: five steps


def test_a_single_environment_of_gymnasiums_is_enough():
    gymnasium = pytest.importorskip("gymnasium")
    model = models.DQN(input_shape=(4,), actions=2, hidden=(16,))
    log = model.learn(gymnasium.make("CartPole-v1"), steps=200, every=100, updates=4, check=2)
    assert log["steps"] == [200] and log["returns"][0] >= 8


def test_what_cannot_be_is_refused():
    for wrong, words in [({"input_shape": (84, 84)}, "height, width, frames"), ({"actions": 1}, "at least 2 actions"),
                         ({"input_shape": (20, 20, 4)}, "choose smaller ones")]:
        with pytest.raises(ValueError, match=words):
            models.DQN(**wrong)
