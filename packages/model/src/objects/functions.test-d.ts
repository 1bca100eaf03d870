/** @file Compiles only if functions may be written as the documentation writes them, under the strictest settings. */
import {
  Connection,
  Ensemble,
  Network,
  Node,
  Probe,
  type ConnectionFunction,
  type NodeFunction,
  type Vector,
} from '../index.ts';

const square: ConnectionFunction = (x) => x[0] ** 2;
const product: ConnectionFunction = ([x, y]) => x * y;
const rotated: ConnectionFunction = (x) => [x[1], -x[0]];
const doubled: ConnectionFunction = (x) => x.map((value) => 2 * value);
const typed: ConnectionFunction = (x) => Float64Array.from(x);
const annotated: ConnectionFunction = (x: readonly number[]) => x.length;
const mutable: ConnectionFunction = (x: number[]) => x.length;
const rest: ConnectionFunction = ([first, ...others]) => [first, others.length];
const beyond: ConnectionFunction = (x) => x[99];

const wave: NodeFunction = (t) => Math.sin(6 * t);
const scaled: NodeFunction = (t, [x]) => t * x;
const sink: NodeFunction = (_, x) => {
  x.fill(0);
};

// @ts-expect-error A function returns numbers.
const words: ConnectionFunction = () => 'one';
// @ts-expect-error Nothing is known of elements that are not written as literals.
const dynamic = (x: Vector, index: number): number => x[index];

const net = new Network({ seed: 0 });
const objects = net.within((open) => {
  open satisfies Network;
  const ensemble = new Ensemble({ nNeurons: 10, dimensions: 2, encoders: [[1, 0]], label: undefined });
  const node = new Node({ sizeIn: 1 });
  new Node((t, [x]) => t * x, { sizeIn: 1 });
  new Node([0.5, 1]);
  new Connection(ensemble, node, { function: (x) => x[0] * x[1], synapse: 0.01, transform: null });
  new Connection(ensemble.at([0]), ensemble.slice(1), { function: ([x]) => x ** 2 });
  new Connection(ensemble.neurons.at(0), node);
  // @ts-expect-error Sizes of ensembles are required.
  new Ensemble({ dimensions: 2 });
  // @ts-expect-error Unknown options are refused.
  new Ensemble({ nNeurons: 10, dimensions: 2, raduis: 1 });
  return { ensemble, probe: new Probe(ensemble.neurons, { attribute: 'voltage' }) };
});
objects.probe satisfies Probe;

net.config.of(Ensemble).radius = 2;
net.config.of(Connection).synapse = 0.1;
net.config.of(objects.ensemble).trainable = true;
net.config.of(objects.ensemble.neurons).trainable = null;
delete net.config.of(Ensemble).radius;
// @ts-expect-error Class defaults are typed.
net.config.of(Ensemble).radius = 'wide';
// @ts-expect-error Objects have attributes only.
net.config.of(objects.ensemble).radius = 2;

export {
  annotated,
  beyond,
  doubled,
  dynamic,
  mutable,
  product,
  rest,
  rotated,
  scaled,
  sink,
  square,
  typed,
  wave,
  words,
};
