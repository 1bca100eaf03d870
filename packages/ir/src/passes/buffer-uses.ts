/** @file Who reads and who writes which buffer of a program. */
import { readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction, WriteMode } from '../program/instructions.ts';
import type { Buffer, Program, Section } from '../program/program.ts';
import type { View } from '../program/view.ts';
import type { PassContext } from './program-pass.ts';

/** A place in a program where a buffer is read or written. */
export interface Use {
  readonly section: Section;
  readonly index: number;
  readonly instruction: Instruction;
  readonly view: View;
}

export interface WriteUse extends Use {
  readonly mode: WriteMode;
}

export class BufferUses {
  readonly #reads = new Map<string, Use[]>();
  readonly #writes = new Map<string, WriteUse[]>();
  readonly #buffers: ReadonlyMap<string, Buffer>;
  /** Ids of buffers that someone outside the program looks at. */
  readonly #observed: ReadonlySet<string>;

  constructor(program: Program, { keep }: PassContext) {
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#observed = new Set([...keep, ...program.outputs.map((output) => output.view.buffer)]);
    for (const section of program.sections) {
      section.instructions.forEach((instruction, index) => {
        for (const view of readsOf(instruction))
          append(this.#reads, view.buffer, { section, index, instruction, view });
        for (const { target, mode } of writesOf(instruction)) {
          append(this.#writes, target.buffer, { section, index, instruction, view: target, mode });
        }
      });
    }
  }

  bufferOf(view: View): Buffer {
    return this.#buffers.get(view.buffer)!;
  }

  readsOf(id: string): readonly Use[] {
    return this.#reads.get(id) ?? [];
  }

  writesOf(id: string): readonly WriteUse[] {
    return this.#writes.get(id) ?? [];
  }

  /** Whether the buffer is nobody's business but the instructions': a temp of one value that is neither kept nor put out. */
  isPrivate({ id, role, steps }: Buffer): boolean {
    return role === 'temp' && steps === 'one' && !this.#observed.has(id);
  }
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
