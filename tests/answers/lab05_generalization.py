# Answers that students really give to lab 5: wrong ones must earn nothing, right ones everything.

# %% 1.1 wrong: the highest power first, as np.vander has it
def powers(x, degree):
    return np.vander(np.asarray(x), degree + 1)

def fit(x, y, degree):
    return np.linalg.lstsq(powers(x, degree), y)[0]

# %% 1.1 wrong: nine columns for degree 9
def powers(x, degree):
    return np.asarray(x)[:, None] ** np.arange(degree)

def fit(x, y, degree):
    return np.linalg.lstsq(powers(x, degree), y)[0]

# %% 1.1 wrong: forgets the constant
def powers(x, degree):
    return np.asarray(x)[:, None] ** np.arange(1, degree + 1)

def fit(x, y, degree):
    return np.linalg.lstsq(powers(x, degree), y)[0]

# %% 1.1 wrong: gives back all that lstsq returns
def powers(x, degree):
    return np.asarray(x)[:, None] ** np.arange(degree + 1)

def fit(x, y, degree):
    return np.linalg.lstsq(powers(x, degree), y)

# %% 1.1 wrong: lets polyfit do it
def powers(x, degree):
    return np.asarray(x)[:, None] ** np.arange(degree + 1)

def fit(x, y, degree):
    return np.polyfit(x, y, degree)[::-1]

# %% 1.1 wrong: solves for as many points as weights only, and takes the first ones
def powers(x, degree):
    return np.asarray(x)[:, None] ** np.arange(degree + 1)

def fit(x, y, degree):
    n = degree + 1
    return np.linalg.solve(powers(x[:n], degree), y[:n])

# %% 1.1 wrong: descends on the powers, and stalls
def powers(x, degree):
    return np.asarray(x)[:, None] ** np.arange(degree + 1)

def fit(x, y, degree):
    columns, w = powers(x, degree), np.zeros(degree + 1)
    for _ in range(2000):
        w -= 0.05 * columns.T @ (columns @ w - y)
    return w

# %% 1.1 right: a column at a time, and the pseudo-inverse
def powers(x, degree):
    return np.stack([np.asarray(x, dtype=float) ** k for k in range(degree + 1)], axis=1)

def fit(x, y, degree):
    return np.linalg.pinv(powers(x, degree)) @ y

# %% 1.1 right: vander, increasing, and a list of rows
def powers(x, degree):
    return np.vander(np.asarray(x), degree + 1, increasing=True)

def fit(x, y, degree):
    weights, *_ = np.linalg.lstsq(np.array([[one ** k for k in range(degree + 1)] for one in x]), y, rcond=None)
    return weights

# %% 2.1 wrong: cuts without shuffling
def three_sets(x, y, validation, test, seed=0):
    a, b = len(x) - validation - test, len(x) - test
    return (x[:a], y[:a]), (x[a:b], y[a:b]), (x[b:], y[b:])

# %% 2.1 wrong: shuffles the pictures and not their answers
def three_sets(x, y, validation, test, seed=0):
    a, b = len(x) - validation - test, len(x) - test
    x = np.random.default_rng(seed).permutation(x)
    return (x[:a], y[:a]), (x[a:b], y[a:b]), (x[b:], y[b:])

# %% 2.1 wrong: the validation set still trains
def three_sets(x, y, validation, test, seed=0):
    order = np.random.default_rng(seed).permutation(len(x))
    train, check_on, last = order[:len(x) - test], order[:validation], order[len(x) - test:]
    return (x[train], y[train]), (x[check_on], y[check_on]), (x[last], y[last])

# %% 2.1 wrong: draws each set anew
def three_sets(x, y, validation, test, seed=0):
    rng = np.random.default_rng(seed)
    sets = []
    for size in (len(x) - validation - test, validation, test):
        rows = rng.choice(len(x), size, replace=False)
        sets.append((x[rows], y[rows]))
    return sets

