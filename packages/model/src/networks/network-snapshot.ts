/**
 * @file Snapshots: a network as it is at one moment, detached from what becomes of it. Records are immutable, so a snapshot
 * shares them, arrays included, and translates only what points from one object to another.
 */
import { refuseSurplus } from '@ndl/numerics';
import { copyConfig } from '../config/config-store.ts';
import { invalidParameter } from '../errors.ts';
import { notCopyable, notTopLevel, otherNetwork } from './network-errors.ts';
import { ruleOf } from '../objects/learning-rule.ts';
import { MemberLists } from './member-lists.ts';
import { describeObject } from './naming.ts';
import type { Network, NetworkRecord } from './network.ts';
import { networksWithin } from './network-walk.ts';
import { ObjectView } from '../objects/object-view.ts';
import { isNetworkObject, type Member, type NetworkObject, type Viewable } from '../objects/objects.ts';
import { hintForOtherCopy } from '../objects/other-copies.ts';
import { isRecorded, recordOf, replaceRecord, twinOf, type Recorded } from '../objects/recorded.ts';

/** A copy of a network, and which object of one stands for which of the other: objects, neurons, networks and views. */
export interface NetworkSnapshot {
  /** A top-level network of its own. Later changes of the original never show in it. */
  readonly network: Network;
  /** The copy of an object; undefined for what was not part of the network when the snapshot was taken. */
  copyOf<Object extends NetworkObject>(original: Object): Object | undefined;
  /** The object that a copy was made of. @throws NdlError FOREIGN_OBJECT for what is no part of the snapshot */
  originalOf<Object extends NetworkObject>(copy: Object): Object;
}

/**
 * A detached copy of a top-level network with everything in it: subnetworks, objects, configuration, labels, seeds, order of
 * creation. Functions are shared; they are the same when they are called.
 * @throws NdlError INVALID_OPTION, NOT_TOP_LEVEL
 */
export function snapshotNetwork(network: Network): NetworkSnapshot {
  refuseSurplus('snapshotNetwork', arguments, 1);
  if (!isRecorded(network) || (network as Partial<Network>).kind !== 'network') {
    throw invalidParameter('snapshotNetwork: network', 'a Network', network, hintForOtherCopy(network));
  }
  if (network.parent !== null) throw notTopLevel('snapshotNetwork', describeObject(network));
  const twins = copyWithin(network);
  return {
    network: twins.copyOf(network)!,
    copyOf: (original) => twins.copyOf(original),
    originalOf: (copy) => {
      const original = isNetworkObject(copy) ? twins.originalOf(copy) : undefined;
      if (original === undefined) throw notOfSnapshot(network, copy);
      return original;
    },
  };
}

/**
 * A copy of a network as a network of its own, also of one within another: what is in it, and what the configuration of the top-level network says of
 * that.
 * @throws NdlError NOT_COPYABLE where something in it is connected to what is not
 */
export function copyNetworkAlone(network: Network): Network {
  return copyWithin(network).copyOf(network)!;
}

function copyWithin(network: Network): Twins {
  const twins = new Twins();
  const all = networksWithin(network);
  for (const owner of all) copyNetwork(owner, twins);
  const members = (['ensembles', 'nodes', 'connections', 'probes'] as const).flatMap((lists) =>
    all.flatMap((owner): readonly Exclude<Member, Network>[] => owner[lists]),
  );
  for (const member of members) copyMember(member, twins);
  // What one points to may stand in another network, and later: a rule of its connections.
  for (const member of members) translate(member, twins);
  for (const owner of all) copyConfigOf(owner, twins);
  return twins;
}

/** Originals and copies. Views are paired when someone asks for the other one, for as long as someone has them. */
class Twins {
  readonly #copies = new Pairs();
  readonly #originals = new Pairs();

  pair(original: NetworkObject, copy: NetworkObject): void {
    this.#copies.set(original, copy);
    this.#originals.set(copy, original);
  }

