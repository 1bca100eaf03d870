/** @file The page follows a file where its address asks for it. */
import { afterEach, expect, test, vi } from 'vitest';
import { followFile } from './follow-file.ts';

afterEach(() => vi.unstubAllGlobals());

/** What the page asks for, and a way to answer. */
function pageAt(search: string): { readonly asked: string[]; say(data: string): void } {
  const asked: string[] = [];
  const target = new EventTarget();
  vi.stubGlobal('location', { search });
  vi.stubGlobal(
    'EventSource',
    class {
      constructor(address: string) {
        asked.push(address);
      }
      addEventListener(type: string, listener: EventListener): void {
        target.addEventListener(type, listener);
      }
    },
  );
  return { asked, say: (data) => void target.dispatchEvent(new MessageEvent('message', { data })) };
}

test('reads the file each time that it is told of it', () => {
  const { asked, say } = pageAt('?follow');
  const read: string[] = [];
  followFile((source) => read.push(source));
  say('{"source":"first"}');
  say('{"source":"second\\nline"}');
  expect(asked).toEqual(['live/model']);
  expect(read).toEqual(['first', 'second\nline']);
});

test('asks for nothing otherwise, as where the page is only static files', () => {
  const { asked } = pageAt('');
  followFile(() => expect.unreachable());
  expect(asked).toEqual([]);
});