# %% 2.1 wrong: test before validation
def three_sets(x, y, validation, test, seed=0):
    order = np.random.default_rng(seed).permutation(len(x))
    a, b, c = order[validation + test:], order[:validation], order[validation:validation + test]
    return (x[a], y[a]), (x[c], y[c]), (x[b], y[b])

# %% 2.1 wrong: shuffles the arrays that it was given
def three_sets(x, y, validation, test, seed=0):
    order = np.random.default_rng(seed).permutation(len(x))
    x[:], y[:] = x[order], y[order]
    a, b = len(x) - validation - test, len(x) - test
    return (x[:a], y[:a]), (x[a:b], y[a:b]), (x[b:], y[b:])

# %% 2.1 wrong: never looks at the seed
def three_sets(x, y, validation, test, seed=0):
    order = np.random.default_rng(0).permutation(len(x))
    a, b = len(x) - validation - test, len(x) - test
    return (x[order[:a]], y[order[:a]]), (x[order[a:b]], y[order[a:b]]), (x[order[b:]], y[order[b:]])

# %% 2.1 right: one piece after another, in a list
def three_sets(x, y, validation, test, seed=0):
    order = list(range(len(x)))
    np.random.RandomState(seed).shuffle(order)
    rows = [order[validation + test:], order[:validation], order[validation:validation + test]]
    return [(np.array([x[i] for i in part]), np.array([y[i] for i in part])) for part in rows]

# %% 3.1 wrong: looks at all losses and takes the least
def early_stop(losses, patience):
    return int(np.argmin(losses)) + 1, len(losses)

# %% 3.1 wrong: stops at the first loss that is higher than the one before
def early_stop(losses, patience):
    for epoch in range(1, len(losses)):
        if losses[epoch] > losses[epoch - 1]:
            return epoch, epoch + 1
    return len(losses), len(losses)

# %% 3.1 wrong: goes back to where it stopped, not to the best
def early_stop(losses, patience):
    best, waited = np.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, epoch
    return len(losses), len(losses)

# %% 3.1 wrong: counts epochs from 0
def early_stop(losses, patience):
    best, best_epoch = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)

# %% 3.1 wrong: patience is never set back
def early_stop(losses, patience):
    best, best_epoch, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        else:
            waited += 1
            if waited == patience:
                return best_epoch, epoch
    return best_epoch, len(losses)

# %% 3.1 wrong: one epoch too patient
def early_stop(losses, patience):
    best, best_epoch = np.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch > patience:
            return best_epoch, epoch
    return best_epoch, len(losses)

# %% 3.1 wrong: an equal loss counts as better
def early_stop(losses, patience):
    best, best_epoch = np.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss <= best:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)

# %% 3.1 wrong: a falling loss is better than the one before, if not the best
def early_stop(losses, patience):
    best_epoch, waited = 1, 0
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[epoch - 2]:
            waited = 0
            if losses[epoch - 1] < losses[best_epoch - 1]:
                best_epoch = epoch
        else:
            waited += 1
            if waited == patience:
                return best_epoch, epoch
    return best_epoch, len(losses)

# %% 3.1 right: counts how long it has waited
def early_stop(losses, patience):
    best, waited, run = 0, 0, 0
    while run < len(losses) and waited < patience:
        run += 1
        if best == 0 or losses[run - 1] < losses[best - 1]:
            best, waited = run, 0
        else:
            waited += 1
    return [best, run]

# %% 4.1 wrong: p is the share that goes, as in Keras
def dropout(x, p, u, in_training=True):
    return np.where(u < p, 0, x / (1 - p)) if in_training else x

# %% 4.1 wrong: does not scale
def dropout(x, p, u, in_training=True):
    return np.where(u < p, x, 0) if in_training else x

# %% 4.1 wrong: the older way, which shrinks after training instead
def dropout(x, p, u, in_training=True):
    return np.where(u < p, x, 0) if in_training else x * p

