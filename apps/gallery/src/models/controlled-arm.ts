/**
 * A controlled arm. A hand on two joints is to follow a target. A population knows where the hand is off and how the joints
 * stand, and computes how each joint should turn: the error times the transposed Jacobian, decoded from spikes. The arm itself is a node.
 */
import { Connection, Ensemble, Network, Node, Probe } from 'ndl';
import type { ExpectedResult, Model } from '@ndl/model-source';

const [UPPER, LOWER] = [0.6, 0.5];
const handAt = (shoulder: number, elbow: number): [number, number] => [
  UPPER * Math.cos(shoulder) + LOWER * Math.cos(shoulder + elbow),
  UPPER * Math.sin(shoulder) + LOWER * Math.sin(shoulder + elbow),
];
const targetAt = (t: number): [number, number] => [0.45 + 0.15 * Math.cos(2 * t), 0.55 + 0.15 * Math.sin(2 * t)];

const net = new Network({ seed: 5 });
const { hand, goal } = net.within(() => {
  const target = new Node((t) => targetAt(t));
  let joints = [0.4, 1.5];
  const arm = new Node(
    (t, speeds) => {
      // A run that begins anew finds the arm where it was at first.
      if (t < 0.0015) joints = [0.4, 1.5];
      joints = joints.map((angle, joint) => Math.min(2.6, Math.max(-0.2, angle + 0.001 * speeds[joint]!)));
      return [...joints, ...handAt(joints[0]!, joints[1]!)];
    },
    { sizeIn: 2, sizeOut: 4 },
  );
  const controller = new Ensemble({ nNeurons: 400, dimensions: 4, radius: 1.5 });
  // Errors are small, and are represented five times as large; angles around 1.
  new Connection(target, controller.slice(0, 2), { transform: 5, synapse: null });
  new Connection(arm.slice(2, 4), controller.slice(0, 2), { transform: -5 });
  new Connection(arm.slice(0, 2), controller.slice(2, 4));
  const one = new Node([-1, -1]);
  new Connection(one, controller.slice(2, 4), { synapse: null });
  new Connection(controller, arm, {
    function: ([x = 0, y = 0, shoulder = 0, elbow = 0]) => {
      const [s, both] = [shoulder + 1, shoulder + elbow + 2];
      const lower = [-LOWER * Math.sin(both), LOWER * Math.cos(both)] as const;
      const whole = [lower[0] - UPPER * Math.sin(s), lower[1] + UPPER * Math.cos(s)] as const;
      return [4 * (whole[0] * x + whole[1] * y), 4 * (lower[0] * x + lower[1] * y)];
    },
  });
  return { hand: new Probe(arm.slice(2, 4)), goal: new Probe(target) };
});

export const expected: ExpectedResult = {
  what: 'mean distance of hand and target in the last two of three seconds, in lengths of 1',
  seconds: 3,
  measure: (sim) => {
    const [at, to] = [sim.data.get(hand).data, sim.data.get(goal).data];
    let sum = 0;
    for (let step = 1000; step < 3000; step++)
      sum += Math.hypot(at[2 * step]! - to[2 * step]!, at[2 * step + 1]! - to[2 * step + 1]!);
    return sum / 2000;
  },
  atMost: 0.1,
};

export default {
  network: net,
  panels: [
    { of: hand, kind: 'xy' },
    { of: goal, kind: 'xy' },
  ],
} satisfies Model;
