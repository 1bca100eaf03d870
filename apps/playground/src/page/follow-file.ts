/** @file The file that `ndl playground model.ts` follows: opened, and read again whenever it is written. */

/** Calls `read` with the text of the file, now and after each change, where the address asks for it: `?follow`. */
export function followFile(read: (source: string) => void): void {
  if (!new URLSearchParams(location.search).has('follow')) return;
  // It connects again by itself where the command is stopped and started.
  new EventSource('live/model').addEventListener('message', ({ data }: MessageEvent<string>) => {
    read((JSON.parse(data) as { source: string }).source);
  });
}
