/**
 * @file Every error of what lies behind the Simulator - graphs, plans, programs, executables, backends -, and where a user meets it:
 * at a door before it, in his own words; as himself, where the words are his; as the author of a plugin, by its name; or never,
 * and then it says that it is a fault of ndl. A code that is in no list fails, and so does one that no longer exists.
 */
import { tensorNode } from '@ndl/backend-tfjs/tensor-node';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trainingProgram } from '../../compiler/src/training-program.ts';
import { executableErrors } from '@ndl/core';
import {
  createKernelEvaluator,
  decodeProgram,
  kernel,
  NO_TABLES,
  offsetsOf,
  verifyProgram,
  type Program,
} from '@ndl/ir';
import { faultOfNdl, NdlError } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import {
  choice,
  Connection,
  defaultPlugins,
  Ensemble,
  isNdlError,
  izhikevich,
  meanSquaredError,
  NdArray,
  Network,
  Node,
  Probe,
  sgd,
  Simulator,
  tfjs,
  TFJS_BACKEND,
  treePlanner,
  type EnsembleOptions,
  type Settings,
} from './index.ts';
import { BROKEN, broken } from './broken-backend.test-helper.ts';
import { AUTHORS, network, one } from './plugin-mistakes.test-helper.ts';
import { simulate } from './reference-simulator.test-helper.ts';

/** Words of programs, which users of networks do not write. */
const INTERNAL_WORDS = /\b(IR|passes|executables?|instructions?|buffers?|symbols?|lowerings?)\b/i;

/** Does something with a simulator of a small network. */
const doing =
  (act: (simulator: Simulator) => unknown, settings: Partial<Settings> = {}) =>
  async (): Promise<void> => {
    await using simulator = await simulate(network(), settings);
    await act(simulator);
  };

async function failureOf(act: () => unknown): Promise<NdlError> {
  try {
    await act();
  } catch (error) {
    if (isNdlError(error)) return error;
    throw new Error('it failed with another error', { cause: error });
  }
  throw new Error('it did not fail');
}

const EMPTY_PROGRAM: Program = {
  dtype: 'float64',
  dt: 0.001,
  scalars: [],
  buffers: [],
  sections: [],
  inputs: [],
  outputs: [],
  hosts: [],
  symbols: {},
};

/** What is never seen: the code, an error of it, and, where a user's mistake would lead to it, that mistake and the door it meets. */
interface Hidden {
  make(): unknown;
  readonly mistake?: () => unknown;
  readonly door?: string;
}

const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
};

