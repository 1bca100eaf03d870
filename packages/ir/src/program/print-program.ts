/**
 * @file Programs, instructions and kernels as compact text, the same for the same program: for people, error messages and
 * golden files.
 *
 *     rates[10] := map lif(current: drive[10]; tauRc: 0.02, tauRef: 0.002)
 *     decoded[2, *10] += contract weights[2, 10] by rates[*2, 10]
 */
import { irInvalid } from '../errors.ts';
import { isClock } from './instruction-access.ts';
import type { ContractInstruction, Instruction, Operand, WriteMode } from './instructions.ts';
import type { Buffer, InitialContents, InputDeclaration, Program, StepAxis } from './program.ts';
import { type Cost, costsOfSections } from './section-costs.ts';
import type { AxisIndices, Lag, View } from './view.ts';
import { withoutRepeatedAxes } from './view-axes.ts';
import { isContiguous, isRepeatedAxis } from './views.ts';

/**
 * The program as text: buffers, then instructions, one per line, numbered within their section. Beside the kind of a section stands what it
 * costs, per item and, where steps are walked or an axis, per step (`costsOfSections`).
 * @throws NdlError IR_INVALID for what is no program
 */
export function printProgram(program: Program): string {
  try {
    return printed(program);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw irInvalid('printProgram', `what was given is no program: ${error.message}`);
  }
}

function printed(program: Program): string {
  const most = program.maximumBlock === undefined ? '' : `, blocks of ${program.maximumBlock} at most`;
  const lines = [`program ${program.dtype} dt ${program.dt}${most}`];
  const block = (title: string, entries: readonly string[]): void => {
    if (entries.length > 0) lines.push(title, ...entries.map((entry) => `  ${entry}`));
  };
  block(
    'scalars',
    program.scalars.map(({ name, initial }) => `${name} = ${initial}`),
  );
  block('buffers', program.buffers.map(printBuffer));
  block(
    'inputs',
    program.inputs.map(
      ({ name, buffer, held, source }) => `${name} -> ${buffer}${held ? ' held' : ''}${printSource(source)}`,
    ),
  );
  const costs = costsOfSections(program);
  program.sections.forEach(({ kind, direction, instructions }, number) =>
    block(
      `${direction === 'ascending' ? kind : `${kind} ${direction}`}  # ${printCost(costs[number]!)}`,
      instructions.map((instruction, index) => `${index}: ${printInstruction(instruction)}`),
    ),
  );
  block(
    'outputs',
    program.outputs.map(
      ({ name, view, every }) => `${name} = ${printView(view)}${every === 1 ? '' : ` every ${every} steps`}`,
    ),
  );
  block(
    'hosts',
    program.hosts.map(
      ({ id, label, scope, acts, differentiable }) =>
        `${id} "${label}" per ${scope}${acts ? ' acting' : ''}${differentiable ? ' differentiable' : ''}`,
    ),
  );
  block(
    'symbols',
    Object.entries(program.symbols).map(([name, view]) => `${name} = ${printView(view)}`),
  );
  return `${lines.join('\n')}\n`;
}

/** Per item, and per step of what is run in steps or blocks. */
function printCost({ operations, bytes, widenedBytes }: Cost): string {
  return `${operations} operations, ${bytes} bytes, ${widenedBytes} widened`;
}

function printSource(source: InputDeclaration['source'] = 'fed'): string {
  if (source === 'fed') return '';
  const { generator, distribution, factor, seeds } = source;
  const bounds =
    distribution.kind === 'uniform'
      ? `${distribution.low}, ${distribution.high}`
      : `${distribution.mean}, ${distribution.deviation}`;
  const times = factor === 1 ? '' : ` times ${factor}`;
  return ` from ${generator} ${distribution.kind}(${bounds})${times} seeds ${seeds.first}`;
}

function printBuffer({ id, name, shape, items, steps, role, lifetime, initial }: Buffer): string {
  const traits = [role, id, ...(name === id ? [] : [`"${name}"`]), `[${shape.join(', ')}]`];
  if (items) traits.push('per item');
  traits.push(...printSteps(steps), lifetime);
  return `${traits.join(' ')} = ${printInitial(initial)}`;
}

