# Answers that students really give to lab 6: wrong ones must earn nothing, right ones everything.

# %% 1.1 wrong: turns the kernel, as a convolution does
def correlate(x, kernel):
    rows, columns = kernel.shape
    turned = kernel[::-1, ::-1]
    return np.array([[np.sum(x[i:i + rows, j:j + columns] * turned) for j in range(x.shape[1] - columns + 1)]
                     for i in range(x.shape[0] - rows + 1)])

# %% 1.1 wrong: one place too few in each direction
def correlate(x, kernel):
    rows, columns = kernel.shape
    return np.array([[np.sum(x[i:i + rows, j:j + columns] * kernel) for j in range(x.shape[1] - columns)]
                     for i in range(x.shape[0] - rows)])

# %% 1.1 wrong: lets the window leave the picture, a map as large as the picture
def correlate(x, kernel):
    rows, columns = kernel.shape
    wide = np.pad(x, ((0, rows - 1), (0, columns - 1)))
    return np.array([[np.sum(wide[i:i + rows, j:j + columns] * kernel) for j in range(x.shape[1])] for i in range(x.shape[0])])

# %% 1.1 wrong: the matrix product of window and kernel
def correlate(x, kernel):
    n = len(kernel)
    return np.array([[np.sum(x[i:i + n, j:j + n] @ kernel) for j in range(x.shape[1] - n + 1)] for i in range(x.shape[0] - n + 1)])

# %% 1.1 wrong: knows square kernels only
def correlate(x, kernel):
    n = len(kernel)
    return np.array([[np.sum(x[i:i + n, j:j + n] * kernel) for j in range(x.shape[1] - n + 1)] for i in range(x.shape[0] - n + 1)])

# %% 1.1 wrong: divides by the number of weights
def correlate(x, kernel):
    rows, columns = kernel.shape
    return np.array([[np.mean(x[i:i + rows, j:j + columns] * kernel) for j in range(x.shape[1] - columns + 1)]
                     for i in range(x.shape[0] - rows + 1)])

# %% 1.1 wrong: the window jumps by its own size
def correlate(x, kernel):
    rows, columns = kernel.shape
    return np.array([[np.sum(x[i:i + rows, j:j + columns] * kernel) for j in range(0, x.shape[1] - columns + 1, columns)]
                     for i in range(0, x.shape[0] - rows + 1, rows)])

# %% 1.1 wrong: rows and columns exchanged
def correlate(x, kernel):
    rows, columns = kernel.shape
    return np.array([[np.sum(x[i:i + rows, j:j + columns] * kernel) for i in range(x.shape[0] - rows + 1)]
                     for j in range(x.shape[1] - columns + 1)])

# %% 1.1 wrong: whole numbers only
def correlate(x, kernel):
    rows, columns = kernel.shape
    out = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1), dtype=int)
    for i, j in np.ndindex(*out.shape):
        out[i, j] = np.sum(x[i:i + rows, j:j + columns] * kernel)
    return out

# %% 1.1 wrong: the lecture's map, learned by heart
def correlate(x, kernel):
    return np.array([[4, 3, 4], [2, 4, 3], [2, 3, 4]])

# %% 1.1 wrong: lets Keras do it
def correlate(x, kernel):
    moved = keras.ops.conv(np.asarray(x, "float32")[None, :, :, None], np.asarray(kernel, "float32")[:, :, None, None])
    return np.asarray(moved)[0, :, :, 0]

# %% 1.1 right: one shifted picture for each weight
def correlate(x, kernel):
    rows, columns = kernel.shape
    height, width = x.shape[0] - rows + 1, x.shape[1] - columns + 1
    out = np.zeros((height, width))
    for a in range(rows):
        for b in range(columns):
            out = out + kernel[a, b] * x[a:a + height, b:b + width]
    return out

# %% 1.1 right: all windows at once
def correlate(x, kernel):
    return np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(x, kernel.shape), kernel)

# %% 1.1 right: four loops, and a list of lists
def correlate(x, kernel):
    out = []
    for i in range(len(x) - len(kernel) + 1):
        out.append([])
        for j in range(len(x[0]) - len(kernel[0]) + 1):
            total = 0
            for a in range(len(kernel)):
                for b in range(len(kernel[0])):
                    total += x[i + a][j + b] * kernel[a][b]
            out[-1].append(total)
    return out