const HIDDEN: readonly (readonly [code: string, hidden: Hidden])[] = [
  [
    'IR_INVALID',
    {
      make: () => thrownBy(() => verifyProgram({ ...EMPTY_PROGRAM, dt: -1 })),
      mistake: () => simulate(network(), {}, { dt: -1 }),
      door: 'INVALID_OPTION',
    },
  ],
  [
    'VIEW_IMPOSSIBLE',
    { make: () => thrownBy(() => offsetsOf({ buffer: 'b', offset: 0, shape: [2], strides: [1] }, [3])) },
  ],
  [
    'KERNEL_OPERAND_MISMATCH',
    {
      make: () => {
        const negate = kernel({ name: 'negate', inputs: ['x'] }, (k) => ({ y: k.negate(k.inputs.x) }));
        return thrownBy(() => createKernelEvaluator(negate, 'float64').evaluate(1, [], [], [new Float64Array(1)]));
      },
    },
  ],
  [
    'UNKNOWN_OUTPUT',
    {
      make: () => {
        const objective = { report: 'loss', output: 'probes[7]', objective: meanSquaredError(), weight: 1 };
        return thrownBy(() =>
          trainingProgram({ program: EMPTY_PROGRAM, tables: NO_TABLES }, [], { objectives: [objective] }, new Set()),
        );
      },
      mistake: doing((simulator) => simulator.train(one, { targets: [[network().probes[0]!, one]], optimizer: sgd() })),
      door: 'FOREIGN_OBJECT',
    },
  ],
  [
    'EXECUTABLE_DISPOSED',
    {
      make: () => executableErrors.executableDisposed('run'),
      mistake: async () => {
        const simulator = await simulate(network());
        await simulator.dispose();
        await simulator.runSteps(1);
      },
      door: 'SIMULATOR_DISPOSED',
    },
  ],
  [
    'EXECUTABLE_BUSY',
    {
      make: () => executableErrors.executableBusy('reset'),
      mistake: doing(async (simulator) => {
        const running = simulator.runSteps(50);
        try {
          simulator.reset();
        } finally {
          await running;
        }
      }),
      door: 'SIMULATOR_BUSY',
    },
  ],
  [
    'STATE_ITEMS_MISMATCH',
    {
      make: () => executableErrors.stateItemsMismatch(2, 1),
      mistake: doing((simulator) => simulator.runSteps(1, { inputs: new NdArray(new Float64Array(3), [3, 1, 1]) })),
      door: 'DATA_DISAGREE',
    },
  ],
  ['STATE_MISMATCH', { make: () => executableErrors.stateMismatch('the program has no state "x"') }],
  [
    'INVALID_COUNT',
    {
      make: () => executableErrors.invalidCount('steps', 0, -1),
      mistake: doing((simulator) => simulator.runSteps(-1)),
      door: 'INVALID_OPTION',
    },
  ],
  [
    'FEED_MISSING',
    {
      make: () => executableErrors.feedMissing('target', 'probes[0]', []),
      mistake: doing((simulator) => simulator.train(one, { targets: new Map(), optimizer: sgd() })),
      door: 'INVALID_OPTION',
    },
  ],
  [
    'UNKNOWN_FEED',
    {
      make: () => executableErrors.feedUnknown('input', 'x', []),
      mistake: doing((simulator) => simulator.predict([[network().nodes[0]!, one]] as never)),
      door: 'FOREIGN_OBJECT',
    },
  ],
  [
    'FEED_SIZE',
    {
      make: () => executableErrors.feedSize('input', 'x', [1, 1], 2),
      mistake: doing((simulator) => simulator.predict([[1, 2]])),
      door: 'SHAPE_MISMATCH',
    },
  ],
  ['FEED_NOT_HELD', { make: () => executableErrors.feedNotHeld('input', 'x') }],
  ['UNKNOWN_SCALAR', { make: () => executableErrors.scalarUnknown('rate', []) }],
  [
    'UNKNOWN_SYMBOL',
    {
      make: () => executableErrors.symbolUnknown('x', []),
      mistake: doing((simulator) => simulator.data.get(network().connections[0]!)),
      door: 'FOREIGN_OBJECT',
    },
  ],
  ['SYMBOL_NOT_WRITABLE', { make: () => executableErrors.symbolNotWritable('x', 'temp') }],
  [
    'SHAPE_MISMATCH',
    {
      make: () => executableErrors.symbolShape('x', [1], [2]),
      mistake: doing(async (simulator) => {
        const wider = new Network({ seed: 0 }, () => {
          const output = new Node({ sizeIn: 2 });
          new Connection(new Node([0.5]), output, { transform: [[2], [1]], synapse: null });
          new Probe(output);
        });
        await using other = await simulate(wider);
        await simulator.decodeParameters(await other.encodeParameters());
      }),
      door: 'PARAMETERS_MISMATCH',
    },
  ],
  ['UNKNOWN_PROGRAM', { make: () => executableErrors.programUnknown('run', []) }],
  ['PROGRAM_DUPLICATE', { make: () => executableErrors.programDuplicate('run') }],
  [
    'PROGRAM_KIND',
    {
      make: () => executableErrors.programKind('run', 'training'),
      mistake: doing((simulator) => simulator.train(one, { targets: one, optimizer: sgd() }), { inferenceOnly: true }),
      door: 'INFERENCE_ONLY',
    },
  ],
  ['SYMBOL_NOT_READABLE', { make: () => executableErrors.symbolNotReadable('x', 'temp') }],
  ['UNKNOWN_OUTPUT', { make: () => executableErrors.outputUnknown('probes[7]', []) }],
  [
    'TFJS_PROGRAM_UNSUPPORTED',
    { make: () => new NdlError('TFJS_PROGRAM_UNSUPPORTED', 'what supports() refuses', { about: 'program' }) },
  ],
  ['BUFFER_CONFLICT', { make: () => executableErrors.bufferConflict('x', 1, 2) }],
];

/** Mistakes whose error is the user's own: his objects, settings, kernels. A code may be met in several places. */
/** A network of neurons whose tuning is found from their rates alone. */
const tuned = (tuning: Pick<EnsembleOptions, 'maxRates' | 'intercepts'>): unknown =>
  simulate(
    new Network({ seed: 0 }, () => {
      void new Ensemble({ nNeurons: 2, dimensions: 1, neuronType: izhikevich(), label: 'fast', ...tuning });
    }),
  );

