/**
 * @file The place where code of strangers runs: a worker made of text, in a frame of an origin of its own, without network, files and storage.
 * What it computes comes back by a MessagePort; what it does not give back ends with {@link Sandbox.close}.
 */

/** A place for code. */
export interface Sandbox {
  /** Between the page and the worker. */
  readonly port: MessagePort;
  /** Ends all that runs, whatever it does. */
  close(): void;
}

/** All that runs in the frame itself: it makes the worker, and hands it the port. */
export const BOOTSTRAP: string = `onmessage = ({ data, ports: [port] }) => {
  const url = URL.createObjectURL(new Blob([data], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onerror = (event) => worker.postMessage({ failed: event.message });
  worker.postMessage({ port }, [port]);
};
parent.postMessage('frame-ready', '*');`;

/**
 * Opens a sandbox.
 * @param text a classic script for a worker, whose first message brings `{ port }`
 * @throws Error where the frame does not start within ten seconds
 */
export async function openSandbox(text: string): Promise<Sandbox> {
  const hash = await sha256(BOOTSTRAP);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}' blob: 'wasm-unsafe-eval'`,
    'worker-src blob:',
    "connect-src 'none'",
  ].join('; ');
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.setAttribute('allow', 'cross-origin-isolated');
  frame.title = 'Where the model runs';
  frame.hidden = true;
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${BOOTSTRAP}</script>`;
  const started = new Promise<void>((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error('the frame in which models run did not start')), 10_000);
    const listen = (event: MessageEvent): void => {
      if (event.source !== frame.contentWindow || event.data !== 'frame-ready') return;
      removeEventListener('message', listen);
      clearTimeout(patience);
      resolve();
    };
    addEventListener('message', listen);
  });
  document.body.append(frame);
  await started;
  const { port1, port2 } = new MessageChannel();
  frame.contentWindow!.postMessage(text, '*', [port2]);
  port1.start();
  return {
    port: port1,
    close: () => {
      port1.close();
      frame.remove();
    },
  };
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
