"""Games: rules by hand, what is symmetric, and vector environments as gymnasium's are."""

import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.agents.arcade import Replay, side_by_side
from dlcourse.models.agents.games import Stones

GAMES = [models.TicTacToe, models.ConnectFour, models.Catch, models.GridWorld]


def played(game, actions):
    """One game, these actions one after another: the last state, reward and whether it is over."""
    states, rewards, over = game.start(1, np.random.default_rng(0)), [0.0], [False]
    for action in actions:
        assert not over[0]
        states, rewards, over = game.move(states, [action])
    return states[0], rewards[0], over[0]


@pytest.mark.parametrize("build", GAMES)
def test_many_games_are_as_many_single_ones(build):
    game, rng = build(), np.random.default_rng(0)
    states = game.start(50, rng)
    assert game.look(states).shape == (50, *game.shape)
    for _ in range(6):
        legal = game.legal(states)
        assert legal.shape == (50, game.actions) and legal.any(axis=1).all()
        actions = np.where(legal, rng.random(legal.shape), -1).argmax(axis=1)
        before = states.copy()
        states, rewards, over = game.move(before, actions)
        for row in range(50):
            one = game.move(before[row:row + 1], actions[row:row + 1])
            assert np.array_equal(one[0][0], states[row]) and (one[1][0], one[2][0]) == (rewards[row], over[row])
        states = states[~over] if (~over).sum() > 20 else game.start(50, rng)
        states = np.concatenate([states, game.start(50, rng)])[:50]


@pytest.mark.parametrize(("moves", "reward", "over"), [
    ([0, 3, 1, 4, 2], 1, True), ([0, 1, 3, 2, 6], 1, True), ([0, 1, 4, 2, 8], 1, True), ([2, 0, 4, 1, 6], 1, True),
    ([0, 3, 1, 4], 0, False), ([0, 2, 1, 3, 5, 4, 6, 7, 8], 0, True), ([0, 8, 1, 7, 5, 6], 1, True),
])
def test_tic_tac_toe(moves, reward, over):
    assert played(models.TicTacToe(), moves)[1:] == (reward, over)


@pytest.mark.parametrize(("moves", "won"), [
    ([0, 0, 1, 1, 2, 2, 3], True), ([0, 1, 0, 1, 0, 1, 0], True), ([0, 0, 1, 1, 2, 2], False), ([0, 1, 1, 2, 2, 3, 2, 3, 3, 6, 3], True),
    ([6, 5, 5, 4, 4, 3, 4, 3, 3, 0, 3], True), ([3, 0, 4, 0, 5, 0, 2], True), ([0, 1, 0, 1, 0, 1, 2, 1], True),
])
def test_connect_four(moves, won):
    assert played(models.ConnectFour(), moves)[1:] == (float(won), won)


def test_connect_four_stones_lie_on_each_other_and_a_full_column_is_closed():
    board, _, _ = played(models.ConnectFour(), [2, 2, 2, 2, 2, 2])
    assert board[:, 2].tolist() == [-1, 1, -1, 1, -1, 1]
    assert models.ConnectFour().legal(board[None])[0].tolist() == [True, True, False, True, True, True, True]
    with pytest.raises(ValueError, match="choose among those"):
        models.ConnectFour().move(board[None], [2])


@pytest.mark.parametrize("build", [models.TicTacToe, models.ConnectFour, lambda: Stones(2, 3, 2)])
def test_a_turned_game_goes_as_the_game_does(build):
    """Playing the turned action on the turned board gives the turned next board, in every symmetry."""
    game, rng = build(), np.random.default_rng(1)
    ways = game.symmetries()
    assert len({tuple(places) for places, _ in ways}) == len(ways)
    states = game.start(1)
    for _ in range(3):
        action = rng.choice(np.flatnonzero(game.legal(states)[0]))
        after, reward, over = game.move(states, [action])
        for places, actions in ways:
            turned = states.reshape(1, -1)[:, places].reshape(states.shape)
            assert np.array_equal(game.legal(turned), game.legal(states)[:, actions])
            then, same, end = game.move(turned, [list(actions).index(action)])
            assert np.array_equal(then.ravel(), after.reshape(1, -1)[0, places]) and (same, end) == (reward, over)
        states = after