# %% 4.1 wrong: drops after training, too
def dropout(x, p, u, in_training=True):
    return np.where(u < p, x / p, 0)

# %% 4.1 wrong: divides by what was dropped
def dropout(x, p, u, in_training=True):
    return np.where(u < p, x / (1 - p), 0) if in_training else x

# %% 4.1 wrong: throws its own dice, and forgets u
def dropout(x, p, u, in_training=True):
    return np.where(np.random.random(np.shape(x)) < p, x / p, 0) if in_training else x

# %% 4.1 wrong: changes the array that it was given
def dropout(x, p, u, in_training=True):
    if in_training:
        x[u >= p] = 0
        x /= p
    return x

# %% 4.1 right: a mask that multiplies
def dropout(x, p, u, in_training=True):
    if not in_training:
        return x
    mask = (np.asarray(u) < p).astype(float)
    return np.asarray(x) * mask / p

# %% 5.1 wrong: adds λ to every number of the matrix
def ridge(columns, y, l2):
    return np.linalg.solve(columns.T @ columns + l2, columns.T @ y)

# %% 5.1 wrong: forgets the penalty
def ridge(columns, y, l2):
    return np.linalg.lstsq(columns, y)[0]

# %% 5.1 wrong: the λ of a mean, not of a sum
def ridge(columns, y, l2):
    return np.linalg.solve(columns.T @ columns / len(y) + l2 * np.eye(columns.shape[1]), columns.T @ y / len(y))

# %% 5.1 wrong: subtracts the penalty
def ridge(columns, y, l2):
    return np.linalg.solve(columns.T @ columns - l2 * np.eye(columns.shape[1]), columns.T @ y)

# %% 5.1 wrong: the identity of the rows
def ridge(columns, y, l2):
    return np.linalg.solve(columns.T @ columns + l2 * np.eye(len(columns)), columns.T @ y)

# %% 5.1 wrong: shrinks the weights afterwards
def ridge(columns, y, l2):
    return np.linalg.lstsq(columns, y)[0] / (1 + l2)

# %% 5.1 wrong: solves without the transpose on the right
def ridge(columns, y, l2):
    return np.linalg.inv(columns.T @ columns + l2 * np.eye(columns.shape[1])) @ columns @ y

# %% 5.1 right: rows of zeros that the weights have to fit, too
def ridge(columns, y, l2):
    size = columns.shape[1]
    longer = np.vstack([columns, l2 ** 0.5 * np.eye(size)])
    return np.linalg.lstsq(longer, np.append(y, np.zeros(size)))[0]

# %% 5.1 right: the inverse
def ridge(columns, y, l2):
    M = np.dot(columns.T, columns)
    for i in range(len(M)):
        M[i, i] += l2
    return np.linalg.inv(M) @ columns.T @ y

# %% 5.2 wrong: L1 crosses zero
def l2_step(w, amount):
    return w * (1 - amount)

def l1_step(w, amount):
    return w - amount * np.sign(w)

# %% 5.2 wrong: L1 takes the amount off the value, not off the size
def l2_step(w, amount):
    return w - amount * w

def l1_step(w, amount):
    return np.maximum(w - amount, 0)

# %% 5.2 wrong: the sign is lost
def l2_step(w, amount):
    return w - amount * w

def l1_step(w, amount):
    return np.maximum(np.abs(w) - amount, 0)

# %% 5.2 wrong: L2 takes an amount, too
def l2_step(w, amount):
    return w - amount

def l1_step(w, amount):
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)

# %% 5.2 wrong: the two are exchanged
def l1_step(w, amount):
    return w * (1 - amount)

def l2_step(w, amount):
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)

# %% 5.2 wrong: sets small weights to zero and leaves the others
def l2_step(w, amount):
    return w * (1 - amount)

def l1_step(w, amount):
    return np.where(np.abs(w) < amount, 0, w)

