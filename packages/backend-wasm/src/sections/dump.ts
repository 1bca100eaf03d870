/** @file `NDL_DUMP=folder`: what programs become, as WebAssembly text for people, in files of that folder. In Node alone. */
import type { EmittedSection, Frame } from '@ndl/backend-kit';
import { printInstruction } from '@ndl/ir';
import type { ModuleBuilder } from '@ndl/wasm-module';
import { dumpNotWritten } from '../errors.ts';
import { bytesOf, type Store } from '../memory/memory.ts';

/** What is used of Node, where this runs in Node. */
interface NodeProcess {
  readonly env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: 'node:fs'): {
    mkdirSync(folder: string, options: { readonly recursive: boolean }): void;
    writeFileSync(file: string, text: string): void;
  };
}

let written = 0;

/** Writes the module, with a map of its memory and the instructions of its sections in front, where that is asked for. @throws NdlError FILE_NOT_WRITTEN */
export function dumpModule(
  module: ModuleBuilder,
  sections: readonly EmittedSection<Store>[],
  frame: Frame<Store>,
): void {
  const { process } = globalThis as { readonly process?: NodeProcess };
  const folder = process?.env?.['NDL_DUMP'];
  const files = folder === undefined || folder === '' ? undefined : process?.getBuiltinModule?.('node:fs');
  if (files === undefined) return;
  module.comments.push(...memoryMap(frame), ...sections.flatMap(sectionLines));
  const file = `${folder}/module${written++}.wat`;
  try {
    files.mkdirSync(folder!, { recursive: true });
    files.writeFileSync(file, module.text());
  } catch (cause) {
    throw dumpNotWritten(file, cause);
  }
}

function memoryMap({ program, items, place }: Frame<Store>): readonly string[] {
  const lines = program.buffers.flatMap(({ id, name }) => {
    try {
      const { store } = place(id);
      const { slices, copies, size, dtype } = store.shape;
      return [`  ${store.address} ${name}: ${slices} x ${copies} x ${size} ${dtype}, ${bytesOf(store.shape)} bytes`];
    } catch {
      return [];
    }
  });
  return [`a program in ${program.dtype}, for ${items} items`, 'memory: slices x items x elements', ...lines];
}

function sectionLines({ kind, direction, instructions }: EmittedSection<Store>, number: number): readonly string[] {
  return [
    `section${number}: ${kind}, ${direction}`,
    ...instructions.map((each, index) => `  ${index}: ${printInstruction(each)}`),
  ];
}
