/**
 * Multiplication. Two populations represent a number each, and a network of squares multiplies them: x · y is a quarter of
 * (x + y)² - (x - y)², and squares are what decoders of one number are good at.
 */
import { Connection, Ensemble, Network, Node, Probe } from 'ndl';
import { Product } from '@ndl/networks';
import type { ExpectedResult, Model } from '@ndl/model-source';

const net = new Network({ seed: 0 });
const { left, right, result } = net.within(() => {
  const slow = new Node((t) => Math.sin(2 * t));
  const quick = new Node((t) => Math.cos(5 * t));
  const [a, b] = [new Ensemble({ nNeurons: 200, dimensions: 1 }), new Ensemble({ nNeurons: 200, dimensions: 1 })];
  const product = new Product({ nNeurons: 200, dimensions: 1 });
  new Connection(slow, a, { synapse: null });
  new Connection(quick, b, { synapse: null });
  new Connection(a, product.inputA);
  new Connection(b, product.inputB);
  return { left: new Probe(slow), right: new Probe(quick), result: new Probe(product.output, { synapse: 0.02 }) };
});

export const expected: ExpectedResult = {
  what: 'root mean square error of the product, 30 ms later',
  seconds: 2,
  measure: (sim) => {
    const [x, y, z] = [left, right, result].map((probe) => sim.data.get(probe).data);
    let sum = 0;
    for (let step = 30; step < z!.length; step++) sum += (z![step]! - x![step - 30]! * y![step - 30]!) ** 2;
    return Math.sqrt(sum / (z!.length - 30));
  },
  atMost: 0.12,
};

export default {
  network: net,
  panels: [
    { of: left, kind: 'value' },
    { of: right, kind: 'value' },
    { of: result, kind: 'value' },
  ],
} satisfies Model;
