# Answers that students really give to lab 18: wrong ones must earn nothing, right ones everything.

# %% 1.1 wrong: the mean of the two halves, not their sum
def judge_loss(real, made):
    return (tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(made))) / 2

def forger_loss(made):
    return tf.reduce_mean(tf.nn.softplus(-made))

# %% 1.1 wrong: real and made are mixed up
def judge_loss(real, made):
    return tf.reduce_mean(tf.nn.softplus(real)) + tf.reduce_mean(tf.nn.softplus(-made))

def forger_loss(made):
    return tf.reduce_mean(tf.nn.softplus(-made))

# %% 1.1 wrong: the forger wants to be found out
def judge_loss(real, made):
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(made))

def forger_loss(made):
    return tf.reduce_mean(tf.nn.softplus(made))

# %% 1.1 wrong: the forger goes down ln(1 - D)
def judge_loss(real, made):
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(made))

def forger_loss(made):
    return -tf.reduce_mean(tf.nn.softplus(made))

# %% 1.1 wrong: a sigmoid inside a logarithm, which overflows
def judge_loss(real, made):
    return -tf.reduce_mean(tf.math.log(tf.sigmoid(real))) - tf.reduce_mean(tf.math.log(1 - tf.sigmoid(made)))

def forger_loss(made):
    return -tf.reduce_mean(tf.math.log(tf.sigmoid(made)))

# %% 1.1 wrong: one loss for each picture
def judge_loss(real, made):
    return tf.nn.softplus(-real) + tf.nn.softplus(made)

def forger_loss(made):
    return tf.nn.softplus(-made)

# %% 1.1 wrong: sums over the pictures
def judge_loss(real, made):
    return tf.reduce_sum(tf.nn.softplus(-real)) + tf.reduce_sum(tf.nn.softplus(made))

def forger_loss(made):
    return tf.reduce_sum(tf.nn.softplus(-made))

# %% 1.1 wrong: with NumPy, which no tape can follow
def judge_loss(real, made):
    return np.mean(np.logaddexp(0, -real)) + np.mean(np.logaddexp(0, made))

def forger_loss(made):
    return np.mean(np.logaddexp(0, -made))

# %% 1.1 wrong: all logits in one mean
def judge_loss(real, made):
    return 2 * tf.reduce_mean(tf.nn.softplus(tf.concat([-real, made], axis=0)))

def forger_loss(made):
    return tf.reduce_mean(tf.nn.softplus(-made))

# %% 1.1 right: cross-entropy with logits
def judge_loss(real, made):
    entropy = tf.nn.sigmoid_cross_entropy_with_logits
    return tf.reduce_mean(entropy(tf.ones_like(real), real)) + tf.reduce_mean(entropy(tf.zeros_like(made), made))

def forger_loss(made):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(made), made))

# %% 1.1 right: log_sigmoid, by Keras' operations
def judge_loss(real, made):
    ops = keras.ops
    return -ops.mean(ops.log_sigmoid(real)) - ops.mean(ops.log_sigmoid(-made))

def forger_loss(made):
    return -keras.ops.mean(keras.ops.log_sigmoid(made))

# %% 2.1 wrong: the share of the forged ones
def best(p, q):
    return np.where(p + q > 0, q / np.where(p + q > 0, p + q, 1), 0.5)

# %% 2.1 wrong: nan where nothing falls
def best(p, q):
    return p / (p + q)

# %% 2.1 wrong: 0 where nothing falls
def best(p, q):
    return p / np.maximum(p + q, 1e-300)

# %% 2.1 wrong: p over q
def best(p, q):
    return np.minimum(p / np.maximum(q, 1e-300), 1)

# %% 2.1 wrong: yes or no
def best(p, q):
    return np.where(p == q, 0.5, (p > q) * 1.0)

# %% 2.1 wrong: softmax instead of shares
def best(p, q):
    return np.exp(p) / (np.exp(p) + np.exp(q))

# %% 2.1 right: divides only where something falls
def best(p, q):
    return np.divide(p, p + q, out=np.full(len(p), 0.5), where=p + q > 0)

# %% 2.1 right: place by place
def best(p, q):
    D = []
    for a, b in zip(p, q):
        D.append(a / (a + b) if a + b else 0.5)
    return np.array(D)

# %% 2.2 wrong: 0 · ln 0
def best_loss(p, q, width):
    D = best(p, q)
    return -width * np.sum(p * np.log(D) + q * np.log(1 - D))

