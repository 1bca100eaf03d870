/** @file The plugin before and while it loads: what it costs, says, and refuses. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test, vi } from 'vitest';
import { TFJS_BACKEND, tfjs } from './index.ts';
import { wasmFolder } from './node.ts';
import { buffer, entryOf, program, runRequest, view, withExecutable } from './program-fixtures.test-helper.ts';

test('the entry speaks for itself', () => {
  const entry = entryOf(tfjs());
  expect(entry).toMatchObject({ name: 'tfjs', dtypes: ['float32'] });
  expect(entry.priority).toBeGreaterThan(0);
  expect(entry.supports(program({}))).toEqual({ supported: true });
  expect(entry.supports(program({ dtype: 'float64' }))).toMatchObject({
    supported: false,
    reason: expect.stringContaining('float32 only') as string,
  });
  expect(Symbol.keyFor(TFJS_BACKEND)).toBe('@ndl/backend-tfjs/backend');
});

test('bad options are refused', () => {
  expect(() => tfjs({ engine: 'cuda' as never })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  expect(() => tfjs({ maps: 'slow' as never })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});

test('until the backend loads, nothing of tfjs does, and nothing of Node is needed', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    outdir: 'out',
    conditions: ['@ndl/source'],
    external: ['@tensorflow/*'],
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect(imports.filter((path) => path.startsWith('node:'))).toEqual([]);
  const first = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith('src/index.ts'))!;
  const reached = new Set<string>();
  const visit = (output: typeof first): void => {
    for (const { path, kind, external } of output.imports) {
      if (kind !== 'import-statement' || reached.has(path)) continue;
      reached.add(path);
      if (external !== true) visit(metafile.outputs[path]!);
    }
  };
  visit(first);
  expect([...reached].filter((path) => path.startsWith('@tensorflow'))).toEqual([]);
});

test('tfjs does not greet', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const run = program({
    buffers: [buffer('x', 'state', [2], { initial: 1 })],
    step: [{ kind: 'fill', value: 2, target: view('x', 2), mode: 'add' }],
    outputs: [{ name: 'x', view: view('x', 2), every: 1 }],
  });
  await withExecutable(entryOf(tfjs({ engine: 'cpu' })), { run }, (executable) =>
    executable.run(runRequest({ steps: 2 })),
  );
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('the folder of the .wasm files', async () => {
  expect(existsSync(join(wasmFolder(), 'tfjs-backend-wasm-simd.wasm'))).toBe(true);
  const backend = await entryOf(tfjs({ engine: 'wasm', wasmPaths: wasmFolder() })).load({});
  expect(backend.description).toContain('wasm');
  backend.dispose();
});