  copyOf<Object extends NetworkObject>(original: Object): Object | undefined {
    return this.#counterpart(original, this.#copies, (from, to) => this.pair(from, to));
  }

  originalOf<Object extends NetworkObject>(copy: Object): Object | undefined {
    return this.#counterpart(copy, this.#originals, (from, to) => this.pair(to, from));
  }

  #counterpart<Object extends NetworkObject>(
    object: Object,
    known: Pairs,
    pair: (from: NetworkObject, to: NetworkObject) => void,
  ): Object | undefined {
    const found = known.get(object);
    if (found !== undefined) return found as Object;
    if (object.kind === 'neurons') {
      const ensemble = this.#counterpart(object.ensemble, known, pair);
      return ensemble?.neurons as Object | undefined;
    }
    if (object.kind === 'learningRule') {
      const connection = this.#counterpart(object.connection, known, pair);
      return connection === undefined ? undefined : (ruleOf(connection, object.key) as NetworkObject as Object);
    }
    if (object.kind !== 'view') return undefined;
    const viewed = this.#counterpart<Viewable>(object.object, known, pair);
    if (viewed === undefined) return undefined;
    const view = new ObjectView(viewed, object.directed);
    pair(object, view);
    return view as NetworkObject as Object;
  }
}

/** Members of a network stay, and so do their pairs: a WeakMap of very many takes long to fill. */
class Pairs {
  readonly #members = new Map<NetworkObject, NetworkObject>();
  readonly #views = new WeakMap<NetworkObject, NetworkObject>();

  get(object: NetworkObject): NetworkObject | undefined {
    return this.#members.get(object) ?? this.#views.get(object);
  }

  set(object: NetworkObject, other: NetworkObject): void {
    (object.kind === 'view' ? this.#views : this.#members).set(object, other);
  }
}

/** In the copy of its parent, where there is one. */
function copyNetwork(original: Network, twins: Twins): void {
  const parent = (original.parent && twins.copyOf(original.parent)) ?? null;
  const copy: Network = twinOf<Network, NetworkRecord>(original, {
    ...recordOf<NetworkRecord>(original),
    parent,
    members: new MemberLists(),
  });
  twins.pair(original, copy);
  if (parent !== null) recordOf<NetworkRecord>(parent).members.add(copy);
}

function copyMember(original: Exclude<Member, Network>, twins: Twins): void {
  const copy = twinOf<typeof original, object>(original, recordOf(original as Recorded<object>));
  twins.pair(original, copy);
  recordOf<NetworkRecord>(twins.copyOf(original.network)!).members.add(copy);
}

/** Lets a copy point to copies where it points to originals. */
function translate(original: Exclude<Member, Network>, twins: Twins): void {
  const copy = twins.copyOf(original)!;
  const record: Record<string, unknown> = { ...recordOf(copy as Recorded<object>) };
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (!isRecorded(value)) continue;
    const twin = twins.copyOf(value as unknown as NetworkObject);
    if (twin === undefined) throw notCopyable(describeObject(original), describeObject(value as never));
    record[name] = twin;
  }
  replaceRecord(copy as Recorded<object>, record);
}

function copyConfigOf(original: Network, twins: Twins): void {
  const copy = twins.copyOf(original)!;
  const said = copy.parent === null ? original.toplevel.config : original.config;
  const config = copyConfig(original.config, said, copy, (object) => twins.copyOf(object));
  replaceRecord<NetworkRecord>(copy, { ...recordOf<NetworkRecord>(copy), config });
}

function notOfSnapshot(network: Network, value: unknown): Error {
  const subject = `a snapshot of ${describeObject(network)}`;
  return isNetworkObject(value)
    ? otherNetwork(subject, 'the object', describeObject(value), hintForOtherCopy(value))
    : invalidParameter(`${subject}: the copy`, 'an object of the snapshot', value);
}
