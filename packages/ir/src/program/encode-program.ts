/**
 * @file Programs as text, for files, workers and caches. The text is canonical JSON: the same for the same program. Kernels
 * stand in a table beside the instructions, as lists of nodes. Every number survives, NaN, infinities and -0 included; so do
 * labels. Contents of arrays and host functions are not part of a program: see `encodeArrays`.
 */
import { programTextInvalid } from '../errors.ts';
import {
  AS_IT_IS,
  type Codec,
  failAtPath,
  FLAG,
  isObject,
  type Json,
  listOf,
  oneOf,
  pairOf,
  parseJson,
  REAL,
  recordOf,
  taggedBy,
  TEXT,
} from './codec.ts';
import { KernelTable } from './encode-kernel.ts';
import type { GeneratedDistribution, GeneratedSource } from './generated-inputs.ts';
import { hashText } from './hash-text.ts';
import { isClock, isView } from './instruction-access.ts';
import type {
  ClockOperand,
  ContractInstruction,
  ContractMember,
  CopyInstruction,
  FillInstruction,
  HostInstruction,
  Instruction,
  MapInstruction,
  Operand,
  ReduceAxis,
  ReduceInstruction,
  ScalarOperand,
  WriteMode,
} from './instructions.ts';
import type {
  Buffer,
  HostDeclaration,
  InitialContents,
  InputDeclaration,
  OutputDeclaration,
  Program,
  ScalarDeclaration,
  Section,
  StepAxis,
} from './program.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { AxisIndices, Lag, View } from './view.ts';

/** Raised when older versions of ndl could not read the text. */
const VERSION = 1;

/** The program as text, on one line. */
export function encodeProgram(program: Program): string {
  return JSON.stringify(envelopeOf(program, true));
}

/**
 * The program that a text of `encodeProgram` holds. That it is well formed is checked here, that it obeys the rules of programs by
 * `verifyProgram`.
 * @throws NdlError PROGRAM_TEXT_INVALID, naming the place
 */
export function decodeProgram(text: string): Program {
  const { version, kernels, program } = ENVELOPE.decode(parseJson(text), undefined);
  if (version !== VERSION)
    throw programTextInvalid('version', `it is ${version}, but this version of ndl reads version ${VERSION} only`);
  const table = new KernelTable(true);
  table.load(kernels, { parent: undefined, key: 'kernels' });
  return programOf(table).decode(program, { parent: undefined, key: 'program' });
}

/**
 * A number of 128 bits, as 32 hexadecimal digits, of what the program computes: the same for programs that differ only in labels,
 * names of buffers, of kernels and of their operands, or in the order of symbols; different, but for chance, for all others. It
 * does not depend on machine or session. It is no safeguard against people who look for two programs of one hash.
 */
