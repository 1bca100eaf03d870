/** @file The worker in the sandbox: builds the model that the page sends, runs and trains it, and sends what is shown. */
import * as networks from '@ndl/networks';
import { createLoopGuard, importModel, type ModelTraining, type ReadModel } from '@ndl/model-source';
import * as ndl from 'ndl';
import { DecoderCache, Simulator } from 'ndl';
import { interceptConsole } from './console.ts';
import { DataHost } from './data-host.ts';
import { aboutObject } from './about-object.ts';
import { Activity } from './activity.ts';
import { describeNetwork, type DescribedNetwork } from './describe-network.ts';
import { takeOver, type Overrides } from './inputs.ts';
import { MAKING_DATA, type Answer, type LoadOrder, type Order } from './messages.ts';
import { failureOf } from './model-error.ts';
import { probePanels, samplesOf, withBuiltSizes, type ProbedPanel } from './panels.ts';
import { soonOrNever, whenNothingCame } from './patience.ts';
import { TrainingRun } from './training-run.ts';

/** What models may import. */
const PACKAGES = { ndl, '@ndl/networks': networks };
/** The global function that loops of models call. */
const GUARD = '__ndlLoop';

/** Milliseconds that code may hold the thread, and that making the data of a training may. */
const PATIENCE = 2500;
const PATIENCE_FOR_DATA = 25_000;
/** Milliseconds that a model may await something before it exports its network. */
const PATIENCE_AT_TOP = 5000;
const STUCK_AT_TOP = `the model waits at its top for something that did not come within ${PATIENCE_AT_TOP / 1000} seconds; leave out that await.`;
const STUCK_DATA = `the training waits for data that did not come within ${PATIENCE_FOR_DATA / 1000} seconds; have what 'training' awaits settle, or give the data themselves.`;
const STUCK_TRAINING = `the training has waited for ${PATIENCE_FOR_DATA / 1000} seconds for something of the model's, such as the promise of a callback; Stop ends it.`;

/** Steps of one piece, at most; seconds between pieces, about. */
const PIECE_STEPS = 200;
const PIECE_SECONDS = 0.033;
/** Between two histograms of rates. */
const RATES_MILLISECONDS = 700;

interface Living {
  readonly simulator: Simulator;
  readonly model: ReadModel;
  readonly described: DescribedNetwork;
  readonly panels: readonly ProbedPanel[];
  readonly activity: Activity;
  readonly declarations: ReadModel['declarations'];
  /** Made when it is first wanted, or to tell the page what there is to train. */
  training: TrainingRun | undefined;
}

let port: MessagePort;
let living: Living | undefined;
let isRunning = false;
/** Counts runs: there is one at a time. */
let runs = 0;
let speed: number | null = 1;
let generation = 0;
/** Of the model that was asked for last. */
let superseded = new AbortController();
/** Steps that fit into a piece, learnt while running. */
let pace = 10;
const overrides: Overrides = new Map();
const loopGuard = createLoopGuard(PATIENCE);
const dataHost = new DataHost((name) => say({ answer: 'wants', name }));
/** What did not change is not solved again. */
const decoderCache = new DecoderCache();

const say = (answer: Answer, transfer: Transferable[] = []): void => port.postMessage(answer, transfer);
const phase = (name: string): void => say({ answer: 'phase', phase: name });

self.onmessage = ({ data }: MessageEvent<{ readonly port?: MessagePort; readonly failed?: string }>) => {
  if (data.port === undefined) return;
  port = data.port;
  Object.defineProperty(globalThis, GUARD, { value: loopGuard.round });
  const print = interceptConsole((lines) => say({ answer: 'console', lines }));
  // What a model starts and does not await fails where nobody sees it.
  const complain = (error: unknown): void => {
    const { message, line } = failureOf(error, living?.declarations ?? new Map());
    print('error', line === null ? message : `Line ${line}: ${message}`);
  };
  self.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    complain(event.reason);
  });
  self.addEventListener('error', (event) => {
    event.preventDefault();
    complain(event.error ?? event.message);
  });
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
      if (!isRunning && living?.training?.isRunning !== true) {
        isRunning = true;
        void run(generation);
      }
      return;
    case 'step':
      if (!isRunning && living && living.training?.isRunning !== true)
        await inTurn(living, (alive) => advance(alive, order.steps, 0));
      return;
    case 'describe':
      return describe(order.object);
    case 'parameters':
      if (living) say({ answer: 'parameters', bytes: living.simulator.encodeParameters() as Uint8Array<ArrayBuffer> });
      return;
    case 'train':
      return train(order.epochs);
    case 'stopTraining':
      living?.training?.stop();
      return;
    case 'learningRate':
      living?.training?.setRate(order.rate);
      return;
    case 'data':
      try {
        dataHost.take(order);
        if (order.bytes !== null) say({ answer: 'taken', name: order.name });
      } catch (error) {
        say({ answer: 'refused', name: order.name, message: (error as Error).message });
      }
  }
}