function printSteps(steps: StepAxis): readonly string[] {
  if (steps === 'one') return [];
  return [`per step of a ${steps.span}${steps.before === 0 ? '' : ` and ${steps.before} before`},`];
}

function printInitial(initial: InitialContents): string {
  if (typeof initial === 'number') return String(initial);
  return 'array' in initial ? `array ${initial.array}` : `parameter ${initial.parameter}`;
}

/** One instruction on one line, its label at the end. */
export function printInstruction(instruction: Instruction): string {
  const { label } = instruction;
  return label === undefined ? printUnlabelled(instruction) : `${printUnlabelled(instruction)}  "${label}"`;
}

function printUnlabelled(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'fill':
      return `${printWrite(instruction)} ${printOperand(instruction.value)}`;
    case 'copy':
      return `${printWrite(instruction)} ${printView(instruction.source)}`;
    case 'map': {
      const targets = instruction.outputs.map(printWrite).join(' ');
      const named = (names: readonly string[], operands: readonly Operand[]): string =>
        operands.map((operand, index) => `${names[index] ?? '?'}: ${printOperand(operand)}`).join(', ');
      const inputs = named(instruction.kernel.inputs, instruction.inputs);
      const parameters = named(instruction.kernel.parameters, instruction.parameters);
      return `${targets} map ${instruction.kernel.name}(${inputs}${parameters === '' ? '' : `; ${parameters}`})`;
    }
    case 'contract':
      return printContract(instruction);
    case 'reduce':
      return `${printWrite(instruction)} ${instruction.operation} ${printView(instruction.source)} over ${instruction.axes.join(', ')}`;
    case 'host': {
      const targets = instruction.outputs.map((target) => printWrite({ target, mode: 'set' })).join(' ');
      return `${targets} host ${instruction.host}(${instruction.inputs.map(printView).join(', ')})`.trimStart();
    }
  }
}

/** Members one after another; `events` marks the factor that is spikes. */
function printContract({ members, events, mode }: ContractInstruction): string {
  const factor = (view: View, side: 'left' | 'right'): string =>
    `${side === events ? 'events ' : ''}${printView(view)}`;
  return members
    .map(
      ({ left, right, target }) =>
        `${printWrite({ target, mode })} contract ${factor(left, 'left')} by ${factor(right, 'right')}`,
    )
    .join('; ');
}

function printWrite({ target, mode }: { readonly target: View; readonly mode: WriteMode }): string {
  return `${printView(target)} ${mode === 'set' ? ':=' : '+='}`;
}

function printOperand(operand: Operand): string {
  if (typeof operand === 'number') return String(operand);
  if (isClock(operand)) return operand.clock === 'time' ? '$time' : `$step % ${operand.modulus}`;
  return 'scalar' in operand ? `$${operand.scalar}` : printView(operand);
}

const SHOWN_INDICES = 8;

/**
 * `buffer@offset[shape]{strides}#axis(offsets)~lag`, without what goes without saying; `*` stands before the length of an axis
 * along which the view repeats.
 */
export function printView(view: View): string {
  const offset = view.offset === 0 ? '' : `@${view.offset}`;
  const lengths = view.shape.map((length, axis) =>
    length !== 1 && isRepeatedAxis(view, axis) ? `*${length}` : length,
  );
  const strides = isContiguous(withoutRepeatedAxes(view)) ? '' : `{${view.strides.join(', ')}}`;
  const lists = (view.indices ?? []).map(printIndices).join('');
  return `${view.buffer}${offset}[${lengths.join(', ')}]${strides}${lists}${view.lag === undefined ? '' : printLag(view.lag)}`;
}

/** `~2` is two steps before, `~1{0, 3}` one step and three for each position of axis 1. */
function printLag({ base, perAxis }: Lag): string {
  return `~${base}${perAxis.some((lag) => lag !== 0) ? `{${perAxis.join(', ')}}` : ''}`;
}

function printIndices({ axis, offsets }: AxisIndices): string {
  const rest = offsets.length > SHOWN_INDICES ? `, … ${offsets.length} in all` : '';
  return `#${axis}(${offsets.slice(0, SHOWN_INDICES).join(', ')}${rest})`;
}
