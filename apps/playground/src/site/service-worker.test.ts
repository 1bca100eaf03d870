/** @file The service worker, run with caches that stand in for a browser's: editions, neighbours, and storage that is refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';

const SCOPE = 'https://example.org/play/';
const TEXT = readFileSync(join(import.meta.dirname, 'service-worker.js'), 'utf8');

interface Stand {
  readonly store: Map<string, Map<string, Response>>;
  /** What the network answers, by address; what is not there fails. */
  readonly network: Map<string, Response>;
  readonly refuses: Set<'open' | 'put'>;
}

/** Asks a service worker of one version for something. */
function worker({ store, network, refuses }: Stand, version: string) {
  const listeners = new Map<string, (event: object) => void>();
  const refused = async (): Promise<never> => Promise.reject(new Error('QuotaExceededError'));
  const cacheOf = (name: string) => {
    if (!store.has(name)) store.set(name, new Map());
    const kept = store.get(name)!;
    return {
      match: async ({ url }: { url: string }) => kept.get(url)?.clone(),
      put: async ({ url }: { url: string }, response: Response) =>
        refuses.has('put') ? refused() : void kept.set(url, response),
      addAll: async () => {},
    };
  };
  const self = {
    registration: { scope: SCOPE },
    location: { origin: 'https://example.org' },
    clients: { claim: async () => {} },
    skipWaiting: async () => {},
    addEventListener: (name: string, listener: (event: object) => void) => void listeners.set(name, listener),
  };
  const caches = {
    open: async (name: string) => (refuses.has('open') ? refused() : cacheOf(name)),
    keys: async () => [...store.keys()],
    delete: async (name: string) => store.delete(name),
    match: async ({ url }: { url: string }) =>
      [...store.values()].map((kept) => kept.get(url)?.clone()).find((response) => response !== undefined),
  };
  const fetch = async ({ url }: { url: string }): Promise<Response> => {
    const response = network.get(url);
    if (response === undefined) throw new Error('there is no network');
    return response.clone();
  };
  runInNewContext(TEXT.replace("'VERSION'", `'${version}'`), { self, caches, fetch, URL, Error });
  const during = async (name: 'install' | 'activate'): Promise<void> => {
    let done: Promise<unknown> | undefined;
    listeners.get(name)!({ waitUntil: (work: Promise<unknown>) => (done = work) });
    await done;
  };
  const ask = async (path: string): Promise<string> => {
    let answer: Promise<Response> | undefined;
    const request = { url: SCOPE + path, method: 'GET' };
    listeners.get('fetch')!({ request, respondWith: (response: Promise<Response>) => (answer = response) });
    const response = await answer!;
    return response.ok ? await response.text() : String(response.status);
  };
  return { during, ask };
}

const stand = (pages: Readonly<Record<string, string>>): Stand => ({
  store: new Map(),
  network: new Map(Object.entries(pages).map(([path, text]) => [SCOPE + path, new Response(text)])),
  refuses: new Set(),
});

test('what was loaded once is there without a network', async () => {
  const here = stand({ 'a.js': 'a' });
  const { ask } = worker(here, '1');
  expect(await ask('a.js')).toBe('a');
  here.network.clear();
  expect(await ask('a.js')).toBe('a');
  await expect(ask('b.js')).rejects.toThrow('no network');
});

test('where storage is full or refused, the network answers', async () => {
  for (const what of ['open', 'put'] as const) {
    const here = stand({ 'a.js': 'a' });
    here.refuses.add(what);
    expect(await worker(here, '1').ask('a.js')).toBe('a');
  }
});

test('a page of the edition before finds its files; older ones go, neighbours stay', async () => {
  const here = stand({ 'old.js': 'old' });
  here.store.set('another page', new Map());
  for (const version of ['1', '2']) {
    const { ask, during } = worker(here, version);
    await during('install');
    await during('activate');
    await ask('old.js');
  }
  here.network.set(`${SCOPE}old.js`, new Response('gone', { status: 404 }));
  const third = worker(here, '3');
  await third.during('install');
  await third.during('activate');
  expect([...here.store.keys()]).toEqual(['another page', ...['2', '3'].map((v) => `ndl-playground ${SCOPE} ${v}`)]);
  expect(await third.ask('old.js')).toBe('old');
  expect(await third.ask('never.js').catch(() => 'none')).toBe('none');
});
