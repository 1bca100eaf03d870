import type { HostFunctionOperator, LoweringContext, Signal, TimeUpdateOperator } from '@ndl/core';
import {
  createKernelEvaluator,
  kernel,
  moveLoopInvariants,
  offsetsOf,
  printProgram,
  verifyProgram,
  type ContractInstruction,
  type CopyInstruction,
  type Kernel,
  type MapInstruction,
  type View,
} from '@ndl/ir';
import type { Node } from '@ndl/model';
import { NdArray } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { describeGroup, inputName, outputName } from './index.ts';
import {
  compileAsDrawn,
  copy,
  dot,
  instructionsIn,
  leaky,
  leakyDefinition,
  NOTHING_HELD,
  Paper,
  reset,
  twoPopulations,
  whole,
} from './paper-graph.test-helper.ts';

const refusal = (code: string, message: RegExp): Error =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }) as Error;

const writes = (signal: Signal): Pick<TimeUpdateOperator, 'sets' | 'incs' | 'reads' | 'updates'> => ({
  sets: [whole(signal)],
  incs: [],
  reads: [],
  updates: [],
});

describe('compileNetwork', () => {
  it('makes one instruction of a group, with parameters per element where members differ', () => {
    const { paper, operators, outputs } = twoPopulations();
    const [first, second, left, right] = operators;
    const graph = paper.graph(operators, outputs);
    const { program, tables } = compileAsDrawn(graph, {
      groups: [
        [first, second],
        [left, right],
      ],
    }).forwardProgram('run', NOTHING_HELD);
    verifyProgram(program, { arrays: tables.arrays });
    expect(instructionsIn(program, 'steps').map(({ kind }) => kind)).toEqual(['contract', 'map']);
    expect(instructionsIn(program, 'steps').map(({ label }) => label)).toEqual([
      `${first.label}, ${second.label}`,
      `${left.label}, ${right.label}`,
    ]);
    const map = instructionsIn(program, 'steps')[1] as MapInstruction;
    const constant = program.buffers.find(
      ({ id }) =>
        typeof map.parameters[0] === 'object' && 'buffer' in map.parameters[0] && id === map.parameters[0].buffer,
    )!;
    expect([...tables.arrays.get((constant.initial as { array: string }).array)!.data]).toEqual([
      0.5, 0.5, 0.5, 0.9, 0.9, 0.9,
    ]);
    expect(map.parameters.slice(1)).toEqual([1, 0.001]);
  });

  it('makes the same signals addressable under every plan, and outputs of the probes in order', () => {
    const { paper, operators, outputs } = twoPopulations();
    const [first, second, left, right] = operators;
    const graph = paper.graph(operators, outputs);
    for (const groups of [
      operators.map((operator) => [operator]),
      [
        [second, first],
        [right, left],
      ],
    ]) {
      const program = compileAsDrawn(graph, { groups }).forwardProgram('run', NOTHING_HELD).program;
      verifyProgram(program);
      const lasting = paper.signals.filter(({ name }) => /weights|voltage/.test(name)).map(({ name }) => name);
      expect(Object.keys(program.symbols).sort()).toEqual(lasting.sort());
      expect(program.outputs.map(({ name, every }) => [name, every])).toEqual(
        outputs.map((_, index) => [outputName(index), 1]),
      );
      expect(program.inputs.map(({ name, held }) => [name, held])).toEqual([[inputName(graph, 0), false]]);
    }
  });

  it('specializes programs by the inputs that are held', () => {
    const { paper, operators, outputs } = twoPopulations();
    const compiled = compileAsDrawn(paper.graph(operators, outputs), { passes: [moveLoopInvariants] });
    const [free, held] = [
      compiled.forwardProgram('run', NOTHING_HELD).program,
      compiled.forwardProgram('run', new Set(['input'])).program,
    ];
    expect(instructionsIn(free, 'window')).toHaveLength(0);
    expect(held.inputs[0]!.held).toBe(true);
    expect(instructionsIn(held, 'window').map(({ kind }) => kind)).toEqual(['contract', 'contract']);
    expect(instructionsIn(held, 'steps').map(({ kind }) => kind)).toEqual(['map', 'map']);
    verifyProgram(held);
  });

  it('gives operators the time without a call into the host language, and says of hosts whether they act', () => {
    const paper = new Paper();
    const [time, seen] = [paper.signal('time', []), paper.signal('seen', [1])];
    const update: TimeUpdateOperator = { kind: 'timeUpdate', label: 'time', ...writes(time), time: whole(time) };
    const asked = (node: HostFunctionOperator['node'], name: string): HostFunctionOperator => {
      const output = paper.signal(name, [1]);
      const make = () => (): number => 0;
      const signals = { input: whole(seen), output: whole(output) };
      const access = { sets: [whole(output)], incs: [], reads: [whole(seen)], updates: [] };
      return { kind: 'hostFunction', label: name, node, takesTime: false, make, ...signals, ...access };
    };
    const graph = paper.graph([
      update,
      copy(whole(time), whole(seen)),
      asked({ inert: false } as Node, 'of a node'),
      asked({ inert: true } as Node, 'of an inert node'),
      asked(null, 'of a connection'),
    ]);
    const program = compileAsDrawn(graph, {}).forwardProgram('run', NOTHING_HELD).program;
    verifyProgram(program);
    expect(instructionsIn(program, 'steps')[0]).toMatchObject({ kind: 'fill', value: { clock: 'time' }, mode: 'set' });
    expect(program.hosts.map(({ label, acts }) => [label, acts])).toEqual([
      ['of a node', true],
      ['of an inert node', false],
      ['of a connection', false],
    ]);
  });

  it('is a pure function: the same graph prints the same program', () => {
    const print = (): string => {
      const { paper, operators, outputs } = twoPopulations();
      return printProgram(compileAsDrawn(paper.graph(operators, outputs)).forwardProgram('run', NOTHING_HELD).program);
    };
    expect(print()).toBe(print());
  });

  it('runs the approximation in training, and the neurons themselves in runs and in evaluations of runs', () => {
    const { paper, operators, outputs } = twoPopulations();
    const own = leakyDefinition.step(leaky());
    const rate = { kernel: { ...own.kernel, name: 'rate' }, parameters: own.parameters };
    const graph = { ...paper.graph(operators, outputs), dt: 0.0125 };
    const lengths: unknown[] = [];
    const compiled = compileAsDrawn(graph, {
      gradientFor: () => ({
        name: 'rate',
        supports: () => true,
        trainingStep: (_definition, _type, _settings, dt) => (lengths.push(dt), rate),
      }),
    });
    const kernelsOf = (neurons: 'training' | 'run'): string[] => {
      const { training } = compiled.trainingProgram(
        { objectives: [] },
        { held: new Set(), heldTargets: new Set(), neurons },
      );
      return instructionsIn(training.forward, 'steps').flatMap((instruction) =>
        instruction.kind === 'map' ? [instruction.kernel.name] : [],
      );
    };
    expect(kernelsOf('training')).toEqual(['rate', 'rate']);
    expect(lengths).toEqual([0.0125, 0.0125]);
    expect(kernelsOf('run')).toEqual(['leaky', 'leaky']);
  });
});

