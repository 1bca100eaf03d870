/**
 * @file Rooms: pieces of memory that buffers take turns in. What lives within a block is of no use behind the last section that reads it;
 * what is set later may lie in its place.
 */
import { buffersOf, type Buffer } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { PreparedProgram } from '../programs/phases.ts';

/** A piece of memory for one buffer after another. */
export interface Room {
  /** Of a step, all items together: as many as its largest buffer has. */
  numbers: number;
}

/** How far engines may move work from section to section: to the one beside it. */
const REACH = 1;

/** From the section that first uses a buffer to the one that last does, by number. */
interface Life {
  readonly buffer: Buffer;
  first: number;
  last: number;
}

/**
 * The rooms of a program for so many items, by the buffers that take turns in them: those that have a value for each step of a block,
 * carry none on to the next, are no inputs, and cannot be read from outside. Others have memory of their own.
 *
 * Each is given the smallest room that is free and large enough, or else the largest one, which grows.
 */
export function roomsOf(prepared: PreparedProgram, items: number): ReadonlyMap<string, Room> {
  const { sections } = prepared.program;
  const beginning: Life[][] = sections.map(() => []);
  for (const life of livesIn(prepared)) beginning[Math.max(0, life.first - REACH)]!.push(life);
  const ending: Room[][] = sections.map(() => []);
  const free = new FreeRooms();
  const rooms = new Map<string, Room>();
  sections.forEach((_, section) => {
    for (const { buffer, last } of beginning[section]!) {
      const numbers = sizeOf(buffer.shape) * (buffer.items ? items : 1);
      const room = free.take(numbers) ?? { numbers };
      room.numbers = Math.max(room.numbers, numbers);
      rooms.set(buffer.id, room);
      ending[Math.min(last + REACH, sections.length - 1)]!.push(room);
    }
    for (const room of ending[section]!) free.give(room);
  });
  return rooms;
}

function livesIn({ program, slices, readAfter }: PreparedProgram): Iterable<Life> {
  const lives = new Map<string, Life>();
  const shown = new Set(Object.values(program.symbols).map(({ buffer }) => buffer));
  for (const [id, { buffer, span, keep, ahead }] of slices)
    // Inputs that are held are written once, for all blocks.
    if (span === 'block' && keep === 0 && ahead === 0 && buffer.role !== 'input' && !shown.has(id))
      lives.set(id, { buffer, first: Infinity, last: -Infinity });
  const use = (id: string, section: number): void => {
    const life = lives.get(id);
    if (life === undefined) return;
    life.first = Math.min(life.first, section);
    life.last = Math.max(life.last, section);
  };
  program.sections.forEach(({ instructions }, section) => {
    for (const id of buffersOf(instructions)) use(id, section);
  });
  program.outputs.forEach(({ view }, index) => use(view.buffer, readAfter[index]!));
  return [...lives.values()].filter(({ last }) => last >= 0);
}

/** Rooms that nobody lives in. */
class FreeRooms {
  /** By size. */
  readonly #rooms: Room[] = [];

  give(room: Room): void {
    this.#rooms.splice(this.#firstOf(room.numbers), 0, room);
  }

  take(numbers: number): Room | undefined {
    const [room] = this.#rooms.splice(Math.min(this.#firstOf(numbers), Math.max(0, this.#rooms.length - 1)), 1);
    return room;
  }

  /** The position of the first room that has so many numbers. */
  #firstOf(numbers: number): number {
    let [low, high] = [0, this.#rooms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rooms[middle]!.numbers < numbers) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
