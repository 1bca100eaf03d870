/** @file The worker of the page in which the TypeScript service lives; it never runs what it reads. */
import { DECLARATIONS_FILE, type Declarations } from './declarations.ts';
import type { Asked, Told } from './messages.ts';
import { TypeService } from './type-service.ts';

/** Beside the page, whose address the worker's name is. */
const service = fetch(new URL(DECLARATIONS_FILE, self.name)).then(async (response) => {
  if (!response.ok) throw new Error(`${DECLARATIONS_FILE} was not loaded: ${response.status}`);
  return new TypeService((await response.json()) as Declarations);
});
service.catch(() => {});

self.onmessage = async ({ data: { number, question } }: MessageEvent<Asked>): Promise<void> => {
  let told: Told;
  try {
    told = { number, answer: (await service).answer(question) };
  } catch (error) {
    told = { number, failed: (error as Error).message };
  }
  self.postMessage(told);
};