# %% 1.2 wrong: no turn
def convolve(x, kernel):
    return correlate(x, kernel)

# %% 1.2 wrong: upside down only
def convolve(x, kernel):
    return correlate(x, kernel[::-1])

# %% 1.2 wrong: mirrored only
def convolve(x, kernel):
    return correlate(x, kernel[:, ::-1])

# %% 1.2 wrong: transposed
def convolve(x, kernel):
    return correlate(x, kernel.T)

# %% 1.2 wrong: a quarter of a turn
def convolve(x, kernel):
    return correlate(x, np.rot90(kernel))

# %% 1.2 wrong: turns the picture, and leaves the map turned
def convolve(x, kernel):
    return correlate(x[::-1, ::-1], kernel)

# %% 1.2 wrong: turns the kernel that it was given, in place
def convolve(x, kernel):
    kernel[:] = kernel[::-1, ::-1].copy()
    return correlate(x, kernel)

# %% 1.2 right: two quarters of a turn
def convolve(x, kernel):
    return correlate(x, np.rot90(kernel, 2))

# %% 1.2 right: turns the picture instead, and the map back
def convolve(x, kernel):
    return np.flip(correlate(np.flip(x), kernel))

# %% 1.2 right: from the formula, without correlate
def convolve(x, kernel):
    rows, columns = kernel.shape
    out = np.zeros((len(x) - rows + 1, len(x[0]) - columns + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for a in range(rows):
                for b in range(columns):
                    out[i, j] += kernel[a, b] * x[i + rows - 1 - a, j + columns - 1 - b]
    return out

# %% 2.1 wrong: finds horizontal edges
VERTICAL = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])

# %% 2.1 wrong: bright on the left counts plus
VERTICAL = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]])

# %% 2.1 wrong: every edge, with both signs
VERTICAL = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])

# %% 2.1 wrong: a thin line, not a step
VERTICAL = np.array([[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]])

# %% 2.1 wrong: the lecture's kernel, which likes an X
VERTICAL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])

# %% 2.1 wrong: does not cancel on one grey
VERTICAL = np.array([[-1, 1, 1], [-1, 1, 1], [-1, 1, 1]])

# %% 2.1 wrong: cancels as a whole, and answers to horizontal edges too
VERTICAL = np.array([[-2, 0, 1], [-1, 0, 1], [0, 0, 1]])

# %% 2.1 wrong: too faint
VERTICAL = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]) / 9

# %% 2.1 wrong: only zeros
VERTICAL = np.zeros((3, 3))

# %% 2.1 wrong: one row
VERTICAL = np.array([-1, 0, 1])

# %% 2.1 right: Prewitt, as a list
VERTICAL = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]

# %% 2.1 right: two neighbours
VERTICAL = np.array([[0, 0, 0], [-1, 1, 0], [0, 0, 0]])

# %% 2.1 right: Scharr, scaled
VERTICAL = np.outer([3, 10, 3], [-1, 0, 1]) / 16

# %% 2.1 right: decimals that cancel to rounding
VERTICAL = np.array([[-0.3, -0.4, 0.7], [-0.1, -0.2, 0.3], [0.1, -0.4, 0.3]])

# %% 3.1 wrong: forgets where the window began
def output_size(size, window, stride=1, padding=0):
    return (size + 2 * padding - window) // stride

# %% 3.1 wrong: pads at one end only
def output_size(size, window, stride=1, padding=0):
    return (size + padding - window) // stride + 1

