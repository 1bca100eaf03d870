/** @file What the emitters of instructions share: a section of a program, the module that it becomes part of, and memory for it. */
import type { Frame } from '@ndl/backend-kit';
import { type Dtype, isClock, type ScalarOperand, type Section, type SectionKind, type View, writesOf } from '@ndl/ir';
import {
  at,
  type Code,
  codeOf,
  type FunctionBuilder,
  type FunctionHandle,
  type Local,
  type ModuleBuilder,
  op,
  type Operand,
  type ValueType,
} from '@ndl/wasm-module';
import { type Access, accessTo } from '../views/access.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { Control } from '../memory/control.ts';
import { type Address, lanesIn, type Lanes, type Vector } from '../views/lanes.ts';
import type { Store } from '../memory/memory.ts';
import type { WalkedAxis } from '../views/nest.ts';
import type { LoopAxis } from '../views/space.ts';
import type { ModuleClock } from './timed-parts.ts';
import type { ArithmeticMode } from '../arithmetic.ts';

/** What all sections of a frame share. */
export interface ModuleContext {
  readonly frame: Frame<Store>;
  readonly space: AddressSpace;
  readonly module: ModuleBuilder;
  readonly control: Control;
  readonly arithmetic: ArithmeticMode;
  /** What the module calls of JavaScript, with the number of a step. */
  readonly hosts: ((step: number) => void)[];
  /** Calls it, by its number. */
  readonly callHosts: FunctionHandle;
  /** Where lists lie that were asked for. */
  readonly lists: Map<readonly number[], number>;
  /** By what is packed, and how. */
  readonly packs: Map<string, Pack>;
  /** Memory that holds something only while one function runs; each thread has its own. */
  readonly scratch: Scratch;
  /** Where parts are timed: how they tell that they are done. */
  readonly clock: ModuleClock | undefined;
}

/** A copy of a factor in panels: `[groups][columns / width][terms][width]`. */
export interface PackedFactor {
  readonly address: number;
  /** Bytes of a panel, and of all panels of a group. */
  readonly panelBytes: number;
  readonly groupBytes: number;
  /** Where it says whether all its numbers are finite, in i32. */
  readonly isFinite: number;
}

/** What makes such a copy: called before a section that uses it, where the store has another version. */
export interface Pack {
  readonly handle: FunctionHandle;
  readonly store: Store;
  /** Panels that products share; absent where only who packs knows where the copy lies. */
  readonly factor?: PackedFactor;
  version: number;
}

/** A piece of memory for whoever runs. */
interface Scratch {
  take(bytes: number): number;
  /** All of it is free again. */
  reset(): void;
}

/** A function under construction, with what it works on. */
export interface Work {
  readonly f: FunctionBuilder;
  readonly lanes: Lanes;
  /** The step of the block that is worked on; 0 where all are. */
  readonly step: Operand<'i32'>;
}

/** Items that work is done for. */
export interface ItemRange {
  readonly first: number;
  readonly count: number;
}

export class SectionContext {
  readonly shared: ModuleContext;
  readonly kind: SectionKind;
  readonly direction: Section['direction'];
  readonly dtype: Dtype;
  /** How many items its work is done for, and which is the first of them. */
  readonly items: number;
  readonly firstItem: number;
  /** Functions that do the section's work, in order; each takes the number of a step. */
  readonly parts: FunctionHandle[] = [];
  /** Packed factors that the section uses. */
  readonly packs: Set<Pack> = new Set<Pack>();
  readonly #name: string;
  readonly #written: ReadonlySet<string>;

  /** @param range default: all items */
  constructor(
    shared: ModuleContext,
    { kind, direction, instructions }: Section,
    name: string,
    range: ItemRange = { first: 0, count: shared.frame.items },
  ) {
    this.#written = new Set(instructions.flatMap(writesOf).map(({ target }) => target.buffer));
    this.shared = shared;
    this.kind = kind;
    this.direction = direction;
    this.dtype = shared.frame.program.dtype;
    this.items = range.count;
    this.firstItem = range.first;
    this.#name = name;
  }

  /** Whether the section writes to a buffer. */
  writes(buffer: string): boolean {
    return this.#written.has(buffer);
  }

