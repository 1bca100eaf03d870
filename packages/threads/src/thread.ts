/** @file `Thread`: a worker of Node or of a browser, and how many of them this host can run at a time. */

/** A thread that runs, until it is ended. */
export interface Thread<Order = never> {
  tell(order: Order): void;
  /** Whether the process waits for it. Pages do not mind. */
  hold(isHeld: boolean): void;
  end(): void;
}

/** What a thread says by itself. */
export interface ThreadEvents<Answer = never> {
  /** It posted a message. */
  answered(answer: Answer): void;
  /** It did not start, or is gone, without being told to. */
  gone(reason: unknown): void;
}

/** Where threads come from. */
export interface ThreadHost {
  /** Threads that can run at a time. */
  readonly cores: number;
  /** Why there are none, as a sentence without its stop; undefined where there are. */
  readonly refusal: string | undefined;
  /**
   * Starts a thread that runs a text: a script that gets orders as messages, and posts answers. In Node, what posts and gets them is the
   * `parentPort` of `node:worker_threads`, in browsers `self`.
   * @throws where the host does not let it start
   */
  start<Order, Answer>(text: string, events: ThreadEvents<Answer>): Thread<Order>;
}

interface NodeWorker {
  on(event: 'message', listener: (answer: unknown) => void): void;
  on(event: 'error' | 'exit', listener: (reason: unknown) => void): void;
  postMessage(order: unknown): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

interface NodeModules {
  readonly 'node:worker_threads': {
    readonly Worker: new (text: string, options: object) => NodeWorker;
  };
  readonly 'node:os': { availableParallelism(): number };
}

/** What is used of Node, where this runs in Node. */
interface NodeProcess {
  getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined;
}

interface Host {
  readonly process?: NodeProcess;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly crossOriginIsolated?: boolean;
}

/** The host that this runs in. */
export function threadHost(): ThreadHost {
  const { process, navigator, crossOriginIsolated } = globalThis as Host;
  const workers = process?.getBuiltinModule?.('node:worker_threads');
  const cores = process?.getBuiltinModule?.('node:os')?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
  if (workers !== undefined)
    return { cores, refusal: undefined, start: (text, events) => inNode(workers, text, events) };
  return { cores, refusal: refusalOfPage(crossOriginIsolated === true), start: inBrowser };
}

function refusalOfPage(isIsolated: boolean): string | undefined {
  if (typeof Worker !== 'function' || typeof Blob !== 'function') return 'this host has no workers';
  if (!isIsolated || typeof SharedArrayBuffer !== 'function')
    return 'threads need SharedArrayBuffer: serve the page with COOP and COEP headers (cross-origin isolation)';
  return undefined;
}

function inNode<Order, Answer>(
  workers: NodeModules['node:worker_threads'],
  text: string,
  events: ThreadEvents<Answer>,
): Thread<Order> {
  // Loaders and inspectors of the process are no matter of a thread.
  const worker = new workers.Worker(text, { eval: true, execArgv: [], name: 'ndl' });
  worker.on('message', (answer) => events.answered(answer as Answer));
  worker.on('error', (error) => events.gone(error));
  worker.on('exit', (code) => events.gone(new Error(`a thread ended with code ${String(code)}`)));
  worker.unref();
  return {
    tell: (order) => worker.postMessage(order),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}

function inBrowser<Order, Answer>(text: string, events: ThreadEvents<Answer>): Thread<Order> {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'ndl' });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    URL.revokeObjectURL(url);
    events.answered(data);
  };
  worker.onerror = (event) => {
    URL.revokeObjectURL(url);
    event.preventDefault();
    events.gone(new Error(event.message || 'a worker did not start: does the Content-Security-Policy allow blob: ?'));
  };
  return { tell: (order) => worker.postMessage(order), hold: () => {}, end: () => worker.terminate() };
}
