/** @file Progress bars on standard error; standard output is for results alone. */
import { Presets, SingleBar } from 'cli-progress';
import type { OnProgress } from 'ndl';

/** Shows one bar at a time: a listener for a long call, with loss and time to go. Ends when the call does. */
export async function withProgressBar<Result>(
  title: string,
  call: (onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  const bar = new SingleBar(
    {
      format: `${title.padEnd(18)} {bar} {percentage}%  {details}  {remaining}`,
      stream: process.stderr,
      hideCursor: true,
      // Where standard error is a file or a pipe: a line now and then.
      noTTYOutput: true,
      notTTYSchedule: 5000,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  const listener: OnProgress = ({ done, total, remaining, loss, epoch }) => {
    const details = [epoch === undefined ? '' : `epoch ${epoch}`, loss === undefined ? '' : `loss ${loss.toFixed(4)}`]
      .filter(Boolean)
      .join('  ');
    const payload = { details, remaining: remaining === undefined ? '' : `${Math.ceil(remaining)} s to go` };
    if (!isStarted) {
      bar.start(total, done, payload);
      isStarted = true;
    } else bar.update(done, payload);
  };
  try {
    return await call(listener);
  } finally {
    if (isStarted) bar.stop();
  }
}
