/** @file Views: a part of an ensemble, of its neurons, or of a node, as an end of connections and a target of probes. */
import { isNdlError } from '@ndl/numerics';
import { guardAssignments } from './assignment-guard.ts';
import { invalidSelection } from './object-errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Network } from '../networks/network.ts';
import { describeObject } from '../networks/naming.ts';
import type { Viewable } from './objects.ts';
import { Recorded, recordOf } from './recorded.ts';
import {
  selectionAt,
  selectionIndices,
  selectionOfSlice,
  selectionSize,
  type IndexInput,
  type Selection,
} from './selection.ts';

interface ViewRecord<Viewed> extends DirectedSelection {
  readonly object: Viewed;
}

/**
 * Which inputs and which outputs of an object are selected: of a node that takes more or less than it gives, an index from the end, a bound
 * left out and a list of flags mean one thing or the other. Null where there are none, or the selection reaches beyond them.
 */
export interface DirectedSelection {
  readonly ofInput: Selection | null;
  readonly ofOutput: Selection | null;
}

/** The selected elements of an object, in the order of the selection. Made by `at` and `slice`. */
export class ObjectView<Viewed extends Viewable = Viewable> extends Recorded<ViewRecord<Viewed>> {
  static {
    guardAssignments(ObjectView, {
      describe: (object) => describeObject(object as ObjectView),
      otherwise: 'a view stays what it is; take another with at() or slice()',
    });
  }

  constructor(object: Viewed, { ofInput, ofOutput }: DirectedSelection) {
    super({ object, ...immutableData({ ofInput, ofOutput }) });
  }

  get kind(): 'view' {
    return 'view';
  }

  get object(): Viewed {
    return recordOf<ViewRecord<Viewed>>(this).object;
  }

  /** Which elements: of the outputs, or of the inputs where it is of these alone. */
  get selection(): Selection {
    const { ofInput, ofOutput } = this.directed;
    return (ofOutput ?? ofInput)!;
  }

  /** Which inputs, and which outputs. */
  get directed(): DirectedSelection {
    const { ofInput, ofOutput } = recordOf<ViewRecord<Viewed>>(this);
    return { ofInput, ofOutput };
  }

  /** Number of inputs selected, 0 where the object takes none. */
  get sizeIn(): number {
    return this.object.sizeIn === 0 ? 0 : sizeOf(this.directed.ofInput);
  }

  /** Number of outputs selected, 0 where the object gives none. */
  get sizeOut(): number {
    return this.object.sizeOut === 0 ? 0 : sizeOf(this.directed.ofOutput);
  }

  get network(): Network {
    return this.object.network;
  }

  /** Attributes that probes may name: those of the object, but encoders, which are of all dimensions of an ensemble. */
  get probeable(): readonly string[] {
    const { kind, probeable } = this.object;
    return kind === 'ensemble' ? probeable.filter((attribute) => attribute !== 'scaledEncoders') : probeable;
  }
}

/** The elements of `object` at an index, at a list of indices, or where a list of flags is true. @throws NdlError INVALID_SELECTION */
export function viewAt<Viewed extends Viewable>(object: Viewed, index: IndexInput): ObjectView<Viewed> {
  return viewOf(object, (size) => selectionAt(index, size, describeObject(object)));
}

/** The elements of `object` from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
export function viewOfSlice<Viewed extends Viewable>(
  object: Viewed,
  start: number | null = null,
  end: number | null = null,
  step: number | null = null,
): ObjectView<Viewed> {
  const range = { start, end, step: step ?? 1 };
  return viewOf(object, (size) => selectionOfSlice(range, size, describeObject(object)));
}

/** What is selected of the inputs and of the outputs. @throws NdlError INVALID_SELECTION where it is nothing of either */
function viewOf<Viewed extends Viewable>(object: Viewed, select: (size: number) => Selection): ObjectView<Viewed> {
  const { sizeIn, sizeOut } = object;
  requireNeurons(object);
  if (sizeIn === sizeOut || sizeIn === 0 || sizeOut === 0) {
    const selection = select(Math.max(sizeIn, sizeOut));
    return new ObjectView<Viewed>(object, {
      ofInput: sizeIn === 0 ? null : selection,
      ofOutput: sizeOut === 0 ? null : selection,
    });
  }
  const [ofInput, ofOutput] = [sizeIn, sizeOut].map((size) => fitting(() => select(size)));
  if (ofInput === null && ofOutput === null) select(Math.max(sizeIn, sizeOut));
  return new ObjectView<Viewed>(object, { ofInput: ofInput!, ofOutput: ofOutput! });
}

/**
 * Refuses a view of more than the inputs (`sizeIn`), or the outputs (`sizeOut`), that its object has: it may be of the others alone, and
 * learning rules take less when what they learn by is changed. @throws NdlError INVALID_SELECTION
 */
export function requireWithin(view: ObjectView, side: 'sizeIn' | 'sizeOut', where: string): void {
  const size = view.object[side];
  const selection = view.directed[side === 'sizeIn' ? 'ofInput' : 'ofOutput'];
  if (size === 0 || (selection !== null && selectionIndices(selection).every((index) => index < size))) return;
  const elements = side === 'sizeIn' ? 'input' : 'output';
  const count = size === 1 ? `its one ${elements}` : `its ${size} ${elements}s`;
  throw invalidSelection(where, `${describeObject(view)} reaches beyond ${count}, or picks none.`);
}

function fitting(select: () => Selection): Selection | null {
  try {
    return select();
  } catch (error) {
    if (isNdlError(error, 'INVALID_SELECTION')) return null;
    throw error;
  }
}

function sizeOf(selection: Selection | null): number {
  return selection === null ? 0 : selectionSize(selection);
}

/** @throws NdlError INVALID_SELECTION where there is nothing to select from */
function requireNeurons(object: Viewable): void {
  if (object.kind === 'neurons' && object.sizeIn === 0) {
    throw invalidSelection(
      describeObject(object),
      'its ensemble is without neurons (direct), so there are none to select; select dimensions of the ensemble.',
    );
  }
}
