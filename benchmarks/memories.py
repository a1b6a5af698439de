"""Memories: how much a Hopfield network holds, whether Kohonen's map keeps neighbours, what a DBN gains by learning without labels
first, and how well RBM and DBN draw pictures again. Five seeds.

    python benchmarks/memories.py                                            # everything: three minutes a seed on one core
    python benchmarks/memories.py --only labels --figure labels.png          # two of them
    python benchmarks/memories.py --only codes --figure redrawn.png          # one of them

`overlap` is the mean product of a stored pattern and what it becomes in recall: 1 where nothing is lost. Theory sees the bend at 0.138.

`accuracy` is that on 4000 test glyphs from fonts no net has seen, of nets of the same widths that learn the same labelled pictures by
heart. The DBN has first seen all 20,000 training pictures without labels; its twin starts from the weights that the DBN started from.
The rate is what suits the two that are not pretrained best on seed 100.

`error` is the mean squared error of a pixel, from 0 to 1, of test glyphs drawn again from 64 numbers, or from 64 bits: is each number
above a half? A bit of a principal component says on which side of the mean a picture lies; it is drawn at the mean distance.
"""

import argparse
import time

import keras
import numpy as np
from sklearn.decomposition import PCA
from tqdm import tqdm

from dlcourse import datasets, models, plots, training
from dlcourse.metrics import topographic_error

UNITS = 500                                     # of the Hopfield network
WIDTHS, LABELS = (300, 300, 500), (100, 500, 2000)
CODE, BATCH = 64, 50


def overlap(load, seed):
    """What is left of `load` patterns for each unit, after recall from the patterns themselves."""
    x = np.random.default_rng(seed).choice([-1.0, 1.0], (round(load * UNITS), UNITS))
    return np.mean(models.Hopfield(input_shape=(UNITS,), seed=seed).fit(x).predict(x) * x)


def neighbours(dimensions, seed, epochs):
    """The topographic error of a 10 x 10 map of random rows."""
    x = np.random.default_rng(seed).random((500, dimensions))
    sheet = models.SOM(input_shape=(dimensions,), seed=seed).fit(x, epochs=epochs)
    return topographic_error(sheet.distances(x))


def glyphs():
    """Training and test pictures from 0 to 1, with their labels."""
    return [(pictures.astype("float32") / 255, truth) for pictures, truth in datasets.glyphs.load_data()]


def refined(model, weights, shown, test):
    """Test accuracy after so many labelled pictures have been learnt by heart from these first weights."""
    model.set_weights(weights)
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.fit(*shown, epochs=60, batch_size=BATCH, verbose=0)
    return model.evaluate(*test, batch_size=500, verbose=0, return_dict=True)["accuracy"]


def labels(train, test, seed):
    """Accuracy by how many labels the net sees and how it starts."""
    training.seed(seed)
    net, bent = models.DBN(input_shape=(28, 28), hidden=WIDTHS), models.MLP(input_shape=(28, 28), hidden=WIDTHS)
    starts = {"not pretrained": (net, net.get_weights()), "not pretrained, ReLU": (bent, bent.get_weights())}
    net.pretrain(train[0], epochs=5, batch_size=BATCH, verbose=0, callbacks=[training.Progress()])
    starts["pretrained (DBN)"] = net, net.get_weights()
    order = np.random.default_rng(seed).permutation(len(train[0]))
    return {(count, name): refined(model, weights, [part[order[:count]] for part in train], test)
            for count in LABELS for name, (model, weights) in starts.items()}


def redrawn(train, test, seed):
    """Test pictures drawn again, by what draws them."""
    training.seed(seed)
    flat, unseen = (pictures.reshape(len(pictures), -1) for pictures in (train, test))
    pca = PCA(CODE, random_state=seed).fit(flat)
    numbers, known = pca.transform(unseen), pca.transform(flat)
    rbm, dbn = models.RBM(input_shape=(784,), hidden=CODE), models.DBN(input_shape=(784,), hidden=(300, CODE))
    rbm.compile(keras.optimizers.SGD(0.1, momentum=0.5), jit_compile=False)
    rbm.fit(flat, epochs=10, batch_size=BATCH, verbose=0, callbacks=[training.Progress()])
    dbn.pretrain(flat, epochs=10, batch_size=BATCH, verbose=0, callbacks=[training.Progress()])
    chances, codes = np.array(rbm.up(unseen)), dbn.encode(unseen)
    made = {"mean picture": flat.mean(axis=0) + 0 * unseen, f"PCA, {CODE} numbers": pca.inverse_transform(numbers).clip(0, 1),
            f"RBM, {CODE} numbers": np.array(rbm.down(chances)), f"DBN, {CODE} numbers": dbn.decode(codes),
            f"PCA, {CODE} bits": pca.inverse_transform(np.sign(numbers) * np.abs(known).mean(axis=0)).clip(0, 1),
            f"RBM, {CODE} bits": np.array(rbm.down(np.round(chances))), f"DBN, {CODE} bits": dbn.decode(np.round(codes))}
    return {name: pictures.reshape(test.shape) for name, pictures in made.items()}


