/** @file Views: whole signals and the parts that slices pick from them. */
import type { Selection, Signal, SignalView } from '@ndl/core';
import { selectionIndices, selectionSize } from '@ndl/model';

/** The whole of a signal. */
export function wholeOf(signal: Signal): SignalView {
  return { signal, shape: signal.shape };
}

/** The part of a view that `selection` (`null` for all) picks from its first axis. */
export function select(view: SignalView, selection: Selection | null): SignalView {
  if (selection === null) return view;
  const shape = [selectionSize(selection), ...view.shape.slice(1)];
  return {
    signal: view.signal,
    selection: view.selection === undefined ? selection : composed(view.selection, selection),
    shape,
  };
}

function composed(outer: Selection, inner: Selection): Selection {
  if (outer.kind === 'slice' && inner.kind === 'slice') {
    return {
      kind: 'slice',
      start: outer.start + inner.start * outer.step,
      step: outer.step * inner.step,
      length: inner.length,
    };
  }
  const positions = selectionIndices(outer);
  return { kind: 'indices', indices: selectionIndices(inner).map((index) => positions[index]!) };
}