# %% 3.1 wrong: rounds up, as padding="same" would
def output_size(size, window, stride=1, padding=0):
    return -(-(size + 2 * padding - window) // stride) + 1

# %% 3.1 wrong: a fraction of a place
def output_size(size, window, stride=1, padding=0):
    return (size + 2 * padding - window) / stride + 1

# %% 3.1 wrong: adds the one before it divides
def output_size(size, window, stride=1, padding=0):
    return (size + 2 * padding - window + 1) // stride

# %% 3.1 wrong: forgets the stride
def output_size(size, window, stride=1, padding=0):
    return size + 2 * padding - window + 1

# %% 3.1 wrong: the window does not matter
def output_size(size, window, stride=1, padding=0):
    return (size + 2 * padding) // stride

# %% 3.1 wrong: takes the padding away
def output_size(size, window, stride=1, padding=0):
    return (size - 2 * padding - window) // stride + 1

# %% 3.1 right: counts the places
def output_size(size, window, stride=1, padding=0):
    return len(range(0, size + 2 * padding - window + 1, stride))

# %% 3.1 right: walks
def output_size(size, window, stride=1, padding=0):
    places, at = 0, -padding
    while at + window <= size + padding:
        places += 1
        at += stride
    return places

# %% 3.1 right: NumPy's floor, a whole number in a float
def output_size(size, window, stride=1, padding=0):
    return np.floor((size - window + 2 * padding) / stride) + 1

# %% 3.2 wrong: always the largest
def pool(x, size, how):
    rows, columns = x.shape[0] // size, x.shape[1] // size
    return x[:rows * size, :columns * size].reshape(rows, size, columns, size).max(axis=(1, 3))

# %% 3.2 wrong: reshapes to squares that are none
def pool(x, size, how):
    rows, columns = x.shape[0] // size, x.shape[1] // size
    squares = x[:rows * size, :columns * size].reshape(rows, columns, size, size)
    return squares.max(axis=(2, 3)) if how == "max" else squares.mean(axis=(2, 3))

# %% 3.2 wrong: the sum instead of the mean
def pool(x, size, how):
    rows, columns = x.shape[0] // size, x.shape[1] // size
    squares = x[:rows * size, :columns * size].reshape(rows, size, columns, size)
    return squares.max(axis=(1, 3)) if how == "max" else squares.sum(axis=(1, 3))

# %% 3.2 wrong: begins its search for the largest at zero
def pool(x, size, how):
    out = np.zeros((x.shape[0] // size, x.shape[1] // size))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            square = x[i * size:(i + 1) * size, j * size:(j + 1) * size]
            out[i, j] = max(0, square.max()) if how == "max" else square.mean()
    return out

# %% 3.2 wrong: squares that overlap
def pool(x, size, how):
    squares = np.lib.stride_tricks.sliding_window_view(x, (size, size))
    return squares.max(axis=(2, 3)) if how == "max" else squares.mean(axis=(2, 3))

# %% 3.2 wrong: keeps what is left over
def pool(x, size, how):
    find = np.max if how == "max" else np.mean
    return np.array([[find(x[i:i + size, j:j + size]) for j in range(0, x.shape[1], size)] for i in range(0, x.shape[0], size)])

# %% 3.2 wrong: squares of two, whatever is asked
def pool(x, size, how):
    find = np.max if how == "max" else np.mean
    return np.array([[find(x[i:i + 2, j:j + 2]) for j in range(0, x.shape[1] - 1, 2)] for i in range(0, x.shape[0] - 1, 2)])

# %% 3.2 wrong: one pixel of each square
def pool(x, size, how):
    rows, columns = x.shape[0] // size, x.shape[1] // size
    return x[:rows * size:size, :columns * size:size]

# %% 3.2 right: two loops
def pool(x, size, how):
    find = {"max": np.max, "mean": np.mean}[how]
    rows, columns = x.shape[0] // size, x.shape[1] // size
    return np.array([[find(x[i * size:(i + 1) * size, j * size:(j + 1) * size]) for j in range(columns)] for i in range(rows)])

# %% 3.2 right: every size-th place of all windows
def pool(x, size, how):
    squares = np.lib.stride_tricks.sliding_window_view(x, (size, size))[::size, ::size]
    return squares.max(axis=(2, 3)) if how == "max" else squares.mean(axis=(2, 3))

# %% 3.2 right: lists
def pool(x, size, how):
    out = []
    for i in range(0, len(x) - size + 1, size):
        out.append([])
        for j in range(0, len(x[0]) - size + 1, size):
            numbers = [x[i + a][j + b] for a in range(size) for b in range(size)]
            out[-1].append(max(numbers) if how == "max" else sum(numbers) / len(numbers))
    return out

# %% 4.1 wrong: reads the picture column by column
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    matrix = []
    for i in range(height - rows + 1):
        for j in range(width - columns + 1):
            blank = np.zeros((height, width))
            blank[i:i + rows, j:j + columns] = kernel
            matrix.append(blank.T.ravel())
    return np.array(matrix)

# %% 4.1 wrong: goes through the places column by column
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    matrix = []
    for j in range(width - columns + 1):
        for i in range(height - rows + 1):
            blank = np.zeros((height, width))
            blank[i:i + rows, j:j + columns] = kernel
            matrix.append(blank.ravel())
    return np.array(matrix)

# %% 4.1 wrong: turned on its side, a row for each pixel
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    matrix = []
    for i in range(height - rows + 1):
        for j in range(width - columns + 1):
            blank = np.zeros((height, width))
            blank[i:i + rows, j:j + columns] = kernel
            matrix.append(blank.ravel())
    return np.array(matrix).T

# %% 4.1 wrong: the kernel in one piece, without gaps between its rows
def as_matrix(kernel, height, width):
    places = (height - kernel.shape[0] + 1) * (width - kernel.shape[1] + 1)
    matrix = np.zeros((places, height * width))
    for i in range(places):
        matrix[i, i:i + kernel.size] = kernel.ravel()
    return matrix

# %% 4.1 wrong: the same row shifted by one, across the ends of rows
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    first = np.zeros((height, width))
    first[:rows, :columns] = kernel
    places = (height - rows + 1) * (width - columns + 1)
    return np.array([np.roll(first.ravel(), i) for i in range(places)])

# %% 4.1 wrong: forgets to wipe the picture
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    blank, matrix = np.zeros((height, width)), []
    for i in range(height - rows + 1):
        for j in range(width - columns + 1):
            blank[i:i + rows, j:j + columns] = kernel
            matrix.append(blank.flatten())
    return np.array(matrix)

# %% 4.1 wrong: turns the kernel
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    matrix = []
    for i in range(height - rows + 1):
        for j in range(width - columns + 1):
            blank = np.zeros((height, width))
            blank[i:i + rows, j:j + columns] = kernel[::-1, ::-1]
            matrix.append(blank.ravel())
    return np.array(matrix)

# %% 4.1 wrong: square pictures and square kernels only
def as_matrix(kernel, height, width):
    n, side, matrix = len(kernel), height, []
    for i in range(side - n + 1):
        for j in range(side - n + 1):
            blank = np.zeros((side, side))
            blank[i:i + n, j:j + n] = kernel
            matrix.append(blank.ravel())
    return np.array(matrix)

# %% 4.1 right: asks what each pixel by itself makes of the map
def as_matrix(kernel, height, width):
    pixels = np.eye(height * width).reshape(-1, height, width)
    return np.stack([correlate(pixel, kernel).ravel() for pixel in pixels], axis=1)

# %% 4.1 right: every weight by its place in the matrix
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    down, across = height - rows + 1, width - columns + 1
    matrix = np.zeros((down * across, height * width))
    for i in range(down):
        for j in range(across):
            for a in range(rows):
                for b in range(columns):
                    matrix[i * across + j, (i + a) * width + j + b] = kernel[a, b]
    return matrix

# %% 4.1 right: pads the kernel, and gives a list of rows
def as_matrix(kernel, height, width):
    rows, columns = kernel.shape
    return [np.pad(kernel, ((i, height - rows - i), (j, width - columns - j))).ravel().tolist()
            for i in range(height - rows + 1) for j in range(width - columns + 1)]

# %% 5.1 wrong: no bias in the convolution
def conv_parameters(window, maps_in, maps_out):
    return window ** 2 * maps_in * maps_out

def dense_parameters(inputs, outputs):
    return (inputs + 1) * outputs

# %% 5.1 wrong: every kernel sees one map
def conv_parameters(window, maps_in, maps_out):
    return (window ** 2 + 1) * maps_out

def dense_parameters(inputs, outputs):
    return (inputs + 1) * outputs

# %% 5.1 wrong: a bias for each pair of maps
def conv_parameters(window, maps_in, maps_out):
    return (window ** 2 + 1) * maps_in * maps_out

def dense_parameters(inputs, outputs):
    return (inputs + 1) * outputs

# %% 5.1 wrong: a bias for each weight
def conv_parameters(window, maps_in, maps_out):
    return window ** 2 * maps_in * maps_out * 2

def dense_parameters(inputs, outputs):
    return (inputs + 1) * outputs

# %% 5.1 wrong: no bias in the fully connected layer
def conv_parameters(window, maps_in, maps_out):
    return (window ** 2 * maps_in + 1) * maps_out

def dense_parameters(inputs, outputs):
    return inputs * outputs

# %% 5.1 wrong: one bias for a whole layer
def conv_parameters(window, maps_in, maps_out):
    return window ** 2 * maps_in * maps_out + 1

def dense_parameters(inputs, outputs):
    return inputs * outputs + 1

# %% 5.1 wrong: a window of five, whatever is asked
def conv_parameters(window, maps_in, maps_out):
    return (25 * maps_in + 1) * maps_out

def dense_parameters(inputs, outputs):
    return (inputs + 1) * outputs

# %% 5.1 wrong: a bias for each input
def conv_parameters(window, maps_in, maps_out):
    return window ** 2 * maps_in * maps_out + maps_in

def dense_parameters(inputs, outputs):
    return inputs * outputs + inputs

# %% 5.1 right: weights, then biases
def conv_parameters(window, maps_in, maps_out):
    weights = window * window * maps_in * maps_out
    biases = maps_out
    return weights + biases

def dense_parameters(inputs, outputs):
    return inputs * outputs + outputs

# %% 5.1 right: a fully connected layer is a convolution with a window of one
def conv_parameters(window, maps_in, maps_out):
    return sum(window * window * maps_in + 1 for _ in range(maps_out))

def dense_parameters(inputs, outputs):
    return conv_parameters(1, inputs, outputs)

# %% 5.2 wrong: forgets the biases
def partial_parameters(table, window):
    return sum(window ** 2 * len(below) for below in table)

def subsampling_parameters(maps):
    return 2 * maps

# %% 5.2 wrong: a bias for each kernel
def partial_parameters(table, window):
    return sum((window ** 2 + 1) * len(below) for below in table)

def subsampling_parameters(maps):
    return 2 * maps

# %% 5.2 wrong: counts the maps of the table only
def partial_parameters(table, window):
    return (window ** 2 + 1) * len(table)

def subsampling_parameters(maps):
    return 2 * maps

# %% 5.2 wrong: every map sees as many as the first
def partial_parameters(table, window):
    return (window ** 2 * len(table[0]) + 1) * len(table)

def subsampling_parameters(maps):
    return 2 * maps

# %% 5.2 wrong: pooling learns nothing
def partial_parameters(table, window):
    return sum(window ** 2 * len(below) + 1 for below in table)

def subsampling_parameters(maps):
    return 0

# %% 5.2 wrong: pooling has a weight for each of its four pixels
def partial_parameters(table, window):
    return sum(window ** 2 * len(below) + 1 for below in table)

def subsampling_parameters(maps):
    return (4 + 1) * maps

# %% 5.2 wrong: adds up the numbers of the maps instead of counting them
def partial_parameters(table, window):
    return sum(window ** 2 * sum(below) + 1 for below in table)

def subsampling_parameters(maps):
    return 2 * maps

# %% 5.2 wrong: the figures of the paper
def partial_parameters(table, window):
    return 29 if len(table) == 2 else 1516

def subsampling_parameters(maps):
    return 2 * maps

# %% 5.2 right: pairs, then maps
def partial_parameters(table, window):
    pairs = 0
    for below in table:
        pairs += len(below)
    return pairs * window * window + len(table)

def subsampling_parameters(maps):
    return maps + maps

# %% 5.2 right: flattens the table
def partial_parameters(table, window):
    return len([one for below in table for one in below]) * window ** 2 + len(table)

def subsampling_parameters(maps):
    factors = biases = maps
    return factors + biases

# %% 6.1 wrong: the first layer pads nothing
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 4, activation="tanh"), layers.Flatten(),
        layers.Dense(84, activation="tanh"), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: all layers pad
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, padding="same", activation="tanh"), layers.Flatten(),
        layers.Dense(84, activation="tanh"), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: pools by maxima
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.MaxPooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.MaxPooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"), layers.Flatten(),
        layers.Dense(84, activation="tanh"), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: ReLU
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="relu"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="relu"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="relu"), layers.Flatten(),
        layers.Dense(84, activation="relu"), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: no activations
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5), layers.AveragePooling2D(2),
        layers.Conv2D(120, 5), layers.Flatten(),
        layers.Dense(84), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: no softmax
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"), layers.Flatten(),
        layers.Dense(84, activation="tanh"), layers.Dense(10),
    ])

