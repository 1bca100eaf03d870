/** @file What hostile and honest code tries in a sandbox: each answer says what happened. A classic worker script, as text. */
export const ISOLATION_PROBE: string = `
const attempt = async (work) => {
  try {
    return { done: await work() };
  } catch (error) {
    return { refused: error.name };
  }
};
const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const inNestedWorker = () => {
  const text = 'onmessage = ({ data }) => { new Int32Array(data)[0] = 42; postMessage("written"); }';
  const worker = new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return new Promise((resolve, reject) => {
    worker.onerror = reject;
    worker.onmessage = () => resolve(new Int32Array(memory.buffer)[0]);
    worker.postMessage(memory.buffer);
  });
};
const attempts = {
  isolated: () => crossOriginIsolated,
  origin: () => self.origin,
  sharedMemory: () => new SharedArrayBuffer(8).byteLength,
  nestedWorker: inNestedWorker,
  wasm: () => WebAssembly.validate(bytes('0061736d01000000')) && new WebAssembly.Module(bytes('0061736d01000000')) && 'compiled',
  ownImport: async () => {
    const url = URL.createObjectURL(new Blob(['export const value = 7'], { type: 'text/javascript' }));
    return (await import(url)).value;
  },
  evaluate: () => (0, eval)('1 + 1'),
  fetch: async (url) => (await fetch(url)).status,
  remoteImport: async (url) => Object.keys(await import(url + 'module.js')),
  remoteScript: (url) => importScripts(url + 'module.js'),
  socket: (url) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url.replace('http', 'ws'));
      socket.onopen = resolve;
      socket.onerror = () => reject(new DOMException('', 'SocketError'));
    }),
  request: (url) => {
    const request = new XMLHttpRequest();
    request.open('GET', url, false);
    request.send();
    return request.status;
  },
  storage: () => new Promise((resolve, reject) => {
    const request = indexedDB.open('x');
    request.onsuccess = () => resolve('opened');
    request.onerror = () => reject(request.error);
  }),
  cache: async () => String(await caches.keys()),
};
onmessage = ({ data: { port } }) => {
  port.onmessage = async ({ data: { name, url } }) => {
    if (name === 'bomb') {
      const kept = [];
      for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
    }
    port.postMessage(await attempt(() => attempts[name](url)));
  };
  port.postMessage('ready');
};`;
