/** @file Models to begin with: those of the gallery, each with the sentence that its source begins with. */
import { DEFAULT_MODEL } from './default-model.ts';
import { GALLERY_LAYOUTS, type StoredPlaces } from './gallery-layouts.ts';

export interface GalleryModel {
  readonly name: string;
  /** Where its boxes stand, as far as that is stored. */
  readonly places: StoredPlaces;
  load(): Promise<string>;
}

const sources: Readonly<Record<string, () => Promise<string>>> = import.meta.glob<string>(
  '../../../gallery/src/models/*.ts',
  { query: '?raw', import: 'default' },
);

/** The default model stands first. */
export const GALLERY: readonly GalleryModel[] = [
  { name: 'A value and its square', places: [], load: () => Promise.resolve(DEFAULT_MODEL) },
  ...Object.entries(sources).map(([path, load]) => ({
    name: nameOf(path),
    places: GALLERY_LAYOUTS[path.replace(/^.*\//, '')] ?? [],
    load,
  })),
];

/** `communication-channel.ts` → `Communication channel`. */
function nameOf(path: string): string {
  const words = path.replace(/^.*\/|\.ts$/g, '').replaceAll('-', ' ');
  return words[0]!.toUpperCase() + words.slice(1);
}
