/** @file Samples of a section: copies of views, at the steps that a block asks for. */
import type { Sample } from '@ndl/backend-kit';
import { at, constant, type FunctionBuilder, type FunctionHandle, op, type Operand } from '@ndl/wasm-module';
import { type Address } from '../views/lanes.ts';
import { bytesOf, elementBytes, type Store } from '../memory/memory.ts';
import { nest, Walk } from '../views/nest.ts';
import type { SectionContext } from './section-context.ts';
import { type LoopAxis, simplified } from '../views/space.ts';

/** A sample that a section takes. */
export class EmittedSample {
  readonly #context: SectionContext;
  /** Copies what the view shows at a step to a slice. */
  readonly #take: FunctionHandle;
  /** Where the number of samples lies; behind it the steps that ask for them, between two numbers that are no step. */
  readonly #list: number;

  /** @param number of the sample within its section */
  constructor(context: SectionContext, sample: Sample<Store>, number: number) {
    const { size, copies, dtype } = sample.into.shape;
    this.#context = context;
    const slices = bytesOf(sample.into.shape) / Math.max(1, size * copies * elementBytes(dtype));
    this.#list = context.shared.control.take(4 * (slices + 3));
    this.#take = context.function(`sample${number}`, { step: 'i32', slice: 'i32' }, (f, { step, slice }) =>
      emitCopy(context, f, sample, step, slice),
    );
  }

  /** To be called before the section, with the steps that ask for a sample. */
  write(steps: readonly number[]): void {
    const numbers = this.#context.shared.space.int32;
    const start = this.#list / 4;
    numbers[start] = steps.length;
    numbers[start + 1] = -1;
    for (let index = 0; index < steps.length; index++) numbers[start + 2 + index] = steps[index]!;
    numbers[start + 2 + steps.length] = -1;
  }

  /** Prepares taking samples step by step; returns what takes one where a step asks for it. */
  walking(f: FunctionBuilder): (step: Operand<'i32'>) => void {
    const isAscending = this.#context.direction === 'ascending';
    // Counted from 1, so that none is left at 0.
    const next = f.let(isAscending ? constant('i32', 1) : at('i32.load', this.#list, 0), 'sample');
    return (step) => {
      const wanted = at('i32.load', this.#list + 4, op('i32.shl', next, 2));
      f.if(op('i32.eq', wanted, step), () => {
        f.call(this.#take, step, op('i32.sub', next, 1));
        f.increase(next, isAscending ? 1 : -1);
      });
    };
  }

  /** Takes all. */
  all(f: FunctionBuilder): void {
    f.count(0, f.let(at('i32.load', this.#list, 0), 'samples'), 1, (index) =>
      f.call(this.#take, at('i32.load', this.#list + 8, op('i32.shl', index, 2)), index),
    );
  }
}

function emitCopy(
  context: SectionContext,
  f: FunctionBuilder,
  { view, into }: Sample<Store>,
  step: Operand<'i32'>,
  slice: Operand<'i32'>,
): void {
  const lanes = context.lanesIn(f);
  const from = context.access(view);
  const { size } = into.shape;
  let stride = lanes.bytes as number;
  const axes: LoopAxis[] = view.shape
    .map((length, axis) => ({ length, pace: from.axes[axis]! }))
    .reverse()
    .map(({ length, pace }): LoopAxis => {
      const paces = [pace, stride];
      stride *= length;
      return { length, kind: 'own', paces };
    })
    .reverse();
  axes.unshift({ length: context.items, kind: 'items', paces: [from.itemBytes, size * lanes.bytes] });
  const first = into.address + context.firstItem * size * lanes.bytes;
  const space = simplified({ axes, bases: [from.base, first] });
  const start = context.at(f, from, space.bases[0]!, step);
  const target = f.let(op('i32.mul', slice, size * into.shape.copies * lanes.bytes), 'slice');
  const starts: Address[] = [start, { pointer: target, offset: space.bases[1]! }];
  const last = space.axes.at(-1);
  const isInRow = last !== undefined && last.paces.every((pace) => pace === lanes.bytes);
  const outer = context.walked(f, isInRow ? space.axes.slice(0, -1) : space.axes);
  nest(f, outer, starts, context.listAt, (addresses) => {
    const length = isInRow ? last.length! : 1;
    const walk = new Walk(f, addresses, [lanes.bytes, lanes.bytes], context.listAt);
    const move = (count: number): void => {
      const [source, place] = walk.at(0) as [Address, Address];
      lanes.store(f, place, lanes.kept(lanes.load(source, count)), count);
    };
    const whole = length - (length % lanes.count);
    f.count(0, whole, lanes.count, () => {
      move(lanes.count);
      walk.advance(lanes.count);
    });
    if (whole < length) move(length - whole);
  });
}
