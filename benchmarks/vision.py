"""Small versions of famous networks on 5000 glyph digits for three epochs: does depth hurt, do shortcuts, gates and routing help?

    python benchmarks/vision.py                          # five seeds
    python benchmarks/vision.py --seeds 1 --only plain

Accuracy is that on 4000 test pictures from fonts no net has seen.
"""

import time

from contest import contest

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


def prepare():
    """Pictures and labels to train and to test with."""
    (x_train, y_train), (x_test, y_test) = datasets.glyphs.load_data()
    return [(x[..., None] / 255, y) for x, y in ((x_train[:PICTURES], y_train[:PICTURES]), (x_test, y_test))]


if __name__ == "__main__":
    contest("Small vision networks on the glyph digits.", NETS, learn, prepare)
