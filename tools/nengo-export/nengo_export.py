"""Writes a Nengo network as a file of the format "nengo-golden/2", which `importNengo` of ndl reads.

Put this file beside your script:

    from nengo_export import export
    export(network, "network.json")

The network is built and run for `steps` steps, so that functions of nodes can be written as what they gave. Functions of
connections are written as their values at the evaluation points; where nothing is decoded, name their formula:
`formulas={function: "[x0 * x1]"}`. Uses nothing but Nengo's documented interface. Apache-2.0.
"""

import json

import nengo

FORMAT = "nengo-golden/2"
MOST_EVAL_NUMBERS = 12000

# Parameters of each kind, by the names that Nengo gives them.
NEURONS = {
    "Direct": [],
    "LIF": ["tau_rc", "tau_ref", "min_voltage", "amplitude"],
    "LIFRate": ["tau_rc", "tau_ref", "amplitude"],
    "SoftLIFRate": ["tau_rc", "tau_ref", "amplitude", "sigma"],
    "AdaptiveLIF": ["tau_rc", "tau_ref", "min_voltage", "amplitude", "tau_n", "inc_n"],
    "AdaptiveLIFRate": ["tau_rc", "tau_ref", "amplitude", "tau_n", "inc_n"],
    "Izhikevich": ["tau_recovery", "coupling", "reset_voltage", "reset_recovery"],
    "RectifiedLinear": ["amplitude"],
    "SpikingRectifiedLinear": ["amplitude"],
    "LeakyReLU": ["negative_slope", "amplitude"],
    "SpikingLeakyReLU": ["negative_slope", "amplitude"],
    "Sigmoid": ["tau_ref"],
    "Tanh": ["tau_ref"],
    "RegularSpiking": ["base_type", "amplitude"],
    "StochasticSpiking": ["base_type", "amplitude"],
    "PoissonSpiking": ["base_type", "amplitude"],
}
SYNAPSES = {
    "Lowpass": ["tau"],
    "Alpha": ["tau"],
    "Triangle": ["t"],
    "LinearFilter": ["num", "den", "analog", "method"],
}
DISTRIBUTIONS = {
    "Uniform": ["low", "high", "integer"],
    "Gaussian": ["mean", "std"],
    "Choice": ["options", "weights"],
    "Samples": ["samples"],
    "UniformHypersphere": ["surface", "min_magnitude"],
    "ScatteredHypersphere": ["surface", "min_magnitude", "base", "method"],
    "QuasirandomSequence": [],
    "Exponential": ["scale", "shift", "high"],
    "PDF": ["x", "p"],
    "SqrtBeta": ["n", "m"],
    "SubvectorLength": ["n", "m"],
    "CosineSimilarity": ["n"],
}
SUB_SOLVERS = {
    "Cholesky": ["transpose"],
    "SVD": [],
    "Conjgrad": ["tol", "maxiters", "X0"],
    "BlockConjgrad": ["tol", "X0"],
    "ConjgradScipy": ["tol", "atol"],
    "LSMRScipy": ["tol"],
    "RandomizedSVD": ["n_components", "n_oversamples"],
}
SOLVERS = {
    "Lstsq": ["rcond", "weights"],
    "LstsqL2": ["reg", "solver", "weights"],
    "LstsqL2nz": ["reg", "solver", "weights"],
    "LstsqNoise": ["noise", "solver", "weights"],
    "LstsqMultNoise": ["noise", "solver", "weights"],
    "LstsqL1": ["l1", "l2", "max_iter", "weights"],
    "LstsqDrop": ["drop", "solver1", "solver2", "weights"],
    "Nnls": ["weights"],
    "NnlsL2": ["reg", "weights"],
    "NnlsL2nz": ["reg", "weights"],
    "NoSolver": ["values", "weights"],
}
PROCESSES = {
    "PresentInput": ["inputs", "presentation_time"],
    "Piecewise": ["data", "interpolation"],
    "WhiteNoise": ["dist", "scale", "seed"],
    "FilteredNoise": ["synapse", "dist", "scale", "seed"],
    "BrownNoise": ["dist", "scale", "seed"],
    "WhiteSignal": ["period", "high", "rms", "y0", "seed"],
}
RULES = {
    "PES": ["learning_rate", "pre_synapse"],
    "RLS": ["learning_rate", "pre_synapse"],
    "BCM": ["learning_rate", "pre_synapse", "post_synapse", "theta_synapse"],
    "Oja": ["learning_rate", "pre_synapse", "post_synapse", "beta"],
    "Voja": ["learning_rate", "post_synapse"],
}
TRANSFORMS = {
    "NoTransform": [],
    "Dense": ["shape", "init"],
    "Convolution": [
        "n_filters", "input_shape", "kernel_size", "strides", "padding", "channels_last", "groups", "init",
    ],
    "ConvolutionTranspose": [
        "n_filters", "input_shape", "output_shape", "kernel_size", "strides", "padding", "channels_last",
        "groups", "init",
    ],
}
KINDS = {}
for table in (NEURONS, SYNAPSES, DISTRIBUTIONS, SUB_SOLVERS, SOLVERS, PROCESSES, RULES, TRANSFORMS):
    KINDS.update(table)


