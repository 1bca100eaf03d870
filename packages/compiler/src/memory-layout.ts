/**
 * @file Where signals lie in memory. Signals that stand at the same position of one group share a buffer, in the sorter's
 * order, so that the operands of a merged instruction are one contiguous view wherever the order allows it.
 */
import type { OperatorGraph, Signal, SignalView, SortedPlan } from '@ndl/core';
import {
  rowMajorStrides,
  type ArrayData,
  type Buffer,
  type BufferRole,
  type InitialContents,
  type Lifetime,
  type View,
} from '@ndl/ir';
import { NdArray, OperationCount, sizeOf, type Pieces } from '@ndl/numerics';
import { hasItems, signalRoles, type SignalRole } from './signal-roles.ts';

/** The buffers of a plan, and the place of every signal in them. */
export interface MemoryLayout {
  readonly buffers: readonly Buffer[];
  /** Initial contents, by the ids that buffers name. */
  readonly arrays: ReadonlyMap<string, ArrayData>;
  /** Buffers whose parameters may be trained. */
  readonly trainable: readonly string[];
  /** View of a signal, or of the part that a signal view selects: of what operators read and write. */
  viewOf(view: SignalView): View;
  /** View of a whole signal as a parameter; of one that is learnt online, of what it begins as. */
  parameterOf(signal: Signal): View;
  roleOf(signal: Signal): SignalRole;
}

/** What placing a signal, or a look at an operator, is worth, in operations. */
const PLACE_COST = 512;

