/** @file A turn of the event loop for others: timers, signals, painting. */
import { refuseSurplus } from '@ndl/numerics';

/**
 * Resolves after the event loop has gone round. Soon, also where nobody looks: in pages that are hidden, browsers let timers wait for a
 * second, after some minutes for a minute ("timer throttling" of background pages), so there it is a message that is waited for.
 */
export function eventLoopTurn(): Promise<void> {
  refuseSurplus('eventLoopTurn', arguments, 0);
  if (!isHiddenPage()) return new Promise((resolve) => setTimeout(resolve, 0));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

function isHiddenPage(): boolean {
  const { document } = globalThis as { readonly document?: { readonly visibilityState?: string } };
  return document?.visibilityState === 'hidden';
}
