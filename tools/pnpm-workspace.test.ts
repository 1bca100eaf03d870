/** @file What pnpm is told of tarballs: files of the names that npm gives them. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pnpmWorkspace } from './pnpm-workspace.mjs';
import { readManifest, ROOT } from './workspace.ts';

test('overrides name each package, and the file that npm packs it as', () => {
  const [npm, first] = process.env['npm_execpath']?.endsWith('.js')
    ? [process.execPath, [process.env['npm_execpath']]]
    : ['npm', []];
  const layers = ['packages/plots', 'packages/ndl'];
  const packing = [
    'pack',
    '--dry-run',
    '--json',
    '--ignore-scripts',
    ...layers.flatMap((path) => ['--workspace', path]),
  ];
  const told = execFileSync(npm, [...first, ...packing], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const files = Object.values(JSON.parse(told) as Record<string, { readonly filename: string }>).map(
    ({ filename }) => filename,
  );
  const packages = layers.map((path) => {
    const { name, version } = readManifest(`${ROOT}/${path}`) as unknown as Readonly<
      Record<'name' | 'version', string>
    >;
    return { name, version, folder: 'C:\\a b\\tarballs' };
  });
  expect(pnpmWorkspace(packages)).toBe(
    [
      'overrides:',
      `  "@ndl/plots": "file:C:/a b/tarballs/${files.find((file) => file.includes('plots'))}"`,
      `  "ndl": "file:C:/a b/tarballs/${files.find((file) => !file.includes('plots'))}"`,
      '',
    ].join('\n'),
  );
});
