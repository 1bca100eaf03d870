/** @file Plain data, which a text of JSON gives back as they were: finite numbers, texts, booleans, null, and lists and records of them. */
import { showThrown, showValue } from './show-value.ts';

/** Lists and records may be within each other this deep. What contains itself is deeper. */
const DEEPEST = 1000;

/** The longest place that is shown in full. */
const LONGEST_PLACE = 60;

/** A key that can follow a point. */
const NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * What keeps a value from being plain data, to follow a subject: `has a Map at .history[3]`, `is undefined`; undefined where it is. Never
 * throws.
 */
export function problemOfPlainData(value: unknown): string | undefined {
  try {
    return problemOf(value, [], 0);
  } catch (error) {
    return `cannot be looked at: ${showThrown(error)}`;
  }
}

function problemOf(value: unknown, path: (string | number)[], depth: number): string | undefined {
  const found = (what: string): string => (path.length === 0 ? `is ${what}` : `has ${what} at ${placeOf(path)}`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : found(showValue(value));
  if (typeof value !== 'object') return found(showValue(value));
  if (depth === DEEPEST)
    return `contains itself, or is more than ${DEEPEST} lists and records deep, at ${placeOf(path)}`;
  const within = (key: string | number, element: unknown): string | undefined => {
    path.push(key);
    const problem = problemOf(element, path, depth + 1);
    path.pop();
    return problem;
  };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const element: unknown = value[index];
      // Most of what is saved are long lists of numbers.
      if (typeof element === 'number' && Number.isFinite(element)) continue;
      const problem = within(index, element);
      if (problem !== undefined) return problem;
    }
    const other = Object.keys(value)[value.length];
    return other === undefined ? undefined : found(`a list with the property '${other}'`);
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return found(describeInstance(value));
  for (const [key, element] of Object.entries(value)) {
    const problem = within(key, element);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Plain data as a text, from which `JSON.parse` makes the same, zeros below zero included, which `JSON.stringify` writes as others. */
export function writePlainData(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writePlainData).join(',')}]`;
  const members = Object.entries(value).map(([key, element]) => `${JSON.stringify(key)}:${writePlainData(element)}`);
  return `{${members.join(',')}}`;
}

function describeInstance(value: object): string {
  const shown = showValue(value);
  const { name } = value.constructor ?? {};
  return shown === 'an object' && name ? `an object of class ${name}` : shown;
}

function placeOf(path: readonly (string | number)[]): string {
  let place = '';
  for (const key of path) {
    if (place.length > LONGEST_PLACE) return `${place}…`;
    place += typeof key === 'string' && NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }
  return place;
}