describe('what a compilation refuses', () => {
  const { paper, operators, outputs } = twoPopulations();
  const graph = paper.graph(operators, outputs);
  const [first, second, left] = operators;

  it('a planner that drops an operator, or mixes classes, by its name', () => {
    expect(() => compileAsDrawn(graph, { groups: [[first], [second], [left]] })).toThrow(
      refusal('PLAN_DROPS_OPERATOR', /as drawn.*output 1/),
    );
    expect(() => compileAsDrawn(graph, { groups: [[first], [second, left], [operators[3]]] })).toThrow(
      refusal('PLAN_MIXES_CLASSES', /as drawn/),
    );
  });

  it('neurons that nobody defines', () => {
    const compiled = compileAsDrawn(graph, { neurons: new Map() });
    expect(() => compiled.forwardProgram('run', NOTHING_HELD).program).toThrow(refusal('UNKNOWN_KIND', /leaky/));
  });

  it.each([
    [
      'a state that they do not have',
      { inputs: ['current', 'refractory'] },
      /'leaky', at neurons .*, uses 'refractory'.*voltage/,
    ],
    [
      'a parameter without a value',
      { parameters: ['threshold'] },
      /'leaky', at neurons .*, has no value for its parameter 'threshold'/,
    ],
  ])('neurons whose kernel asks for %s', (_, change, message) => {
    const own = leakyDefinition.step(leaky());
    const step = { ...own, kernel: { ...own.kernel, ...change } };
    const compiled = compileAsDrawn(graph, { neurons: new Map([['leaky', { ...leakyDefinition, step: () => step }]]) });
    expect(() => compiled.forwardProgram('run', NOTHING_HELD).program).toThrow(refusal('NEURON_STEP_INVALID', message));
  });

  it('a lowering that declares a host function twice', () => {
    const noisy = { ...reset(whole(paper.signals[0]!)), kind: 'noisy', label: 'noisy' };
    const target = paper.signal('spare', [1]);
    const declaration = {
      id: 'noise',
      label: 'noise',
      scope: 'item' as const,
      acts: false,
      make: () => ({ call: () => undefined }),
    };
    const lowering = {
      kind: 'noisy',
      mergeClass: () => undefined,
      lower: (_: unknown, context: { host(d: typeof declaration): void }) =>
        [declaration, declaration].forEach((each) => context.host(each)),
    };
    const compiled = compileAsDrawn(paper.graph([{ ...noisy, sets: [whole(target)] } as never]), {
      lowerings: new Map([['noisy', lowering as never]]),
    });
    expect(() => compiled.forwardProgram('run', NOTHING_HELD).program).toThrow(refusal('DUPLICATE_HOST', /'noise'/));
  });
});

