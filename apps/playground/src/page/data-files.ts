/** @file Data that models load: files that the user opened, and those that the page ships. */

/** By name, without the ending; bytes as they stand in the file. */
export interface DataFile {
  readonly name: string;
  readonly format: 'npz' | 'csv';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Bytes of data that the page still takes. */
export const MOST_BYTES = 200_000_000;

/** The format of a file by its name; undefined for what holds no data. */
export function formatOf(name: string): DataFile['format'] | 'image' | undefined {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
  if (ending === 'npz' || ending === 'csv') return ending;
  return ending === 'png' || ending === 'jpg' || ending === 'jpeg' || ending === 'webp' ? 'image' : undefined;
}

/** `digits.npz` → `digits`. */
export const stemOf = (name: string): string => name.replace(/\.\w+$/, '');

/** What the page ships under a name; undefined where it ships nothing so called. */
export async function shippedData(name: string): Promise<DataFile | undefined> {
  if (!/^[\w-]+$/.test(name)) return undefined;
  const response = await fetch(`data/${name}.npz`).catch(() => undefined);
  if (!response?.ok) return undefined;
  return { name, format: 'npz', bytes: new Uint8Array(await response.arrayBuffer()) };
}

/**
 * Images as one array of grey values from 0 to 1, `images`, [images, height, width], in the order of their names: all as large as the first.
 * What is transparent is white, as on a page.
 * @throws Error for what is no image, and where all of them are too many pixels
 */
export async function imagesAsData(files: readonly File[]): Promise<DataFile> {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const ordered = files.toSorted((a, b) => compare(a.name, b.name));
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  let grey = new Float32Array();
  // One after the other: a thousand photographs at once are more than there is memory for.
  for (const [at, file] of ordered.entries()) {
    const bitmap = await bitmapOf(file);
    if (at === 0) {
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      const bytes = ordered.length * bitmap.width * bitmap.height * Float32Array.BYTES_PER_ELEMENT;
      if (bytes > MOST_BYTES)
        throw new Error(
          `${ordered.length} images of ${bitmap.width} × ${bitmap.height} pixels are ${Math.ceil(bytes / 1e6)} MB as numbers, more than ${MOST_BYTES / 1e6}; make them smaller.`,
        );
      grey = new Float32Array(bytes / Float32Array.BYTES_PER_ELEMENT);
    }
    const { width, height } = canvas;
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    for (let pixel = 0; pixel < width * height; pixel++)
      grey[at * width * height + pixel] = (data[4 * pixel]! + data[4 * pixel + 1]! + data[4 * pixel + 2]!) / 765;
  }
  const { encodeNpz, NdArray } = await import('@ndl/numerics');
  const images = new NdArray(grey, [ordered.length, canvas.height, canvas.width]);
  const bytes = encodeNpz([['images', images]]) as Uint8Array<ArrayBuffer>;
  return { name: files.length === 1 ? stemOf(files[0]!.name) : 'images', format: 'npz', bytes };
}

/** @throws Error for what is no image */
async function bitmapOf(file: File): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch (error) {
    throw new Error(`${file.name} is no image that can be read.`, { cause: error });
  }
}