# %% 2.2 wrong: only the real ones
def best_loss(p, q, width):
    D = best(p, q)
    return -width * np.sum(p * np.log(np.maximum(D, 1e-300)))

# %% 2.2 wrong: forgets the width
def best_loss(p, q, width):
    D = best(p, q)
    return -np.sum(p * np.log(np.maximum(D, 1e-300)) + q * np.log(np.maximum(1 - D, 1e-300)))

# %% 2.2 wrong: averages over the places
def best_loss(p, q, width):
    D = best(p, q)
    return -np.mean(p * np.log(np.maximum(D, 1e-300)) + q * np.log(np.maximum(1 - D, 1e-300)))

# %% 2.2 wrong: leaves out p = 0, but not q tiny
def best_loss(p, q, width):
    D = best(p, q)
    return -width * (np.sum(p[p > 0] * np.log(D[p > 0])) + np.sum(q[q > 0] * np.log(1 - D[q > 0])))

# %% 2.2 wrong: the divergence itself
def best_loss(p, q, width):
    D = best(p, q)
    loss = -width * np.sum(p * np.log(np.maximum(D, 1e-300)) + q * np.log(np.maximum(1 - D, 1e-300)))
    return np.log(2) - loss / 2

# %% 2.2 wrong: only places where both fall
def best_loss(p, q, width):
    D, both = best(p, q), (p > 0) & (q > 0)
    return -width * np.sum(p[both] * np.log(D[both])) * 2

# %% 2.2 right: by the divergence, leaving out empty places
def best_loss(p, q, width):
    middle = (p + q) / 2
    js = 0
    for part in (p, q):
        some = part > 0
        js += np.sum(part[some] * np.log(part[some] / middle[some])) * width / 2
    return 2 * np.log(2) - 2 * js

# %% 2.2 right: the judge of the forged ones instead of 1 - D
def best_loss(p, q, width):
    total = 0.0
    for share, density in ((best(p, q), p), (best(q, p), q)):
        some = (density > 0) & (share > 0)
        total -= np.sum(density[some] * np.log(share[some])) * width
    return total

# %% 3.1 wrong: the forger asks the old judge
def step(forger, judge, real, noise, rates):
    new = downhill(lambda j: judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[0])
    return downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[1]), new

# %% 3.1 wrong: the forger goes down the judge's loss
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[0])
    return downhill(lambda f: judge_loss(net(judge, real), net(judge, net(f, noise))), forger, rates[1]), judge

# %% 3.1 wrong: the judge goes up, not down
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: -judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[0])
    return downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[1]), judge

# %% 3.1 wrong: the rates are mixed up
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[1])
    return downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[0]), judge

# %% 3.1 wrong: the forger helps the judge
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[0])
    return downhill(lambda f: -forger_loss(net(judge, net(f, noise))), forger, rates[1]), judge

# %% 3.1 wrong: the judge first in what is returned
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[0])
    return judge, downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[1])

# %% 3.1 wrong: the forger moves the judge, too
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[0])
    return (downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[1]),
            downhill(lambda j: forger_loss(net(j, net(forger, noise))), judge, rates[1]))

# %% 3.1 wrong: returns nothing
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, net(forger, noise))), judge, rates[0])
    forger = downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[1])

# %% 3.1 wrong: the noise itself is shown to the judge
def step(forger, judge, real, noise, rates):
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, noise)), judge, rates[0])
    return downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[1]), judge

# %% 3.1 right: functions with names
def step(forger, judge, real, noise, rates):
    def of_judge(weights):
        return judge_loss(net(weights, real), net(weights, net(forger, noise)))

    judge = downhill(of_judge, judge, rates[0])

    def of_forger(weights):
        return forger_loss(net(judge, net(weights, noise)))

    return downhill(of_forger, forger, rates[1]), judge

# %% 3.1 right: two tapes, by hand
def step(forger, judge, real, noise, rates):
    forger, judge = [[tf.convert_to_tensor(w) for w in weights] for weights in (forger, judge)]
    with tf.GradientTape() as tape:
        tape.watch(judge)
        loss = judge_loss(net(judge, real), net(judge, net(forger, noise)))
    judge = [w - rates[0] * slope for w, slope in zip(judge, tape.gradient(loss, judge))]
    with tf.GradientTape() as tape:
        tape.watch(forger)
        loss = forger_loss(net(judge, net(forger, noise)))
    return [w - rates[1] * slope for w, slope in zip(forger, tape.gradient(loss, forger))], judge