# %% 6.1 wrong: two convolutions, and a fully connected layer for the third
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2), layers.Flatten(),
        layers.Dense(120, activation="tanh"),
        layers.Dense(84, activation="tanh"), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: windows of three
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 3, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 3, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 3, activation="tanh"), layers.Flatten(),
        layers.Dense(84, activation="tanh"), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: the 84 units are left out
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"), layers.Flatten(), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: does not flatten
def lenet():
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(120, 5, activation="tanh"),
        layers.Dense(84, activation="tanh"), layers.Dense(10, activation="softmax"),
    ])

# %% 6.1 wrong: takes the course's own
def lenet():
    return models.LeNet5(input_shape=(28, 28, 1), simplified=True)

# %% 6.1 right: the functional way, compiled, with a margin of zeros instead of padding
def lenet():
    inputs = x = keras.Input((28, 28, 1))
    x = keras.layers.ZeroPadding2D(2)(x)
    for maps in (6, 16, 120):
        x = keras.layers.Conv2D(maps, (5, 5), strides=1)(x)
        x = keras.layers.Activation("tanh")(x)
        if maps < 120:
            x = keras.layers.AveragePooling2D(2)(x)
    x = keras.layers.Dense(84, activation="tanh")(keras.layers.Reshape((120,))(x))
    x = keras.layers.Softmax()(keras.layers.Dense(10)(x))
    model = keras.Model(inputs, x)
    model.compile("adam", "sparse_categorical_crossentropy")
    return model

