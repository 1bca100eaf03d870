/** @file A learning rule as a stranger would write it: an operator kind of its own that moves the weights of a connection as it runs. */
import {
  OPERATOR_LOWERINGS,
  SIMPLIFICATION_CHOICES,
  type OperatorBase,
  type OperatorLowering,
  type SignalView,
  type Simplification,
} from '@ndl/core';
import { kernel } from '@ndl/ir';
import { Connection, definePlugin, Network, Node, Probe, token, type Plugin } from './index.ts';

/** weights += rate · post · pre, after all who read them; each item its own. */
interface HebbOperator extends OperatorBase {
  readonly kind: 'hebb';
  readonly pre: SignalView;
  readonly post: SignalView;
  readonly weights: SignalView;
}

declare module '@ndl/core' {
  interface OperatorKinds {
    hebb: HebbOperator;
  }
}

export const RATE = 0.1;

const grown = kernel({ name: 'hebb', inputs: ['weight', 'pre', 'post'], parameters: ['rate'] }, (k) => ({
  weight: k.add(k.inputs.weight, k.multiply(k.parameters.rate, k.multiply(k.inputs.pre, k.inputs.post))),
}));

const lowering: OperatorLowering<HebbOperator> = {
  kind: 'hebb',
  mergeClass: () => undefined,
  lower([operator], context) {
    const [weight, pre, post] = [operator!.weights, operator!.pre, operator!.post].map((view) => context.viewOf(view));
    context.emit({
      kind: 'map',
      kernel: grown,
      inputs: [weight!, pre!, post!],
      parameters: [RATE],
      outputs: [{ target: weight!, mode: 'set' }],
    });
  },
};

const ADD_RULE = token<Simplification>('@acme/hebb/add-rule');

/** Adds the rule to the connection labelled `learnt`, once. */
const addRule: Simplification = {
  name: 'addRule',
  apply(graph) {
    const connection = [...graph.connections.keys()].find(({ label }) => label === 'learnt');
    if (connection === undefined || graph.operators.some(({ kind }) => kind === 'hebb')) return graph;
    const { input, weights, weighted } = graph.objects.get(connection)!;
    const rule: HebbOperator = {
      kind: 'hebb',
      label: 'rule of learnt',
      pre: input!,
      post: weighted!,
      weights: weights!,
      sets: [],
      incs: [],
      reads: [input!, weighted!],
      updates: [weights!],
    };
    return { ...graph, operators: [...graph.operators, rule] };
  },
};

export const hebb: Plugin = definePlugin({
  name: '@acme/hebb',
  register({ bind, contribute }) {
    contribute(OPERATOR_LOWERINGS).toConstantValue(lowering as OperatorLowering);
    bind(ADD_RULE).toConstantValue(addRule);
    contribute(SIMPLIFICATION_CHOICES).toConstantValue({ key: ADD_RULE, summary: 'adds a learning rule' });
  },
});

export { ADD_RULE };

/** y = w x, w growing by RATE · x · y after each step. */
export function learningNetwork(start: number) {
  return new Network({ seed: 1 }).within((net) => {
    const stimulus = new Node([1]);
    const output = new Node({ sizeIn: 1 });
    const learnt = new Connection(stimulus, output, { transform: [[start]], synapse: null, label: 'learnt' });
    return {
      net,
      stimulus,
      output,
      learnt,
      probe: new Probe(output),
      weights: new Probe(learnt, { attribute: 'weights' }),
    };
  });
}

/** What y is at steps 1 to `count`, for an input x and a first weight. */
export function expectedOutputs(start: number, x: number, count: number): number[] {
  let weight = start;
  return Array.from({ length: count }, () => {
    const y = weight * x;
    weight += RATE * x * y;
    return y;
  });
}