# %% 4.1 wrong: stamps replace each other
def stamp(x, kernel, stride):
    (h, w), (a, b) = x.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + a, (w - 1) * stride + b))
    for i in range(h):
        for j in range(w):
            out[i * stride:i * stride + a, j * stride:j * stride + b] = x[i, j] * kernel
    return out

# %% 4.1 wrong: cuts to twice the size
def stamp(x, kernel, stride):
    (h, w), (a, b) = x.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + a, (w - 1) * stride + b))
    for i in range(h):
        for j in range(w):
            out[i * stride:i * stride + a, j * stride:j * stride + b] += x[i, j] * kernel
    return out[:h * stride, :w * stride]

# %% 4.1 wrong: turns the kernel
def stamp(x, kernel, stride):
    (h, w), (a, b) = x.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + a, (w - 1) * stride + b))
    for i in range(h):
        for j in range(w):
            out[i * stride:i * stride + a, j * stride:j * stride + b] += x[i, j] * kernel[::-1, ::-1]
    return out

# %% 4.1 wrong: an ordinary convolution
def stamp(x, kernel, stride):
    (h, w), (a, b) = x.shape, kernel.shape
    return np.array([[np.sum(x[i:i + a, j:j + b] * kernel) for j in range(0, w - b + 1, stride)] for i in range(0, h - a + 1, stride)])

# %% 4.1 wrong: stride 2 whatever is asked
def stamp(x, kernel, stride):
    (h, w), (a, b) = x.shape, kernel.shape
    out = np.zeros(((h - 1) * 2 + a, (w - 1) * 2 + b))
    for i in range(h):
        for j in range(w):
            out[i * 2:i * 2 + a, j * 2:j * 2 + b] += x[i, j] * kernel
    return out

# %% 4.1 wrong: a square whatever the map
def stamp(x, kernel, stride):
    h, a = len(x), len(kernel)
    out = np.zeros(((h - 1) * stride + a, (h - 1) * stride + a))
    for i in range(h):
        for j in range(h):
            out[i * stride:i * stride + a, j * stride:j * stride + a] += x[i, j] * kernel
    return out

# %% 4.1 right: a loop over the kernel instead of the pixels
def stamp(x, kernel, stride):
    (h, w), (a, b) = x.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + a, (w - 1) * stride + b))
    for i in range(a):
        for j in range(b):
            out[i:i + (h - 1) * stride + 1:stride, j:j + (w - 1) * stride + 1:stride] += kernel[i, j] * x
    return out

# %% 5.1 wrong: the mean of the largest shares
def sure_and_rarest(said):
    return said.max(axis=1).mean(), np.bincount(said.argmax(axis=1), minlength=said.shape[1]).min() / len(said)

# %% 5.1 wrong: bincount forgets digits at the end
def sure_and_rarest(said):
    counts = np.bincount(said.argmax(axis=1))
    return np.mean(said.max(axis=1) > 0.9), counts[counts > 0].min() / len(said)

# %% 5.1 wrong: at least 0.9
def sure_and_rarest(said):
    return np.mean(said.max(axis=1) >= 0.9), np.bincount(said.argmax(axis=1), minlength=said.shape[1]).min() / len(said)

# %% 5.1 wrong: counts instead of shares
def sure_and_rarest(said):
    return np.sum(said.max(axis=1) > 0.9), np.bincount(said.argmax(axis=1), minlength=said.shape[1]).min()

# %% 5.1 wrong: along the pictures, not the classes
def sure_and_rarest(said):
    return np.mean(said.max(axis=0) > 0.9), said.mean(axis=0).min()

# %% 5.1 wrong: the least share of softmax, not of pictures
def sure_and_rarest(said):
    return np.mean(said.max(axis=1) > 0.9), said.mean(axis=0).min()

# %% 5.1 right: counts by comparing
def sure_and_rarest(said):
    winners = [int(np.argmax(row)) for row in said]
    shares = [winners.count(c) / len(winners) for c in range(len(said[0]))]
    return sum(row.max() > 0.9 for row in said) / len(said), min(shares)

# %% 5.2 wrong: without e
def inception_score(said):
    mean = said.mean(axis=0)
    return np.mean(np.sum(said * (np.log(np.maximum(said, 1e-300)) - np.log(np.maximum(mean, 1e-300))), axis=1))

# %% 5.2 wrong: 0 · ln 0
def inception_score(said):
    return np.exp(np.mean(np.sum(said * np.log(said / said.mean(axis=0)), axis=1)))

