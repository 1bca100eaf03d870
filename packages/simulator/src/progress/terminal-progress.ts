/** @file Progress on a terminal: one line on standard error in Node, nothing anywhere else. */
import type { OnProgress, Progress } from './progress-listener.ts';

/** What is needed of Node's standard error. */
interface ErrorStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds between two states of the line: enough for the eye. */
const PAUSE = 100;
const CLEAR_LINE = '\r\u001B[2K';
const BAR_WIDTH = 20;

/**
 * A listener for one call. On a terminal it keeps one line up to date; where standard error is a file or a pipe it writes one line, when
 * all is done. Where there is no standard error, as in pages, it does nothing.
 */
export function terminalProgress(stream: ErrorStream | undefined = standardError()): OnProgress {
  if (stream === undefined) return () => undefined;
  let shownAt = -Infinity;
  return (progress) => {
    const isDone = progress.done >= progress.total;
    if (stream.isTTY !== true) {
      if (isDone) stream.write(`${progressLine(progress)}\n`);
      return;
    }
    const now = performance.now();
    if (!isDone && now - shownAt < PAUSE) return;
    shownAt = now;
    stream.write(`${CLEAR_LINE}${progressLine(progress)}${isDone ? '\n' : ''}`);
  };
}

/** `train  ██████████░░░░░░░░░░  50 %  epoch 2, loss 0.1234, 3.1 s gone, 3.0 s to go`. */
function progressLine({ phase, done, total, elapsed, remaining, stage, epoch, loss }: Progress): string {
  const isDone = done >= total;
  const part = total > 0 ? Math.min(1, done / total) : 1;
  const filled = Math.round(part * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const details = [
    ...(stage === undefined || isDone ? [] : [stage]),
    ...(epoch === undefined ? [] : [`epoch ${epoch}`]),
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(4)}`]),
    `${elapsed.toFixed(1)} s gone`,
    ...(remaining === undefined || isDone ? [] : [`${remaining.toFixed(1)} s to go`]),
  ];
  return `${phase}  ${bar}  ${String(Math.floor(100 * part)).padStart(3)} %  ${details.join(', ')}`;
}

/** Node's; undefined in browsers, Workers and other places, whatever stands in for `process` there. */
function standardError(): ErrorStream | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly versions?: { readonly node?: string }; readonly stderr?: ErrorStream };
  };
  const stream = process?.versions?.node === undefined ? undefined : process.stderr;
  return typeof stream?.write === 'function' ? stream : undefined;
}
