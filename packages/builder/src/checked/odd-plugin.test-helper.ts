/** @file For tests: builds with a definition that a plugin @acme/odd contributed, and what they are refused with. */
import type { Network } from '@ndl/model';
import { expect } from 'vitest';
import { build, DEFINITIONS } from '../building/build.test-helper.ts';

/** The kind of the odd definition. */
export const KIND = 'acme/odd';
export const PLUGIN = '@acme/odd';

/** Builds with one more definition, or one in the place of that of its kind, which plugin @acme/odd contributed. */
export function buildWith<Definition extends { readonly kind: string }>(
  network: Network,
  list: keyof typeof DEFINITIONS,
  definition: Definition,
): ReturnType<typeof build> {
  const known = (DEFINITIONS[list] as readonly { readonly kind: string }[]).filter(
    ({ kind }) => kind !== definition.kind,
  );
  return build(network, {
    definitions: {
      ...DEFINITIONS,
      [list]: [...known, definition],
      pluginOf: (asked) => (asked === definition ? PLUGIN : undefined),
    },
  });
}

/** What a build is refused with. */
export async function refusalOf(
  building: Promise<unknown>,
): Promise<{ code: string; message: string; cause: unknown }> {
  return building.then(
    () => expect.unreachable('the build should have failed'),
    (error: unknown) => error as { code: string; message: string; cause: unknown },
  );
}
