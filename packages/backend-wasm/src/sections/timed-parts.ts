/** @file Parts of a section that tell what they take: what each of them is, and the calls between them that ask for the time. */
import type { PartClock, TimedPart } from '@ndl/backend-kit';
import {
  type CallCosts,
  type HostInstruction,
  operationsIn,
  type SectionKind,
  sumOfAmounts,
  type View,
  viewSize,
} from '@ndl/ir';
import type { FunctionBuilder, FunctionHandle, ModuleBuilder } from '@ndl/wasm-module';
import type { Elementwise } from '../loops/elementwise.ts';
import { viewKey } from '../views/view-key.ts';
import type { Unit } from './schedule.ts';

/** How the functions of a module ask for the time. */
export interface ModuleClock {
  readonly clock: PartClock;
  /** Tells that a part is done, by its number. */
  readonly done: FunctionHandle;
  /** Of the program that the module runs. */
  readonly costs: CallCosts;
}

/** The name of what calls `done` of no part, so often. */
export const CALIBRATE = 'calibrate';

/** Has the module ask for the time. */
export function timedModule(module: ModuleBuilder, clock: PartClock, costs: CallCosts): ModuleClock {
  const done = module.hostFunction('done', ['i32']);
  module.function(CALIBRATE, { times: 'i32' }, (f, { times }) => f.count(0, times, 1, () => f.call(done, 0)), true);
  return { clock, done, costs };
}

/** The parts of one section, in order. */
export class TimedParts {
  readonly #clock: ModuleClock;
  readonly #section: number;
  readonly #kind: SectionKind;
  readonly #numbers: number[] = [];
  /** The time until the first part begins: factors are packed, and the section is told of its block. */
  readonly beforeFirst: number;

  /** @param section its number among those that are emitted */
  constructor(clock: ModuleClock, section: number, kind: SectionKind) {
    this.#clock = clock;
    this.#section = section;
    this.#kind = kind;
    this.beforeFirst = this.#announce('call', ['packing of factors, and the call'], { reads: [], operations: [] });
  }

  /** Units have added parts to the section: so many there are now. @param isNeeded whether what a loop writes is stored */
  add(unit: Unit | readonly HostInstruction[], parts: number, isNeeded: (view: View) => boolean): void {
    while (this.#numbers.length < parts) this.#numbers.push(this.#numberOf(unit, isNeeded));
  }

  /** Tells that the part at a position is done. */
  done(f: FunctionBuilder, position: number): void {
    f.call(this.#clock.done, this.#numbers[position]!);
  }

  /** Samples are taken after the parts. @returns what tells that this is done */
  samples(): (f: FunctionBuilder) => void {
    const number = this.#announce('samples', ['samples of outputs'], { reads: [], operations: [] });
    return (f) => f.call(this.#clock.done, number);
  }

  /** To be called when the section is about to run. */
  readonly begin = (): void => this.#clock.clock.done(this.beforeFirst);

  #numberOf(unit: Unit | readonly HostInstruction[], isNeeded: (view: View) => boolean): number {
    if ('length' in unit) {
      const views = unit.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
      return this.#announce(
        'host',
        unit.map(({ label, host }) => label ?? host),
        { reads: views, operations: [] },
      );
    }
    if (unit.kind === 'loop') return this.#announce('loop', labelsOf(unit.group), this.#workOf(unit.group, isNeeded));
    const { instruction } = unit;
    const kind = instruction.kind === 'contract' ? 'product' : 'sum';
    const part = {
      kind,
      labels: [instruction.label ?? ''],
      cost: this.#clock.costs.of(instruction, this.#kind),
    } as const;
    return this.#clock.clock.part(this.#section, part);
  }

  /** What a loop reads that it has not made itself, and what it stores; each once. */
  #workOf(group: readonly Elementwise[], isNeeded: (view: View) => boolean): PartWork {
    const made = new Set<string>();
    const moved = new Map<string, View>();
    for (const { reads, outputs } of group) {
      for (const view of reads) if (!made.has(viewKey(view))) moved.set(viewKey(view), view);
      for (const { target } of outputs) made.add(viewKey(target));
    }
    const stored = group.flatMap(({ outputs }) => outputs.map(({ target }) => target)).filter(isNeeded);
    const stores = new Map(stored.map((view) => [viewKey(view), view]));
    const operations = group.map(({ outputs, reads }) => {
      const added = outputs.filter(({ mode }) => mode === 'add').length;
      const ofElement = operationsIn(outputs) + added;
      const views = [...reads, ...outputs.map(({ target }) => target)];
      return { count: ofElement * viewSize(outputs[0]!.target), views };
    });
    return { reads: [...moved.values(), ...stores.values()], operations };
  }

  #announce(kind: TimedPart['kind'], labels: readonly string[], { reads, operations }: PartWork): number {
    const { costs } = this.#clock;
    const counted = operations.map(({ count, views }) => costs.operations(count, views, this.#kind));
    const cost = { operations: sumOfAmounts(counted), bytes: costs.bytes(reads, this.#kind) };
    return this.#clock.clock.part(this.#section, { kind, labels, cost });
  }
}

/** Views that come from memory or go there, and operations on the elements of views. */
interface PartWork {
  readonly reads: readonly View[];
  readonly operations: readonly { readonly count: number; readonly views: readonly View[] }[];
}

/** Each once: an instruction may be several works. */
function labelsOf(group: readonly Elementwise[]): readonly string[] {
  return [...new Set(group.map(({ label }) => label))];
}