# %% 5.2 wrong: compares with equal shares
def inception_score(said):
    return np.exp(np.mean(np.sum(said * np.log(np.maximum(said, 1e-300) * said.shape[1]), axis=1)))

# %% 5.2 wrong: the mean over the classes, too
def inception_score(said):
    mean = said.mean(axis=0)
    return np.exp(np.mean(said * (np.log(np.maximum(said, 1e-300)) - np.log(np.maximum(mean, 1e-300)))))

# %% 5.2 wrong: e to each picture's divergence, then the average
def inception_score(said):
    mean = said.mean(axis=0)
    return np.mean(np.exp(np.sum(said * (np.log(np.maximum(said, 1e-300)) - np.log(np.maximum(mean, 1e-300))), axis=1)))

# %% 5.2 wrong: the mean row over the wrong axis
def inception_score(said):
    mean = said.mean(axis=1, keepdims=True)
    return np.exp(np.mean(np.sum(said * (np.log(np.maximum(said, 1e-300)) - np.log(np.maximum(mean, 1e-300))), axis=1)))

# %% 5.2 wrong: the entropy of the mean row alone
def inception_score(said):
    mean = said.mean(axis=0)
    return np.exp(-np.sum(mean * np.log(np.maximum(mean, 1e-300))))

# %% 5.2 right: a difference of two entropies
def inception_score(said):
    def entropy(row):
        row = row[row > 0]
        return -np.sum(row * np.log(row))

    return np.exp(entropy(said.mean(axis=0)) - np.mean([entropy(row) for row in said]))

# %% 6.1 wrong: tiles instead of doubling
def fade(old, new, share):
    return (1 - share) * np.tile(old, (1, 2, 2)) + share * new

# %% 6.1 wrong: the shares are mixed up
def fade(old, new, share):
    return share * np.repeat(np.repeat(old, 2, axis=1), 2, axis=2) + (1 - share) * new

# %% 6.1 wrong: adds the new one on top
def fade(old, new, share):
    return np.repeat(np.repeat(old, 2, axis=1), 2, axis=2) + share * new

# %% 6.1 wrong: doubles the rows alone
def fade(old, new, share):
    return (1 - share) * np.repeat(np.repeat(old, 2, axis=1), 1, axis=2) + share * new

# %% 6.1 wrong: switches at one half
def fade(old, new, share):
    return new if share > 0.5 else np.repeat(np.repeat(old, 2, axis=1), 2, axis=2)

# %% 6.1 right: by np.kron
def fade(old, new, share):
    doubled = np.kron(old, np.ones((1, 2, 2)))
    return doubled + share * (new - doubled)

# %% 6.1 right: by indices
def fade(old, new, share):
    places = np.arange(new.shape[1]) // 2
    return (1 - share) * old[:, places][:, :, places] + share * new

# %% 7.1 wrong: the judge is always undecided
def collapsed(kept, hills):
    return 2 * np.log(2), np.log(2)

# %% 7.1 wrong: D is the share of the kept hills
def collapsed(kept, hills):
    D = kept / hills / 2
    return -kept / hills * np.log(D) - np.log(1 - D), -np.log(D)

# %% 7.1 wrong: all real ones fall on kept hills
def collapsed(kept, hills):
    D = kept / (kept + hills)
    return -np.log(D) - np.log(1 - D), -np.log(D)

# %% 7.1 wrong: D is the share of the forged ones
def collapsed(kept, hills):
    D = hills / (kept + hills)
    return -kept / hills * np.log(D) - np.log(1 - D), -np.log(D)

# %% 7.1 wrong: the forged ones count for the kept share only
def collapsed(kept, hills):
    D = kept / (kept + hills)
    return -kept / hills * (np.log(D) + np.log(1 - D)), -np.log(D)

# %% 7.1 wrong: the forger first
def collapsed(kept, hills):
    D = kept / (kept + hills)
    return -np.log(D), -kept / hills * np.log(D) - np.log(1 - D)

# %% 7.1 right: hill by hill
def collapsed(kept, hills):
    of_judge = of_forger = 0
    for _ in range(kept):
        p, q = 1 / hills, 1 / kept
        of_judge += p * np.log((p + q) / p) + q * np.log((p + q) / q)
        of_forger += q * np.log((p + q) / p)
    return of_judge, of_forger

# %% 7.1 right: by logarithms of ratios
def collapsed(kept, hills):
    forger = np.log1p(hills / kept)
    return kept / hills * forger + np.log1p(kept / hills), forger