  /** Vectors of the program's numbers. */
  lanesIn(f: FunctionBuilder): Lanes {
    return lanesIn(f, this.dtype, this.shared.arithmetic);
  }

  access(view: View): Access {
    const access = accessTo(view, this.shared.frame.place(view.buffer), this.kind);
    return this.firstItem === 0 ? access : { ...access, base: access.base + this.firstItem * access.itemBytes };
  }

  /** A function that parts call. */
  function<Parameters extends Readonly<Record<string, ValueType>>>(
    name: string,
    parameters: Parameters,
    build: (f: FunctionBuilder, locals: { readonly [Name in keyof Parameters]: Local<Parameters[Name]> }) => void,
  ): FunctionHandle {
    return this.shared.module.function(`${this.#name}.${this.parts.length}.${name}`, parameters, build);
  }

  /** Adds a function to the section. */
  part(comment: string, build: (work: Work) => void): void {
    const name = `${this.#name}.${this.parts.length}`;
    this.shared.scratch.reset();
    const handle = this.shared.module.function(name, { step: 'i32' }, (f, { step }) => {
      f.comment(comment);
      build({ f, lanes: this.lanesIn(f), step });
    });
    this.parts.push(handle);
  }

  readonly listAt = (list: readonly number[]): number => {
    const { lists, control, space } = this.shared;
    const known = lists.get(list);
    if (known !== undefined) return known;
    const address = control.take(4 * list.length);
    space.int32.set(list, address / 4);
    lists.set(list, address);
    return address;
  };

  /** Where an access begins at a step: of what spans the block, its first one where steps are an axis. */
  start({ f, step }: Work, access: Access, base: number): Address {
    return this.at(f, access, base, this.kind === 'steps' ? step : 0);
  }

  /** Where an access begins at a step of the block. */
  at(f: FunctionBuilder, { slot, stepBytes }: Access, base: number, step: Operand<'i32'>): Address {
    if (slot === undefined) return { pointer: undefined, offset: base };
    let address: Code<'i32'> = at('i32.load', this.shared.control.first(slot), 0);
    if (step !== 0) address = op('i32.add', address, op('i32.mul', step, stepBytes));
    if (base < 0) return { pointer: f.let(op('i32.add', address, base), 'at'), offset: 0 };
    return { pointer: f.let(address, 'at'), offset: base };
  }

  /** Steps of the block. */
  steps(f: FunctionBuilder): Local<'i32'> {
    return f.let(at('i32.load', this.shared.control.steps(), 0), 'steps');
  }

  /** Axes with their lengths as code. */
  walked(f: FunctionBuilder, axes: readonly LoopAxis[]): readonly WalkedAxis[] {
    return axes.map(({ length, paces }) => ({ length: length ?? this.steps(f), paces }));
  }

  /** A number at a step, in all lanes. */
  number({ lanes }: Work, step: Operand<'i32'>, operand: ScalarOperand): Vector {
    if (typeof operand === 'number') return lanes.constant(operand);
    const { control, frame } = this.shared;
    if (!isClock(operand)) return lanes.splat({ pointer: undefined, offset: control.scalar(operand.scalar) });
    const value = operand.clock === 'time' ? this.#time(step, frame.program.dt) : this.#count(step, operand.modulus);
    return this.dtype === 'float32' ? op('f32x4.splat', op('f32.demote_f64', value)) : op('f64x2.splat', value);
  }

  #time(step: Operand<'i32'>, dt: number): Code<'f64'> {
    const before = at('f64.load', this.shared.control.stepsBefore(), 0);
    const number = op('f64.add', op('f64.add', before, op('f64.convert_i32_s', step)), 1);
    return op('f64.mul', number, dt);
  }

  #count(step: Operand<'i32'>, modulus: number): Code<'f64'> {
    const before = at('i32.load', this.shared.control.stepsBeforeIn(modulus), 0);
    const number = op('i32.add', op('i32.add', before, step), 1);
    return op('f64.convert_i32_s', op('i32.rem_s', number, modulus));
  }
}

/** A variable as code. */
export function read<Type extends 'i32' | 'v128'>(local: Local<Type>): Code<Type> {
  return codeOf(local.type, local as Operand<Type>);
}
