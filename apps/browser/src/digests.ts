/** @file What is compared: the bits of all numbers of the networks, as digests, on one backend. Runs in Node, pages and workers. */
import { Network, Node, Probe, REFERENCE_BACKEND, Simulator, type NdArray, type Settings } from 'ndl';
import { DIGEST_NETWORKS, settingsAt, type Place } from './digest-networks.ts';
import { THREAD_NETWORKS } from './thread-networks.ts';

/** By dtype, network and array: SHA-256, in hexadecimal. */
export type Digests = Readonly<Record<Place['dtype'], Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** What ran, and what came of it. */
export interface DigestReport {
  /** The name of the backend that simulators took. */
  readonly backend: string;
  readonly digests: Digests;
}

const DTYPES = ['float32', 'float64'] as const;

/** Runs all networks in both formats. */
export async function reportDigests(backend: Place['backend'] = 'default'): Promise<DigestReport> {
  const digests: Record<string, Record<string, Record<string, string>>> = {};
  for (const dtype of DTYPES) {
    digests[dtype] = {};
    for (const [name, compute] of Object.entries(DIGEST_NETWORKS))
      digests[dtype][name] = await digestsOf(await compute({ dtype, backend }));
  }
  return { backend: await backendAt({ dtype: 'float32', backend }), digests: digests as Digests };
}

/** By network and array. */
export type ThreadDigests = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What ran on how many threads, and what came of it. */
export interface ThreadReport {
  /** What the backend says that each network ran on. */
  readonly descriptions: readonly string[];
  readonly digests: ThreadDigests;
}

/** Runs the networks that are large enough for threads, on so many, or on the reference backend. */
export async function reportThreadDigests(threads: number | 'reference'): Promise<ThreadReport> {
  const settings: Partial<Settings> =
    threads === 'reference'
      ? { backend: REFERENCE_BACKEND }
      : { sessionConfig: { intra_op_parallelism_threads: threads } };
  const digests: Record<string, Record<string, string>> = {};
  const descriptions: string[] = [];
  for (const [name, compute] of Object.entries(THREAD_NETWORKS)) {
    const { arrays, description } = await compute(settings);
    digests[name] = await digestsOf(arrays);
    descriptions.push(description);
  }
  return { descriptions, digests };
}

async function backendAt(place: Place): Promise<string> {
  const net = new Network({ seed: 0 }, () => new Probe(new Node([1])));
  const sim = await Simulator.create(net, { settings: settingsAt(place) });
  const { name } = sim.backend;
  await sim.dispose();
  return name;
}

async function digestsOf(arrays: Readonly<Record<string, NdArray>>): Promise<Record<string, string>> {
  const digests = Object.entries(arrays).map(async ([name, array]) => [name, await digestOf(array)] as const);
  return Object.fromEntries(await Promise.all(digests));
}

/** Of the shape as text, then of the numbers as float64, which hold those of float32 exactly. */
async function digestOf({ shape, data }: NdArray): Promise<string> {
  const bytes = await new Blob([shape.join(), Float64Array.from(data)]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
