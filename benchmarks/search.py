"""Learning to learn, and searching for networks: Reptile on waves and on letters; evolution against chance in NASNet's space.
A run takes one to five minutes of processor time.

    python benchmarks/search.py                                               # five seeds
    python benchmarks/search.py --seeds 1 --only waves --figure search.png

Asked of Reptile: adapted to 10 points of a wave, at most 1/10 of the error that the untrained network has once it is adapted likewise; of
5 points, 1/5. Letters are five that it has never seen, in fonts that it has never seen, told apart after one or five of each: chance is
20 %. The search's figure is the test accuracy of the best of 10 cells, trained for three epochs each; both ways train as many.
"""

import argparse
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from tqdm import tqdm

from dlcourse import datasets, models, plots, training
from dlcourse.models.search.reptile import pictures_of, sines


def waves(seed):
    """The error at 50 other places of 200 new waves, in parts of the untrained network's, and the losses while it learned."""
    model = models.Reptile()
    x, y = sines(200, 60, np.random.default_rng(10_000 + seed))

    def error(shots):
        return np.mean((model.after(x[:, :shots], y[:, :shots], x[:, 10:], learning_rate=0.01) - y[:, 10:]) ** 2)
    before = {shots: error(shots) for shots in (5, 10)}
    losses = model.learn(sines, rounds=8000, batch_size=10, seed=seed)
    return {f"waves, {shots} points: error of the untrained": (1.0, error(shots) / before[shots], losses) for shots in before}


def letters(seed):
    """Accuracy on 40 tasks of five new letters, ten pictures of each."""
    (x, y), (x_test, y_test) = datasets.glyphs.load_data("letters")
    x, x_test = (pictures[..., None].astype("float32") / 255 for pictures in (x, x_test))
    known, tasks = pictures_of(x[y < 18], y[y < 18]), pictures_of(x_test[y_test >= 18], y_test[y_test >= 18])
    model = models.Reptile(input_shape=(28, 28, 1), classes=5, filters=(32,) * 4)
    seen, kinds = tasks(40, 75, np.random.default_rng(10_000 + seed))

    def accuracy(shots):
        said = model.after(seen[:, :5 * shots], kinds[:, :5 * shots], seen[:, 25:], steps=20, learning_rate=0.05)
        return np.mean(said.argmax(axis=-1) == kinds[:, 25:])
    before = {shots: accuracy(shots) for shots in (1, 5)}
    losses = model.learn(known, rounds=200, count=4, points=50, batch_size=10, steps=8, learning_rate=0.05, seed=seed)
    return {f"letters, {shots} of each: accuracy": (before[shots], accuracy(shots), losses) for shots in before}


def cells(seed, trials=10, epochs=3):
    """Test accuracy of the best cells: found by chance, and by evolution in as many trials."""
    import keras

    (x, y), (x_test, y_test) = datasets.digits.load_data()
    x, x_test = x[..., None] / 16, x_test[..., None] / 16
    x, y, x_check, y_check = x[:800], y[:800], x[800:], y[800:]

    def trained(drawn):
        training.seed(seed)
        model = models.CellNetwork(input_shape=(8, 8, 1), cells=drawn, width=6, depth=1, stages=2)
        model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
        model.fit(x, y, batch_size=40, epochs=epochs, verbose=0)
        return model

    def score(drawn):
        figure = trained(drawn).evaluate(x_check, y_check, batch_size=500, verbose=0, return_dict=True)["accuracy"]
        keras.backend.clear_session()
        return figure
    chance = models.ArchitectureSearch(score, sums=3, seed=seed).random(trials)
    evolved = models.ArchitectureSearch(score, sums=3, seed=seed).evolve(trials, population=4, sample=2)
    found = [trained(search.best[1]).evaluate(x_test, y_test, batch_size=500, verbose=0, return_dict=True)["accuracy"] for search in (chance, evolved)]
    return {"cells by chance → evolved: accuracy": (*found, [score for score, _ in evolved.history])}


RUNS = {"Reptile waves": waves, "Reptile letters": letters, "cells": cells}
# What is asked of the trained: no fewer, no more, or nothing.
CLAIMS = {"waves, 10 points: error of the untrained": "≤ 0.1", "waves, 5 points: error of the untrained": "≤ 0.2"}


def measured(name, seed):
    """What a run measures, and the processor's seconds that it took."""
    training.wake()
    training.seed(seed)
    began = time.process_time()
    return RUNS[name](seed), time.process_time() - began


def holds(figure, claim):
    """Whether a figure is no more than what is claimed, if anything is.

    >>> holds(0.2, "≤ 0.1"), holds(0.2, "")
    (False, True)
    """
    return not claim or figure <= float(claim.split()[1])


def main():
    """Each result as it comes, then the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", default="", help="only runs whose name contains this")
    parser.add_argument("--figure", help="draw what was learned in the meantime into this file")
    chosen = parser.parse_args()
    runs = {name: run for name, run in RUNS.items() if chosen.only in name}
    if not runs or chosen.seeds < 1:
        parser.error(f"--seeds must be 1 or more, and --only part of one of: {', '.join(RUNS)}")
    results, begin = {}, multiprocessing.get_context("spawn")
    # Each run in a process of its own: TensorFlow keeps 100 MB of every network that it has trained, and a search trains twenty.
    with ProcessPoolExecutor(1, begin, max_tasks_per_child=1) as pool, tqdm(total=len(runs) * chosen.seeds, unit="run") as bar:
        for seed in range(chosen.seeds):
            for name in runs:
                figures, seconds = pool.submit(measured, name, seed).result()
                for claim, told in figures.items():
                    results.setdefault(claim, []).append((*told, seconds))
                    bar.write(f"seed {seed}  {claim:<44} {told[0]:6.3f} → {told[1]:6.3f}  {seconds:5.0f} s")
                bar.update()
    table(results)
    if chosen.figure:
        draw(results, chosen.figure)


def table(results):
    """Before and after: mean and range over seeds, and how many seeds hold what is asked. Seconds are the processor's."""
    print(f"\n{'':<44}{'before':>24}{'after':>24}   asked    holds  seconds")
    for claim, runs in results.items():
        before, after, _, seconds = zip(*runs)
        asked = CLAIMS.get(claim, "")
        kept = f"{sum(holds(one, asked) for one in after)} of {len(runs)}" if asked else ""
        spread = [f"{np.mean(figures):.3f} ({min(figures):.3f} – {max(figures):.3f})" for figures in (before, after)]
        print(f"{claim:<44}{spread[0]:>24}{spread[1]:>24}   {asked:<6}{kept:>8}  {max(seconds):7.0f}")


def draw(results, path):
    """One picture for each claim: losses while learning, or scores in the order of trials; the line is the mean over seeds."""
    axes = plots.panels(1, len(results), size=(4.6, 3.4))[0]
    for ax, (claim, runs) in zip(axes, results.items()):
        told = np.array([run[2] for run in runs], float)
        block = max(1, told.shape[1] // 40)
        told = told[:, :told.shape[1] // block * block].reshape(len(told), -1, block).mean(axis=-1)
        at = (np.arange(told.shape[1]) + 1) * block
        plots.lines(at, {"mean": told.mean(axis=0)}, "trials" if "cells" in claim else "rounds",
                    "accuracy" if "cells" in claim else "loss after adapting", title=claim.split(": ")[0], ax=ax)
        ax.fill_between(at, told.min(axis=0), told.max(axis=0), alpha=0.2, label=f"{len(runs)} seeds")
        ax.legend()
    axes[0].figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
