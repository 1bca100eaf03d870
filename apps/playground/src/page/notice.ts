/** @file What went wrong beside the model: an address or a file that cannot be read, a share that is too long. It stays until something else is tried. */
import { byId } from './element.ts';

const place = byId('notice');

export function notice(message: string): void {
  place.textContent = message;
  place.hidden = false;
}

/** Does work, and says why it failed. */
export async function attempt(work: () => Promise<void> | void): Promise<void> {
  place.hidden = true;
  try {
    await work();
  } catch (error) {
    notice((error as Error).message);
  }
}