/** Lays out every signal of the graph. Deterministic in the plan and in the order of `sorted.signals`. */
export function* layOutMemory(graph: OperatorGraph, sorted: SortedPlan): Pieces<MemoryLayout> {
  const roles = signalRoles(graph);
  const roleOf = (signal: Signal): SignalRole => roles[signal.id]!;
  const families = yield* uniteGroupOperands(graph, sorted, roleOf);
  const operations = new OperationCount();

  const buffers: Buffer[] = [];
  const arrays = new Map<string, ArrayData>();
  const trainable: string[] = [];
  /** By id of the signal. */
  const placeOf: { readonly buffer: string; readonly offset: number }[] = [];
  for (const members of membersByFamily(sorted.signals, families)) {
    const first = members[0]!;
    const id = members.length === 1 ? first.name : `${first.name}+${members.length - 1}`;
    let offset = 0;
    for (const signal of members) {
      placeOf[signal.id] = { buffer: id, offset };
      offset += sizeOf(signal.shape);
    }
    const role = roleOf(first);
    const shape = members.length === 1 ? first.shape : [offset];
    const { history = 0 } = first;
    const keepsSteps = role === 'state' && history > 0;
    const named: Named = { id, name: id, shape, steps: keepsSteps ? { span: 'block', before: history } : 'one' };
    const contents = yield* initialContents(role, members, offset);
    if (contents !== undefined) arrays.set(id, contents);
    const initial: InitialContents = contents === undefined ? 0 : { array: id };
    if (role === 'learnt') {
      const parameter = ownParameter(id);
      buffers.push({ ...named, ...traitsOf('parameter'), id: parameter, initial });
      buffers.push({ ...named, ...traitsOf(role), initial: { parameter } });
    } else {
      buffers.push({ ...named, ...traitsOf(role), initial });
    }
    if (first.trainable && (role === 'parameter' || role === 'learnt'))
      trainable.push(role === 'learnt' ? ownParameter(id) : id);
    const done = operations.add(PLACE_COST * members.length + offset);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  const viewOf = (view: SignalView): View => placedView(view, placeOf[view.signal.id]!);
  const parameterOf = (signal: Signal): View => {
    const view = viewOf({ signal, shape: signal.shape });
    return roleOf(signal) === 'learnt' ? { ...view, buffer: ownParameter(view.buffer) } : view;
  };
  return { buffers, arrays, trainable, viewOf, parameterOf, roleOf };
}

type Named = Pick<Buffer, 'id' | 'name' | 'shape' | 'steps'>;

/** Id of the parameter that a learnt buffer begins as. */
function ownParameter(id: string): string {
  return `${id} at first`;
}

const LIFETIME: Readonly<Record<SignalRole, Lifetime>> = {
  parameter: 'forever',
  constant: 'forever',
  state: 'run',
  learnt: 'run',
  input: 'step',
  temp: 'step',
};

function traitsOf(role: SignalRole): Pick<Buffer, 'items' | 'lifetime'> & { readonly role: BufferRole } {
  return { items: hasItems(role), lifetime: LIFETIME[role], role: role === 'learnt' ? 'state' : role };
}

function* initialContents(role: SignalRole, members: readonly Signal[], size: number): Pieces<ArrayData | undefined> {
  if (role === 'temp' || role === 'input') return undefined;
  const data = new Float64Array(size);
  let offset = 0;
  for (const { initial } of members) {
    for (let from = 0; from < initial.size; from += PART) {
      data.set(initial.data.subarray(from, from + PART), offset + from);
      if (initial.size > PART) yield PART;
    }
    offset += initial.size;
  }
  return new NdArray(data, members.length === 1 ? members[0]!.shape : [size]);
}

/** Numbers that are copied at a time. */
const PART = 2 ** 17;

/**
 * The family (a representative's id) of each signal: united wherever two stand at one position of a group and are alike, also in how
 * many steps they keep.
 */
function* uniteGroupOperands(
  graph: OperatorGraph,
  sorted: SortedPlan,
  roleOf: (signal: Signal) => SignalRole,
): Pieces<Int32Array> {
  const parent = Int32Array.from(graph.signals, (signal) => signal.id);
  const rootOf = (id: number): number => {
    let root = id;
    while (parent[root] !== root) root = parent[root]!;
    for (let node = id; node !== root;) {
      const next = parent[node]!;
      parent[node] = root;
      node = next;
    }
    return root;
  };
  const operations = new OperationCount();
  for (const group of sorted.plan.groups) {
    const lists = group.map((operator) => [...operator.sets, ...operator.incs, ...operator.reads, ...operator.updates]);
    for (let position = 0; position < lists[0]!.length; position++) {
      const first = lists[0]![position]!.signal;
      if (roleOf(first) === 'input') continue;
      const firstOfHistory = new Map([[first.history, first]]);
      for (const list of lists.slice(1)) {
        const other = list[position]!.signal;
        const alike = roleOf(other) === roleOf(first) && other.trainable === first.trainable;
        if (!alike) continue;
        const representative = firstOfHistory.get(other.history);
        if (representative === undefined) firstOfHistory.set(other.history, other);
        else parent[rootOf(other.id)] = rootOf(representative.id);
      }
      const done = operations.add(PLACE_COST * lists.length);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
  return parent.map((_, id) => rootOf(id));
}

function membersByFamily(order: readonly Signal[], families: Int32Array): readonly (readonly Signal[])[] {
  const members = new Map<number, Signal[]>();
  for (const signal of order) {
    const family = families[signal.id]!;
    const list = members.get(family);
    if (list === undefined) members.set(family, [signal]);
    else list.push(signal);
  }
  return [...members.values()];
}

function placedView(view: SignalView, place: { readonly buffer: string; readonly offset: number }): View {
  const strides = rowMajorStrides(view.signal.shape);
  const { selection } = view;
  if (selection === undefined) return { buffer: place.buffer, offset: place.offset, shape: view.shape, strides };
  const row = strides[0]!;
  if (selection.kind === 'indices') {
    const offsets = selection.indices.map((index) => index * row);
    return { buffer: place.buffer, offset: place.offset, shape: view.shape, strides, indices: [{ axis: 0, offsets }] };
  }
  return {
    buffer: place.buffer,
    offset: place.offset + selection.start * row,
    shape: view.shape,
    strides: [selection.step * row, ...strides.slice(1)],
  };
}
