"""A stand-in for the part of Nengo's documented interface that nengo_export.py uses, for its test: it builds and computes next to nothing."""

import contextlib

_open = []


class _Data:
    """A value of a kind: its parameters as attributes."""

    def __init__(self, **parameters):
        self.__dict__.update(parameters)


class Process(_Data):
    pass


class Array:
    """As arrays of numpy are where the exporter meets them: no key of a dict, and a list when asked."""

    __hash__ = None

    def __init__(self, values):
        self.values = values

    def tolist(self):
        return self.values


class ChannelShape:
    """The shape of an image, which is no tuple."""

    def __init__(self, shape, channels_last=True):
        self.shape, self.channels_last = shape, channels_last


class CsrMatrix:
    """As matrices of scipy are: `indices` are columns alone."""

    shape, indices, data = (2, 3), Array([1, 2]), Array([0.25, 4.0])

    def tocoo(self):
        return _Data(shape=(2, 3), row=Array([0, 1]), col=Array([1, 2]), data=self.data)


def _kind(name, base=_Data, **defaults):
    return type(name, (base,), {"__init__": lambda self, **given: base.__init__(self, **{**defaults, **given})})


Uniform = _kind("Uniform", low=0.0, high=1.0, integer=False)
LIFRate = _kind("LIFRate", tau_rc=0.02, tau_ref=0.002, amplitude=1.0, initial_state=None)
LIF = _kind("LIF", tau_rc=0.02, tau_ref=0.002, min_voltage=0.0, amplitude=1.0, initial_state=None)
Lowpass = _kind("Lowpass", tau=0.005)
Cholesky = _kind("Cholesky", transpose=None)
LstsqL2 = _kind("LstsqL2", reg=0.1, solver=Cholesky(), weights=False)
NoSolver = _kind("NoSolver", values=None, weights=False)
NoTransform = _kind("NoTransform")
Dense = _kind("Dense", shape=None, init=1.0)
Sparse = _kind("Sparse", init=None)
Convolution = _kind(
    "Convolution", n_filters=1, kernel_size=(1,), strides=(1,), padding="valid", channels_last=True, groups=1, init=None
)
Glorot = _kind("Glorot", scale=1.0)
PES = _kind("PES", learning_rate=1e-4, pre_synapse=Lowpass())
PresentInput = _kind("PresentInput", Process, inputs=None, presentation_time=0.1)
MyProcess = _kind("MyProcess", Process)


class Network:
    def __init__(self, label=None, seed=None):
        self.label, self.seed = label, seed
        self.ensembles, self.nodes, self.connections, self.networks, self.probes = [], [], [], [], []
        if _open:
            _open[-1].networks.append(self)

    def __enter__(self):
        _open.append(self)
        return self

    def __exit__(self, *_):
        _open.pop()

    def _all(self, name):
        return getattr(self, name) + [each for net in self.networks for each in net._all(name)]


for _name in ("ensembles", "nodes", "connections", "networks", "probes"):
    setattr(Network, "all_" + _name, property(lambda self, name=_name: self._all(name)))


class Ensemble(_Data):
    def __init__(self, n_neurons, dimensions, **given):
        super().__init__(
            **{
                **dict(n_neurons=n_neurons, dimensions=dimensions, radius=1.0, neuron_type=LIF(), noise=None, label=None),
                **dict(encoders=Uniform(), intercepts=Uniform(low=-1.0, high=0.9), max_rates=Uniform(low=200, high=400)),
                **dict(eval_points=Uniform(low=-1.0), gain=None, bias=None, normalize_encoders=True, seed=None),
                **given,
            }
        )
        self.size_in = self.size_out = dimensions
        self.neurons = Neurons(self)
        _open[-1].ensembles.append(self)


class Neurons:
    def __init__(self, ensemble):
        self.ensemble = ensemble
        self.size_in = self.size_out = ensemble.n_neurons


class Node:
    def __init__(self, output=None, size_in=0, size_out=None, label=None):
        self.output, self.size_in, self.label, self.seed = output, size_in, label, None
        self.size_out = size_out if size_out is not None else len(output) if isinstance(output, list) else size_in
        _open[-1].nodes.append(self)


class LearningRule:
    def __init__(self, connection, learning_rule_type):
        self.connection, self.learning_rule_type = connection, learning_rule_type
        self.size_in, self.size_out = connection.size_mid, 0


class Connection:
    def __init__(self, pre, post, pre_slice=slice(None), post_slice=slice(None), **given):
        self.pre_obj, self.post_obj, self.pre_slice, self.post_slice = pre, post, pre_slice, post_slice
        self.synapse, self.function, self.transform = Lowpass(), None, NoTransform()
        self.solver, self.learning_rule_type, self.eval_points = LstsqL2(), None, None
        self.scale_eval_points, self.label, self.seed, self.size_mid = True, None, None, 1
        self.__dict__.update(given)
        self.learning_rule = LearningRule(self, self.learning_rule_type)
        _open[-1].connections.append(self)


class Probe:
    def __init__(self, target, attr=None, synapse=None, label=None):
        if target.size_out == 0:
            raise ValueError("target must have size_out > 0")
        self.obj, self.slice, self.synapse, self.label, self.seed = target, slice(None), synapse, label, None
        self.attr = attr or ("decoded_output" if isinstance(target, Ensemble) else "output")
        self.sample_every, self.solver = None, LstsqL2()
        _open[-1].probes.append(self)


class Simulator(contextlib.AbstractContextManager):
    def __init__(self, network, dt=0.001, seed=None, progress_bar=True):
        self.network, self.dt, self.seed, self.n_steps = network, dt, 1 if seed is None else seed, 0
        self.data = {}
        everything = [network] + [
            each for name in ("networks", "ensembles", "nodes", "connections", "probes") for each in network._all(name)
        ]
        self.model = _Data(seeds={each: 100 + index for index, each in enumerate(everything)})
        for each in network.all_ensembles:
            n, d = each.n_neurons, each.dimensions
            rows = each.encoders if isinstance(each.encoders, list) else [[1.0] * d for _ in range(n)]
            self.data[each] = _Data(
                eval_points=[[-1.0 + 0.5 * i] * d for i in range(5)], encoders=rows, scaled_encoders=rows,
                gain=each.gain or [1.0] * n, bias=each.bias or [1.0] * n, max_rates=[300.0] * n, intercepts=[0.0] * n,
            )
        for each in network.all_connections:
            is_given = type(each.solver).__name__ == "NoSolver"
            points = None if is_given else [[-1.0 + 0.5 * i] for i in range(5)]
            self.data[each] = _Data(eval_points=points, weights=getattr(each.transform, "drawn", None))

    def __exit__(self, *_):
        return None

    def run_steps(self, steps):
        times = [self.dt * (step + 1) for step in range(steps)]
        for probe in self.network.all_probes:
            output = getattr(probe.obj, "output", None)
            size = max(1, getattr(probe.obj, "size_out", 1))
            call = output if callable(output) and probe.obj.size_in == 0 else lambda t: [t] * size
            self.data[probe] = [value if isinstance(value, list) else [value] for value in map(call, times)]
