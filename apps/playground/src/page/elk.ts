/** @file elk, loaded when it is first wanted. */
import type { Elk } from './layout.ts';

let elk: Elk | undefined;

/** One that lays out in a worker, so that the page is not kept waiting. */
export async function loadElk(): Promise<Elk> {
  const [{ default: Constructor }, { default: workerUrl }] = (await Promise.all([
    import('elkjs/lib/elk-api.js'),
    // @ts-expect-error -- Vite gives the address of the file, of which TypeScript knows nothing
    import('elkjs/lib/elk-worker.min.js?url'),
  ])) as unknown as [{ default: new (options: { workerUrl: string }) => Elk }, { default: string }];
  return (elk ??= new Constructor({ workerUrl }));
}
