/** @file What sections cost, counted: arithmetic, and numbers that are moved. */
import { topologicalOrder } from '../kernel/expression-pool.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { readsOf, writesOf } from './instruction-access.ts';
import type { Instruction } from './instructions.ts';
import type { Program, Section } from './program.ts';
import type { View } from './view.ts';
import { withoutRepeatedAxes } from './view-axes.ts';
import { viewSize } from './views.ts';

/** Costs for one item, and for one step where steps are walked or an axis; of a window section for one window. */
export interface Cost {
  /** Multiplications, additions and the like; each function of a kernel counts as one, what hosts do as none. */
  readonly operations: number;
  /** Bytes that are read and written, each element of a view once. */
  readonly bytes: number;
  /** Bytes among those written that have a value for each step: what taking loops apart takes in memory. */
  readonly widenedBytes: number;
}

const NOTHING: Cost = { operations: 0, bytes: 0, widenedBytes: 0 };

/** What an instruction of a program costs. */
export function costOfInstruction(instruction: Instruction, program: Pick<Program, 'dtype' | 'buffers'>): Cost {
  return new CostCount(program).of(instruction);
}

/** What each section of a program costs, in order. */
export function costsOfSections(program: Program): readonly Cost[] {
  const count = new CostCount(program);
  return program.sections.map((section) => count.ofSection(section));
}

class CostCount {
  readonly #bytesPerNumber: number;
  readonly #spanning: ReadonlySet<string>;

  constructor({ dtype, buffers }: Pick<Program, 'dtype' | 'buffers'>) {
    this.#bytesPerNumber = dtype === 'float32' ? 4 : 8;
    this.#spanning = new Set(buffers.filter(({ steps }) => steps !== 'one').map(({ id }) => id));
  }

  of(instruction: Instruction): Cost {
    const written = writesOf(instruction).map(({ target }) => target);
    const bytesOf = (views: readonly View[]): number =>
      this.#bytesPerNumber * views.reduce((sum, view) => sum + viewSize(withoutRepeatedAxes(view)), 0);
    return {
      operations: operationsOf(instruction),
      bytes: bytesOf(readsOf(instruction)) + bytesOf(written),
      widenedBytes: bytesOf(written.filter(({ buffer }) => this.#spanning.has(buffer))),
    };
  }

  ofSection({ instructions }: Section): Cost {
    return instructions.reduce((sum, instruction) => {
      const own = this.of(instruction);
      return {
        operations: sum.operations + own.operations,
        bytes: sum.bytes + own.bytes,
        widenedBytes: sum.widenedBytes + own.widenedBytes,
      };
    }, NOTHING);
  }
}

/** Operations of an instruction, for one item and one step. */
export function operationsOf(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'fill':
    case 'copy':
      return instruction.mode === 'add' ? viewSize(instruction.target) : 0;
    case 'reduce':
      return viewSize(instruction.source);
    case 'map':
      return viewSize(instruction.outputs[0]!.target) * operationsIn(instruction.kernel.outputs);
    case 'contract':
      return instruction.members.reduce((sum, { target }) => sum + 2 * viewSize(target), 0);
    case 'host':
      return 0;
  }
}

/** Operations that the outputs of a kernel take for an element, as it is run. */
export function operationsIn(outputs: readonly Pick<Kernel['outputs'][number], 'expression'>[]): number {
  const isOperation = (kind: string): boolean =>
    kind !== 'input' && kind !== 'parameter' && kind !== 'constant' && kind !== 'withDerivativeOf';
  const nodes = topologicalOrder(
    outputs.map(({ expression }) => expression),
    'values',
  );
  return nodes.filter(({ kind }) => isOperation(kind)).length;
}