# %% 5.2 wrong: changes the weights that it was given
def l2_step(w, amount):
    w *= 1 - amount
    return w

def l1_step(w, amount):
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)

# %% 5.2 right: two cases for the sign
def l2_step(w, amount):
    return w - amount * w

def l1_step(w, amount):
    return np.where(w > 0, np.maximum(w - amount, 0.0), np.minimum(w + amount, 0.0))

# %% 5.2 right: takes off what can be taken off
def l2_step(w, amount):
    return np.array(w) * (1 - amount)

def l1_step(w, amount):
    return w - np.clip(w, -amount, amount)

# %% 6.1 wrong: the share to keep goes to Keras as it is
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, activation="relu", kernel_regularizer=cost),
        keras.layers.Dropout(keep),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost),
    ])

# %% 6.1 wrong: the first layer alone costs
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, activation="relu", kernel_regularizer=cost),
        keras.layers.Dropout(1 - keep),
        keras.layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: the last layer alone costs
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dropout(1 - keep),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost),
    ])

# %% 6.1 wrong: L1 and L2 exchanged
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l2, l1)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, activation="relu", kernel_regularizer=cost),
        keras.layers.Dropout(1 - keep),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost),
    ])

# %% 6.1 wrong: biases cost, too
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, activation="relu", kernel_regularizer=cost, bias_regularizer=cost),
        keras.layers.Dropout(1 - keep),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost, bias_regularizer=cost),
    ])

# %% 6.1 wrong: dropout after the last layer
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, activation="relu", kernel_regularizer=cost),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost),
        keras.layers.Dropout(1 - keep),
    ])

# %% 6.1 wrong: dropout at the input
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dropout(1 - keep),
        keras.layers.Dense(256, activation="relu", kernel_regularizer=cost),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost),
    ])

# %% 6.1 wrong: no ReLU
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, kernel_regularizer=cost),
        keras.layers.Dropout(1 - keep),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost),
    ])

# %% 6.1 wrong: always keeps 80 percent
def network(keep=1.0, l1=0.0, l2=0.0):
    cost = keras.regularizers.L1L2(l1=l1, l2=l2)
    return keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(256, activation="relu", kernel_regularizer=cost),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(10, activation="softmax", kernel_regularizer=cost),
    ])

# %% 6.1 right: the functional way, compiled, dropout only where something is dropped
def network(keep=1.0, l1=0.0, l2=0.0):
    def dense(units):
        return keras.layers.Dense(units, kernel_regularizer=keras.regularizers.L1L2(l1, l2))
    inputs = keras.Input((64,))
    hidden = keras.layers.ReLU()(dense(256)(inputs))
    if keep < 1:
        hidden = keras.layers.Dropout(rate=1 - keep, seed=1)(hidden)
    model = keras.Model(inputs, keras.layers.Softmax()(dense(10)(hidden)))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model

# %% 7.1 wrong: the new rows get their own mean and deviation
def standardise(train, new):
    return (train - train.mean(axis=0)) / train.std(axis=0), (new - new.mean(axis=0)) / np.where(new.std(axis=0) == 0, 1, new.std(axis=0))

# %% 7.1 wrong: one mean for all columns
def standardise(train, new):
    mean, std = train.mean(), train.std()
    return (train - mean) / std, (new - mean) / std

# %% 7.1 wrong: divides by the variance
def standardise(train, new):
    mean, var = train.mean(axis=0), train.var(axis=0)
    var = np.where(var == 0, 1, var)
    return (train - mean) / var, (new - mean) / var

# %% 7.1 wrong: a column that never changes gives NaN
def standardise(train, new):
    mean, std = train.mean(axis=0), train.std(axis=0)
    with np.errstate(all="ignore"):
        return (train - mean) / std, (new - mean) / std

