/** @file The door for networks from files: what is let in is of the format, and of sizes that it has numbers for. */
import { jsonInvalid } from './json-errors.ts';
import { NETWORK_FORMAT } from './network-to-json.ts';

/** Lists within lists: kinds of a third party hold data of their own. */
const MOST_NESTED = 64;
/** Elements of all lists and objects together. */
const MOST_VALUES = 1e8;
const LARGEST_SIZE = 1e7;
const FORBIDDEN: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export type Entry = Readonly<Record<string, unknown>>;

/** The lists of the format, each object behind those that it names. */
export const LISTS = ['networks', 'ensembles', 'nodes', 'connections', 'probes'] as const;

/** Sizes of objects, by list. */
const SIZES: Readonly<Record<string, readonly string[]>> = {
  ensembles: ['nNeurons', 'dimensions', 'nEvalPoints'],
  nodes: ['sizeIn', 'sizeOut'],
};

/** A network of the format, from text or from what was parsed of it. @throws NdlError NETWORK_JSON */
export function checkedNetworkJson(json: unknown): Entry {
  const content: unknown = typeof json === 'string' ? parsed(json) : json;
  if (!isEntry(content)) throw jsonInvalid('it is no object');
  checkNesting(content);
  const { format } = content;
  if (format !== NETWORK_FORMAT)
    throw jsonInvalid(`its format is ${JSON.stringify(format) ?? 'not told'}, not "${NETWORK_FORMAT}"`);
  for (const list of [...LISTS, 'attributes', 'own', 'settings']) {
    for (const [place, entry] of listOf(content, list).entries()) {
      if (!isEntry(entry)) throw jsonInvalid(`${list}[${place}] is no object`);
      checkEntry(list, entry, `${list}[${place}]`);
    }
  }
  const [first, ...others] = content['networks'] as readonly Entry[];
  if (first === undefined) throw jsonInvalid('it has no network');
  if (first['in'] !== undefined) throw jsonInvalid('its first network is in another');
  if (others.some((network) => network['in'] === undefined)) throw jsonInvalid('its networks are apart');
  return content;
}

function checkEntry(list: string, entry: Entry, where: string): void {
  if (list === 'networks') {
    const { defaults } = entry;
    if (!isEntry(defaults) || !Object.values(defaults).every(isEntry)) throw jsonInvalid(`${where} has no defaults`);
    return;
  }
  if (list === 'attributes' || list === 'own' || list === 'settings') {
    if (typeof entry['name'] !== 'string') throw jsonInvalid(`${where} has no name`);
    if (list === 'own' && !isEntry(entry['of'])) throw jsonInvalid(`${where} is of nothing`);
    return;
  }
  const { values } = entry;
  if (!isEntry(values)) throw jsonInvalid(`${where} has no values`);
  for (const name of SIZES[list] ?? []) {
    const size = values[name];
    if (typeof size === 'number' && size > LARGEST_SIZE)
      throw jsonInvalid(`${where}: ${name} is above ${LARGEST_SIZE}`);
  }
  const ends = list === 'connections' ? ['pre', 'post'] : list === 'probes' ? ['target'] : [];
  for (const name of ends) checkEnd(entry[name], `${where}: ${name}`);
}

function checkEnd(end: unknown, where: string): void {
  if (!isEntry(end)) throw jsonInvalid(`${where} is no object`);
  const { selection } = end;
  if (selection === undefined) return;
  const { kind, indices, start, step, length } = (isEntry(selection) ? selection : {}) as Entry;
  const isList = kind === 'indices' && Array.isArray(indices) && indices.every(Number.isSafeInteger);
  const isSlice = kind === 'slice' && [start, step, length].every(Number.isSafeInteger);
  if (!isList && !isSlice) throw jsonInvalid(`${where} selects nothing`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw jsonInvalid(`it is no JSON, or a part of one (${(error as Error).message})`, error);
  }
}

/** Without recursion: what is nested too deeply must not overflow the stack here. */
function checkNesting(content: object): void {
  const open: (readonly [object, number])[] = [[content, 1]];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > MOST_NESTED) throw jsonInvalid(`it is nested more than ${MOST_NESTED} deep`);
    const forbidden = Array.isArray(value) ? undefined : Object.keys(value).find((name) => FORBIDDEN.includes(name));
    if (forbidden !== undefined) throw jsonInvalid(`it has something named ${forbidden}`);
    const elements: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    values += elements.length;
    if (values > MOST_VALUES) throw jsonInvalid(`it has more than ${MOST_VALUES} values`);
    for (const element of elements)
      if (typeof element === 'object' && element !== null) open.push([element, depth + 1]);
  }
}

function listOf(content: Entry, name: string): readonly unknown[] {
  const list = Object.hasOwn(content, name) ? content[name] : undefined;
  if (!Array.isArray(list)) throw jsonInvalid(`${name} is no list`);
  return list;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