class CannotExport(Exception):
    """Something in the network that the format has no words for; the message says where."""


def export(network, path=None, dt=0.001, steps=1000, seed=None, formulas=None):
    """Returns the file's content as a dict, and writes it to `path` where that is given.

    `formulas` maps functions of connections to formulas of x0, x1 ... (or x, for each of them).
    """
    content = _Exporter(network, dt, steps, seed, formulas or {}).content()
    try:
        text = json.dumps(content, allow_nan=False)
    except ValueError as error:
        raise CannotExport("something in the network is NaN: %s" % error) from error
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return content


class _Exporter:
    def __init__(self, network, dt, steps, seed, formulas):
        self.network = network
        self.dt = dt
        self.steps = steps
        self.seed = seed
        self.formulas = formulas
        self.networks = [network] + list(network.all_networks)
        self.ids = {}
        for letter, objects in (
            ("net", self.networks),
            ("ens", network.all_ensembles),
            ("node", network.all_nodes),
            ("conn", network.all_connections),
            ("probe", network.all_probes),
        ):
            for index, obj in enumerate(objects):
                self.ids[id(obj)] = "%s%d" % (letter, index)

    def content(self):
        recorded = {}
        try:
            for node in self.network.all_nodes:
                # Nodes that only take something in have nothing to record.
                if _is_run(node) and node.size_out > 0:
                    recorded[id(node)] = self.record(node)
            with nengo.Simulator(self.network, dt=self.dt, seed=self.seed, progress_bar=False) as sim:
                self.sim = sim
                sim.run_steps(self.steps)
                return self.written(recorded)
        finally:
            # Probes get their seeds last, so those that were added have changed no other; the network is left as it was.
            for probe in recorded.values():
                self.network.probes.remove(probe)

    def record(self, node):
        with self.network:
            return nengo.Probe(node)

    def written(self, recorded):
        network = self.network
        known = {id(probe) for probe in recorded.values()}
        probes = [probe for probe in network.all_probes if id(probe) not in known]
        return {
            "format": FORMAT,
            "name": network.label or "network",
            "doc": "Written by nengo_export.py.",
            "dt": self.dt,
            "n_steps": self.steps,
            "network_seed": _plain(network.seed),
            "sim_seed": _plain(self.sim.seed),
            "networks": [self.net(each, known) for each in self.networks],
            "ensembles": [self.ensemble(each) for each in network.all_ensembles],
            "nodes": [self.node(each, recorded.get(id(each))) for each in network.all_nodes],
            "connections": [self.connection(each) for each in network.all_connections],
            "probes": [self.probe(each) for each in probes],
        }

    def common(self, obj):
        return {"id": self.ids[id(obj)], "label": obj.label, "seed": int(self.sim.model.seeds[obj])}

    def net(self, net, known):
        lists = {
            name: [self.ids[id(each)] for each in getattr(net, name) if id(each) not in known]
            for name in ("ensembles", "nodes", "connections", "networks", "probes")
        }
        return {**self.common(net), **lists}

    def ensemble(self, ens):
        where = "ensemble %r" % (ens.label or self.ids[id(ens)],)
        built = self.sim.data[ens]
        points = _plain(built.eval_points)
        spec = {
            name: _spec(getattr(ens, name), where)
            for name in ("encoders", "intercepts", "max_rates", "eval_points", "gain", "bias")
        }
        is_small = sum(len(row) for row in points) <= MOST_EVAL_NUMBERS or spec["eval_points"] == "array"
        return {
            **self.common(ens),
            "n_neurons": int(ens.n_neurons),
            "dimensions": int(ens.dimensions),
            "radius": float(ens.radius),
            "neuron_type": _neurons(ens.neuron_type, where),
            "normalize_encoders": bool(ens.normalize_encoders),
            "n_eval_points": len(points),
            "eval_points": points if is_small else None,
            "eval_points_sum": [sum(column) for column in zip(*points)],
            "encoders": _plain(built.encoders),
            "scaled_encoders": _plain(built.scaled_encoders),
            "gain": _plain(built.gain),
            "bias": _plain(built.bias),
            "max_rates": _plain(built.max_rates),
            "intercepts": _plain(built.intercepts),
            "initial_state": {},
            "noise": None if ens.noise is None else _data(ens.noise, PROCESSES, where + ": noise"),
            "spec": spec,
        }

    def node(self, node, probe):
        output = node.output
        is_known = type(output).__name__ in PROCESSES
        if output is None:
            kind = "passthrough"
        elif is_known:
            kind = "process"
        else:
            kind = "function" if _is_run(node) else "constant"
        written = {
            "id": self.ids[id(node)],
            "label": node.label,
            "kind": kind,
            "size_in": int(node.size_in),
            "size_out": int(node.size_out),
            "value": _vector(output) if kind == "constant" else None,
            "process": _data(output, PROCESSES, "node %r" % (node.label,)) if is_known else None,
        }
        if probe is not None:
            written["samples"] = _plain(self.sim.data[probe])
        return written

    def connection(self, conn):
        where = "connection %r" % (conn.label or self.ids[id(conn)],)
        is_decoded = type(conn.pre_obj).__name__ == "Ensemble" and type(conn.pre_obj.neuron_type).__name__ != "Direct"
        built = self.sim.data[conn]
        rules = conn.learning_rule_type
        keys = list(rules) if isinstance(rules, dict) else None
        listed = [rules[key] for key in keys] if keys is not None else _listed(rules)
        weights, transform = _transform(conn.transform, None if is_decoded else getattr(built, "weights", None), where)
        written = {
            **self.common(conn),
            "pre": self.end(conn.pre_obj, conn.pre_slice, conn.pre_obj.size_out),
            "post": self.end(conn.post_obj, conn.post_slice, conn.post_obj.size_in),
            "size_mid": int(conn.size_mid),
            "function": None if conn.function is None else getattr(conn.function, "__name__", "points"),
            "function_targets": self.targets(conn, built) if is_decoded else None,
            "eval_points": _eval_points(conn, is_decoded, where),
            "scale_eval_points": bool(conn.scale_eval_points),
            "synapse": _synapse(conn.synapse, where),
            "solver": _data(conn.solver, SOLVERS, where + ": solver"),
            "decoded": is_decoded,
            "transform": transform,
            "weights": weights,
            "learning_rules": [_data(rule, RULES, where) for rule in listed],
            "learning_rule_keys": keys,
        }
        # Arrays stand for functions too, and cannot be looked up.
        formula = self.formulas.get(conn.function) if callable(conn.function) else None
        if formula is not None:
            written["formula"] = formula
        elif conn.function is not None and not is_decoded and written["function"] in ("points", "<lambda>"):
            raise CannotExport(where + ": name the formula of its function in `formulas`, nothing is decoded there")
        return written

    def targets(self, conn, built):
        if conn.function is None:
            return None
        if not callable(conn.function):
            return _plain(conn.function)
        points = _plain(built.eval_points)
        if points is None:
            # Given decoders are not solved for, at no points.
            return None
        picked = _picked(conn.pre_slice, conn.pre_obj.size_out)
        sliced = points if len(points[0]) < conn.pre_obj.size_out else [[row[i] for i in picked] for row in points]
        return [_vector(conn.function(_like(built.eval_points, row))) for row in sliced]

    def end(self, obj, selection, size):
        kind = type(obj).__name__
        if kind == "Neurons":
            end = {"kind": "neurons", "id": self.ids[id(obj.ensemble)]}
        elif kind == "LearningRule":
            conn = obj.connection
            rules = conn.learning_rule_type
            listed = list(rules.values()) if isinstance(rules, dict) else _listed(rules)
            end = {"kind": "rule", "id": self.ids[id(conn)], "rule": listed.index(obj.learning_rule_type)}
        else:
            end = {"kind": kind.lower(), "id": self.ids[id(obj)]}
        indices = _picked(selection, size)
        return end if indices == list(range(size)) else {**end, "indices": indices}

    def probe(self, probe):
        where = "probe %r" % (probe.label or self.ids[id(probe)],)
        is_decoded = type(probe.obj).__name__ == "Ensemble" and probe.attr == "decoded_output"
        has_output = type(probe.obj).__name__ not in ("Connection", "LearningRule")
        return {
            **self.common(probe),
            "target": self.end(probe.obj, probe.slice if has_output else slice(None), probe.obj.size_out),
            "attr": probe.attr,
            "sample_every": _plain(probe.sample_every),
            "synapse": _synapse(probe.synapse, where),
            "decoder": None,
            "solver": _data(probe.solver, SOLVERS, where) if is_decoded else None,
            "data": _plain(self.sim.data[probe]),
        }


