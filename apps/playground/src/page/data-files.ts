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

/** Images as one array of grey values from 0 to 1, `images`, [images, height, width]: all as large as the first. */
export async function imagesAsData(files: readonly File[]): Promise<DataFile> {
  const bitmaps = await Promise.all(files.map(bitmapOf));
  const { width, height } = bitmaps[0]!;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const grey = new Float32Array(bitmaps.length * width * height);
  for (const [at, bitmap] of bitmaps.entries()) {
    context.clearRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    for (let pixel = 0; pixel < width * height; pixel++)
      grey[at * width * height + pixel] = (data[4 * pixel]! + data[4 * pixel + 1]! + data[4 * pixel + 2]!) / 765;
    bitmap.close();
  }
  const { encodeNpz, NdArray } = await import('@ndl/numerics');
  const images = new NdArray(grey, [bitmaps.length, height, width]);
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
