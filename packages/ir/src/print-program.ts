/**
 * @file Programs, instructions and kernels as compact text, the same for the same program: for people, error messages and
 * golden files.
 *
 *     rates[10] := map lif(current: drive[10]; tauRc: 0.02, tauRef: 0.002)
 *     decoded[1, 2] += dot weights[1, 2, 10] vector rates[1, 10]{0, 1}
 */
import { isNdArray } from '@ndl/numerics';
import { type Section, SECTIONS } from './instruction-access.ts';
import type { Instruction, Operand, WriteMode } from './instructions.ts';
import type { Buffer, Program, View } from './program.ts';
import { isContiguous } from './views.ts';

/** The program as text: buffers, then instructions, one per line, numbered within their section. */
export function printProgram(program: Program): string {
  const lines = [`program ${program.dtype} dt ${program.dt} ${program.direction}`];
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
    program.inputs.map(({ name, buffer, held }) => `${name} -> ${buffer}${held ? ' held' : ''}`),
  );
  for (const section of SECTIONS) block(section, printSection(program, section));
  block(
    'outputs',
    program.outputs.map(({ name, view }) => `${name} = ${printView(view)}`),
  );
  block(
    'hosts',
    program.hosts.map(({ id, label, scope, pure }) => `${id} "${label}" per ${scope}${pure ? ' pure' : ''}`),
  );
  block(
    'symbols',
    Object.entries(program.symbols).map(([name, view]) => `${name} = ${printView(view)}`),
  );
  return `${lines.join('\n')}\n`;
}

function printSection(program: Program, section: Section): string[] {
  return program[section].map((instruction, index) => `${index}: ${printInstruction(instruction)}`);
}

function printBuffer(buffer: Buffer): string {
  const traits = [buffer.batched ? 'batched' : 'shared', ...(buffer.history ? ['history'] : [])].join(' ');
  const initial = isNdArray(buffer.initial) ? 'data' : String(buffer.initial);
  const name = buffer.name === buffer.id ? '' : ` "${buffer.name}"`;
  return `${buffer.role} ${buffer.id}${name} [${buffer.shape.join(', ')}] ${traits} = ${initial}`;
}

/** One instruction on one line. */
export function printInstruction(instruction: Instruction): string {
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
    case 'dot':
      return `${printWrite(instruction)} dot ${printView(instruction.matrix)} vector ${printView(instruction.vector)}`;
    case 'outer':
      return `${printWrite(instruction)} outer ${printView(instruction.left)} by ${printView(instruction.right)}`;
    case 'reduce':
      return `${printWrite(instruction)} ${instruction.operation} ${printView(instruction.source)} over ${instruction.axes.join(', ')}`;
    case 'host': {
      const targets = instruction.outputs.map((target) => printWrite({ target, mode: 'set' })).join(' ');
      return `${targets} host ${instruction.host}(${instruction.inputs.map(printView).join(', ')})`.trimStart();
    }
  }
}

function printWrite({ target, mode }: { readonly target: View; readonly mode: WriteMode }): string {
  return `${printView(target)} ${mode === 'set' ? ':=' : '+='}`;
}

function printOperand(operand: Operand): string {
  if (typeof operand === 'number') return String(operand);
  return 'scalar' in operand ? `$${operand.scalar}` : printView(operand);
}

const SHOWN_INDICES = 8;

/** `buffer@offset[shape]{strides}#(indices)`, without what goes without saying. */
export function printView(view: View): string {
  const offset = view.offset === 0 ? '' : `@${view.offset}`;
  const strides = view.indices === undefined && isContiguous(view) ? '' : `{${view.strides.join(', ')}}`;
  return `${view.buffer}${offset}[${view.shape.join(', ')}]${strides}${printIndices(view.indices)}`;
}

function printIndices(indices: readonly number[] | undefined): string {
  if (indices === undefined) return '';
  const rest = indices.length > SHOWN_INDICES ? `, … ${indices.length} in all` : '';
  return `#(${indices.slice(0, SHOWN_INDICES).join(', ')}${rest})`;
}
