/** @file No file of a package imports itself by way of others, types included: what it needs stands below it. */
import { expect, test } from 'vitest';
import { localImportsOf, packagesBelow } from './workspace.ts';

/** The first way round that a walk along the imports finds; undefined where there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next, [...way, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = walk(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/**
 * There imports of types alone may go round: a network and its objects are types of each other, a class per file; frames of
 * tfjs run actions, which are functions of frames.
 */
const MUTUAL_TYPES = ['@ndl/model', '@ndl/backend-tfjs'];

test.each([...packagesBelow('packages'), ...packagesBelow('apps')])(
  '$manifest.name has no circle of imports',
  (workspacePackage) => {
    const types = !MUTUAL_TYPES.includes(workspacePackage.manifest.name);
    expect(circleIn(localImportsOf(workspacePackage, { types }))).toBeUndefined();
  },
);

test('a circle would be found', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  expect(circleIn(imports)).toEqual(['b', 'd', 'b']);
});
