/**
 * @file The digits that the gallery ships: of MNIST, the first images of either set, in 16 shades of grey. Written anew, after a build, by
 * `node -e "import('./apps/mnist/dist/gallery-digits.js').then(({ writeGalleryDigits }) => writeGalleryDigits())"`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodeNpy } from '@ndl/numerics';
import { zipSync } from 'fflate';
import { PIXELS, readDigitBytes, SIDE } from './digits.ts';

/** Where they are. */
export const GALLERY_DIGITS: string = fileURLToPath(new URL('../../gallery/data/digits.npz', import.meta.url));

/** Where they come from, and their licence: beside them, and within them. */
export const GALLERY_NOTICE: string = fileURLToPath(new URL('../../gallery/data/digits-notice.txt', import.meta.url));

/** Images of each set. */
const COUNTS = { train: 6000, test: 2000 } as const;

/** Shades above black. */
const BRIGHTEST = 15;

/** An array of small whole numbers. */
export interface SmallNumbers {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** `trainImages` and `testImages`, [images, 28, 28] from 0 to 15, `trainLabels` and `testLabels`, [images]. */
export async function galleryDigits(): Promise<Readonly<Record<string, SmallNumbers>>> {
  const [train, test] = [await readDigitBytes('train'), await readDigitBytes('t10k')];
  return {
    trainImages: shadesOf(train.images, COUNTS.train),
    trainLabels: { shape: [COUNTS.train], bytes: train.labels.slice(0, COUNTS.train) },
    testImages: shadesOf(test.images, COUNTS.test),
    testLabels: { shape: [COUNTS.test], bytes: test.labels.slice(0, COUNTS.test) },
  };
}

/** Writes them as NumPy would. */
export async function writeGalleryDigits(): Promise<void> {
  const files = Object.entries(await galleryDigits()).map(([name, array]) => [`${name}.npy`, npyOf(array)] as const);
  const notice = encodeNpy(await readFile(GALLERY_NOTICE, 'utf8'));
  const archive = { ...Object.fromEntries(files), 'notice.npy': notice };
  await writeFile(GALLERY_DIGITS, zipSync(archive, { level: 9, mtime: new Date(1980, 0, 1) }));
}

function shadesOf(images: Uint8Array, count: number): SmallNumbers {
  const bytes = images.slice(0, count * PIXELS).map((value) => Math.round((value * BRIGHTEST) / 255));
  return { shape: [count, SIDE, SIDE], bytes };
}

/** Version 1.0 of the format (NumPy Enhancement Proposal 1): a header of 128 bytes, and the numbers. */
function npyOf({ shape, bytes }: SmallNumbers): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '|u1', 'fortran_order': False, 'shape': (${axes}), }`;
  const magic = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0);
  return Buffer.concat([magic, Buffer.from(`${dictionary.padEnd(117)}\n`), bytes]);
}