export function hashProgram(program: Program): string {
  const anonymous: Program = {
    ...program,
    buffers: program.buffers.map((buffer) => ({ ...buffer, name: '' })),
    symbols: Object.fromEntries(Object.entries(program.symbols).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  const envelope = envelopeOf(anonymous, false);
  return hashText(JSON.stringify(envelope, (key, value: unknown) => (key === 'label' ? undefined : value)));
}

/** @param keepsNames whether kernels keep their names and those of their operands */
function envelopeOf(program: Program, keepsNames: boolean): Json {
  const table = new KernelTable(keepsNames);
  const body = programOf(table).encode(program);
  return ENVELOPE.encode({ version: VERSION, kernels: table.flat, program: body });
}

interface Envelope {
  readonly version: number;
  readonly kernels: Json;
  readonly program: Json;
}

const ENVELOPE: Codec<Envelope> = recordOf<Envelope>({ version: REAL, kernels: AS_IT_IS, program: AS_IT_IS });

const REALS: Codec<readonly number[]> = listOf(REAL);

const VIEW: Codec<View> = recordOf<View>(
  {
    buffer: TEXT,
    offset: REAL,
    shape: REALS,
    strides: REALS,
    indices: listOf(recordOf<AxisIndices>({ axis: REAL, offsets: REALS })),
    lag: recordOf<Lag>({ base: REAL, perAxis: REALS }),
  },
  ['indices', 'lag'],
);

const VIEWS: Codec<readonly View[]> = listOf(VIEW);
const MODE: Codec<WriteMode> = oneOf('set', 'add');

const TIME: Codec<ClockOperand & { readonly clock: 'time' }> = recordOf({ clock: oneOf('time') });
const STEP: Codec<ClockOperand & { readonly clock: 'step' }> = recordOf({ clock: oneOf('step'), modulus: REAL });
const NAMED: Codec<{ readonly scalar: string }> = recordOf({ scalar: TEXT });

const SCALAR_OPERAND: Codec<ScalarOperand> = {
  encode: (operand) => {
    if (typeof operand === 'number') return REAL.encode(operand);
    if (!isClock(operand)) return NAMED.encode(operand);
    return operand.clock === 'time' ? TIME.encode(operand) : STEP.encode(operand);
  },
  decode: (json, path) => {
    if (!isObject(json)) return REAL.decode(json, path);
    if (Object.hasOwn(json, 'scalar')) return NAMED.decode(json, path);
    return json['clock'] === 'step' ? STEP.decode(json, path) : TIME.decode(json, path);
  },
};

const OPERAND: Codec<Operand> = {
  encode: (operand) => (isView(operand) ? VIEW.encode(operand) : SCALAR_OPERAND.encode(operand)),
  decode: (json, path) =>
    isObject(json) && Object.hasOwn(json, 'buffer') ? VIEW.decode(json, path) : SCALAR_OPERAND.decode(json, path),
};

const AXIS: Codec<ReduceAxis> = {
  encode: (axis) => axis,
  decode: (json, path) => (typeof json === 'number' ? json : oneOf('items', 'steps').decode(json, path)),
};

function instructionOf(kernels: Codec<Kernel>): Codec<Instruction> {
  const targets = listOf(recordOf<MapInstruction['outputs'][number]>({ target: VIEW, mode: MODE }));
  const operands = listOf(OPERAND);
  const member = recordOf<ContractMember>({ left: VIEW, right: VIEW, target: VIEW });
  return taggedBy<Instruction>({
    fill: recordOf<FillInstruction>(
      { kind: oneOf('fill'), value: SCALAR_OPERAND, target: VIEW, mode: MODE, label: TEXT },
      ['label'],
    ),
    copy: recordOf<CopyInstruction>({ kind: oneOf('copy'), source: VIEW, target: VIEW, mode: MODE, label: TEXT }, [
      'label',
    ]),
    map: recordOf<MapInstruction>(
      { kind: oneOf('map'), kernel: kernels, inputs: operands, parameters: operands, outputs: targets, label: TEXT },
      ['label'],
    ),
    contract: recordOf<ContractInstruction>(
      { kind: oneOf('contract'), members: listOf(member), events: oneOf('left', 'right'), mode: MODE, label: TEXT },
      ['events', 'label'],
    ),
    reduce: recordOf<ReduceInstruction>(
      {
        kind: oneOf('reduce'),
        operation: oneOf('sum', 'max'),
        source: VIEW,
        axes: listOf(AXIS),
        target: VIEW,
        mode: MODE,
        label: TEXT,
      },
      ['label'],
    ),
    host: recordOf<HostInstruction>({ kind: oneOf('host'), host: TEXT, inputs: VIEWS, outputs: VIEWS, label: TEXT }, [
      'label',
    ]),
  });
}

const SPAN: Codec<Exclude<StepAxis, 'one'>> = recordOf({ span: oneOf('block', 'window'), before: REAL });
const FROM_ARRAY: Codec<{ readonly array: string }> = recordOf({ array: TEXT });
const FROM_PARAMETER: Codec<{ readonly parameter: string }> = recordOf({ parameter: TEXT });

const STEPS: Codec<StepAxis> = {
  encode: (steps) => (steps === 'one' ? steps : SPAN.encode(steps)),
  decode: (json, path) => (json === 'one' ? json : SPAN.decode(json, path)),
};

const INITIAL: Codec<InitialContents> = {
  encode: (initial) => {
    if (typeof initial === 'number') return REAL.encode(initial);
    return 'array' in initial ? FROM_ARRAY.encode(initial) : FROM_PARAMETER.encode(initial);
  },
  decode: (json, path) => {
    if (!isObject(json)) return REAL.decode(json, path);
    return Object.hasOwn(json, 'array') ? FROM_ARRAY.decode(json, path) : FROM_PARAMETER.decode(json, path);
  },
};

const BUFFER: Codec<Buffer> = recordOf<Buffer>({
  id: TEXT,
  name: TEXT,
  shape: REALS,
  items: FLAG,
  steps: STEPS,
  role: oneOf('parameter', 'state', 'constant', 'input', 'target', 'temp', 'optimizer'),
  lifetime: oneOf('step', 'block', 'window', 'run', 'forever'),
  initial: INITIAL,
});

const GENERATED: Codec<GeneratedSource> = recordOf<GeneratedSource>({
  generator: oneOf('mt19937'),
  distribution: taggedBy<GeneratedDistribution>({
    uniform: recordOf({ kind: oneOf('uniform'), low: REAL, high: REAL }),
    normal: recordOf({ kind: oneOf('normal'), mean: REAL, deviation: REAL }),
  }),
  factor: REAL,
  seeds: recordOf({ first: REAL }),
});

const SOURCE: Codec<NonNullable<InputDeclaration['source']>> = {
  encode: (source) => (source === 'fed' ? source : GENERATED.encode(source)),
  decode: (json, path) => (json === 'fed' ? json : GENERATED.decode(json, path)),
};

const INPUT: Codec<InputDeclaration> = recordOf<InputDeclaration>(
  { name: TEXT, buffer: TEXT, held: FLAG, source: SOURCE },
  ['source'],
);

/** Pairs keep the order of names, and take any name. */
const SYMBOLS: Codec<Program['symbols']> = {
  encode: (symbols) => listOf(pairOf(TEXT, VIEW)).encode(Object.entries(symbols)),
  decode: (json, path) => {
    const pairs = listOf(pairOf(TEXT, VIEW)).decode(json, path);
    if (new Set(pairs.map(([name]) => name)).size < pairs.length) failAtPath(path, 'a name stands twice');
    return Object.fromEntries(pairs);
  },
};

function programOf(kernels: Codec<Kernel>): Codec<Program> {
  return recordOf<Program>(
    {
      dtype: oneOf('float32', 'float64'),
      dt: REAL,
      scalars: listOf(recordOf<ScalarDeclaration>({ name: TEXT, initial: REAL })),
      buffers: listOf(BUFFER),
      sections: listOf(
        recordOf<Section>({
          kind: oneOf('steps', 'block', 'window', 'before'),
          direction: oneOf('ascending', 'descending'),
          instructions: listOf(instructionOf(kernels)),
        }),
      ),
      maximumBlock: REAL,
      inputs: listOf(INPUT),
      outputs: listOf(recordOf<OutputDeclaration>({ name: TEXT, view: VIEW, every: REAL })),
      hosts: listOf(
        recordOf<HostDeclaration>({
          id: TEXT,
          label: TEXT,
          scope: oneOf('item', 'batch'),
          acts: FLAG,
          differentiable: FLAG,
        }),
      ),
      symbols: SYMBOLS,
    },
    ['maximumBlock'],
  );
}
