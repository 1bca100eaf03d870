/** @file Keeps the page for when there is no network. The build fills in its version and files. */
/** Other pages of the same origin have caches of their own. */
const PREFIX = `ndl-playground ${self.registration.scope} `;
const CACHE = PREFIX + 'VERSION';
const FILES = ['FILES'];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(['./', ...FILES]))
      .then(() => self.skipWaiting()),
  );
});

/** The edition before this one stays, for pages that are still open and load more of it. */
self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE))
      .then((editions) => Promise.all(editions.slice(0, -1).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  // A file that is followed is read from the disk.
  if (pathname.endsWith('/live/model')) return;
  event.respondWith(answer(request));
});

/** Where nothing can be kept - storage is full, or refused -, all comes from the network each time. */
async function answer(request) {
  const cache = await caches.open(CACHE).catch(() => undefined);
  const kept = await cache?.match(request, { ignoreSearch: true }).catch(() => undefined);
  if (kept) return kept;
  const fresh = await fetch(request).catch((error) => error);
  if (fresh.ok) {
    await cache?.put(request, fresh.clone()).catch(() => {});
    return fresh;
  }
  const older = await caches.match(request, { ignoreSearch: true }).catch(() => undefined);
  if (older) return older;
  if (fresh instanceof Error) throw fresh;
  return fresh;
}