async function load({ source, added, held, seed, file }: LoadOrder, mine: number): Promise<void> {
  overrides.clear();
  for (const [node, values] of held) overrides.set(node, values);
  const began = performance.now();
  const previous = living;
  living = undefined;
  // Its build ends, and so does its training.
  superseded.abort();
  superseded = new AbortController();
  const { signal } = superseded;
  await previous?.simulator.dispose();
  let declarations: ReadModel['declarations'] = new Map();
  try {
    phase('reading the model');
    const packages = file === undefined ? PACKAGES : { ...PACKAGES, '@ndl/opened-file': { text: file } };
    // What a model awaits before it exports anything it has to get from itself.
    const model = await soonOrNever(importModel(source, { packages, loopGuard: GUARD }), STUCK_AT_TOP, {
      milliseconds: PATIENCE_AT_TOP,
    });
    // Somebody types on: what is built of this one nobody would see.
    if (mine !== generation) return;
    const { network } = model;
    declarations = model.declarations;
    const hasOwnSeed = network.seed !== null;
    if (!hasOwnSeed) network.seed = seed;
    const described = describeNetwork(network, declarations, model.panels);
    for (const { id, isInput } of described.objects) {
      const node = described.byId.get(id);
      if (isInput && node?.kind === 'node') takeOver(node, id, overrides);
    }
    const { shown: probed, left: panelsLeft } = probePanels(model, described, added);
    const activity = new Activity(network, described);
    phase('building the network');
    const { reused, solved } = decoderCache;
    const simulator = await Simulator.create(network, { decoderCache, signal });
    if (mine !== generation) return await simulator.dispose();
    const panels = withBuiltSizes(probed, simulator);
    living = { simulator, model, described, panels, activity, declarations, training: undefined };
    phase(isRunning ? 'running' : 'paused');
    say({
      answer: 'built',
      objects: described.objects,
      connections: described.connections,
      panels: panels.map(({ id, kind, title, size }) => ({ id, kind, title, size })),
      panelsLeft,
      counted: activity.counted.map(({ id }) => id),
      dt: simulator.dt,
      backend: simulator.backend.description,
      milliseconds: performance.now() - began,
      decoders: { reused: decoderCache.reused - reused, solved: decoderCache.solved - solved },
      hasOwnSeed,
      hasTraining: model.training !== undefined,
    });
    if (isRunning) void run(mine);
    await prepareTraining(living);
  } catch (error) {
    if (mine === generation) fail(error, declarations);
  }
}

/** Makes the data of the model's training, once it runs. */
async function prepareTraining(alive: Living): Promise<void> {
  const { simulator, activity, described, model } = alive;
  if (model.training === undefined) return;
  phase(MAKING_DATA);
  loopGuard.patience = PATIENCE_FOR_DATA;
  let training: ModelTraining;
  try {
    const making = model.training({ load: (name) => dataHost.load(name) });
    // Whatever the page looks for takes as long as the network does.
    training = await soonOrNever(making, STUCK_DATA, {
      milliseconds: PATIENCE_FOR_DATA,
      isAtWork: () => dataHost.isAwaited,
    });
  } catch (error) {
    if (alive !== living) return;
    fail(error, alive.declarations);
    // The network runs on.
    phase(isRunning ? 'running' : 'paused');
    return;
  } finally {
    loopGuard.patience = PATIENCE;
  }
  if (alive !== living) return;
  phase(isRunning ? 'running' : 'paused');
  const nameOf = (object: object): string => described.idOf.get(object) ?? 'an object';
  alive.training = new TrainingRun({ simulator, network: model.network, training, activity, nameOf, say });
  const { ownRate: rate } = alive.training;
  say({ answer: 'trainable', trainable: { epochs: training.options.epochs ?? 1, rate } });
}