# %% 6.1 right: layer by layer
def lenet():
    model = keras.Sequential(name="mine")
    model.add(keras.layers.Input(shape=(28, 28, 1)))
    model.add(keras.layers.Convolution2D(6, kernel_size=5, padding="same", activation=keras.activations.tanh, name="C1"))
    model.add(keras.layers.AvgPool2D(pool_size=(2, 2), strides=2, name="S2"))
    model.add(keras.layers.Convolution2D(16, kernel_size=5, activation="tanh", name="C3"))
    model.add(keras.layers.AvgPool2D(pool_size=(2, 2), strides=2, name="S4"))
    model.add(keras.layers.Convolution2D(120, kernel_size=5, activation="tanh", name="C5"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(84, activation="tanh", name="F6"))
    model.add(keras.layers.Dense(10, activation="softmax", name="OUTPUT"))
    return model

# %% 6.2 wrong: adds up the windows
def receptive_field(stack):
    return sum(window for window, stride in stack)

# %% 6.2 wrong: forgets the strides
def receptive_field(stack):
    return 1 + sum(window - 1 for window, stride in stack)

# %% 6.2 wrong: a stride counts for its own layer already
def receptive_field(stack):
    sees, step = 1, 1
    for window, stride in stack:
        step *= stride
        sees += (window - 1) * step
    return sees

# %% 6.2 wrong: only the stride of the layer below counts
def receptive_field(stack):
    sees, step = 1, 1
    for window, stride in stack:
        sees += (window - 1) * step
        step = stride
    return sees

# %% 6.2 wrong: multiplies the windows
def receptive_field(stack):
    sees = 1
    for window, stride in stack:
        sees *= window
    return sees

# %% 6.2 wrong: strides add up
def receptive_field(stack):
    sees, step = 1, 1
    for window, stride in stack:
        sees += (window - 1) * step
        step += stride - 1
    return sees

# %% 6.2 wrong: goes through the stack from the top
def receptive_field(stack):
    sees, step = 1, 1
    for window, stride in stack[::-1]:
        sees += (window - 1) * step
        step *= stride
    return sees

# %% 6.2 wrong: LeNet-5 by heart
def receptive_field(stack):
    return [1, 5, 6, 14, 16, 32][len(stack)]

# %% 6.2 right: from the top down
def receptive_field(stack):
    sees = 1
    for window, stride in reversed(stack):
        sees = (sees - 1) * stride + window
    return sees

# %% 6.2 right: calls itself
def receptive_field(stack):
    if not stack:
        return 1
    window, stride = stack[0]
    return window + (receptive_field(stack[1:]) - 1) * stride
