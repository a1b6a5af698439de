"""Small versions of famous networks on 5000 glyph digits for three epochs: does depth hurt, do shortcuts, gates and routing help?

    python benchmarks/vision.py                          # five seeds
    python benchmarks/vision.py --seeds 1 --only plain

Accuracy is that on 4000 test pictures from fonts no net has seen.
"""

import argparse
import statistics
import time

from dlcourse import datasets, models, training

PICTURES, EPOCHS, BATCH = 5000, 3, 64
SHAPE = {"input_shape": (28, 28, 1), "classes": 10}
NETS = {
    "plain 20": lambda: models.CifarResNet(**SHAPE, depth=20, filters=8, strides=2, residual=False),
    "residual 20": lambda: models.CifarResNet(**SHAPE, depth=20, filters=8, strides=2),
    "plain 44": lambda: models.CifarResNet(**SHAPE, depth=44, filters=8, strides=2, residual=False),
    "residual 44": lambda: models.CifarResNet(**SHAPE, depth=44, filters=8, strides=2),
    "ResNet18": lambda: models.ResNet18(**SHAPE, filters=8),
    "SEResNet18": lambda: models.SEResNet18(**SHAPE, filters=8, ratio=4),
    "CapsNet": lambda: models.CapsNet(**SHAPE, filters=32, capsules=8, hidden=(64, 128)),
    "CapsNet unrouted": lambda: models.CapsNet(**SHAPE, filters=32, capsules=8, hidden=(64, 128), routings=1),
}


def learn(name, seed, train, test):
    """Train this net with this seed: its test accuracy, its parameters and the seconds of `fit`."""
    import keras

    training.seed(seed)
    model = NETS[name]()
    steps = EPOCHS * -(-len(train[0]) // BATCH)
    if "CapsNet" in name:
        model.compile(keras.optimizers.Adam(training.OneCycle(3e-3, steps)), metrics=["accuracy"])
    else:
        rate = training.OneCycle(0.05, steps, warmup=0.1)
        model.compile(keras.optimizers.SGD(rate, momentum=0.9, nesterov=True), "sparse_categorical_crossentropy", metrics=["accuracy"],
                      jit_compile=False)
    began = time.perf_counter()
    model.fit(*train, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    seconds = time.perf_counter() - began
    accuracy = model.evaluate(*test, batch_size=500, verbose=0, return_dict=True)["accuracy"]
    keras.backend.clear_session()
    return accuracy, model.count_params(), seconds


def main(arguments=None):
    """Train all nets on every seed; print each result as it comes, then the table."""
    parser = argparse.ArgumentParser(description="Small vision networks on the glyph digits.")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", default="", help="only nets whose name contains this")
    chosen = parser.parse_args(arguments)
    names = [name for name in NETS if chosen.only in name]
    if not names or chosen.seeds < 1:
        parser.error(f"--seeds must be 1 or more, and --only part of one of: {', '.join(NETS)}")
    (x_train, y_train), (x_test, y_test) = datasets.glyphs.load_data()
    train, test = ((x[..., None] / 255, y) for x, y in ((x_train[:PICTURES], y_train[:PICTURES]), (x_test, y_test)))
    results = {name: [] for name in names}
    for seed in range(chosen.seeds):
        for name in names:
            results[name].append(learn(name, seed, train, test))
            accuracy, _, seconds = results[name][-1]
            print(f"seed {seed}  {name:<18}{accuracy:7.1%}  {seconds:6.1f} s", flush=True)
    print(f"\n{'net':<18}{'parameters':>10}  {'mean':>6}  {'range':>15}  seconds")
    for name, runs in results.items():
        accuracies, sizes, seconds = zip(*runs)
        print(f"{name:<18}{sizes[0]:>10,}  {statistics.mean(accuracies):6.1%}  {min(accuracies):6.1%} – {max(accuracies):6.1%}  "
              f"{statistics.mean(seconds):7.1f}")


if __name__ == "__main__":
    main()