def row(name, figures, digits=3):
    """One line of a table: mean and range."""
    print(f"{name:<38}{np.mean(figures):.{digits}f}   {min(figures):.{digits}f} – {max(figures):.{digits}f}", flush=True)


def table(title, runs, digits=3):
    """A line for each name, over the runs of all seeds."""
    print(f"\n{title}")
    for name in runs[0]:
        row(f"  {name}", [run[name] for run in runs], digits)


def seeds_of(count, what):
    """0, 1, 2 … with a bar; then, how long it took."""
    began = time.process_time()
    yield from tqdm(range(count), desc=what)
    print(f"{what}: {(time.process_time() - began) / count:.0f} CPU seconds a seed", flush=True)


def draw_labels(path, runs):
    """Accuracy over labels, a band from the worst seed to the best."""
    starts = dict.fromkeys(name for _, name in runs[0])
    told = {name: np.array([[run[count, name] for count in LABELS] for run in runs]) for name in starts}
    ax = plots.lines(LABELS, {name: values.mean(axis=0) for name, values in told.items()}, "labelled pictures", "test accuracy",
                     title=f"Learning without labels first, {len(runs)} seeds")
    for line, values in zip(ax.lines, told.values()):
        ax.fill_between(LABELS, values.min(axis=0), values.max(axis=0), alpha=0.2, color=line.get_color())
    ax.set_xscale("log")
    ax.set_xticks(LABELS, LABELS)
    ax.minorticks_off()
    ax.figure.savefig(path, dpi=110)


def draw_again(path, test, again):
    """Sixteen test pictures, and below each what is drawn again."""
    grid = plots.images(np.concatenate([test[:16]] + [pictures[:16] for pictures in again.values()]), columns=16,
                        title=" · ".join(["test", *again]))
    grid[0, 0].figure.savefig(path, dpi=110)


def main(arguments=None):
    """Run what is asked for; print the tables; draw."""
    parser = argparse.ArgumentParser(description="Hopfield, SOM, RBM and DBN.")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", choices=["recall", "map", "labels", "codes"], help="only one part")
    parser.add_argument("--figure", help="a PNG: with --only labels accuracies, else redrawn pictures")
    chosen = parser.parse_args(arguments)
    if chosen.seeds < 1:
        parser.error("--seeds must be 1 or more")
    training.wake()
    if chosen.only in (None, "recall"):
        table(f"Hopfield, {UNITS} units, patterns for each unit: overlap", [
            {f"{load:.3f}": overlap(load, seed) for load in (0.05, 0.10, 0.12, 0.138, 0.15, 0.17, 0.20)} for seed in seeds_of(chosen.seeds, "recall")])
    if chosen.only in (None, "map"):
        table("SOM, 10 × 10 units: topographic error", [
            {f"{what}, {when}": neighbours(dimensions, seed, epochs) for dimensions, what in ((2, "places in a square"), (3, "colours"))
             for epochs, when in ((0, "before"), (20, "after 20 epochs"))} for seed in seeds_of(chosen.seeds, "map")])
    if chosen.only in (None, "labels"):
        train, test = glyphs()
        runs = [labels(train, test, seed) for seed in seeds_of(chosen.seeds, "labels")]
        table(f"784-{'-'.join(map(str, WIDTHS))}-10: accuracy",
              [{f"{count:>5} labels, {name}": figure for (count, name), figure in run.items()} for run in runs])
        if chosen.figure and chosen.only:
            draw_labels(chosen.figure, runs)
    if chosen.only in (None, "codes"):
        (train, _), (test, _) = glyphs()
        runs = []
        for seed in seeds_of(chosen.seeds, "codes"):
            again = redrawn(train, test, seed)
            runs.append({name: float(np.mean((pictures - test) ** 2)) for name, pictures in again.items()})
        table("drawn again: error", runs, digits=4)
        if chosen.figure:
            draw_again(chosen.figure, test, again)


if __name__ == "__main__":
    main()
