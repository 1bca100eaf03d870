/**
 * An oscillator. A population of two numbers is connected to itself such that they turn around zero, once a second: a short push, and
 * it goes on by itself. Draw one number against the other to see the circle.
 */
import { Connection, Network, Node, Probe } from 'ndl';
import { Oscillator } from '@ndl/networks';
import type { ExpectedResult, Model } from '@ndl/model-source';

const net = new Network({ seed: 0 });
const { state } = net.within(() => {
  const push = new Node((t) => (t < 0.1 ? [1, 0] : [0, 0]));
  const circle = new Oscillator({ recurrentTau: 0.1, frequency: 2 * Math.PI, nNeurons: 300 });
  new Connection(push, circle.input, { transform: 10, synapse: null });
  return { state: new Probe(circle.ensemble, { synapse: 0.03 }) };
});

export const expected: ExpectedResult = {
  what: 'turns in the last two of three seconds',
  seconds: 3,
  measure: (sim) => {
    const { data } = sim.data.get(state);
    let angle = 0;
    for (let step = 1001; step < 3000; step++) {
      const [x0, y0, x1, y1] = data.subarray(2 * (step - 1), 2 * step + 2) as unknown as number[];
      angle += Math.atan2(x0! * y1! - y0! * x1!, x0! * x1! + y0! * y1!);
    }
    return Math.abs(angle) / (2 * Math.PI);
  },
  atLeast: 1.6,
  atMost: 2.4,
};

export default { network: net, panels: [{ of: state, kind: 'xy' }] } satisfies Model;
