import { expect, test } from 'vitest';
import {
  Connection,
  Ensemble,
  lif,
  lowpass,
  Network,
  Neurons,
  Node,
  Probe,
  rectifiedLinear,
  uniform,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const ensemble = (): Ensemble => new Ensemble({ nNeurons: 2, dimensions: 1 });

test('defaults apply to objects made afterwards, in the network and in subnetworks made within it', () => {
  const net = new Network();
  net.within(() => {
    const before = ensemble();
    net.config.of(Ensemble).radius = 2;
    const inner = new Network({}, () => void ensemble());
    expect([before.radius, ensemble().radius, inner.ensembles[0]!.radius]).toEqual([1, 2, 2]);
  });
});

test('the innermost network that has a default decides', () => {
  const net = new Network();
  net.within(() => {
    net.config.of(Ensemble).radius = 2;
    net.config.of(Ensemble).neuronType = rectifiedLinear();
    const inner = new Network({}, (open) => {
      open.config.of(Ensemble).radius = 3;
      ensemble();
    });
    expect(inner.ensembles[0]).toMatchObject({ radius: 3, neuronType: { kind: 'rectifiedLinear' } });
    expect(ensemble().radius).toBe(2);
  });
});

test('what is given to a constructor outranks every default', () => {
  const net = new Network();
  net.config.of(Connection).synapse = 0.1;
  const synapses = net.within(() => {
    const a = ensemble();
    return [new Connection(a, a), new Connection(a, a, { synapse: 0.2 }), new Connection(a, a, { synapse: null })];
  });
  expect(synapses.map(({ synapse }) => synapse)).toEqual([lowpass(0.1), lowpass(0.2), null]);
});

test('null may be a default', () => {
  const net = new Network();
  net.config.of(Connection).synapse = null;
  expect(net.within(() => new Connection(new Node(1), ensemble())).synapse).toBeNull();
});

test('reading gives the default in force on this very network, or the built-in one', () => {
  const { config } = new Network();
  expect(config.of(Ensemble).radius).toBe(1);
  expect(config.of(Ensemble).neuronType).toEqual(lif());
  config.of(Ensemble).radius = 2;
  expect(config.of(Ensemble).radius).toBe(2);
  delete config.of(Ensemble).radius;
  expect(config.of(Ensemble).radius).toBe(1);
  config.of(Ensemble).radius = 2;
  config.of(Ensemble).radius = undefined;
  expect(config.of(Ensemble).radius).toBe(1);
});

test('defaults are checked where they are set', () => {
  const { config } = new Network();
  expect(() => (config.of(Ensemble).radius = -1)).toThrow(
    failing('INVALID_OPTION', 'config.of(Ensemble).radius must be a number above 0'),
  );
  expect(() => ((config.of(Ensemble) as Record<string, unknown>)['raduis'] = 1)).toThrow(
    failing('UNKNOWN_OPTION', 'Did you mean radius?'),
  );
  expect(() => ((config.of(Ensemble) as Record<string, unknown>)['nNeurons'] = 1)).toThrow(
    failing('UNKNOWN_OPTION', 'nNeurons'),
  );
});

test('arrays that depend on the size of an object are checked when it is made', () => {
  const net = new Network();
  net.config.of(Ensemble).intercepts = [0, 0, 0];
  expect(() => net.within(ensemble)).toThrow(failing('SHAPE_MISMATCH', 'intercepts'));
});

test('attributes must be added before they are read or written', () => {
  const net = new Network();
  const a = net.within(ensemble);
  const added = 'configureSettings({ trainable: null }) adds it';
  expect(() => net.config.of(a).trainable).toThrow(failing('ATTRIBUTE_NOT_ADDED', added));
  expect(() => (net.config.of(a).trainable = true)).toThrow(failing('ATTRIBUTE_NOT_ADDED', added));
  expect(() => net.config.of(Ensemble).trainable).toThrow(failing('ATTRIBUTE_NOT_ADDED', added));
  expect(() => net.config.of(Network).trainable).toThrow(failing('ATTRIBUTE_NOT_ADDED', added));
  expect(() => (net.config.of(a) as Record<string, unknown>)['trainabel']).toThrow(
    failing('ATTRIBUTE_NOT_ADDED', 'Did you mean trainable?'),
  );
  net.config.addAttribute('trainable', null);
  expect(net.config.hasAttribute('trainable')).toBe(true);
  expect(net.config.of(a).trainable).toBeUndefined();
});

test('objects and classes have values of their own, which are theirs alone', () => {
  const net = new Network();
  const [a, b] = net.within(() => [ensemble(), ensemble()]);
  net.config.addAttribute('trainable', null);
  net.config.of(a!).trainable = false;
  net.config.of(a!.neurons).trainable = true;
  net.config.of(Neurons).trainable = null;
  expect(
    [a!, a!.neurons, b!, Neurons, Ensemble].map(
      (target) => net.config.attribute(target as Ensemble, 'trainable')?.value,
    ),
  ).toEqual([false, true, undefined, null, undefined]);
  delete net.config.of(a!).trainable;
  expect(net.config.of(a!).trainable).toBeUndefined();
});

test('values of attributes are checked where they are set', () => {
  const net = new Network();
  const [a, node] = net.within(() => [ensemble(), new Node(1)] as const);
  expect(() => net.config.addAttribute('trainable', 'yes')).toThrow(
    failing('INVALID_OPTION', "'trainable' must be true, false, null, or"),
  );
  net.config.addAttribute('trainable', true);
  net.config.addAttribute('keepHistory', true);
  expect(() => (net.config.of(a).trainable = 1 as never)).toThrow(
    failing('INVALID_OPTION', 'Ensemble (ensembles[0]).trainable'),
  );
  expect(() => (net.config.of(node).trainable = true)).toThrow(
    failing('ATTRIBUTE_NOT_APPLICABLE', 'it applies to: Network, Ensemble, Neurons, Connection.'),
  );
  expect(() => net.config.of(Probe).trainable).toThrow(failing('ATTRIBUTE_NOT_APPLICABLE'));
  expect(() => (net.config.of(a).keepHistory = true)).toThrow(failing('ATTRIBUTE_NOT_APPLICABLE', 'Probe'));
});

test('anybody may add an attribute', () => {
  const net = new Network();
  const a = net.within(ensemble);
  net.config.addAttribute('colour', 'blue');
  const accessor = net.config.of(a) as Record<string, unknown>;
  accessor['colour'] = 'red';
  expect([net.config.attribute(a, 'colour')?.value, net.config.attributes().get('colour')?.value]).toEqual([
    'red',
    'blue',
  ]);
});

test('on a subnetwork attributes are refused, and the right line is shown', () => {
  const net = new Network();
  const inner = net.within(() => new Network({ label: 'inner' }, () => void ensemble()));
  const a = inner.ensembles[0]!;
  net.config.addAttribute('trainable', null);
  expect(() => (inner.config.of(a).trainable = false)).toThrow(
    failing('SUBNETWORK_ATTRIBUTE', 'Write: net.config.of(net.networks[0].ensembles[0]).trainable = false;'),
  );
  expect(() => inner.config.of(a).trainable).toThrow(
    failing('SUBNETWORK_ATTRIBUTE', 'net.config.of(net.networks[0].ensembles[0]).trainable;'),
  );
  expect(() => (inner.config.of(Ensemble).trainable = true)).toThrow(
    failing('SUBNETWORK_ATTRIBUTE', 'net.config.of(Ensemble).trainable = true;'),
  );
  expect(() => (inner.config.of(inner).trainable = true)).toThrow(
    failing('SUBNETWORK_ATTRIBUTE', 'net.config.of(net.networks[0]).trainable = true;'),
  );
  expect(() => inner.config.addAttribute('trainable', true)).toThrow(
    failing('SUBNETWORK_ATTRIBUTE', "net.config.addAttribute('trainable', true)"),
  );
});

test('settings live on the top-level network, whichever configuration they are made on, with the place that made them', () => {
  const net = new Network();
  const inner = net.within(() => new Network());
  const settings = inner.config.of(Network) as Record<string, unknown>;
  settings['planner'] = 'mine';
  expect(net.config.settings().get('planner')).toEqual({
    value: 'mine',
    site: expect.stringMatching(/config-store\.test\.ts:\d+:\d+$/) as string,
  });
  expect((net.config.of(Network) as Record<string, unknown>)['planner']).toBe('mine');
  delete settings['planner'];
  expect(net.config.settings().size).toBe(0);
});

test('the class Network sets the configured value of an attribute, never one of its own', () => {
  const net = new Network();
  net.config.addAttribute('trainable', null);
  net.config.of(Network).trainable = false;
  expect(net.config.attributes().get('trainable')?.value).toBe(false);
  expect(net.config.of(Network).trainable).toBe(false);
  expect(net.config.attribute(Network, 'trainable')).toBeUndefined();
  expect(() => delete net.config.of(Network).trainable).toThrow(failing('OPTION_CONFLICT', 'stays'));
});

test('reading changes nothing', () => {
  const net = new Network();
  const a = net.within(ensemble);
  net.config.addAttribute('trainable', null);
  void [net.config.of(a).trainable, net.config.of(Ensemble).trainable, net.config.of(Ensemble).radius];
  expect(net.config.attribute(a, 'trainable')).toBeUndefined();
  expect(net.config.attribute(Ensemble, 'trainable')).toBeUndefined();
  expect(net.config.classDefault('ensemble', 'radius')).toBeUndefined();
});

test('names of prototypes are refused at once', () => {
  const net = new Network();
  const a = net.within(ensemble);
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    expect(() => net.config.setSetting(name, 1)).toThrow(failing('RESERVED_NAME', name));
    expect(() => net.config.addAttribute(name, 1)).toThrow(failing('RESERVED_NAME', name));
    for (const target of [Network, Ensemble, a]) {
      expect(() => ((net.config.of(target as Ensemble) as Record<string, unknown>)[name] = 1)).toThrow(
        failing('RESERVED_NAME', name),
      );
    }
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('only classes and objects of the network have a configuration', () => {
  const net = new Network();
  const other = new Network();
  const a = net.within(ensemble);
  expect(() => net.config.of(other.within(ensemble))).toThrow(failing('FOREIGN_OBJECT', 'Ensemble (ensembles[0])'));
  expect(() => net.config.of(other)).toThrow(failing('FOREIGN_OBJECT'));
  expect(() => net.config.of(a.at(0) as never)).toThrow(failing('NOT_CONFIGURABLE'));
  expect(() => net.config.of(uniform(0, 1) as never)).toThrow(failing('NOT_CONFIGURABLE', "kind 'uniform'"));
  expect(() => net.config.of(Map as never)).toThrow(failing('NOT_CONFIGURABLE', 'a function named Map'));
});

test('assigning to the configuration itself is refused, with the way', () => {
  const net = new Network();
  for (const name of ['dtype', 'trainable', 'nonsense']) {
    expect(() => Object.assign(net.config, { [name]: false })).toThrow(
      failing('UNKNOWN_OPTION', `net.config.of(Network).${name} = …`),
    );
  }
  for (const name of ['of', 'addAttribute', 'setSetting', 'settings']) {
    expect(() => Object.assign(net.config, { [name]: 1 })).toThrow(failing('FIXED_PROPERTY', `${name} cannot be`));
  }
  net.config.of(Ensemble).radius = 2;
  expect([net.config.settings().size, net.within(ensemble).radius]).toEqual([0, 2]);
});

test('a parameter is no attribute: the line that sets it is shown', () => {
  const net = new Network();
  const a = net.within(ensemble);
  const radius = (): unknown => (net.config.of(a) as Record<string, unknown>)['radius'];
  expect(() => Object.assign(net.config.of(a), { radius: 3 })).toThrow(
    failing('ATTRIBUTE_NOT_ADDED', 'write ensemble.radius = 3'),
  );
  expect(radius).toThrow(failing('ATTRIBUTE_NOT_ADDED', 'write ensemble.radius = …'));
  expect(() => Object.assign(net.config.of(a.neurons), { radius: 3 })).toThrow(
    failing('ATTRIBUTE_NOT_ADDED', 'write ensemble.radius = 3'),
  );
  expect(() => Object.assign(net.config.of(a), { sampleEvery: 3 })).toThrow(
    failing('ATTRIBUTE_NOT_ADDED', 'a parameter of Probe'),
  );
  expect(() => net.config.addAttribute('radius', 3)).toThrow(failing('OPTION_CONFLICT', 'write ensemble.radius = 3'));
  expect(net.config.hasAttribute('radius')).toBe(false);
});

test('no parameter of any class can be added as an attribute', () => {
  const net = new Network();
  for (const { parameters } of [Ensemble, Node, Connection, Probe]) {
    for (const name of Object.keys(parameters)) {
      expect(() => net.config.addAttribute(name, 1)).toThrow(failing('OPTION_CONFLICT', name));
    }
  }
});
