"""What networks that read and write in order can do: remember, translate, go on writing, tell, and learn before they are taught.

    python benchmarks/sequences.py                                        # five seeds of everything: hours on one core
    python benchmarks/sequences.py --seeds 1 --only dates
    python benchmarks/sequences.py --only remember --figure gradients.png

Every figure is that on data that was not trained on. Seconds are those of the processor.
"""

import argparse
import functools
import statistics
import time

import keras
import numpy as np

from dlcourse import models, training
from dlcourse.datasets import dates, pycode, scenes, sentences
from dlcourse.metrics import bits_per_character, ngram_chances
from dlcourse.models._writing import shifted
from dlcourse.models.sequences.bert import hide
from dlcourse.models.sequences.char_rnn import streams

UNTIL = 0.15          # the mean of the last ten losses at which sentences get longer
LONGEST = 33          # characters of a date, as people write it
OPPOSITE = {"left of": "right of", "above": "below", "in front of": "behind"}
OPPOSITE |= {two: one for one, two in OPPOSITE.items()}


# ---- remember: sentences whose end hangs on their beginning ----

@functools.lru_cache
def spoken(distance, samples=3000):
    """Sentences as rows of vectors, and what Bob will eat."""
    words = np.eye(len(sentences.WORDS), dtype="float32")
    return tuple((words[x], y) for x, y in sentences.load_data(distance, samples))


def learned(build, distance, seed, rate=1e-2, steps=1500):
    """A network that was given longer and longer sentences, up to `distance`, as soon as it understood the shorter."""
    model = build(input_shape=(None, len(sentences.WORDS)), units=32, classes=len(sentences.LIKED), return_sequences=False)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    rng, reached, losses = np.random.default_rng(seed), sentences.SHORTEST, []
    for _ in range(steps):
        (x, y), _ = spoken(reached)
        rows = rng.integers(0, len(x), 64)
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x[rows], y[rows])[0]))
        if len(losses) >= 10 and np.mean(losses[-10:]) < UNTIL:
            if reached == distance:
                break
            reached, losses = min(round(reached * 1.5), distance), []
    return model


def remember(build, distance, seed, **how):
    """Accuracy at this distance."""
    return learned(build, distance, seed, **how).evaluate(*spoken(distance)[1], batch_size=200, verbose=0)[1]


def gradients(model, seed, longest=100):
    """How much the last state hangs on the input so many steps before: norms of gradients, by lag, in parts of the first."""
    import tensorflow as tf

    x = tf.constant(spoken(longest)[0][0][:64])
    with tf.GradientTape() as tape:
        tape.watch(x)
        said = tf.reduce_sum(model.get_layer("hidden")(x) * np.random.default_rng(seed).normal(size=32).astype("float32"))
    norms = np.linalg.norm(tape.gradient(said, x), axis=-1).mean(axis=0)[::-1]
    return norms / norms[0]


# ---- dates: from any spelling to ISO 8601 ----

