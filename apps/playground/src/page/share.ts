/** @file A model in an address, with what the user made of the page: compressed, in the fragment, which never leaves the browser. */
import { PANEL_KINDS } from '@ndl/model-source';
import type { AddedPanel } from '../runner/messages.ts';

/** Characters of an address, and of a source, that are still taken. */
const MOST_COMPRESSED = 60_000;
const MOST_CHARACTERS = 200_000;
/** Pixels of a picture from its origin. */
const FARTHEST = 100_000;

/** What is kept. */
export interface Shared {
  readonly source: string;
  readonly added: readonly AddedPanel[];
  /** Sources that are held by hand: identity and values. */
  readonly held: readonly (readonly [string, readonly number[]])[];
  /** Boxes that were moved: identity and place. */
  readonly places: readonly (readonly [string, number, number])[];
  /** Subnetworks that are open. */
  readonly open: readonly string[];
  /** Of networks that have none of their own. */
  readonly seed: number | undefined;
  /** The text of a file that the model imports. */
  readonly file: string | undefined;
}

/** @throws Error where it is too long */
export async function fragmentOf(shared: Shared): Promise<string> {
  const text = JSON.stringify(shared);
  if (text.length > MOST_CHARACTERS)
    throw new Error(`the model has more than ${MOST_CHARACTERS} characters; save it as a file.`);
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const fragment = `#m=${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  if (fragment.length > MOST_COMPRESSED) throw new Error('the model is too long for an address; save it as a file.');
  return fragment;
}

/**
 * Undefined where the fragment holds no model.
 * @throws Error where it holds one that is broken, too long, or of a form that this page does not know
 */
export async function sharedIn(fragment: string): Promise<Shared | undefined> {
  const [form, encoded] = /^#([^=]*)=(.*)$/s.exec(fragment)?.slice(1) ?? [];
  if (form === undefined || encoded === undefined) return undefined;
  if (form !== 'm')
    throw new Error(
      `the address begins with '#${form.slice(0, 20)}=', which this page does not know; another edition of it may.`,
    );
  if (fragment.length > MOST_COMPRESSED) throw new Error('the address is longer than any that this page makes.');
  const given = await decoded(encoded);
  if (typeof given?.source !== 'string') throw new Error('the address holds no model.');
  return {
    source: given.source,
    added: listOf(given.added, isAdded),
    held: listOf(given.held, isHeld),
    places: listOf(given.places, isPlace),
    open: listOf(given.open, isText),
    seed: isSeed(given.seed) ? given.seed : undefined,
    file: isText(given.file) ? given.file : undefined,
  };
}

async function decoded(encoded: string): Promise<Partial<Record<keyof Shared, unknown>> | null> {
  try {
    if (!/^[\w-]+$/.test(encoded)) throw new Error('characters that no address has');
    const bytes = Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
    return JSON.parse(await inflated(bytes)) as Partial<Record<keyof Shared, unknown>> | null;
  } catch (error) {
    throw new Error('the address holds no model that can be read; it may have been cut.', { cause: error });
  }
}

/** What of a list is of the right form: addresses are written by anybody. */
function listOf<Entry>(given: unknown, is: (entry: unknown) => entry is Entry): Entry[] {
  return Array.isArray(given) ? given.slice(0, 1000).filter(is) : [];
}

const isText = (entry: unknown): entry is string => typeof entry === 'string';
const isNumber = (entry: unknown): entry is number => Number.isFinite(entry);
const isSeed = (seed: unknown): seed is number =>
  Number.isSafeInteger(seed) && (seed as number) >= 0 && (seed as number) < 2 ** 31;

function isAdded(entry: unknown): entry is AddedPanel {
  const { object, kind } = (entry ?? {}) as Partial<Record<keyof AddedPanel, unknown>>;
  return isText(object) && (PANEL_KINDS as readonly unknown[]).includes(kind);
}

/** Where a box may stand: beyond, a picture has no digits left to draw it with. */
const isNear = (value: unknown): boolean => isNumber(value) && Math.abs(value) <= FARTHEST;

/** Sliders go from -1 to 1. */
function isHeld(entry: unknown): entry is [string, number[]] {
  return (
    Array.isArray(entry) &&
    isText(entry[0]) &&
    Array.isArray(entry[1]) &&
    entry[1].every((value) => isNumber(value) && Math.abs(value) <= 1)
  );
}

function isPlace(entry: unknown): entry is [string, number, number] {
  return Array.isArray(entry) && isText(entry[0]) && isNear(entry[1]) && isNear(entry[2]);
}

/** Stops reading where more comes out than a model may have. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > MOST_CHARACTERS) {
      await reader.cancel();
      throw new Error('too long');
    }
  }
}