const OWN: readonly (readonly [code: string, { readonly act: () => unknown; readonly names: RegExp }])[] = [
  [
    'GRAPH_CYCLE',
    {
      act: () =>
        simulate(
          new Network(
            { seed: 0 },
            () => void ((a: Node) => new Connection(a, a, { synapse: null }))(new Node({ sizeIn: 1, label: 'a' })),
          ),
        ),
      names: /from a to a/,
    },
  ],
  ['MAX_RATE_UNREACHABLE', { act: () => tuned({ maxRates: choice([5000]) }), names: /fast.*izhikevich.*5000/ }],
  ['INTERCEPT_OUT_OF_RANGE', { act: () => tuned({ intercepts: choice([1.5]) }), names: /fast.*intercept.*1\.5/ }],
  ['INVALID_OPTION', { act: () => treePlanner({ depth: 0 } as never), names: /depth/ }],
  ['UNKNOWN_OPTION', { act: () => treePlanner({ dept: 6 } as never), names: /treePlanner.*'dept'.*depth/ }],
  ['INVALID_OPTION', { act: () => treePlanner(6 as never), names: /treePlanner.*6/ }],
  ['PROGRAM_TEXT_INVALID', { act: () => decodeProgram('text'), names: /Text of a program.*encodeProgram/ }],
  [
    'KERNEL_INVALID',
    { act: () => kernel({ name: 'mine', inputs: ['x'] }, (() => {}) as never), names: /mine.*return/ },
  ],
  [
    'KERNEL_NOT_A_NUMBER',
    {
      act: () => kernel({ name: 'mine', inputs: ['x'] }, (k) => ({ y: -(k.inputs.x as never) })),
      names: /"x".*k\.multiply/,
    },
  ],
  [
    'UNKNOWN_KERNEL_NAME',
    {
      act: () =>
        kernel({ name: 'mine', inputs: ['x'] }, (k) => ({ y: (k.inputs as unknown as Record<string, never>)['z']! })),
      names: /mine.*"z".*x/,
    },
  ],
  [
    'KERNEL_DUPLICATE_NAME',
    {
      act: () => kernel({ name: 'mine', inputs: ['x', 'x'] }, (k) => ({ y: k.inputs.x })),
      names: /mine.*"x"/,
    },
  ],
  [
    'KERNEL_NOT_AN_EXPRESSION',
    {
      act: () => kernel({ name: 'mine', inputs: ['x'] }, () => ({ y: 'x' as never })),
      names: /mine/,
    },
  ],
  ['KERNEL_WITHOUT_OUTPUT', { act: () => kernel({ name: 'mine', inputs: ['x'] }, () => ({})), names: /mine/ }],
  [
    'UNKNOWN_SESSION_CONFIG',
    {
      act: () => simulate(network(), { sessionConfig: { 'wasm.smid': true } }),
      names: /wasm\.simd/,
    },
  ],
  [
    'INVALID_SESSION_CONFIG',
    {
      act: () => simulate(network(), { sessionConfig: { 'wasm.simd': 1 } }),
      names: /wasm\.simd/,
    },
  ],
  [
    'SESSION_CONFIG_CONFLICT',
    {
      act: async () => {
        const settings = (simd: boolean) => ({
          settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'wasm', 'wasm.simd': simd } },
        });
        await using first = await Simulator.create(network(), settings(true));
        await using second = await Simulator.create(network(), settings(false));
        expect([first, second]).toBe('not reached');
      },
      names: /wasm\.simd/,
    },
  ],
  ['UNKNOWN_OPTION', { act: () => tfjs({ wasmPath: '/wasm/' } as never), names: /wasmPaths/ }],
  [
    'TFJS_ENGINE_UNAVAILABLE',
    {
      act: () =>
        Simulator.create(network(), { settings: { backend: TFJS_BACKEND, sessionConfig: { engine: 'webgpu' } } }),
      names: /webgpu.*wasm, cpu/,
    },
  ],
  ['TFJS_NODE_GPU_MISSING', { act: async () => loadNodeGpu({}), names: /@tensorflow\/tfjs-node-gpu/ }],
  [
    'TENSOR_FUNCTION',
    { act: () => new Network({}, () => void tensorNode(3 as never, { shapeIn: 2 })), names: /function of tensors.*3/ },
  ],
  [
    'TENSOR_RESULT',
    {
      act: () => new Network({}, () => void tensorNode(() => 'no tensor' as never, { shapeIn: 2 })),
      names: /function of tensors/,
    },
  ],
  ['TFJS_NODE_GPU_INVALID', { act: async () => loadNodeGpu({ module: {} }), names: /tfjsNodeGpu/ }],
];

