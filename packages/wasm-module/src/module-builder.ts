/** @file `ModuleBuilder`: functions over one imported memory, as the bytes of a module and as its text. No function returns a value. */
import { nameBytes, unsigned, vector } from './binary.ts';
import type { Code, Local } from './code.ts';
import { functionTwice, functionUnknown } from './errors.ts';
import { type DefinedFunction, FunctionBuilder, type FunctionHandle } from './function-builder.ts';
import { printModule } from './print-module.ts';
import { VALUE_TYPE_CODES, type ValueType } from './value-types.ts';

type Locals<Parameters extends Readonly<Record<string, ValueType>>> = {
  readonly [Name in keyof Parameters]: Local<Parameters[Name]>;
};

/** Pages of 64 KiB that the imported memory has at least: no more is asked of it. */
const LEAST_PAGES = 1;

/** Pages that a shared memory may have at most, as far as a module minds: as many as there can be. */
const MOST_PAGES = 2 ** 16;

/** The memory that a module is instantiated with. */
export interface ModuleMemory {
  /** Whether threads share it. Default: false. */
  readonly isShared?: boolean;
}

/** Bytes after which writing stops. */
const PIECE = 2 ** 12;

/** A module that grows function by function, and is written as bytes or as text. */
export class ModuleBuilder {
  readonly imports: FunctionHandle[] = [];
  readonly functions: DefinedFunction[] = [];
  /** What people should read before all else. */
  readonly comments: string[] = [];
  readonly #names = new Set<string>();
  readonly #isShared: boolean;

  constructor({ isShared = false }: ModuleMemory = {}) {
    this.#isShared = isShared;
  }

  /** A function that the host gives under `env`. */
  hostFunction(name: string, parameters: readonly ValueType[]): FunctionHandle {
    this.#take(name);
    const handle = { name, parameters };
    this.imports.push(handle);
    return handle;
  }

  /** @param parameters by name, in order. @param build writes the body */
  function<Parameters extends Readonly<Record<string, ValueType>>>(
    name: string,
    parameters: Parameters,
    build: (builder: FunctionBuilder, locals: Locals<Parameters>) => void,
    isExported = false,
  ): FunctionHandle {
    this.#take(name);
    const body = new FunctionBuilder();
    const named = Object.entries(parameters).map(([key, type]) => [key, body.local(type, key)] as const);
    build(body, Object.fromEntries(named) as Locals<Parameters>);
    const made = { name, parameters: Object.values(parameters), body, isExported };
    this.functions.push(made);
    return made;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** The module, to be instantiated with `{ env: { memory, … } }`. */
  bytes(): Uint8Array<ArrayBuffer> {
    const pieces = this.bytesInPieces();
    for (;;) {
      const piece = pieces.next();
      if (piece.done === true) return piece.value;
    }
  }

  /** The same in pieces of a fraction of a millisecond: yields the bytes that it has written since it last stopped. */
  *bytesInPieces(): Generator<number, Uint8Array<ArrayBuffer>, void> {
    const indices = new Map([...this.imports, ...this.functions].map(({ name }, index) => [name, index]));
    const signatures = [...this.imports, ...this.functions].map(({ parameters }) => parameters.join(' '));
    const types = [...new Set(signatures)];
    const typeIndex = (position: number): number[] => unsigned(types.indexOf(signatures[position]!));
    const functionTypes = types.map((signature) => {
      const parameters = signature === '' ? [] : (signature.split(' ') as ValueType[]);
      return [0x60, ...vector(parameters.map((type) => [VALUE_TYPE_CODES[type]])), 0];
    });
    const limits = this.#isShared
      ? [3, ...unsigned(LEAST_PAGES), ...unsigned(MOST_PAGES)]
      : [0, ...unsigned(LEAST_PAGES)];
    const memory = [...nameBytes('env'), ...nameBytes('memory'), 2, ...limits];
    const imported = this.imports.map(({ name }, position) => {
      return [...nameBytes('env'), ...nameBytes(name), 0, ...typeIndex(position)];
    });
    const exported = this.functions
      .filter(({ isExported }) => isExported)
      .map(({ name }) => [...nameBytes(name), 0, ...unsigned(indices.get(name)!)]);
    const first = this.imports.length;
    const bodies: Uint8Array<ArrayBuffer>[] = [];
    let written = 0;
    for (const { body, parameters } of this.functions) {
      bodies.push(Uint8Array.from(functionBytes(body, parameters.length, indices)));
      written += bodies.at(-1)!.length;
      if (written < PIECE) continue;
      yield written;
      written = 0;
    }
    return joined([
      Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
      section(1, vector(functionTypes)),
      section(2, vector([memory, ...imported])),
      section(3, vector(this.functions.map((_, position) => typeIndex(first + position)))),
      ...(exported.length > 0 ? [section(7, vector(exported))] : []),
      ...codeSection(bodies),
    ]);
  }

  /** The same in WebAssembly's text format. */
  text(): string {
    return printModule(this, this.#isShared ? `${LEAST_PAGES} ${MOST_PAGES} shared` : `${LEAST_PAGES}`);
  }

  #take(name: string): void {
    if (this.#names.has(name)) throw functionTwice(name);
    this.#names.add(name);
  }
}

function functionBytes(body: FunctionBuilder, parameters: number, indices: ReadonlyMap<string, number>): number[] {
  const runs: { readonly type: ValueType; count: number }[] = [];
  for (const { type } of body.locals.slice(parameters)) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  const bytes = vector(runs.map(({ type, count }) => [...unsigned(count), VALUE_TYPE_CODES[type]]));
  writeCode(body.statements, bytes, indices);
  bytes.push(0x0b);
  return bytes;
}

function writeCode(code: readonly Code[], bytes: number[], indices: ReadonlyMap<string, number>): void {
  for (const { operands, part } of code) {
    writeCode(operands, bytes, indices);
    switch (part.kind) {
      case 'bytes':
        for (const byte of part.bytes) bytes.push(byte);
        break;
      case 'call': {
        const index = indices.get(part.callee.name);
        if (index === undefined) throw functionUnknown(part.callee.name, [...indices.keys()]);
        bytes.push(0x10, ...unsigned(index));
        break;
      }
      case 'if':
        bytes.push(0x04, 0x40);
        writeCode(part.whenTrue, bytes, indices);
        if (part.whenFalse.length > 0) {
          bytes.push(0x05);
          writeCode(part.whenFalse, bytes, indices);
        }
        bytes.push(0x0b);
        break;
      case 'loop':
        bytes.push(0x03, 0x40);
        writeCode(part.body, bytes, indices);
        bytes.push(0x0b);
        break;
      case 'comment':
        break;
    }
  }
}

function section(id: number, content: readonly number[]): Uint8Array {
  return Uint8Array.from([id, ...unsigned(content.length), ...content]);
}

/** Bodies can be long, so that their bytes are joined at the end. */
function codeSection(bodies: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
  const parts = [Uint8Array.from(unsigned(bodies.length))];
  for (const body of bodies) parts.push(Uint8Array.from(unsigned(body.length)), body);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([10, ...unsigned(length)]), ...parts];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return bytes;
}
