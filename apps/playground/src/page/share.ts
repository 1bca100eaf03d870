/** @file A model in an address: compressed, in the fragment, which never leaves the browser. */

/** Characters of an address, and of a source, that are still taken. */
const MOST_COMPRESSED = 60_000;
const MOST_CHARACTERS = 200_000;

/** What is kept. */
export interface Shared {
  readonly source: string;
  readonly added: readonly { readonly object: string; readonly kind: string }[];
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

/** Undefined where the fragment holds no model. @throws Error where it holds one that is broken or too long */
export async function sharedIn(fragment: string): Promise<Shared | undefined> {
  const encoded = /^#m=([\w-]+)$/.exec(fragment)?.[1];
  if (encoded === undefined) return undefined;
  if (fragment.length > MOST_COMPRESSED) throw new Error('the address is longer than any that this page makes.');
  let text: string;
  try {
    const bytes = Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
    text = await inflated(bytes);
  } catch (error) {
    throw new Error('the address holds no model that can be read; it may have been cut.', { cause: error });
  }
  const { source, added } = JSON.parse(text) as Partial<Shared>;
  if (typeof source !== 'string') throw new Error('the address holds no model.');
  const panels = Array.isArray(added) ? added.slice(0, 50) : [];
  return {
    source,
    added: panels.flatMap(({ object, kind }) =>
      typeof object === 'string' && typeof kind === 'string' ? [{ object, kind }] : [],
    ),
  };
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
