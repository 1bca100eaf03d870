"""One layer in NumPy, step by step: encode - LIF step - decode - filter, float32, one thread. `layer.py TABLES REPETITIONS` reads what
`apps/bench/src/native-layer.ts` writes, and prints microseconds of work per step (the median of the repetitions) and spikes per neuron and second
while the table is fed for the second time."""
import json
import sys
import time

import numpy as np

DT, TAU_RC, TAU_REF, TAU_SYNAPSE = map(np.float32, (0.001, 0.02, 0.002, 0.005))
ONE, ZERO = np.float32(1), np.float32(0)

with open(sys.argv[1], 'rb') as file:
    N, D, items, steps, recurrent = (int(number) for number in np.fromfile(file, np.int32, 5))
    read = lambda *shape: np.fromfile(file, np.float32, int(np.prod(shape))).reshape(shape)
    encoders, bias, decoders, voltage, stimulus = read(D, N), read(N), read(N, D), read(N), read(steps, items, D)
decoders = decoders * (ONE / DT)
v = np.tile(voltage, (items, 1))
r, y = np.zeros_like(v), np.zeros((items, D), np.float32)
J, delta, scratch = np.empty_like(v), np.empty_like(v), np.empty_like(v)
decay = np.exp(-DT / TAU_SYNAPSE)
spikes = 0


def step(t):
    global spikes, r, v, y
    x = stimulus[t] + y if recurrent else stimulus[t]
    np.matmul(x, encoders, out=J)
    np.add(J, bias, out=J)
    np.subtract(r, DT, out=r)
    np.subtract(DT, r, out=delta)
    np.maximum(delta, ZERO, out=delta)
    np.minimum(delta, DT, out=delta)
    np.multiply(delta, -ONE / TAU_RC, out=delta)
    np.expm1(delta, out=delta)
    np.subtract(J, v, out=scratch)
    np.multiply(scratch, delta, out=scratch)
    np.subtract(v, scratch, out=v)
    np.maximum(v, ZERO, out=v)
    spiked = v > ONE
    fired = np.flatnonzero(spiked)
    at, current = v.ravel()[fired], J.ravel()[fired]
    r.ravel()[fired] = TAU_REF + DT + TAU_RC * np.log1p((ONE - at) / (current - ONE))
    v.ravel()[fired] = ZERO
    spikes += len(fired)
    # What is quicker: the rows of neurons that spiked, or the product.
    decoded = decoders[fired].sum(0) if items == 1 else spiked.astype(np.float32) @ decoders
    np.multiply(y, decay, out=y)
    y += (ONE - decay) * decoded


def run():
    for t in range(steps):
        step(t)
    return y.copy()


run()
spikes = 0
run()
rate = spikes / (steps * 0.001) / items / N
times = []
for _ in range(int(sys.argv[2])):
    began = time.process_time()
    run()
    times.append(time.process_time() - began)
print(json.dumps({'figure': sorted(times)[len(times) // 2] / steps * 1e6, 'rate': rate}))