def test_who_never_errs_knows_all_of_tic_tac_toe():
    game, player = models.TicTacToe(), models.PerfectPlayer(models.TicTacToe())
    assert len(player.states) == 5478 - 958            # all boards that can be met, less those where the game is over
    assert player.values(game.start()).tolist() == [[0.0] * 9]
    corner = played(game, [0])[0][None]
    assert np.flatnonzero(player.values(corner)[0] == 0).tolist() == [4]           # only the centre saves against a corner
    assert (models.match(game, player.choose, player.choose) == 0).all()
    results = models.match(game, models.random_player(game), player.choose, games=200)
    assert (results <= 0).all() and (results < 0).sum() > 140           # 177 lost
    with pytest.raises(ValueError, match="too many to know"):
        models.PerfectPlayer(models.ConnectFour())


def test_a_match_counts_for_the_first_player():
    game = models.TicTacToe()
    perfect, anyone = models.PerfectPlayer(game).choose, models.random_player(game)
    assert models.match(game, perfect, anyone).mean() > 0.7 and models.match(game, anyone, perfect).mean() < -0.7


def test_a_grid_with_walls():
    game = models.GridWorld([".#G", "S.P"])
    assert played(game, [1])[0].tolist() == [1, 1] and played(game, [1, 0])[0].tolist() == [1, 1]       # a wall pushes back
    assert played(game, [2])[0].tolist() == [1, 0] and played(game, [0, 0])[1:] == (-0.04, False)
    assert played(game, [1, 1])[1:] == (-1, True)
    with pytest.raises(ValueError, match="at least one G"):
        models.GridWorld(["..", "S."])
    with pytest.raises(ValueError, match="no place to start"):
        models.GridWorld(["GP"])


def test_an_arcade_begins_again_and_cuts_off():
    arcade = models.Arcade(models.Catch(rows=3, columns=2), num_envs=5)
    arcade.reset(seed=0)
    ends = [arcade.step([1] * 5)[2].tolist() for _ in range(5)]
    assert ends == [[False] * 5, [True] * 5, [False] * 5, [False] * 5, [True] * 5]      # the third step only begins anew
    endless = models.Arcade(models.GridWorld(["SG"]), num_envs=2, longest=3)
    steps = [endless.step([0, 3])[2:4] for _ in range(3)]
    assert not any(ended.any() for ended, _ in steps) and [cut.all() for _, cut in steps] == [False, False, True]


def test_an_arcade_steps_as_gymnasiums_vectors_do():
    gymnasium = pytest.importorskip("gymnasium")
    theirs = gymnasium.make_vec("CartPole-v1", num_envs=3)
    ours = models.Arcade(models.Catch(), num_envs=3)
    for seen, then in [(ours.reset(seed=1), ours.step([0, 1, 2])), (theirs.reset(seed=1), theirs.step(np.array([0, 1, 1])))]:
        assert len(seen) == 2 and len(then) == 5 and [len(part) for part in then[:4]] == [3] * 4
    assert side_by_side(gymnasium.make("CartPole-v1")).num_envs == 1


def test_replay_keeps_the_latest_and_rows_together():
    memory, rng = Replay(5), np.random.default_rng(0)
    for first in range(0, 12, 3):
        memory.add(seen=np.arange(first, first + 3), double=2 * np.arange(first, first + 3))
    drawn = memory.draw(200, rng)
    assert set(drawn["seen"]) == {7, 8, 9, 10, 11} and (drawn["double"] == 2 * drawn["seen"]).all()
    few = Replay(100)
    few.add(seen=np.ones(2))
    assert (few.draw(50, rng)["seen"] == 1).all()


def test_impossible_boards_are_refused():
    for call, words in [(lambda: Stones(3, 3, 4), "has to fit"), (lambda: models.Catch(rows=1), "two rows"),
                        (lambda: models.GridWorld(["ab"]), "draw lines")]:
        with pytest.raises(ValueError, match=words):
            call()
