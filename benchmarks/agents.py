"""Agents that learn by playing: DQN balances a pole and catches balls, AlphaZero teaches itself tic-tac-toe. Up to a minute of processor
time for each run.

    python benchmarks/agents.py                                               # five seeds
    python benchmarks/agents.py --seeds 1 --only CartPole --figure agents.png

Asked of DQN: on CartPole 475 of 500 steps, the mean of 100 fresh episodes at its best checkpoint; of 100 balls, 95 caught. Asked of
AlphaZero against perfect play, in 200 games: with 50 simulations none lost, where the untrained network loses at least 20; by the network
alone at most 20 lost.
"""

import argparse
import time

import numpy as np
from tqdm import tqdm

from dlcourse import models, plots, training


def cartpole(seed):
    """The mean of 100 fresh episodes: at random, and of DQN at its best; and the means of its checks."""
    import gymnasium

    model = models.DQN(input_shape=(4,), actions=2, hidden=(128, 128))
    fresh = gymnasium.make_vec("CartPole-v1", num_envs=100)
    before = model.play(fresh, 100, seed=20_000 + seed)
    log = model.learn(gymnasium.make_vec("CartPole-v1", num_envs=16), goal=500, seed=seed)
    after = model.play(fresh, 100, seed=20_000 + seed)
    return {"CartPole: steps of 500": (before.mean(), after.mean(), log["steps"], log["returns"])}


def catch(seed):
    """Balls caught of 100, before and after."""
    model = models.DQN(input_shape=(10, 5, 1), actions=3, convolutions=(), hidden=(64,), scale=1)
    fresh = models.Arcade(models.Catch(), num_envs=100)
    before = model.play(fresh, 100, seed=20_000 + seed)
    log = model.learn(models.Arcade(models.Catch()), steps=20_000, goal=1, seed=seed)
    after = model.play(fresh, 100, seed=20_000 + seed)
    return {"Catch: balls of 100": (np.sum(before > 0), np.sum(after > 0), log["steps"], log["returns"])}


def tic_tac_toe(seed):
    """Games lost of 200 to one who never errs, with 50 simulations and with none, before and after."""
    game = models.TicTacToe()
    perfect, model = models.PerfectPlayer(game), models.AlphaZero(input_shape=(3, 3, 2), actions=9, blocks=2, filters=32, hidden=32)

    def lost(number=0):
        if number % 5:
            return None
        return number, *(np.sum(models.match(game, model.player(game, simulations), perfect.choose, 200) < 0) for simulations in (50, 0))
    before = lost()
    played, searching, alone = zip(before, *filter(None, model.learn(game, seed=seed, after=lost)))
    return {f"tic-tac-toe, {how}: lost of 200": (figures[0], figures[-1], [25 * number for number in played], figures)
            for how, figures in (("50 simulations", searching), ("network alone", alone))}


RUNS = {"DQN CartPole": cartpole, "DQN Catch": catch, "AlphaZero": tic_tac_toe}
# What is asked of the untrained and of the trained: no fewer, or no more.
CLAIMS = {
    "CartPole: steps of 500": ("", "≥ 475"),
    "Catch: balls of 100": ("", "≥ 95"),
    "tic-tac-toe, 50 simulations: lost of 200": ("≥ 20", "≤ 0"),
    "tic-tac-toe, network alone: lost of 200": ("", "≤ 20"),
}


def holds(figure, claim):
    """Whether a figure is what is claimed: "≥ 20", "≤ 0", or nothing.

    >>> holds(7, "≥ 20"), holds(0, "≤ 0"), holds(7, "")
    (False, True, True)
    """
    sign, bar = claim.split() if claim else ("≥", "-inf")
    return figure >= float(bar) if sign == "≥" else figure <= float(bar)


def main():
    """Each result as it comes, then the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", default="", help="only runs whose name contains this")
    parser.add_argument("--figure", help="draw how the agents got better into this file")
    chosen = parser.parse_args()
    runs = {name: run for name, run in RUNS.items() if chosen.only in name}
    if not runs or chosen.seeds < 1:
        parser.error(f"--seeds must be 1 or more, and --only part of one of: {', '.join(RUNS)}")
    training.wake()
    results = {}
    with tqdm(total=len(runs) * chosen.seeds, unit="run") as bar:
        for seed in range(chosen.seeds):
            for run in runs.values():
                training.seed(seed)
                began = time.process_time()
                for claim, measured in run(seed).items():
                    results.setdefault(claim, []).append((*measured, time.process_time() - began))
                    bar.write(f"seed {seed}  {claim:<42} {measured[0]:6.1f} → {measured[1]:6.1f}  {results[claim][-1][-1]:5.0f} s")
                bar.update()
    table(results)
    if chosen.figure:
        draw(results, chosen.figure)


def table(results):
    """Untrained and trained: mean and range over seeds, and how many seeds hold what is asked of both. Seconds are the processor's."""
    print(f"\n{'':<42}{'untrained':>20}{'trained':>24}   asked           holds  seconds")
    for claim, runs in results.items():
        before, after, _, _, seconds = zip(*runs)
        first, then = CLAIMS[claim]
        kept = sum(holds(one, first) and holds(other, then) for one, other in zip(before, after))
        spread = [f"{np.mean(figures):.1f} ({min(figures):.0f} – {max(figures):.0f})" for figures in (before, after)]
        print(f"{claim:<42}{spread[0]:>20}{spread[1]:>24}   {first:<5} {then:<7} {kept:>3} of {len(runs)}  {max(seconds):7.0f}")


def draw(results, path):
    """One picture for each claim: what the checks of all seeds gave, over what was played; the line is their mean."""
    axes = plots.panels(1, len(results), size=(4.6, 3.4))[0]
    for ax, (claim, runs) in zip(axes, results.items()):
        longest = max((run[2] for run in runs), key=len)
        filled = np.array([[*run[3], *[run[3][-1]] * (len(longest) - len(run[3]))] for run in runs])         # who ended early, had reached the goal
        plots.lines(longest, {"mean": filled.mean(axis=0)}, "steps played" if "tic" not in claim else "games played", claim.split(": ")[1],
                    title=claim.split(": ")[0], ax=ax)
        ax.fill_between(longest, filled.min(axis=0), filled.max(axis=0), alpha=0.2, label=f"{len(runs)} seeds")
        ax.legend()
    axes[0].figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
