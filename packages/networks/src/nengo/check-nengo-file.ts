/** @file The door for files that others wrote: what is let in is of the format, and of sizes that it has numbers for. */
import { fileInvalid } from '../errors.ts';
import type { GoldenFile } from './golden-file.ts';

/** Lists within lists; files of the format need six. */
const MOST_NESTED = 32;
/** Elements of all lists and objects together. */
const MOST_VALUES = 1e8;
const LARGEST_SIZE = 1e7;
const FORMAT = 'nengo-golden/2';
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];
const NODE_KINDS = ['constant', 'function', 'passthrough', 'process'];
/** Kinds of what a connection comes from, what it arrives at, and what a probe looks at: each with the list that has its ids. */
const SOURCES: Kinds = { node: 'nodes', ensemble: 'ensembles', neurons: 'ensembles' };
const ARRIVALS: Kinds = { ...SOURCES, rule: 'connections' };
const TARGETS: Kinds = { ...ARRIVALS, connection: 'connections' };

type Entry = Readonly<Record<string, unknown>>;
type Kinds = Readonly<Record<string, Lists>>;
type Lists = 'networks' | 'ensembles' | 'nodes' | 'connections' | 'probes';
const LISTS: readonly Lists[] = ['networks', 'ensembles', 'nodes', 'connections', 'probes'];

/** A network of the format, from text or from what was parsed of it. @throws NdlError NENGO_FILE */
export function checkedNengoFile(json: unknown): GoldenFile {
  const content: unknown = typeof json === 'string' ? parsed(json) : json;
  if (!isEntry(content)) throw fileInvalid('it is no object');
  checkNesting(content);
  const { format } = content;
  if (format !== FORMAT)
    throw fileInvalid(`its format is ${JSON.stringify(format)?.slice(0, 100) ?? 'not told'}, not "${FORMAT}"`);
  checkSize(content['dt'], 'dt', { isWhole: false });
  const entries = new Map<string, Listed>();
  for (const list of LISTS) {
    for (const [place, entry] of listOf(content, list, '').entries()) {
      const where = `${list}[${place}]`;
      if (!isEntry(entry) || typeof entry['id'] !== 'string') throw fileInvalid(`${where} has no id`);
      if (entries.has(entry['id'])) throw fileInvalid(`${where} has the id of another`);
      checkText(entry['label'], `${where}: label`);
      checkSeed(entry['seed'], where);
      entries.set(entry['id'], { list, entry });
    }
  }
  checkTree(content);
  for (const [place, ensemble] of (content['ensembles'] as readonly Entry[]).entries())
    checkEnsemble(ensemble, `ensembles[${place}]`);
  for (const [place, node] of (content['nodes'] as readonly Entry[]).entries()) checkNode(node, `nodes[${place}]`);
  for (const [place, connection] of (content['connections'] as readonly Entry[]).entries()) {
    const where = `connections[${place}]`;
    checkEnd(connection['pre'], SOURCES, entries, `${where}: pre`);
    checkEnd(connection['post'], ARRIVALS, entries, `${where}: post`);
    checkFunction(connection, where);
  }
  for (const [place, { target }] of (content['probes'] as readonly Entry[]).entries())
    checkEnd(target, TARGETS, entries, `probes[${place}]: target`);
  return content as unknown as GoldenFile;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fileInvalid(`it is no JSON, or a part of one (${(error as Error).message})`, error);
  }
}

/** Without recursion: what is nested too deeply must not overflow the stack here. */
function checkNesting(content: object): void {
  const open: (readonly [object, number])[] = [[content, 1]];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > MOST_NESTED) throw fileInvalid(`it is nested more than ${MOST_NESTED} deep`);
    const isList = Array.isArray(value);
    const names = isList ? [] : Object.keys(value);
    const forbidden = names.find((name) => FORBIDDEN.includes(name));
    if (forbidden !== undefined) throw fileInvalid(`it has something named ${forbidden}`);
    const elements: readonly unknown[] = isList ? value : Object.values(value);
    values += elements.length;
    if (values > MOST_VALUES) throw fileInvalid(`it has more than ${MOST_VALUES} values`);
    for (const element of elements)
      if (typeof element === 'object' && element !== null) open.push([element, depth + 1]);
  }
}

/** Every object is in one network, every network but the first in one other, and all hang together. */
function checkTree(content: Entry): void {
  const networks = content['networks'] as readonly Entry[];
  if (networks.length === 0) throw fileInvalid('it has no network');
  const byId = new Map(networks.map((network) => [network['id'] as string, network]));
  for (const list of LISTS) {
    const known = new Set((content[list] as readonly Entry[]).map(({ id }) => id));
    if (list === 'networks') known.delete(networks[0]!['id']);
    for (const [place, network] of networks.entries()) {
      for (const id of listOf(network, list, `networks[${place}]: `)) {
        if (!known.delete(id))
          throw fileInvalid(`networks[${place}]: ${list} names what is not there, or is elsewhere`);
      }
    }
    if (known.size > 0) throw fileInvalid(`${known.size} of its ${list} are in no network`);
  }
  const reached = [networks[0]!];
  for (const network of reached) for (const id of network['networks'] as readonly string[]) reached.push(byId.get(id)!);
  if (reached.length < networks.length) throw fileInvalid('its networks contain each other');
}

