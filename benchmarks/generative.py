"""What a DCGAN draws after six epochs of glyph digits, and how well codes of twenty numbers let a VAE and PCA draw them again.

    python benchmarks/generative.py --figure made.png           # five seeds
    python benchmarks/generative.py --seeds 1 --only codes

A LeNet-5 that reads 99 % of the test digits judges 2000 pictures: `sure` is the share that it is more than 90 % sure of, `rarest` the
share of the digit it sees least, `score` the inception score. Averages of two real digits and noise show what these figures are worth:
they look like nothing, but the judge does not know that pictures may. `error` is the mean squared error of a pixel of test pictures
that are drawn again, from 0 to 1; the mean picture's is what a code of no numbers has. A seed takes a DCGAN 80 seconds of one core.
"""

import argparse
import statistics
import time

import keras
import numpy as np
from sklearn.decomposition import PCA

from dlcourse import datasets, models, plots, training
from dlcourse.metrics import inception_score

BATCH, CODE, MADE = 64, 20, 2000
EPOCHS = {"judge": 5, "DCGAN": 6, "VAE": 10}


def cosine(peak, pictures, epochs):
    """A rate for Adam that falls to a twentieth."""
    return keras.optimizers.schedules.CosineDecay(peak, epochs * -(-pictures // BATCH), alpha=0.05)


def judge(x, y):
    """A reader of digits: a function from pictures to its softmax."""
    training.seed(0)
    model = models.LeNet5(input_shape=(28, 28, 1), simplified=True)
    steps = EPOCHS["judge"] * -(-len(x) // BATCH)
    model.compile(keras.optimizers.Adam(training.OneCycle(3e-3, steps)), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit(x[..., None], y, batch_size=BATCH, epochs=EPOCHS["judge"], verbose=0)
    return lambda pictures: model.predict(np.reshape(pictures, (-1, 28, 28, 1)), batch_size=500, verbose=0)


def figures(said):
    """sure, rarest and score of what the judge says."""
    seen = np.bincount(said.argmax(axis=1), minlength=10) / len(said)
    return {"sure": np.mean(said.max(axis=1) > 0.9), "rarest": seen.min(), "score": inception_score(said)}


def dcgan(x, seed):
    """Pictures that a small DCGAN makes, from 0 to 1."""
    training.seed(seed)
    model = models.DCGAN(input_shape=(28, 28, 1), latent=32, filters=(24, 48), kernel_size=5)
    one, two = (keras.optimizers.Adam(cosine(1e-3, len(x), EPOCHS["DCGAN"]), beta_1=0.5) for _ in range(2))
    model.compile(one, generator_optimizer=two, smoothing=0.1, jit_compile=False)
    model.fit(2 * x[..., None] - 1, batch_size=BATCH, epochs=EPOCHS["DCGAN"], verbose=0, callbacks=[training.Progress()])
    return model.sample(MADE, seed=seed)[..., 0] / 2 + 0.5


def controls(x, seed):
    """Averages of two real digits, and noise with the pixels of real ones."""
    rng = np.random.default_rng(seed)
    one, two = rng.integers(0, len(x), (2, MADE))
    return {"averages of two": (x[one] + x[two]) / 2, "shuffled pixels": rng.permuted(x[one].reshape(MADE, -1), axis=1).reshape(-1, 28, 28)}


def codes(train, test, seed):
    """How each draws the test pictures again."""
    training.seed(seed)
    flat, unseen = (x.reshape(len(x), -1) for x in (train, test))
    pca = PCA(CODE, random_state=seed).fit(flat)
    model = models.VAE(input_shape=(28, 28), latent=CODE)
    model.compile(keras.optimizers.Adam(cosine(2e-3, len(train), EPOCHS["VAE"])), jit_compile=False)
    model.fit(train, batch_size=BATCH, epochs=EPOCHS["VAE"], verbose=0, callbacks=[training.Progress()])
    return {"mean picture": np.broadcast_to(train.mean(axis=0), test.shape),
            f"PCA, {CODE}": pca.inverse_transform(pca.transform(unseen)).reshape(test.shape).clip(0, 1),
            f"VAE, {CODE}": model.predict(test, batch_size=500, verbose=0)["picture"]}


def table(title, rows):
    """Mean and range over the seeds of each figure."""
    print(f"\n{title:<18}" + "".join(f"{name:>24}" for name in next(iter(rows.values()))[0]))
    for name, runs in rows.items():
        cells = [[run[figure] for run in runs] for figure in runs[0]]
        print(f"{name:<18}" + "".join(f"{statistics.mean(cell):>10.3f} ({min(cell):.3f}–{max(cell):.3f})".rjust(24) for cell in cells), flush=True)


def draw(path, samples, again, test):
    """Made digits of each seed, and ten test digits with what is drawn again."""
    strips = [pictures[:20] for pictures in samples] + ([test[:20]] + [pictures[:20] for pictures in again.values()] if again else [])
    names = [f"DCGAN, seed {seed}" for seed in range(len(samples))] + (["test digits", *again] if again else [])
    grid = plots.images(np.concatenate(strips), columns=20, title=" · ".join(names))
    grid[0, 0].figure.savefig(path, dpi=110)


def main(arguments=None):
    """Run what is asked for; print the tables; draw."""
    parser = argparse.ArgumentParser(description="DCGAN, VAE and PCA on the glyph digits.")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", choices=["samples", "codes"], help="only the DCGAN's samples, or only codes")
    parser.add_argument("--figure", help="a PNG for made and redrawn digits")
    chosen = parser.parse_args(arguments)
    training.wake()
    (x, y), (test, read) = datasets.glyphs.load_data()
    x, test = (pictures.astype("float32") / 255 for pictures in (x, test))
    samples, again = [], {}
    if chosen.only != "codes":
        look = judge(x, y)
        rows = {"real test digits": [figures(look(test))], "DCGAN": []}
        print(f"the judge reads {np.mean(look(test).argmax(axis=1) == read):.1%} of the test digits", flush=True)
        for seed in range(chosen.seeds):
            began = time.process_time()
            samples.append(dcgan(x, seed))
            rows["DCGAN"].append(figures(look(samples[-1])) | {"CPU seconds": time.process_time() - began})
            print(f"seed {seed}", {name: round(float(value), 3) for name, value in rows["DCGAN"][-1].items()}, flush=True)
            for name, pictures in controls(test, seed).items():
                rows.setdefault(name, []).append(figures(look(pictures)))
        for run in rows["DCGAN"]:
            run.pop("CPU seconds")
        table("pictures", rows)
    if chosen.only != "samples":
        errors = {}
        for seed in range(chosen.seeds):
            again = codes(x, test, seed)
            for name, pictures in again.items():
                errors.setdefault(name, []).append({"error": float(np.mean((pictures - test) ** 2))})
        table("drawn again", errors)
    if chosen.figure:
        draw(chosen.figure, samples, again, test)


if __name__ == "__main__":
    main()
