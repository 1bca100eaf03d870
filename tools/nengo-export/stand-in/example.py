"""What the test exports: a network made with the stand-in, and what it refuses."""

import sys

import nengo
from nengo_export import CannotExport, export


def product(x):
    return [x[0] * x[0], 2 * x[0]]


with nengo.Network(label="<b>exported</b>", seed=4) as network:
    ramp = nengo.Node(lambda t: [10 * t], size_out=1, label="ramp")
    held = nengo.Node([0.5, -0.5])
    shown = nengo.Node(nengo.PresentInput(inputs=[[1.0], [-1.0]], presentation_time=0.002), size_out=1)
    own = nengo.Node(nengo.MyProcess(), size_out=1, label="own")
    with nengo.Network(label="inner"):
        ens = nengo.Ensemble(
            3, 1, label="ens", neuron_type=nengo.LIFRate(), encoders=[[1.0], [-1.0], [1.0]],
            gain=[2.0, 3.0, 1.0], bias=[1.5, 1.0, 2.0],
        )
        out = nengo.Node(size_in=2)
        nengo.Connection(
            ens, out, synapse=None, function=product, size_mid=2,
            solver=nengo.NoSolver(values=[[0.01, 0.0], [0.0, 0.02], [0.005, 0.005]]),
        )
    nengo.Connection(ramp, ens, synapse=None)
    nengo.Connection(held, out, synapse=None, pre_slice=[1, 0], size_mid=2)
    learning = nengo.Connection(ens, nengo.Node(size_in=1), learning_rule_type=nengo.PES(learning_rate=1e-3))
    nengo.Connection(own, learning.learning_rule, transform=nengo.Dense(shape=[1, 1], init=[[-1.0]]))
    nengo.Connection(shown, ens.neurons, post_slice=slice(0, 1), synapse=nengo.Lowpass(tau=0.01))
    nengo.Node(lambda t, x: None, size_in=1, size_out=0, label="sink")
    table = nengo.Array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    nengo.Connection(ens, nengo.Node(size_in=1), function=table, eval_points=nengo.Array([[0.1], [0.2], [0.3], [0.4], [0.5]]))
    three = nengo.Node([0.5, 2.0, -1.0], label="three")
    nengo.Connection(three, nengo.Node(size_in=2, label="sparse"), synapse=None, transform=nengo.Sparse(init=nengo.CsrMatrix()))
    nengo.Connection(
        three, nengo.Node(size_in=3, label="image"), synapse=None, size_mid=3,
        transform=nengo.Convolution(input_shape=nengo.ChannelShape((3, 1)), init=nengo.Array([[[2.0]]])),
    )
    nengo.Connection(
        three, nengo.Node(size_in=1, label="drawn"), synapse=None, size_mid=3,
        transform=nengo.Dense(shape=(1, 3), init=nengo.Glorot(), drawn=nengo.Array([[1.0, 2.0, 3.0]])),
    )
    nengo.Probe(out)
    nengo.Probe(ens.neurons)
    spiking = nengo.Ensemble(5, 2)

probes = list(network.probes)
export(network, sys.argv[1], steps=20)
assert network.probes == probes, "probes of the exporter stay"


with network:
    unnamed = nengo.Connection(ramp, nengo.Node(size_in=1), function=lambda x: x + 1)
try:
    export(network, steps=1)
except CannotExport as error:
    print(error)
assert export(network, steps=1, formulas={unnamed.function: "x0 + 1"})["connections"][-2]["formula"] == "x0 + 1"

ens.neuron_type = type("Oracle", (), {})()
try:
    export(network, steps=1)
except CannotExport as error:
    print(error)
assert network.probes == probes, "probes of the exporter stay where it fails"