# %% 7.1 wrong: scales to between 0 and 1
def standardise(train, new):
    low, span = train.min(axis=0), np.ptp(train, axis=0)
    span = np.where(span == 0, 1, span)
    return (train - low) / span, (new - low) / span

# %% 7.1 wrong: mean and deviation of both sets together
def standardise(train, new):
    both = np.concatenate([train, new])
    mean, std = both.mean(axis=0), both.std(axis=0)
    std = np.where(std == 0, 1, std)
    return (train - mean) / std, (new - mean) / std

# %% 7.1 wrong: divides by n - 1 in the variance
def standardise(train, new):
    mean, std = train.mean(axis=0), train.std(axis=0, ddof=1)
    std = np.where(std == 0, 1, std)
    return (train - mean) / std, (new - mean) / std

# %% 7.1 right: column by column
def standardise(train, new):
    train, new = np.array(train, dtype=float), np.array(new, dtype=float)
    for k in range(train.shape[1]):
        mean, std = train[:, k].mean(), train[:, k].std()
        if std == 0:
            std = 1.0
        train[:, k], new[:, k] = (train[:, k] - mean) / std, (new[:, k] - mean) / std
    return [train, new]

# %% 7.2 wrong: always the batch's own mean and variance
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    m, v = x.mean(axis=0), x.var(axis=0)
    if in_training:
        mean, var = mean * momentum + m * (1 - momentum), var * momentum + v * (1 - momentum)
    return gamma * (x - m) / np.sqrt(v + epsilon) + beta, mean, var

# %% 7.2 wrong: always the moving averages
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    if in_training:
        mean, var = mean * momentum + x.mean(axis=0) * (1 - momentum), var * momentum + x.var(axis=0) * (1 - momentum)
    return gamma * (x - mean) / np.sqrt(var + epsilon) + beta, mean, var

# %% 7.2 wrong: momentum the other way round, as other libraries have it
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    m, v = mean, var
    if in_training:
        m, v = x.mean(axis=0), x.var(axis=0)
        mean, var = mean * (1 - momentum) + m * momentum, var * (1 - momentum) + v * momentum
    return gamma * (x - m) / np.sqrt(v + epsilon) + beta, mean, var

# %% 7.2 wrong: the averages move at inference, too
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    m, v = (x.mean(axis=0), x.var(axis=0)) if in_training else (mean, var)
    mean, var = mean * momentum + x.mean(axis=0) * (1 - momentum), var * momentum + x.var(axis=0) * (1 - momentum)
    return gamma * (x - m) / np.sqrt(v + epsilon) + beta, mean, var

# %% 7.2 wrong: one mean for each example, which is layer norm
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    m, v = mean, var
    if in_training:
        m, v = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
        mean, var = mean * momentum + m * (1 - momentum), var * momentum + v * (1 - momentum)
    return gamma * (x - m) / np.sqrt(v + epsilon) + beta, mean, var

# %% 7.2 wrong: ε beside the root
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    m, v = mean, var
    if in_training:
        m, v = x.mean(axis=0), x.var(axis=0)
        mean, var = mean * momentum + m * (1 - momentum), var * momentum + v * (1 - momentum)
    return gamma * (x - m) / (np.sqrt(v) + 10 * epsilon) + beta, mean, var

# %% 7.2 wrong: the variance with n - 1
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    m, v = mean, var
    if in_training:
        m, v = x.mean(axis=0), x.var(axis=0, ddof=1)
        mean, var = mean * momentum + m * (1 - momentum), var * momentum + v * (1 - momentum)
    return gamma * (x - m) / np.sqrt(v + epsilon) + beta, mean, var

# %% 7.2 wrong: forgets γ and β
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    m, v = mean, var
    if in_training:
        m, v = x.mean(axis=0), x.var(axis=0)
        mean, var = mean * momentum + m * (1 - momentum), var * momentum + v * (1 - momentum)
    return (x - m) / np.sqrt(v + epsilon), mean, var

