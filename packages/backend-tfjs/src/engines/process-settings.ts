/**
 * @file Who holds which settings of tfjs. Flags and engines of tfjs belong to the whole process, so this table does too: one
 * for each copy of tfjs. Settings are given back when the last backend that asked for them is disposed of.
 */
import { sessionConfigConflict } from '../errors.ts';
import type { NamedSetting, Setting } from './session-config.ts';
import type { TensorFlow } from './tensors.ts';

/** Sets threads of the wasm engine. */
export type SetThreads = (count: number) => void;

interface Claim {
  readonly value: Setting['value'];
  readonly by: string;
  holders: number;
  /** The flag's value before, where it had one: what engines run with that were started without asking. */
  readonly before: Setting['value'] | undefined;
  giveBack(): void;
}

interface RunningEngine {
  holders: number;
  /** What it was started with, by name of the setting. */
  readonly startedWith: ReadonlyMap<string, Setting['value']>;
}

export class ProcessSettings {
  readonly #tf: TensorFlow;
  readonly #claims = new Map<string, Claim>();
  readonly #engines = new Map<string, RunningEngine>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  /** Whether a live backend has asked for a value of a setting. */
  isClaimed(name: string): boolean {
    return this.#claims.has(name);
  }

  /** One start at a time, as tfjs has one active engine. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /**
   * Sets what is wanted, for as long as somebody holds it.
   * @returns gives the settings back
   * @throws NdlError SESSION_CONFIG_CONFLICT where a live backend holds another value
   */
  claim(wanted: readonly NamedSetting[], setThreads: SetThreads): () => void {
    for (const { by, setting } of wanted) {
      const present = this.#claims.get(setting.name);
      if (present !== undefined && present.value !== setting.value) {
        throw sessionConfigConflict(by, setting.value, present.value, 'a live backend');
      }
    }
    const claims = wanted.map(({ by, setting }) => {
      const known = this.#claims.get(setting.name);
      const claim = known ?? this.#newClaim(by, setting, setThreads);
      claim.holders += 1;
      this.#claims.set(setting.name, claim);
      return [setting.name, claim] as const;
    });
    return () => {
      for (const [name, claim] of claims) {
        claim.holders -= 1;
        if (claim.holders > 0) continue;
        this.#claims.delete(name);
        claim.giveBack();
      }
    };
  }

  /**
   * Starts an engine, or joins one that runs already, with settings that were claimed before.
   * @returns leaves the engine; it stays up for the next to come
   * @throws NdlError SESSION_CONFIG_CONFLICT where it runs with other settings; whatever tfjs throws where it does not start
   */
  async start(name: string, wanted: readonly NamedSetting[]): Promise<() => void> {
    const tf = this.#tf;
    const forStart = wanted.filter(({ setting }) => isForStart(setting));
    const running = this.#engines.get(name);
    const isForeign = running === undefined && this.#isUp(name);
    const foreign = isForeign
      ? forStart.find(({ setting }) => this.#claims.get(setting.name)?.before !== setting.value)
      : undefined;
    if (foreign !== undefined) {
      const { by, setting } = foreign;
      throw sessionConfigConflict(
        by,
        setting.value,
        'what it was started with',
        `the engine ${name}, which runs already,`,
      );
    }
    const inForce = (setting: string): Setting['value'] | undefined =>
      running?.startedWith.get(setting) ?? this.#claims.get(setting)?.before;
    const differing = forStart.find(({ setting }) => running !== undefined && inForce(setting.name) !== setting.value);
    const isStale = running?.holders === 0 && (differing !== undefined || running.startedWith.size > forStart.length);
    if (differing !== undefined && !isStale) {
      const { by, setting } = differing;
      throw sessionConfigConflict(
        by,
        setting.value,
        inForce(setting.name) ?? 'its default',
        `a live backend on ${name}`,
      );
    }
    if (isStale) this.#stop(name);
    const before = tf.getBackend();
    try {
      await initialize(tf, name);
    } finally {
      if (before && before !== name && this.#isUp(before)) await tf.setBackend(before);
    }
    const started = new Map(forStart.map(({ setting }) => [setting.name, setting.value]));
    const kept = running !== undefined && !isStale ? running : { holders: 0, startedWith: started };
    kept.holders += 1;
    if (!isForeign) this.#engines.set(name, kept);
    return () => void (kept.holders -= 1);
  }

  #isUp(name: string): boolean {
    return Object.hasOwn(this.#tf.engine().registry, name);
  }

  /** Nobody uses it, and whoever comes next wants other settings. */
  #stop(name: string): void {
    const factory = this.#tf.findBackendFactory(name);
    this.#tf.removeBackend(name);
    this.#tf.registerBackend(name, factory as () => never);
    this.#engines.delete(name);
  }

  #newClaim(by: string, setting: Setting, setThreads: SetThreads): Claim {
    const before = setting.kind === 'flag' ? this.#flag(setting.name) : undefined;
    return { value: setting.value, by, holders: 0, before, giveBack: this.#apply(setting, setThreads) };
  }

  /** A flag that is set, or that tfjs has worked out. */
  #flag(name: string): boolean | number | undefined {
    const flags = this.#tf.env().getFlags();
    return Object.hasOwn(flags, name) ? (flags[name] as boolean | number) : undefined;
  }

  #apply(setting: Setting, setThreads: SetThreads): () => void {
    // Variables are set before the native library loads, which cannot be undone.
    if (setting.kind === 'variable') return () => {};
    if (setting.kind === 'wasmThreads') {
      setThreads(setting.value);
      return () => setThreads(-1);
    }
    const env = this.#tf.env();
    const flags = env.getFlags();
    const before = this.#flag(setting.name);
    env.set(setting.name, setting.value);
    return () => {
      // A flag that nobody had asked for yet is worked out again by tfjs when next asked for.
      if (before === undefined) delete flags[setting.name];
      else env.set(setting.name, before);
    };
  }
}

/**
 * Makes an engine active. tfjs tells the console alone why an engine does not start, and greets on the first tensor of its cpu
 * engine in Node; in production mode it does neither.
 * @throws what the engine's factory throws, or rejects with
 */
async function initialize(tf: TensorFlow, name: string): Promise<void> {
  const registered = tf.engine().registryFactory[name];
  const factory = registered?.factory;
  let reason: unknown = new Error('tfjs could not initialize it');
  const remember = (error: unknown): never => {
    reason = error;
    throw error;
  };
  if (registered !== undefined) {
    registered.factory = () => {
      try {
        const made = factory!();
        return made instanceof Promise ? made.catch(remember) : made;
      } catch (error) {
        return remember(error);
      }
    };
  }
  const isProduction = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    if (!(await tf.setBackend(name))) throw reason;
    tf.scalar(0).dispose();
  } finally {
    tf.env().set('PROD', isProduction);
    if (registered !== undefined) registered.factory = factory!;
  }
}

/** Whether a setting is read when an engine starts, rather than all along. */
function isForStart({ name }: Setting): boolean {
  return name !== 'DEBUG' && name !== 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE';
}

const tables = new WeakMap<object, ProcessSettings>();

/** The one table of a copy of tfjs. */
export function processSettingsOf(tf: TensorFlow): ProcessSettings {
  const known = tables.get(tf.engine()) ?? new ProcessSettings(tf);
  tables.set(tf.engine(), known);
  return known;
}
