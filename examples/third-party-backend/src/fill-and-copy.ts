/** @file Fills and copies. */
import { scalarReader } from './scalars.ts';
import type { Emitter } from './workshop.ts';

export const emitFill: Emitter<'fill'> = ({ value, target: view, mode }, workshop) => {
  const target = workshop.elements(view);
  const extent = workshop.extent([target]);
  const valueAt = scalarReader(value, workshop.frame);
  return (moment) => {
    for (const step of extent.steps(moment)) {
      const number = workshop.round(valueAt(moment, step));
      for (const item of extent.items) {
        for (let position = 0; position < target.length; position++) target[WRITE[mode]](step, item, position, number);
      }
    }
  };
};

export const emitCopy: Emitter<'copy'> = ({ source: from, target: to, mode }, workshop) => {
  const [source, target] = [workshop.elements(from), workshop.elements(to)];
  const extent = workshop.extent([source, target]);
  return (moment) => {
    for (const step of extent.steps(moment)) {
      for (const item of extent.items) {
        for (let position = 0; position < target.length; position++)
          target[WRITE[mode]](step, item, position, source.read(step, item, position));
      }
    }
  };
};

/** What `Elements` call a way of writing. */
const WRITE = { set: 'write', add: 'add' } as const;
