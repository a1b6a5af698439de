"""AlphaZero: published sizes, the search against one written plainly, and that it teaches itself tic-tac-toe."""

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.agents.tree import Forest

TINY = {"input_shape": (3, 3, 2), "actions": 9, "blocks": 1, "filters": 8, "hidden": 8}


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


@pytest.mark.parametrize(("blocks", "variant"), [(19, "1 conv + 19 residual, conv bias=False"), (20, "20 residual blocks (literal), conv bias=False"),
                                                 (40, "40 residual blocks (literal), conv bias=False")])
def test_published_sizes(facts, blueprint, blocks, variant):
    row, network = facts("AlphaZero", variant), blueprint(models.AlphaZero, blocks=blocks)
    assert (network.count_params(), trainable(network)) == (row["params_total"], row["params_trainable"])
    for name, shape in row["stages"]:
        assert list(network.get_layer(name).output.shape[1:]) == shape, name


def test_the_network_for_chess(facts, blueprint):
    row = facts("AlphaZero", "chess")
    network = blueprint(models.AlphaZero, input_shape=(8, 8, 119), actions=4672, variant="planes")
    assert (network.count_params(), trainable(network)) == (row["params_total"], row["params_trainable"])
    assert list(network.get_layer("policy_planes").output.shape[1:]) == dict(row["stages"])["policy"]


@pytest.mark.parametrize(("rows", "columns", "planes", "actions", "blocks", "filters", "hidden"), [(3, 3, 2, 9, 2, 32, 16), (6, 7, 2, 7, 3, 5, 4)])
def test_size_by_hand(rows, columns, planes, actions, blocks, filters, hidden):
    model = models.AlphaZero(input_shape=(rows, columns, planes), actions=actions, blocks=blocks, filters=filters, hidden=hidden)
    places, norm = rows * columns, 2
    tower = 9 * planes * filters + norm * filters + blocks * 2 * (9 * filters**2 + norm * filters)
    policy = 2 * filters + 2 * norm + (2 * places + 1) * actions
    value = filters + norm + (places + 1) * hidden + hidden + 1
    assert trainable(model) == tower + policy + value


def plain_search(game, state, evaluate, simulations, exploration=1.25):
    """The same search as it is written in textbooks: one tree, one node at a time."""
    def node(state, end=None):
        prior, value = (part[0] for part in evaluate(game.look(state)))
        prior = np.where(game.legal(state)[0], prior, 0)
        return {"state": state, "prior": prior / max(prior.sum(), 1e-12), "value": value, "end": end, "children": {},
                "visits": np.zeros(game.actions), "total": np.zeros(game.actions)}

    root = node(state)
    for _ in range(simulations):
        here, way = root, []
        while here["end"] is None:
            mean = np.where(here["visits"] > 0, here["total"] / np.maximum(here["visits"], 1), 0)
            score = mean + exploration * here["prior"] * np.sqrt(1 + here["visits"].sum()) / (1 + here["visits"])
            action = int(np.where(game.legal(here["state"])[0], score, -np.inf).argmax())
            way.append((here, action))
            if action not in here["children"]:
                after, reward, over = game.move(here["state"], [action])
                here["children"][action] = here = node(after, -reward[0] if over[0] else None)
                break
            here = here["children"][action]
        value = here["value"] if here["end"] is None else here["end"]
        for above, action in reversed(way):
            value = -value
            above["visits"][action] += 1
            above["total"][action] += value
    return root["visits"]


@pytest.mark.parametrize("build", [models.TicTacToe, models.ConnectFour])
def test_a_forest_is_many_plain_trees(build):
    game, rng = build(), np.random.default_rng(0)
    look, worth = rng.normal(size=(np.prod(game.shape), game.actions)), rng.normal(size=np.prod(game.shape))

    def evaluate(pictures):         # a fixed network of one layer
        rows = pictures.reshape(len(pictures), -1)
        return np.exp(rows @ look / 3), np.tanh(rows @ worth / 3)
    states = game.start(12)
    for _ in range(4):
        moves = np.where(game.legal(states), rng.random((12, game.actions)), -1).argmax(axis=-1)
        states, _, over = game.move(states, moves)
        assert not over.any()
    visits = Forest(game, states, evaluate, simulations=60).grow()
    assert (visits.sum(axis=-1) == 60).all()
    for row, state in enumerate(states):
        assert visits[row].tolist() == plain_search(game, state[None], evaluate, 60).tolist()


