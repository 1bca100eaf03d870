/** @file Files that the user opens: models, networks of Nengo's, and data. */
import { formatOf, imagesAsData, MOST_BYTES, stemOf, type DataFile } from './data-files.ts';
import { nengoModel } from './nengo-model.ts';

/** Characters of a model, and of a network of Nengo's, that are still taken. */
const MOST_MODEL = 1_000_000;
const MOST_NETWORK = 100_000_000;

/** What became of the files. */
export interface Opened {
  /** A model, and the file that it imports. */
  readonly model?: { readonly source: string; readonly file: string | undefined };
  readonly data: readonly DataFile[];
}

/** @throws Error where a file is too large, or not what its name says */
export async function openFiles(files: readonly File[]): Promise<Opened> {
  const images = files.filter(({ name }) => formatOf(name) === 'image');
  const data: DataFile[] = [];
  let model: Opened['model'];
  for (const file of files) {
    const format = formatOf(file.name);
    if (file.size > MOST_BYTES) throw new Error(`${file.name} is larger than ${MOST_BYTES / 1e6} MB.`);
    if (format === 'image') continue;
    if (format !== undefined)
      data.push({ name: stemOf(file.name), format, bytes: new Uint8Array(await file.arrayBuffer()) });
    else if (file.name.endsWith('.json')) {
      if (file.size > MOST_NETWORK) throw new Error(`${file.name} is larger than ${MOST_NETWORK / 1e6} MB.`);
      const text = await file.text();
      model = { source: nengoModel(text, file.name), file: text };
    } else {
      if (file.size > MOST_MODEL) throw new Error(`${file.name} is larger than ${MOST_MODEL / 1e6} MB.`);
      model = { source: await textOf(file), file: undefined };
    }
  }
  if (images.length > 0) data.push(await imagesAsData(images));
  return { ...(model !== undefined && { model }), data };
}

/** @throws Error for what is no text, such as a picture or a document of another program */
async function textOf(file: File): Promise<string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    if (!text.includes('\0')) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new Error(
    `${file.name} is no text. Open a model (.ts, .js), data (.npz, .csv), images (.png, .jpg, .webp) or a network of Nengo's (.json).`,
  );
}