async function loadNodeGpu(options: object): Promise<unknown> {
  const { tfjsNodeGpu, TFJS_NODE_GPU_BACKEND } = await import('@ndl/backend-tfjs/node-gpu');
  const plugins = [...defaultPlugins(), tfjsNodeGpu(options)];
  return Simulator.create(network(), { plugins, settings: { backend: TFJS_NODE_GPU_BACKEND } });
}

const PACKAGES = ['ir', 'compiler', 'core', 'backend-kit', 'backend-reference', 'backend-tfjs', 'planners'];

/** Every code in a package's files of errors, and every file that makes errors besides. */
function sourcesOf(name: string): { readonly codes: readonly string[]; readonly strays: readonly string[] } {
  const folder = fileURLToPath(new URL(`../../${name}/src`, import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test(-helper)?\.ts$/.test(file))
    .map((file) => ({ file, text: readFileSync(`${folder}/${file}`, 'utf8') }));
  const isErrors = ({ file }: { readonly file: string }): boolean => /(^|[\\/-])errors\.ts$/.test(file);
  return {
    codes: files.filter(isErrors).flatMap(({ text }) => text.match(/(?<=')[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?=')/g) ?? []),
    strays: files
      .filter((source) => !isErrors(source) && source.text.includes('new NdlError('))
      .map(({ file }) => file),
  };
}

describe('every code', () => {
  test('is in one list, and every list names codes that exist', () => {
    const existing = new Set(PACKAGES.flatMap((name) => sourcesOf(name).codes));
    const listed = [...[HIDDEN, OWN].map((list) => new Set(list.map(([code]) => code))), Object.keys(AUTHORS)].flatMap(
      (codes) => [...codes],
    );
    expect(listed.toSorted()).toEqual([...existing].toSorted());
    expect(new Set(listed).size).toBe(listed.length);
  });

  test.each(PACKAGES)('of %s is made in its files of errors', (name) => {
    expect(sourcesOf(name).strays).toEqual([]);
  });
});

describe('what no user can cause says that it is a fault of ndl, and what to report', () => {
  test.each(HIDDEN)('%s', (code, { make }) => {
    const error = make();
    expect(error).toMatchObject({ code, about: 'program' });
    const told = faultOfNdl(error) as NdlError;
    expect(told.code).toBe(code);
    expect(told.message).toMatch(/^This is a fault of ndl.*Please report it.*versions.*network/);
    expect(told.message).toContain((error as Error).message);
  });

  test.each(['runSteps', 'train'] as const)('when an executable says it in %s', async (call) => {
    const failing = (): Promise<never> => Promise.reject(executableErrors.feedMissing('input', 'x', []));
    await using simulator = await simulate(
      network(),
      { backend: BROKEN },
      { plugins: [...defaultPlugins(), broken(failing)] },
    );
    const error = await failureOf(() =>
      call === 'runSteps' ? simulator.runSteps(1) : simulator.train(one, { targets: one, optimizer: sgd() }),
    );
    expect(error).toMatchObject({
      code: 'FEED_MISSING',
      message: expect.stringMatching(/^This is a fault of ndl/) as unknown,
    });
  });
});

describe("a user's mistake is met at a door before, in the user's words", () => {
  const mistakes = HIDDEN.filter(([, { mistake }]) => mistake !== undefined);
  test.each(mistakes)('%s', async (_, { mistake, door }) => {
    const { code, message } = await failureOf(mistake!);
    expect(code).toBe(door);
    expect(message).not.toMatch(INTERNAL_WORDS);
  });
});

describe("a user's mistake with objects, settings and kernels of his own is named by them", () => {
  test.each(OWN)('%s', async (expected, { act, names }) => {
    const { code, message } = await failureOf(act);
    expect(code).toBe(expected);
    expect(message).toMatch(names);
    expect(message).not.toMatch(INTERNAL_WORDS);
  });
});

describe("a plugin author's mistake names the plugin, the kind or the function", () => {
  test.each(Object.entries(AUTHORS))('%s', async (expected, { act, names }) => {
    const { code, message } = await failureOf(act);
    expect(code).toBe(expected);
    expect(message).toMatch(names);
    expect(message).not.toMatch(/fault of ndl/);
  });
});