describe('lowerings', () => {
  const inputs = (paper: Paper): Signal => paper.signal('input', [2], { role: 'input' });

  it('take products of different shapes together: those that lie alike are one, each set apart and then added', () => {
    const paper = new Paper();
    const x = inputs(paper);
    const sizes = [3, 1, 3];
    const products = sizes.map((rows, index) =>
      dot(
        whole(paper.parameter(`weights ${index}`, [rows, 2])),
        whole(x),
        whole(paper.signal(`sum ${index}`, [rows])),
        'inc',
      ),
    );
    const resets = products.map(({ target }) => reset(target));
    const program = compileAsDrawn(paper.graph([...resets, ...products]), {
      groups: [resets, products],
    }).forwardProgram('run', NOTHING_HELD).program;
    verifyProgram(program);
    const [, product, sum] = instructionsIn(program, 'steps') as [unknown, ContractInstruction, CopyInstruction];
    expect([product.kind, product.mode, sum.kind, sum.mode]).toEqual(['contract', 'set', 'copy', 'add']);
    expect(product.members.map(({ left }) => left.shape)).toEqual([
      [2, 3, 2],
      [1, 1, 2],
    ]);
    // Two products of three rows, then the one of a single row; they are added in the order of the operators.
    expect([...offsetsOf(sum.source)]).toEqual([0, 1, 2, 6, 3, 4, 5]);
    const apart = program.buffers.find(({ id }) => id === sum.source.buffer)!;
    expect([apart.role, apart.items, apart.steps, apart.shape]).toEqual(['temp', true, 'one', [7]]);
  });

  it('add products with the same target in the order of the operators', () => {
    const paper = new Paper();
    const [x, sum] = [inputs(paper), whole(paper.signal('sum', [3]))];
    const products = [0, 1].map((index) => dot(whole(paper.parameter(`w${index}`, [3, 2])), whole(x), sum, 'inc'));
    const first = reset(sum);
    const program = compileAsDrawn(paper.graph([first, ...products]), { groups: [[first], products] }).forwardProgram(
      'run',
      NOTHING_HELD,
    ).program;
    verifyProgram(program);
    const added = instructionsIn(program, 'steps').at(-1) as CopyInstruction;
    expect([...offsetsOf(added.source)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...offsetsOf(added.target)]).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('may compute on their way: temporaries of one name are several, each per item and step', () => {
    const paper = new Paper();
    const [x, y] = [inputs(paper), paper.signal('norm', [1])];
    const twice = kernel({ name: 'square', inputs: ['x'] }, (k) => ({ y: k.multiply(k.inputs.x, k.inputs.x) }));
    const root = kernel({ name: 'root', inputs: ['x'] }, (k) => ({ y: k.sqrt(k.inputs.x) }));
    const operator = { ...copy(whole(x), whole(y)), kind: 'norm', label: 'norm of input' };
    const lowering = {
      kind: 'norm',
      mergeClass: () => undefined,
      lower(group: readonly ReturnType<typeof copy>[], context: LoweringContext): void {
        const { source, target } = group[0]!;
        const [squares, sum] = [context.temporary('part', [2]), context.temporary('part', [])];
        const map = (of: Kernel, from: View, to: View): void =>
          context.emit({
            kind: 'map',
            kernel: of,
            inputs: [from],
            parameters: [],
            outputs: [{ target: to, mode: 'set' }],
          });
        map(twice, context.viewOf(source), squares);
        context.emit({ kind: 'reduce', operation: 'sum', source: squares, axes: [0], target: sum, mode: 'set' });
        map(root, sum, context.viewOf(target));
      },
    };
    const program = compileAsDrawn(paper.graph([operator as never]), {
      lowerings: new Map([['norm', lowering as never]]),
    }).forwardProgram('run', NOTHING_HELD).program;
    verifyProgram(program);
    const temporaries = program.buffers.filter(({ name }) => name === 'part');
    expect(temporaries.map(({ role, items, steps, shape }) => [role, items, steps, shape])).toEqual([
      ['temp', true, 'one', [2]],
      ['temp', true, 'one', []],
    ]);
    expect(instructionsIn(program, 'steps').map(({ label }) => label)).toEqual(new Array(3).fill('norm of input'));
  });
});

describe('lowerings of resets and copies', () => {
  it('fill where all values are one number, and copy constants where they are not', () => {
    const paper = new Paper();
    const [a, b, c] = [2, 3, 2].map((length, index) => whole(paper.signal(`s${index}`, [length])));
    const resets = [reset(a!, 4), reset(b!, 4), reset(c!, new NdArray(Float64Array.of(1, 2), [2]))];
    const stepOf = (groups: (typeof resets)[]): string[] =>
      instructionsIn(
        compileAsDrawn(paper.graph(resets), { groups }).forwardProgram('run', NOTHING_HELD).program,
        'steps',
      ).map(({ kind }) => kind);
    expect(stepOf([[resets[0]!, resets[1]!], [resets[2]!]])).toEqual(['fill', 'copy']);
    expect(stepOf([resets])).toEqual(['copy']);
  });

  it('a scalar repeats over the elements of its target', () => {
    const paper = new Paper();
    const scalar = whole(paper.signal('scalar', []));
    const target = whole(paper.signal('target', [3]));
    const program = compileAsDrawn(paper.graph([copy(scalar, target)])).forwardProgram('run', NOTHING_HELD).program;
    verifyProgram(program);
    expect(instructionsIn(program, 'steps')).toMatchObject([
      { kind: 'copy', source: { shape: [3], strides: [0] }, mode: 'set' },
    ]);
  });
});

it('groups are described for people', () => {
  const { operators } = twoPopulations();
  expect(describeGroup(operators.slice(0, 2))).toBe('2 × dotInc');
  expect(describeGroup(operators.slice(2, 3))).toBe('simNeurons (neurons output 0)');
});

it('filters compute the system that they are given, in every form', () => {
  const general = {
    form: 'general',
    a: [
      [0.5, -0.25],
      [1, 0],
    ],
    b: [1, 0],
    c: [0.3, 0.2],
    d: 0.7,
  } as const;
  const forms = [
    { form: 'passthrough', a: [], b: [], c: [], d: 2 },
    { form: 'firstOrder', a: [[0.8]], b: [0.2], c: [1], d: 0 },
    { ...general, form: 'advanced', d: 0 },
    general,
  ] as const;
  for (const { form, a, b, c, d } of forms) {
    const paper = new Paper();
    const [input, output] = ['input', 'output'].map((name) =>
      whole(paper.signal(name, [1], name === 'input' ? { role: 'input' } : {})),
    );
    const order = form === 'firstOrder' ? 0 : b.length;
    const states = Array.from({ length: order }, (_, index) => whole(paper.signal(`x${index}`, [1])));
    const system = {
      form,
      a: new NdArray(Float64Array.from(a.flat()), [b.length, b.length]),
      b: new NdArray(Float64Array.from(b), [b.length]),
      c: new NdArray(Float64Array.from(c), [c.length]),
      d,
    };
    const operator = {
      kind: 'simSynapse',
      label: form,
      sets: [],
      incs: [],
      reads: [input!],
      updates: [output!, ...states],
      states,
      system,
      input: input!,
      output: output!,
      mode: 'update',
    } as const;
    const program = compileAsDrawn(paper.graph([operator as never])).forwardProgram('run', NOTHING_HELD).program;
    verifyProgram(program);
    const map = instructionsIn(program, 'steps')[0] as MapInstruction;
    const parameters = map.parameters.map((operand) => Float64Array.of(operand as number));
    const evaluator = createKernelEvaluator(map.kernel, 'float64');
    let x = b.map(() => 0);
    let state = map.inputs.slice(1).map(() => Float64Array.of(0));
    for (const u of [1, 0, -2, 0.5]) {
      const outputs = map.outputs.map(() => new Float64Array(1));
      evaluator.evaluate(1, [Float64Array.of(u), ...state], parameters, outputs);
      const next = a.map((row, index) => row.reduce((sum, weight, column) => sum + weight * x[column]!, b[index]! * u));
      const read = form === 'advanced' || form === 'firstOrder' ? next : x;
      const y = c.reduce((sum: number, weight, index) => sum + weight * read[index]!, d * u);
      expect(outputs[0]![0]).toBeCloseTo(y, 14);
      x = next;
      state = form === 'firstOrder' ? [outputs[0]!] : outputs.slice(1);
    }
  }
});
