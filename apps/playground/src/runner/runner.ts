/** @file The worker in the sandbox: builds the model that the page sends, runs it at the speed asked for, and sends what is plotted. */
import * as networks from '@ndl/networks';
import { importModel, type ReadModel } from '@ndl/model-source';
import * as ndl from 'ndl';
import { DecoderCache, Simulator } from 'ndl';
import { describeNetwork } from './describe-network.ts';
import { takeOver, type Overrides } from './inputs.ts';
import { createLoopGuard } from './loop-guard.ts';
import type { Answer, Order } from './messages.ts';
import { failureOf } from './model-error.ts';
import { probePanels, samplesOf, type ProbedPanel } from './panels.ts';

/** What models may import. */
const PACKAGES = { ndl, '@ndl/networks': networks };
/** The global function that loops of models call. */
const GUARD = '__ndlLoop';

/** Steps of one piece, at most; seconds between pieces, about. */
const PIECE_STEPS = 200;
const PIECE_SECONDS = 0.033;

interface Living {
  readonly simulator: Simulator;
  readonly panels: readonly ProbedPanel[];
  readonly declarations: ReadModel['declarations'];
}

let port: MessagePort;
let living: Living | undefined;
let isRunning = false;
let speed: number | null = 1;
let generation = 0;
/** Steps that fit into a piece, learnt while running. */
let pace = 10;
const overrides: Overrides = new Map();
/** What did not change is not solved again. */
const decoderCache = new DecoderCache();

const say = (answer: Answer, transfer: Transferable[] = []): void => port.postMessage(answer, transfer);
const phase = (name: string): void => say({ answer: 'phase', phase: name });

self.onmessage = ({ data }: MessageEvent<{ readonly port?: MessagePort; readonly failed?: string }>) => {
  if (data.port === undefined) return;
  port = data.port;
  Object.defineProperty(globalThis, GUARD, { value: createLoopGuard() });
  interceptConsole();
  port.onmessage = ({ data: order }: MessageEvent<Order>) => void take(order);
  say({ answer: 'ready' });
};

async function take(order: Order): Promise<void> {
  switch (order.order) {
    case 'ping':
      return say({ answer: 'pong' });
    case 'load':
      return load(order, ++generation);
    case 'speed':
      speed = order.speed;
      return;
    case 'override':
      if (order.values === null) overrides.delete(order.node);
      else overrides.set(order.node, order.values);
      return;
    case 'pause':
      isRunning = false;
      return;
    case 'run':
      if (!isRunning) {
        isRunning = true;
        void run(generation);
      }
      return;
    case 'step':
      if (!isRunning && living) await guarded(living, (alive) => advance(alive, order.steps, 0));
  }
}

async function load({ source, added }: Order & { order: 'load' }, mine: number): Promise<void> {
  const previous = living;
  living = undefined;
  await previous?.simulator.dispose();
  let declarations: ReadModel['declarations'] = new Map();
  try {
    phase('reading the model');
    const model = await importModel(source, { packages: PACKAGES, loopGuard: GUARD });
    declarations = model.declarations;
    const described = describeNetwork(model.network, declarations);
    for (const { id, isInput } of described.objects) {
      const node = described.byId.get(id);
      if (isInput && node?.kind === 'node') takeOver(node, id, overrides);
    }
    const panels = probePanels(model, described, added);
    phase('building the network');
    const simulator = await Simulator.create(model.network, { decoderCache });
    if (mine !== generation) return await simulator.dispose();
    living = { simulator, panels, declarations };
    phase(isRunning ? 'running' : 'paused');
    say({
      answer: 'built',
      objects: described.objects,
      connections: described.connections,
      panels: panels.map(({ probe: _probe, ...panel }) => panel),
      dt: simulator.dt,
      backend: simulator.backend.description,
    });
    if (isRunning) void run(mine);
  } catch (error) {
    if (mine === generation) fail(error, declarations);
  }
}

function fail(error: unknown, declarations: ReadModel['declarations']): void {
  say({ answer: 'failed', ...failureOf(error, declarations) });
}

/** Runs until paused, replaced or failed. */
async function run(mine: number): Promise<void> {
  phase('running');
  let [rate, last] = [0, performance.now()];
  let owed = 0;
  while (isRunning && living && mine === generation) {
    const now = performance.now();
    const elapsed = Math.min(0.2, (now - last) / 1000);
    last = now;
    owed = speed === null ? Infinity : Math.min(owed + (elapsed * speed) / living.simulator.dt, 4 * PIECE_STEPS);
    const steps = Math.min(pace, Math.floor(owed));
    if (steps > 0) {
      const before = living.simulator.time;
      if (!(await guarded(living, (alive) => advance(alive, steps, rate)))) return;
      if (!living || mine !== generation) return;
      owed -= steps;
      const seconds = (performance.now() - now) / 1000;
      pace = Math.max(1, Math.min(PIECE_STEPS, Math.round((steps * PIECE_SECONDS) / Math.max(seconds, 1e-4))));
      const took = Math.max(seconds, elapsed, 1e-3);
      rate += 0.1 * ((living.simulator.time - before) / took - rate);
    }
    const left = PIECE_SECONDS * 1000 - (performance.now() - now);
    await new Promise((resolve) => setTimeout(resolve, speed === null ? 0 : Math.max(0, left)));
  }
  if (mine === generation) phase('paused');
}

async function guarded(alive: Living, work: (alive: Living) => Promise<void>): Promise<boolean> {
  try {
    await work(alive);
    return true;
  } catch (error) {
    if (alive !== living) return false;
    isRunning = false;
    fail(error, alive.declarations);
    return false;
  }
}

async function advance({ simulator, panels }: Living, steps: number, rate: number): Promise<void> {
  const start = simulator.time;
  for await (const piece of simulator.stream({ steps, every: steps })) {
    const data: Record<string, Float32Array> = Object.create(null) as Record<string, Float32Array>;
    for (const panel of panels) {
      const { data: values, shape } = piece.get(panel.probe);
      data[panel.id] = samplesOf(panel, values as ArrayLike<number>, shape.at(-1)!, start, simulator.dt);
    }
    say(
      { answer: 'samples', time: piece.time, rate, data },
      Object.values(data).map(({ buffer }) => buffer as ArrayBuffer),
    );
  }
}

function interceptConsole(): void {
  for (const level of ['log', 'warn', 'error'] as const) {
    console[level] = (...values: unknown[]) => {
      const text = values.map((value) => (typeof value === 'string' ? value : show(value))).join(' ');
      say({ answer: 'console', level, text: text.slice(0, 2000) });
    };
  }
}

function show(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null && !(value instanceof Error)
      ? JSON.stringify(value)
      : String(value);
  } catch {
    return 'a value that cannot be shown';
  }
}