function fail(error: unknown, declarations: ReadModel['declarations']): void {
  say({ answer: 'failed', ...failureOf(error, declarations) });
}

function describe(id: string): void {
  if (!living) return;
  watched.object = id;
  const { simulator, described, activity, declarations } = living;
  try {
    const about = aboutObject(simulator, described, activity, id);
    if (about !== undefined) say({ answer: 'about', about });
  } catch (error) {
    // The model runs on.
    fail(error, declarations);
  }
}

/** Runs until paused, replaced or failed. */
async function run(mine: number): Promise<void> {
  const own = ++runs;
  phase('running');
  let [rate, last] = [0, performance.now()];
  let owed = 0;
  // Who pauses and goes on within one piece begins another run, and this one ends.
  while (isRunning && living && mine === generation && own === runs) {
    const now = performance.now();
    const elapsed = Math.min(0.2, (now - last) / 1000);
    last = now;
    owed = speed === null ? Infinity : Math.min(owed + (elapsed * speed) / living.simulator.dt, 4 * PIECE_STEPS);
    const steps = Math.min(pace, Math.floor(owed));
    if (steps > 0) {
      const before = living.simulator.time;
      if (!(await inTurn(living, (alive) => advance(alive, steps, rate)))) return;
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
  if (mine === generation && own === runs && living?.training?.isRunning !== true) phase('paused');
}

/** The model stands still while it learns. */
async function train(epochs: number): Promise<void> {
  const alive = living;
  const training = alive?.training;
  if (!alive || training === undefined || training.isRunning) return;
  isRunning = false;
  await inTurn(alive, async () => {
    phase('training');
    const end = whenNothingCame({ milliseconds: PATIENCE_FOR_DATA, isAtWork: () => training.hasMoved() }, () =>
      say({ answer: 'console', lines: [{ level: 'warn', text: STUCK_TRAINING }] }),
    );
    try {
      await training.train(epochs);
    } finally {
      end();
    }
  });
  if (alive === living) phase('paused');
}

/** What the page shows rates of, and when it was told of them. */
const watched = { object: '', toldAt: 0 };
/** Calls of a simulator do not overlap: each waits for those that were asked for before it. */
let turn: Promise<unknown> = Promise.resolve();

/** @returns whether the work was done; not where it failed, which is said, or where another model took the place of this one */
function inTurn(alive: Living, work: (alive: Living) => Promise<void>): Promise<boolean> {
  const done = turn.then(async () => {
    if (alive !== living) return false;
    try {
      await work(alive);
      return true;
    } catch (error) {
      if (alive !== living) return false;
      isRunning = false;
      fail(error, alive.declarations);
      return false;
    }
  });
  turn = done;
  return done;
}

async function advance({ simulator, panels, activity }: Living, steps: number, rate: number): Promise<void> {
  const { dt, nSteps } = simulator;
  for await (const piece of simulator.stream({ steps, every: steps })) {
    const data: Record<string, Float32Array> = Object.create(null) as Record<string, Float32Array>;
    for (const panel of panels) {
      const { data: values, shape } = piece.get(panel.probe);
      const width = shape.slice(1).reduce((product, length) => product * length, 1);
      data[panel.id] = samplesOf(panel, { data: values as ArrayLike<number>, width, before: nSteps, dt });
    }
    const busy = activity.takeIn((probe) => piece.get(probe), dt);
    const isTold = performance.now() - watched.toldAt > RATES_MILLISECONDS;
    if (isTold) watched.toldAt = performance.now();
    const rates = isTold ? activity.ratesOf(watched.object) : undefined;
    say(
      { answer: 'samples', time: piece.time, rate, data, activity: busy, rates },
      Object.values(data).map(({ buffer }) => buffer as ArrayBuffer),
    );
  }
}