function checkEnsemble(ensemble: Entry, where: string): void {
  const neurons = checkSize(ensemble['n_neurons'], `${where}: n_neurons`);
  const dimensions = checkSize(ensemble['dimensions'], `${where}: dimensions`);
  checkSize(ensemble['n_eval_points'], `${where}: n_eval_points`);
  const encoders = listOf(ensemble, 'encoders', `${where}: `);
  const { spec, neuron_type: type } = ensemble;
  if (!isEntry(spec) || !isEntry(type)) throw fileInvalid(`${where} has no spec`);
  const fits = encoders.every((row) => Array.isArray(row) && row.length === dimensions);
  // Nengo builds the identity for Direct ensembles, however many neurons they are said to have.
  const [rows, name] = type['type'] === 'Direct' ? [dimensions, 'dimensions'] : [neurons, 'n_neurons'];
  if (encoders.length !== rows || !fits) throw fileInvalid(`${where}: encoders are not [${name}, dimensions]`);
}

function checkNode(node: Entry, where: string): void {
  checkSize(node['size_in'], `${where}: size_in`);
  const size = checkSize(node['size_out'], `${where}: size_out`);
  const { kind, value, samples, process } = node;
  checkKind(kind, NODE_KINDS, where);
  if (isEntry(process) && kind !== 'process')
    throw fileInvalid(`${where} is of the kind "${kind as string}", but has a process`);
  if (kind === 'constant' && !(Array.isArray(value) && value.length === size))
    throw fileInvalid(`${where}: value has not size_out numbers`);
  const isRecorded =
    Array.isArray(samples) &&
    samples.every((row) => Array.isArray(row) && row.length === size && row.every(Number.isFinite));
  const isReplayed = kind === 'function' || (kind === 'process' && !isEntry(process));
  if (isReplayed && size > 0 && !(isRecorded && (samples as unknown[]).length > 0))
    throw fileInvalid(`${where}: samples are not there, or not of size_out numbers`);
}

function checkFunction({ function: name, function_targets: targets, size_mid: mid }: Entry, where: string): void {
  const size = checkSize(mid, `${where}: size_mid`);
  checkText(name, `${where}: function`);
  if (targets === undefined || targets === null) return;
  const isValue = (value: unknown): boolean => typeof value === 'boolean' || Number.isFinite(value);
  const isTable =
    Array.isArray(targets) && targets.every((row) => Array.isArray(row) && row.length === size && row.every(isValue));
  if (!isTable || targets.length === 0)
    throw fileInvalid(`${where}: function_targets are not [points, size_mid] values`);
}

/** An object of the file, and the list that it stands in. */
interface Listed {
  readonly list: Lists;
  readonly entry: Entry;
}

function checkEnd(end: unknown, kinds: Kinds, entries: ReadonlyMap<string, Listed>, where: string): void {
  const listed = isEntry(end) ? entries.get(end['id'] as string) : undefined;
  if (!isEntry(end) || listed === undefined) throw fileInvalid(`${where} names what is not there`);
  const { kind, id, indices, rule } = end;
  checkKind(kind, Object.keys(kinds), where);
  if (listed.list !== kinds[kind as string])
    throw fileInvalid(`${where} is of the kind "${kind as string}", but its id "${id as string}" is in ${listed.list}`);
  if (indices !== undefined && !(Array.isArray(indices) && indices.every((index) => Number.isSafeInteger(index))))
    throw fileInvalid(`${where}: indices are no whole numbers`);
  if (kind !== 'rule') return;
  const rules = listOf(listed.entry, 'learning_rules', `${listed.list}: "${id as string}": `);
  const place = rule ?? 0;
  if (typeof place !== 'number' || !Object.hasOwn(rules, place))
    throw fileInvalid(`${where} names a rule that "${id as string}" does not have: it has ${rules.length}`);
}

/** Kinds are told as they are written; whatever else stands in a file is none. */
function checkKind(kind: unknown, known: readonly string[], where: string): void {
  if (typeof kind === 'string' && known.includes(kind)) return;
  const told = kind === undefined ? 'of no kind' : `of the kind ${JSON.stringify(kind).slice(0, 100)}`;
  throw fileInvalid(`${where} is ${told}; known kinds: ${known.join(', ')}`);
}

function checkSize(value: unknown, where: string, { isWhole = true } = {}): number {
  const isRight = isWhole ? Number.isSafeInteger(value) && (value as number) >= 0 : (value as number) > 0;
  if (typeof value !== 'number' || !isRight || value > LARGEST_SIZE)
    throw fileInvalid(`${where} is no size, or one above ${LARGEST_SIZE}`);
  return value;
}

function checkSeed(value: unknown, where: string): void {
  const isSeed = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffffffff;
  if (value !== undefined && value !== null && !isSeed) throw fileInvalid(`${where}: seed is none`);
}

/** Labels are texts and never more: nothing reads them as code or markup. */
function checkText(value: unknown, where: string): void {
  if (value !== null && value !== undefined && typeof value !== 'string') throw fileInvalid(`${where} is no text`);
}

function listOf(entry: Entry, name: string, where: string): readonly unknown[] {
  const list = Object.hasOwn(entry, name) ? entry[name] : undefined;
  if (!Array.isArray(list)) throw fileInvalid(`${where}${name} is no list`);
  return list;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
