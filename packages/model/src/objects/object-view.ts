/** @file Views: a part of an ensemble, of its neurons, or of a node, as an end of connections and a target of probes. */
import { guardAssignments } from './assignment-guard.ts';
import { invalidSelection } from './object-errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Network } from '../networks/network.ts';
import { describeObject } from '../networks/naming.ts';
import type { Viewable } from './objects.ts';
import { Recorded, recordOf } from './recorded.ts';
import { selectionAt, selectionOfSlice, selectionSize, type IndexInput, type Selection } from './selection.ts';

interface ViewRecord<Viewed> {
  readonly object: Viewed;
  readonly selection: Selection;
}

/** The selected elements of an object, in the order of the selection. Made by `at` and `slice`. */
export class ObjectView<Viewed extends Viewable = Viewable> extends Recorded<ViewRecord<Viewed>> {
  static {
    guardAssignments(ObjectView, {
      describe: (object) => describeObject(object as ObjectView),
      otherwise: 'a view stays what it is; take another with at() or slice()',
    });
  }

  constructor(object: Viewed, selection: Selection) {
    super({ object, selection: immutableData(selection) });
  }

  get kind(): 'view' {
    return 'view';
  }

  get object(): Viewed {
    return recordOf<ViewRecord<Viewed>>(this).object;
  }

  get selection(): Selection {
    return recordOf<ViewRecord<Viewed>>(this).selection;
  }

  /** Number of elements selected, 0 where the object takes no input. */
  get sizeIn(): number {
    return this.object.sizeIn === 0 ? 0 : selectionSize(this.selection);
  }

  /** Number of elements selected, 0 where the object gives no output. */
  get sizeOut(): number {
    return this.object.sizeOut === 0 ? 0 : selectionSize(this.selection);
  }

  get network(): Network {
    return this.object.network;
  }

  /** Attributes that probes may name: those of the object. */
  get probeable(): readonly string[] {
    return this.object.probeable;
  }
}

/** The elements of `object` at an index, at a list of indices, or where a list of flags is true. @throws NdlError INVALID_SELECTION */
export function viewAt<Viewed extends Viewable>(object: Viewed, index: IndexInput): ObjectView<Viewed> {
  return new ObjectView(object, selectionAt(index, sliceableSize(object), describeObject(object)));
}

/** The elements of `object` from `start` up to but excluding `end`, every `step`-th. @throws NdlError INVALID_SELECTION */
export function viewOfSlice<Viewed extends Viewable>(
  object: Viewed,
  start: number | null = null,
  end: number | null = null,
  step: number | null = null,
): ObjectView<Viewed> {
  const range = { start, end, step: step ?? 1 };
  return new ObjectView(object, selectionOfSlice(range, sliceableSize(object), describeObject(object)));
}

/** Number of elements to select from. @throws NdlError INVALID_SELECTION where there are none */
function sliceableSize(object: Viewable): number {
  if (object.kind === 'neurons' && object.sizeIn === 0) {
    throw invalidSelection(
      describeObject(object),
      'its ensemble is without neurons (direct), so there are none to select; select dimensions of the ensemble.',
    );
  }
  return Math.max(object.sizeIn, object.sizeOut);
}