def translate(build, pairs, epochs, seed):
    """The part of 1000 dates that are written without an error, after `pairs` of examples."""
    (x, y), (unseen, truth) = dates.load_data(10_000)
    x, y = dates.encode(x[:pairs], LONGEST), dates.encode(y[:pairs])
    model = build(len(dates.ALPHABET))
    rate = keras.optimizers.schedules.CosineDecay(1e-2, epochs * -(-pairs // 64))
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit([x, shifted(y)], y, epochs=epochs, batch_size=64, verbose=0)
    return np.mean(np.array(dates.decode(model.write(dates.encode(unseen[:1000], LONGEST), length=10))) == truth[:1000])


def looking(score):
    return lambda letters: models.AttentionSeq2Seq(letters, letters, words=64, units=64, align=64, readout=64, score=score)


def through(context):
    return lambda letters: models.Seq2Seq(letters, letters, units=64, depth=1, cell="gru", context=context)


# ---- text: Python's own library ----

def count(characters, seed, order=5):
    """Bits per character of an n-gram."""
    return bits_per_character(ngram_chances(*pycode.load_data(characters), order))


def go_on(characters, epochs, seed):
    """Bits per character of a GRU of 192."""
    train, test = pycode.load_data(characters)
    model = models.CharRNN("".join(sorted(set(train + test))), units=192, depth=1, cell="gru", batch_size=32)
    x, y = streams(model.encode(train), batch_size=32, steps=64)
    rate = keras.optimizers.schedules.CosineDecay(4e-3, epochs * len(x) // 32, alpha=0.02)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "sparse_categorical_crossentropy", jit_compile=True)
    model.fit(x, y, batch_size=32, epochs=epochs, shuffle=False, verbose=0)
    return model.evaluate(*streams(model.encode(test), batch_size=32, steps=64), batch_size=32, verbose=0) / np.log(2)


# ---- tell: captions of scenes ----

PLACES = 8          # in each direction: a picture is 8 × 8 squares of 8 × 8 pixels


def eyes():
    """A network that sees: what covers which part of every place, where it looks first and next, and what it finds there."""
    picture = keras.Input((64, 64, 3), dtype="uint8", name="eyes")
    x = keras.layers.Rescaling(1 / 127.5, -1)(picture)
    for filters, stride in ((16, 2), (16, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1)):
        x = keras.layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
        x = keras.layers.ReLU()(FusedBatchNormalization(momentum=0.9)(x))
    what = keras.layers.Conv2D(SAID, 1, activation="sigmoid", name="what")(x)
    first = look(x, "look_first")
    gone = 16 * keras.layers.Reshape((PLACES, PLACES, 1))(first)          # where the next look need not go
    looks = keras.layers.Concatenate(axis=1, name="looks")([first, look(keras.layers.Concatenate()([x, gone]), "look_next")])
    down, across = (2 * np.indices((PLACES, PLACES), "float32") + 1 - PLACES) / PLACES
    found = keras.ops.matmul(looks, keras.layers.Reshape((PLACES**2, -1))(x))
    place = keras.ops.matmul(looks, np.stack([across, down], axis=-1).reshape(-1, 2))
    return keras.Model(picture, [what, looks, keras.layers.Flatten()(keras.layers.Concatenate()([found, place]))])


class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Keras' layer, with one operation of TensorFlow for what Keras does in a dozen: a quarter less time for each step on a CPU."""

    def call(self, x, training=None):
        if not (training and self.trainable):
            return super().call(x)
        from tensorflow.compat.v1.nn import fused_batch_norm

        x, mean, variance = fused_batch_norm(x, self.gamma, self.beta, epsilon=self.epsilon)
        for kept, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            kept.assign(self.momentum * kept + (1 - self.momentum) * new)
        return x


def look(seen, name):
    """Chances of all places to be the one that is looked at."""
    return keras.layers.Softmax()(keras.layers.Reshape((1, PLACES**2))(keras.layers.Conv2D(1, 3, padding="same", name=name)(seen)))


SAID = len(scenes.CLASSES) - 1 + len(scenes.COLOURS) + 2 + 2          # kind, colour, small or large, in front or behind


def lying(y):
    """What covers which part of every place, and where the two shapes are of which most is seen: in place of a missing one, the ground."""
    said = np.concatenate([np.eye(len(scenes.CLASSES))[y["classes"]][..., 1:], np.eye(len(scenes.COLOURS))[y["colours"]],
                           np.eye(2)[y["large"].astype(int)], (y["relations"][..., None] == (5, 6)).any(axis=2)], axis=-1)
    size, scene = 64 // PLACES, np.arange(len(said))[:, None]
    parts = np.stack([(y["instances"] == shape).reshape(-1, PLACES, size, PLACES, size).mean(axis=(2, 4), dtype="float32")
                      for shape in range(1, 5)], axis=1)
    most = np.argsort(-parts.sum(axis=(2, 3)), axis=1, kind="stable")[:, :2]
    ground, there = 1 - parts.sum(axis=1, keepdims=True), y["classes"][scene, most] > 0
    looks = np.where(there[..., None, None], parts[scene, most], ground).reshape(-1, 2, PLACES**2)
    looks /= looks.sum(axis=-1, keepdims=True)
    return [np.einsum("nsdr,nsa->ndra", parts, said.astype("float32")), looks]


SCENES, BATCH = 60_000, 32


class FilterMuon(keras.optimizers.Muon):
    """Muon (Jordan 2024) for convolutions, too: to it a kernel is a matrix, with one filter in each column.

    It learns from each picture what Adam learns from two or three.
    """

    def _should_use_adamw(self, variable):
        return len(variable.shape) not in (2, 4) or any(name in variable.path for name in self.exclude_layers)

    def _muon_update_step(self, gradient, variable, lr, m):
        self.assign_add(m, gradient + m * (self.momentum - 1))
        step = keras.ops.reshape(gradient + self.momentum * m, (-1, variable.shape[-1]))
        step = self.lr_adjust(lr * self.zeropower_via_newtonschulz5(step, self.ns_steps))
        self.assign_sub(variable, keras.ops.reshape(step, variable.shape))


def teach(model, x, y, loss, weights, rate):
    """One epoch."""
    model.compile(FilterMuon(rate, exclude_layers=["what", "look_", "out/"]), loss, loss_weights=weights, jit_compile=False)
    model.fit(x, y, batch_size=BATCH, verbose=0)


@functools.lru_cache(maxsize=1)
def teller(seed):
    """A network that learns to see, as the paper's from ImageNet, then to see and, with one that writes, to tell of it; and the words.

    Of the scenes and their mirror images the first three quarters teach to see, the last three to see and tell.
    """
    (x, y), _ = scenes.load_data(SCENES)
    told = [caption.split() for caption in y["captions"][:, 0]]
    words = ["·", *sorted({word for caption in told for word in caption})]
    place = {word: number for number, word in enumerate(words)}
    tokens = np.zeros((len(x), max(map(len, told)) + 1), "int32")
    for row, caption in zip(tokens, told):
        row[:len(caption)] = [place[word] for word in caption]
    mirrored = np.array([place[{"left": "right", "right": "left"}.get(word, word)] for word in words])
    x, tokens = np.concatenate([x, x[:, :, ::-1]]), np.concatenate([tokens, mirrored[tokens]])
    lies = [np.concatenate(both) for both in zip(lying(y), lying(y | {"instances": y["instances"][:, :, ::-1]}))]
    sees, written = eyes(), keras.Input((None,), dtype="int32")
    what, looks, found = sees.outputs
    tells = models.ShowAndTell(input_shape=found.shape[1:], vocabulary=len(words), units=128)
    first, last = slice(len(x) * 3 // 4), slice(len(x) // 4, None)
    seen, next_word = ["binary_crossentropy", "categorical_crossentropy"], "sparse_categorical_crossentropy"
    rate = training.OneCycle(1e-2, len(x[first]) // BATCH, warmup=0.1, end=1)
    teach(keras.Model(sees.input, [what, looks]), x[first], [part[first] for part in lies], seen, [100, 1], rate)
    for layer in sees.layers:          # what they measured holds by now: to keep it is faster, and no worse
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    teach(keras.Model([sees.input, written], [what, looks, tells([found, written])]), [x[last], shifted(tokens[last])],
          [*(part[last] for part in lies), tokens[last]], [*seen, next_word], [100, 1, 40],
          keras.optimizers.schedules.CosineDecay(4e-3, len(x[last]) // BATCH))
    return keras.Model(sees.input, found), tells, words, tokens.shape[1]


@functools.lru_cache(maxsize=1)
def captions(beams, seed):
    """What is told of the unseen scenes, and what is known of these."""
    _, (unseen, truth) = scenes.load_data(SCENES)
    finds, tells, words, length = teller(seed)
    wrote = tells.write(finds.predict(unseen, batch_size=256, verbose=0), length, beams)
    return [" ".join(words[token] for token in row if token) for row in wrote], truth


def tell(beams, seed, judge):
    """The part of 12,000 captions that the judge calls right."""
    return np.mean(judge(*captions(beams, seed)))


def true(said, truth):
    """Which captions tell of two shapes that are there, or of the only one, without a wrong word."""
    return scenes.errors(said, truth) == 0


def expected(said, truth):
    """Which captions tell of the two shapes of which most is seen, and how they lie, from either of them."""
    return [one in (caption, turned(caption)) for one, caption in zip(said, truth["captions"][:, 0])]


def turned(caption):
    """The same, told from the other shape.

    >>> turned("a small red disc left of a large blue ring")
    'a large blue ring right of a small red disc'
    """
    for relation, opposite in OPPOSITE.items():
        one, found, other = caption.partition(f" {relation} ")
        if found:
            return f"{other} {opposite} {one}"
    return caption


# ---- learn before being taught: BERT on sentences ----

DISTANCES = list(range(7, 21))          # so that what Bob likes stands in fourteen places
CLS, MASK = len(sentences.WORDS), len(sentences.WORDS) + 1


def laid_out(x, y=None):
    """CLS, the sentence, in front of which 0 fills up, and its last word, or MASK where that is asked for."""
    last = np.full(len(x), MASK) if y is None else y + 1
    return np.concatenate([np.full((len(x), 1), CLS), x, last[:, None]], axis=1).astype("int32")


def tiny():
    return models.Bert(layers=2, hidden=128, heads=2, vocabulary=len(sentences.WORDS) + 2, longest=32, dropout=0)


@functools.lru_cache(maxsize=1)
def pretrained(seed, epochs=6):
    """Weights that come from filling in hidden words of 6000 whole sentences; each epoch hides others."""
    (x, y), _ = sentences.load_data(DISTANCES, 6000, seed=1000 + seed)
    whole, rng, bert = laid_out(x, y), np.random.default_rng(seed), tiny()
    model = models.MaskedLanguageModel(bert)
    rate = training.OneCycle(1e-3, epochs * -(-len(whole) // 64), warmup=0.1)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", jit_compile=False)
    for _ in range(epochs):
        seen, asked = hide(whole, MASK, len(sentences.WORDS), kept=(0, CLS), rng=rng)
        model.fit([seen, np.zeros_like(seen)], whole, sample_weight=asked, batch_size=64, verbose=0)
    return bert.get_weights()


def fine_tune(begin, seed, labels=50, epochs=30):
    """The part of 600 sentences whose last word is found by one who was told that of 50: begun with `begin(seed)`'s weights, or anew."""
    (x, y), (unseen, truth) = sentences.load_data(DISTANCES, 3000, seed=seed)
    x, unseen, bert = laid_out(x[:labels]), laid_out(unseen), tiny()
    if begin:
        bert.set_weights(begin(seed))
    model = keras.Model(bert.input, keras.layers.Dense(len(sentences.LIKED), "softmax")(bert.output["pooled"]))
    rate = training.OneCycle(3e-4, epochs * -(-labels // 16), warmup=0.1)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.fit([x, np.zeros_like(x)], y[:labels], batch_size=16, epochs=epochs, verbose=0)
    return model.evaluate([unseen, np.zeros_like(unseen)], truth, verbose=0)[1]


# ---- all ----

TASKS = {      # what to do with a seed, and what is asked of the figure
    "remember 40: LSTM": (functools.partial(remember, models.LSTMNetwork, 40), "≥ .95"),
    "remember 40: GRU": (functools.partial(remember, models.GRUNetwork, 40), "≥ .95"),
    "remember 40: Elman": (functools.partial(remember, models.ElmanNetwork, 40), "as it comes"),
    "remember 100: LSTM": (functools.partial(remember, models.LSTMNetwork, 100, rate=5e-3), "as it comes"),
    "remember 100: Elman": (functools.partial(remember, models.ElmanNetwork, 100), "as it comes"),
    "dates 10,000: Bahdanau": (functools.partial(translate, looking("bahdanau"), 10_000, 3), "≥ .98"),
    "dates 10,000: dot": (functools.partial(translate, looking("dot"), 10_000, 6), "≥ .98"),
    "dates 1,000: Bahdanau": (functools.partial(translate, looking("bahdanau"), 1000, 20), "≥ .90"),
    "dates 1,000: dot": (functools.partial(translate, looking("dot"), 1000, 40), "≥ .90"),
    "dates 1,000: last state, at the start": (functools.partial(translate, through("start"), 1000, 40), "≤ .40"),
    "dates 1,000: last state, at every step": (functools.partial(translate, through("every step"), 1000, 40), "as it comes"),
    "bits, 1 million: Witten-Bell 5-gram": (functools.partial(count, 1_000_000), "a peer"),
    "bits, 1 million: GRU": (functools.partial(go_on, 1_000_000, 6), "≤ 2.10, below the peer"),
    "bits, 4 million: Witten-Bell 5-gram": (functools.partial(count, 4_000_000), "a peer"),
    "bits, 4 million: GRU": (functools.partial(go_on, 4_000_000, 2), "≤ 2.10, below the peer"),
    "captions: greedy, true": (functools.partial(tell, 1, judge=true), "≥ .80"),
    "captions: greedy, as the reference": (functools.partial(tell, 1, judge=expected), "as it comes"),
    "captions: three beams, true": (functools.partial(tell, 3, judge=true), "≥ .80"),
    "50 labels: BERT pretrained": (functools.partial(fine_tune, pretrained), "above the fresh"),
    "50 labels: BERT fresh": (functools.partial(fine_tune, None), "a peer"),
}


def draw(path, seeds):
    """Gradients by lag before and after learning: their mean over seeds, and from the least to the most of these."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
    for ax, steps, title in zip(axes, (0, 1500), ("As built", "After learning to remember over 40 steps")):
        for name, build in (("Elman", models.ElmanNetwork), ("LSTM", models.LSTMNetwork), ("GRU", models.GRUNetwork)):
            norms = []
            for seed in range(seeds):
                training.seed(seed)
                norms.append(np.maximum(gradients(learned(build, 40, seed, steps=steps), seed), 1e-24))          # 0 has no logarithm
                print(f"gradients  {title}: {name}, seed {seed}: after 10, 40, 100 steps {norms[-1][10]:.1e} {norms[-1][40]:.1e} {norms[-1][100]:.1e}",
                      flush=True)
            line, = ax.semilogy(np.exp(np.mean(np.log(norms), axis=0)), label=name)
            ax.fill_between(range(len(norms[0])), np.min(norms, axis=0), np.max(norms, axis=0), color=line.get_color(), alpha=0.2)
        ax.set(xlabel="steps back", title=f"{title} ({seeds} seed{'s' * (seeds > 1)})")
    axes[0].set_ylabel("gradient, in parts of the last step's")
    axes[0].legend()
    figure.savefig(path, dpi=120, bbox_inches="tight")


def main():
    """Each result as it comes, then the table."""
    parser = argparse.ArgumentParser(description="Networks that read and write in order.")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", default="", help="only tasks whose name contains this")
    parser.add_argument("--figure", help="a PNG for the gradients by lag")
    chosen = parser.parse_args()
    tasks = {name: task for name, task in TASKS.items() if chosen.only in name}
    if chosen.seeds < 1 or not (tasks or chosen.figure):
        parser.error(f"--seeds must be 1 or more, and --only part of one of: {', '.join(TASKS)}")
    if chosen.figure:
        draw(chosen.figure, chosen.seeds)
    results = {name: [] for name in tasks}
    for seed in range(chosen.seeds):
        for name, (task, _) in tasks.items():
            training.seed(seed)
            began = time.process_time()
            results[name].append((float(task(seed=seed)), time.process_time() - began))
            print(f"seed {seed}  {name:<40}{results[name][-1][0]:8.3f}  {results[name][-1][1]:6.0f} s", flush=True)
            keras.backend.clear_session()
    print(f"\n{'task':<42}mean         range  seconds  asked")
    for name, runs in results.items():
        figures, seconds = zip(*runs)
        print(f"{name:<40}{statistics.mean(figures):6.3f}  {min(figures):.3f} – {max(figures):.3f}  {statistics.mean(seconds):7.0f}  {tasks[name][1]}")


if __name__ == "__main__":
    main()