# %% 7.2 wrong: lets Keras do it
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon)
    layer.build((None, x.shape[1]))
    layer.set_weights([gamma, beta, mean, var])
    y = np.asarray(layer(x, training=in_training))
    return y, *layer.get_weights()[2:]

# %% 7.2 right: sums instead of mean and var, and steps towards the batch
def batch_norm(x, gamma, beta, mean, var, in_training, momentum=0.99, epsilon=0.001):
    if not in_training:
        return (x - mean) * gamma / (var + epsilon) ** 0.5 + beta, mean, var
    m = np.sum(x, axis=0) / len(x)
    v = np.sum((x - m) ** 2, axis=0) / len(x)
    y = (x - m) * gamma / (v + epsilon) ** 0.5 + beta
    return [y, mean + (1 - momentum) * (m - mean), var + (1 - momentum) * (v - var)]

# %% 7.3 wrong: the examples mix, as in batch norm
def group_norm(x, groups, epsilon=0.001):
    n, h, w, c = x.shape
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(0, 1, 2, 4), keepdims=True), parts.var(axis=(0, 1, 2, 4), keepdims=True)
    return ((parts - mean) / np.sqrt(var + epsilon)).reshape(x.shape)

# %% 7.3 wrong: every pixel for itself
def group_norm(x, groups, epsilon=0.001):
    n, h, w, c = x.shape
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=4, keepdims=True), parts.var(axis=4, keepdims=True)
    return ((parts - mean) / np.sqrt(var + epsilon)).reshape(x.shape)

# %% 7.3 wrong: takes every n-th channel into a group
def group_norm(x, groups, epsilon=0.001):
    n, h, w, c = x.shape
    parts = x.reshape(n, h, w, c // groups, groups)
    mean, var = parts.mean(axis=(1, 2, 3), keepdims=True), parts.var(axis=(1, 2, 3), keepdims=True)
    return ((parts - mean) / np.sqrt(var + epsilon)).reshape(x.shape)

# %% 7.3 wrong: divides by the variance
def group_norm(x, groups, epsilon=0.001):
    n, h, w, c = x.shape
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return ((parts - mean) / (var + epsilon)).reshape(x.shape)

# %% 7.3 wrong: knows layer norm and instance norm, and nothing between
def group_norm(x, groups, epsilon=0.001):
    axes = (1, 2, 3) if groups == 1 else (1, 2)
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + epsilon)

# %% 7.3 wrong: groups is taken for the size of a group
def group_norm(x, groups, epsilon=0.001):
    n, h, w, c = x.shape
    parts = x.reshape(n, h, w, c // groups, groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return ((parts - mean) / np.sqrt(var + epsilon)).reshape(x.shape)

# %% 7.3 wrong: has an ε of its own
def group_norm(x, groups, epsilon=0.001):
    n, h, w, c = x.shape
    parts = x.reshape(n, h, w, groups, c // groups)
    mean, var = parts.mean(axis=(1, 2, 4), keepdims=True), parts.var(axis=(1, 2, 4), keepdims=True)
    return ((parts - mean) / np.sqrt(var + 0.001)).reshape(x.shape)

# %% 7.3 right: two loops
def group_norm(x, groups, epsilon=0.001):
    y, size = np.array(x, dtype=float), x.shape[3] // groups
    for example in y:
        for start in range(0, x.shape[3], size):
            part = example[:, :, start:start + size]
            example[:, :, start:start + size] = (part - part.mean()) / (part.var() + epsilon) ** 0.5
    return y

# %% 7.3 right: cut, normalise, join
def group_norm(x, groups, epsilon=0.001):
    parts = []
    for part in np.split(x, groups, axis=3):
        parts.append((part - part.mean((1, 2, 3), keepdims=True)) / np.sqrt(part.var((1, 2, 3), keepdims=True) + epsilon))
    return np.concatenate(parts, axis=3)
