/** @file The command line as tests call it: what it writes, what it tells, and its exit code. */
import { main, type ExitCode } from './index.ts';

export interface Answer {
  readonly code: ExitCode;
  readonly written: string;
  readonly told: string;
}

export async function ndl(
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Answer> {
  let [written, told] = ['', ''];
  const code = await main(args, {
    write: (text) => void (written += text),
    tell: (text) => void (told += text),
    isWatched: false,
    signal,
  });
  return { code, written, told };
}
