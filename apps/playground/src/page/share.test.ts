/** @file An address gives back what was put into it, and nothing else. */
import { expect, test } from 'vitest';
import { fragmentOf, sharedIn, type Shared } from './share.ts';

const SHARED: Shared = {
  source: 'export default 1;\n',
  added: [{ object: 'a', kind: 'grid' }],
  held: [['stimulus', [0.5, -1]]],
  places: [['a', 10, -20]],
  open: ['sub'],
  seed: 7,
  file: undefined,
};

/** A fragment that holds anything. */
const fragmentWith = (content: unknown): Promise<string> => fragmentOf(content as Shared);

test('all that is shared comes back', async () => {
  expect(await sharedIn(await fragmentOf(SHARED))).toEqual(SHARED);
  expect(await sharedIn('')).toBeUndefined();
  expect(await sharedIn('#section')).toBeUndefined();
});

test('what is of another form is left out', async () => {
  const odd = {
    source: 'x',
    added: [{ object: 'a', kind: 'script' }, null, { object: 1, kind: 'value' }],
    held: [['a', ['b']], ['far', [1e300]], ['c', [1]], 5],
    places: [
      ['a', 1],
      ['b', 1, null],
      ['far', 1e308, 0],
      ['c', 1, 2],
    ],
    open: [1, 'sub', {}],
    seed: -1,
    file: 5,
  };
  expect(await sharedIn(await fragmentWith(odd))).toEqual({
    source: 'x',
    added: [],
    held: [['c', [1]]],
    places: [['c', 1, 2]],
    open: ['sub'],
    seed: undefined,
    file: undefined,
  });
});

test('what is cut, empty or too large is refused', async () => {
  const whole = await fragmentOf(SHARED);
  await expect(sharedIn(whole.slice(0, -12))).rejects.toThrow('cut');
  // Mail programs break lines and encode what they do not know.
  await expect(sharedIn(`${whole.slice(0, 40)}%20`)).rejects.toThrow('cut');
  await expect(sharedIn('#m=')).rejects.toThrow('cut');
  await expect(sharedIn(`#m2=${whole.slice(3)}`)).rejects.toThrow("begins with '#m2='");
  await expect(sharedIn(await fragmentWith(null))).rejects.toThrow('no model');
  await expect(sharedIn(await fragmentWith({ source: 5 }))).rejects.toThrow('no model');
  await expect(sharedIn(`#m=${'A'.repeat(70_000)}`)).rejects.toThrow('longer than any');
  await expect(fragmentOf({ ...SHARED, source: 'x'.repeat(300_000) })).rejects.toThrow('save it as a file');
});

test('a small address that unpacks to a lot is refused', async () => {
  const zeros = new Blob([new Uint8Array(5_000_000)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = Buffer.from(await new Response(zeros).arrayBuffer());
  await expect(sharedIn(`#m=${bytes.toString('base64url')}`)).rejects.toThrow('cut');
});