def _is_foreign(value):
    """Whether it is a distribution of somebody else: what was drawn from it stands for it."""
    is_number = isinstance(value, (int, float, list, tuple)) or hasattr(value, "tolist")
    return not is_number and type(value).__name__ not in DISTRIBUTIONS


def _is_run(node):
    """Whether its output is computed step by step."""
    return callable(node.output) or isinstance(node.output, nengo.Process)


def _plain(value):
    """Arrays as nested lists, of numbers that JSON has."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if hasattr(value, "channels_last"):
        # Shapes of images know which of their axes are channels.
        value = value.shape
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise CannotExport("%s is nothing that the format has words for" % type(value).__name__)


def _vector(value):
    value = _plain(value)
    return value if isinstance(value, list) else [value]


def _like(array, row):
    """A row as functions get it: an array, where there are arrays."""
    return type(array)(row) if isinstance(array, list) else __import__("numpy").array(row)


def _listed(rules):
    return [] if rules is None else list(rules) if isinstance(rules, (list, tuple)) else [rules]


def _picked(selection, size):
    if isinstance(selection, slice):
        return list(range(size))[selection]
    return [index + size if index < 0 else index for index in map(int, selection)]


def _data(value, kinds, where):
    """A value of one of these kinds, with its parameters."""
    name = type(value).__name__
    if name not in kinds:
        raise CannotExport("%s: %s is no kind that the format has; known are %s" % (where, name, ", ".join(sorted(kinds))))
    return {"type": name, **{field: _parameter(getattr(value, field), where) for field in kinds[name]}}


def _parameter(value, where):
    if type(value).__name__ in KINDS:
        return _neurons(value, where) if type(value).__name__ in NEURONS else _data(value, KINDS, where)
    if isinstance(value, dict):
        return [[_plain(key), _parameter(each, where)] for key, each in value.items()]
    if callable(value):
        raise CannotExport(where + ": a function among the values of a process has no words in the format")
    try:
        return _plain(value)
    except CannotExport as error:
        raise CannotExport("%s: %s" % (where, error)) from error


def _spec(value, where):
    if value is None:
        return None
    return _data(value, DISTRIBUTIONS, where) if type(value).__name__ in DISTRIBUTIONS else "array"


def _neurons(neuron_type, where):
    states = getattr(neuron_type, "initial_state", None) or {}
    return {
        **_data(neuron_type, NEURONS, where + ": neuron_type"),
        "initial_state": {name: _parameter(value, where) for name, value in states.items()} or None,
    }


def _synapse(synapse, where):
    return None if synapse is None else _data(synapse, SYNAPSES, where + ": synapse")


def _eval_points(conn, is_decoded, where):
    if not is_decoded:
        return None
    points = conn.eval_points
    if points is None:
        return "ensemble"
    return _data(points, DISTRIBUTIONS, where) if type(points).__name__ in DISTRIBUTIONS else _plain(points)


def _transform(transform, weights, where):
    """The weights as built, and the transform."""
    kind = type(transform).__name__
    if kind == "Dense" and weights is not None and _is_foreign(transform.init):
        return None, {"type": "Dense", "shape": _plain(transform.shape), "init": _plain(weights)}
    if kind != "Sparse":
        written = _data(transform, TRANSFORMS, where + ": transform")
        return None, {name: value for name, value in written.items() if value is not None}
    init = transform.init
    if hasattr(init, "tocoo"):
        entries = init.tocoo()
        indices = [list(pair) for pair in zip(_plain(entries.row), _plain(entries.col))]
        shape = [int(size) for size in entries.shape]
        built = {"kind": "sparse", "shape": shape, "indices": indices, "data": _plain(entries.data)}
        return built, {"type": "Sparse", "shape": shape, "init": "scipy"}
    if not (hasattr(init, "indices") and hasattr(init, "data")):
        raise CannotExport(where + ": a Sparse transform needs a matrix of scipy, or a SparseMatrix with indices and data")
    shape, indices = _plain(init.shape), _plain(init.indices)
    if type(init.data).__name__ in DISTRIBUTIONS:
        return None, {"type": "Sparse", "shape": shape, "indices": indices, "init": _data(init.data, DISTRIBUTIONS, where)}
    built = {"kind": "sparse", "shape": shape, "indices": indices, "data": _vector(init.data)}
    return built, {"type": "Sparse", "shape": shape, "init": "array", "indices": indices}
