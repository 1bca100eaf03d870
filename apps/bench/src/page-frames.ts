/** @file What a trace of Chromium's says of the thread of a page: its longest task, and how much of each frame it leaves free. */

/** Milliseconds. */
export interface Frames {
  readonly longestTask: number;
  /** In work of the thread's own, whatever else the machine did. */
  readonly longestWork: number;
  /** Of a frame of a sixtieth of a second, free; all but a twentieth of the frames have more. */
  readonly free: number;
  /** The same, where only the thread's own work is counted. */
  readonly freeOfWork: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const FRAME = 1e6 / 60;

/** @param trace as Chromium writes it, with tasks of threads and names of threads */
export function framesOf(trace: unknown): Frames {
  const { traceEvents } = trace as { readonly traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const pages = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  );
  const byThread = new Map<string, TraceEvent[]>();
  for (const event of traceEvents) {
    const thread = threadOf(event);
    if (!event.name.endsWith('RunTask') || !(event.dur! > 0) || !pages.has(thread)) continue;
    const tasks = byThread.get(thread);
    if (tasks === undefined) byThread.set(thread, [event]);
    else tasks.push(event);
  }
  const sum = (events: readonly TraceEvent[]): number => events.reduce((total, { dur }) => total + dur!, 0);
  const [busiest] = [...byThread.values()].toSorted((a, b) => sum(b) - sum(a));
  if (busiest === undefined) throw new Error('the trace has no task of a page');
  const begin = busiest.reduce((first, { ts }) => Math.min(first, ts), Infinity);
  const end = busiest.reduce((last, { ts, dur }) => Math.max(last, ts + dur!), 0);
  const [busy, working] = [0, 0].map(() => new Float64Array(Math.ceil((end - begin) / FRAME))) as [
    Float64Array,
    Float64Array,
  ];
  for (const { ts, dur, tdur } of busiest) {
    const [from, to] = [ts - begin, ts - begin + dur!];
    for (let frame = Math.floor(from / FRAME); frame * FRAME < to && frame < busy.length; frame++) {
      const part = Math.min(to, (frame + 1) * FRAME) - Math.max(from, frame * FRAME);
      busy[frame]! += part;
      working[frame]! += (part * (tdur ?? dur!)) / dur!;
    }
  }
  return {
    longestTask: busiest.reduce((most, { dur }) => Math.max(most, dur!), 0) / 1000,
    longestWork: busiest.reduce((most, { tdur }) => Math.max(most, tdur ?? NaN), 0) / 1000,
    free: (FRAME - at95(busy)) / 1000,
    freeOfWork: (FRAME - at95(working)) / 1000,
  };
}

/** What a twentieth of the values reaches or passes. */
function at95(values: Float64Array): number {
  return values.toSorted()[Math.max(0, Math.ceil(0.95 * values.length) - 1)]!;
}
