/** @file Files that are not what their names say are refused by name, before they take the place of a model. */
import { expect, test } from 'vitest';
import { openFiles } from './files.ts';

const opened = (name: string, content: string | Uint8Array<ArrayBuffer>): ReturnType<typeof openFiles> =>
  openFiles([new File([content], name)]);

test('a text is a model, whatever it is called', async () => {
  expect(await opened('model.ts', 'export default 1;\n// „ä“')).toEqual({
    model: { source: 'export default 1;\n// „ä“', file: undefined },
    data: [],
  });
  expect((await opened('model', 'x')).model?.source).toBe('x');
});

test('what is no text is no model', async () => {
  const picture = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]);
  await expect(opened('photo.ts', picture)).rejects.toThrow('photo.ts is no text');
  await expect(opened('notes.pdf', 'a\0b')).rejects.toThrow('notes.pdf is no text');
});

test('a network is an object of JSON', async () => {
  await expect(opened('net.json', '{')).rejects.toThrow('net.json is no JSON');
  await expect(opened('net.json', '[]')).rejects.toThrow('net.json holds no network');
});

test('data are known by their names, and kept as they are', async () => {
  const { data, model } = await opened('points.npz', Uint8Array.from([1, 2]));
  expect(model).toBeUndefined();
  expect(data).toEqual([{ name: 'points', format: 'npz', bytes: Uint8Array.from([1, 2]) }]);
});
