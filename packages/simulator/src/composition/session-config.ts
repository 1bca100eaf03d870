/**
 * @file The setting `sessionConfig` and the backend that gets it. A name that any known backend understands, or TensorFlow does,
 * may be given on all of them: where it has no effect, a warning says why. Unknown names and bad values are refused.
 */
import {
  TENSORFLOW_SESSION_NAMES,
  tensorFlowSessionOption,
  TFJS_SESSION_NAMES,
  tfjsSessionOption,
  type Backend,
  type BackendEntry,
  type SessionOption,
  type Settings,
} from '@ndl/core';
import { invalidSessionConfig, unknownSessionConfig } from './choice-errors.ts';

/**
 * Loads a backend with those names of `sessionConfig` that it declares. `others`: the other backends that are known.
 * @throws NdlError UNKNOWN_SESSION_CONFIG, INVALID_SESSION_CONFIG; what the backend throws where it does not start.
 */
export async function loadBackend(
  entry: BackendEntry,
  others: readonly BackendEntry[],
  { sessionConfig }: Settings,
  onWarning: (message: string) => void,
): Promise<Backend> {
  const honoured: Record<string, unknown> = {};
  const ignored: (readonly [name: string, reason: string])[] = [];
  for (const [name, value] of Object.entries(sessionConfig)) {
    const owners = [entry, ...others].filter((candidate) => optionOf(candidate, name) !== undefined);
    const option =
      owners.map((owner) => optionOf(owner, name)!)[0] ?? tfjsSessionOption(name) ?? tensorFlowSessionOption(name);
    if (option === undefined) throw unknownSessionConfig(name, entry.name, namesOf([entry, ...others]));
    if (!option.accepts(value)) throw invalidSessionConfig(name, option.expects, value);
    if (owners[0] === entry) honoured[name] = value;
    else if (name !== THREADS) ignored.push([name, reasonFor(name, owners)]);
  }
  const warn = (name: string, reason: string): void =>
    onWarning(
      name in sessionConfig
        ? `sessionConfig "${name}" has no effect on backend ${entry.name}: ${reason}.`
        : `Backend ${entry.name}: ${reason}.`,
    );
  for (const [name, reason] of ignored) warn(name, reason);
  return entry.load(honoured, warn);
}

/** What builds heed, whatever the backend. */
const THREADS = 'intra_op_parallelism_threads';

/** How many threads `sessionConfig` asks for, 0 for as many as are good. What is no such number is refused when a backend is loaded. */
export function threadsOf({ sessionConfig }: Settings): number {
  const asked = sessionConfig[THREADS];
  return Number.isSafeInteger(asked) && (asked as number) > 0 ? (asked as number) : 0;
}

function reasonFor(name: string, owners: readonly BackendEntry[]): string {
  if (owners.length === 0 && tfjsSessionOption(name) !== undefined)
    return 'it is an option of tfjs, which is not loaded';
  if (owners.length === 0) return 'no backend of ndl has a counterpart of this option of TensorFlow';
  return `it is an option of ${owners.map(({ name }) => name).join(' and ')}`;
}

/** A name alone takes any value: the backend checks it when it loads. */
function optionOf(entry: BackendEntry, name: string): SessionOption | undefined {
  const declared = entry.sessionConfig.find((option) => nameOf(option) === name);
  return typeof declared === 'string' ? { name, expects: 'any value', accepts: () => true } : declared;
}

function nameOf(option: string | SessionOption): string {
  return typeof option === 'string' ? option : option.name;
}

function namesOf(entries: readonly BackendEntry[]): readonly string[] {
  const declared = entries.flatMap(({ sessionConfig }) => sessionConfig.map(nameOf));
  return [...new Set([...declared, ...TFJS_SESSION_NAMES, ...TENSORFLOW_SESSION_NAMES])];
}
