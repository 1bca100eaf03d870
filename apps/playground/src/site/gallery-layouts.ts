/** @file Where boxes of the gallery's models stand, computed once, so that the page loads no elk for them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importModel } from '@ndl/model-source';
import * as networks from '@ndl/networks';
import * as ndl from 'ndl';
import type { StoredPlaces } from '../page/gallery-layouts.ts';
import { layOutAtOnce, layOutByElk, ROOM, type Elk } from '../page/layout.ts';
import { visibleNetwork } from '../page/visible-network.ts';
import { describeNetwork } from '../runner/describe-network.ts';

const MODELS = fileURLToPath(new URL('../../../gallery/src/models/', import.meta.url));

/** By file, of all models whose boxes do not stand in rows. */
export async function layoutsOfGallery(): Promise<Record<string, StoredPlaces>> {
  const { default: Constructor } = (await import('elkjs/lib/elk.bundled.js')) as unknown as { default: new () => Elk };
  const elk = new Constructor();
  const layouts: Record<string, StoredPlaces> = {};
  for (const file of readdirSync(MODELS).sort()) {
    const source = readFileSync(join(MODELS, file), 'utf8');
    const { network, declarations } = await importModel(source, { packages: { ndl, '@ndl/networks': networks }, file });
    const { objects, connections } = describeNetwork(network, declarations);
    const visible = visibleNetwork(objects, connections, new Set(), objects.length);
    if (!layOutAtOnce(visible, new Map()).isRough) continue;
    const places = await layOutByElk(elk, visible, new Map(), ROOM);
    layouts[file] = [...places].map(([id, { x, y }]) => [id, Math.round(x), Math.round(y)]);
  }
  return layouts;
}

/** The source of `page/gallery-layouts.ts`. */
export async function layoutsSource(): Promise<string> {
  const layouts = JSON.stringify(await layoutsOfGallery());
  return `/** @file Where boxes of the gallery's models stand; \`npm run playground -- --layouts\` writes this file. */
/** Identities and places, as addresses hold them. */
export type StoredPlaces = readonly (readonly [string, number, number])[];

export const GALLERY_LAYOUTS: Readonly<Record<string, StoredPlaces>> = ${layouts};
`;
}
