/** @file Serves a folder to this machine, with the headers that threads need. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';

/** Serves until it is disposed of. */
export interface SiteServer extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string;
}

/** What takes server-sent events: of Node's `ServerResponse` as much as that needs, so that the declarations do without Node's. */
export interface EventResponse {
  write(text: string): unknown;
  on(event: 'close', listener: () => void): unknown;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** What browsers want before they share memory among threads. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/**
 * Serves to this machine alone.
 * @param port 0 for any that is free
 * @param streams by path, what answers with server-sent events; asked by pages of this address only
 */
export async function serveSite(
  folder: string,
  port: number,
  streams: Readonly<Record<string, (response: EventResponse) => unknown>> = {},
): Promise<SiteServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    if (Object.hasOwn(streams, path) && isLocal(request.headers.host)) {
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      streams[path]!(response);
      return;
    }
    const file = fileOf(folder, request.url ?? '/');
    if (file === undefined) {
      response.writeHead(404, HEADERS).end('Not found');
      return;
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Cache-Control': 'no-cache' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Not where a name of somebody else's leads to this machine. */
function isLocal(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? '');
}

function fileOf(folder: string, url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    if (!file.startsWith(normalize(folder + sep))) return undefined;
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