def no_opinion(game):
    return lambda pictures: (np.full((len(pictures), game.actions), 1 / game.actions), np.zeros(len(pictures)))


def test_more_search_finds_more():
    """Without any network, lost of 200 against perfect play: 10 simulations 200, 50 80, 800 58; at random 177."""
    game = models.TicTacToe()
    perfect = models.PerfectPlayer(game).choose
    lost = [np.sum(models.match(game, lambda states, rng: Forest(game, states, no_opinion(game), n).grow().argmax(axis=-1), perfect) < 0)
            for n in (10, 200)]
    assert lost[1] < 100 < lost[0]


def test_noise_opens_what_is_allowed_only():
    game = models.TicTacToe()
    states, _, _ = game.move(game.start(500), [4] * 500)
    forest = Forest(game, states, no_opinion(game)).disturb(1.0, 0.25, np.random.default_rng(0))
    prior = forest.prior[:, 0]
    assert (prior[:, 4] == 0).all() and (prior[:, [0, 8]] > 0).all()
    np.testing.assert_allclose(prior.sum(axis=-1), 1, atol=1e-5)
    np.testing.assert_allclose(prior[:, 0].mean(), 1 / 8, atol=0.01)
    assert prior[:, 0].min() < 0.1 < 0.2 < prior[:, 0].max()


def test_what_self_play_tells():
    game, model = models.TicTacToe(), models.AlphaZero(**TINY)
    told = model.self_play(game, games=20, simulations=5, openings=0, rng=np.random.default_rng(0))
    first = told["seen"].sum(axis=(1, 2, 3)) == 0
    assert first.sum() == 20 and len(told["seen"]) >= 5 * 20
    assert ((told["seen"].sum(axis=-1).reshape(-1, 9) > 0) * told["policy"] == 0).all(), "no policy for a place that is taken"
    np.testing.assert_allclose(told["policy"].sum(axis=-1), 1, atol=1e-5)
    own, other = told["seen"][..., 0].sum(axis=(1, 2)), told["seen"][..., 1].sum(axis=(1, 2))
    assert set(own - other) == {0, -1} and set(told["value"].ravel()) <= {-1, 0, 1}
    begins = told["value"][own == other].mean()
    assert begins == pytest.approx(told["value"][first].mean(), abs=0.25) and told["value"][own < other].mean() < 0 < begins
    fewer = model.self_play(game, games=40, simulations=2, openings=1, plies=3, rng=np.random.default_rng(0))
    assert np.sum(fewer["seen"].sum(axis=(1, 2, 3)) == 0) < 20, "openings are not learned from"


def test_symmetries_turn_picture_and_policy_together():
    game = models.TicTacToe()
    states, _, _ = game.move(game.start(1), [1])
    policy = game.legal(states) / 8
    for found in game.turned({"seen": game.look(states), "policy": policy, "value": np.ones((1, 1))}):
        assert found["policy"].reshape(3, 3)[found["seen"][0, ..., 1] == 1].tolist() == [0] and found["value"].tolist() == [[1]]


def test_it_teaches_itself_tic_tac_toe(tmp_path):
    """Seeds 0-4, lost of 200 to perfect play with 25 simulations: 80, 109, 152, 71, 123 before and 11, 36, 36, 17, 74 after."""
    keras.utils.set_random_seed(0)
    game = models.TicTacToe()
    perfect, model = models.PerfectPlayer(game), models.AlphaZero(**TINY)
    before = np.sum(models.match(game, model.player(game, 25), perfect.choose) < 0)
    assert model.learn(game, rounds=12, simulations=25, updates=64, after=lambda number: number) == list(range(1, 13))
    after = np.sum(models.match(game, model.player(game, 25), perfect.choose) < 0)
    assert after < 0.75 * before
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras").player(game, 20)
    assert np.array_equal(again(perfect.states[:50], None), model.player(game, 20)(perfect.states[:50], None))


def test_what_cannot_be_is_refused():
    for wrong, words in [({"input_shape": (19, 19)}, "rows, columns, planes"), ({"blocks": 0}, "at least one"), ({"actions": 1}, "at least 2 actions"),
                         ({"variant": "planes"}, "as many for each"), ({"variant": "chess"}, "choose 'flat'")]:
        with pytest.raises(ValueError, match=words):
            models.AlphaZero(**wrong)
    with pytest.raises(ValueError, match="at least one"):
        Forest(models.TicTacToe(), models.TicTacToe().start(), no_opinion(models.TicTacToe()), simulations=0)
