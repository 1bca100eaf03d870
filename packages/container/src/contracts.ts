/** @file What plugins may contribute to the collections of the contracts and offer as choices: looked at where it comes in. */
import {
  BACKEND,
  BACKENDS,
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  GRADIENT_APPROXIMATION,
  GRADIENT_APPROXIMATIONS,
  LEARNING_RULE_DEFINITIONS,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PLANNER,
  PLANNERS,
  PROCESS_DEFINITIONS,
  SETTING_SPECS,
  showValue,
  SIMPLIFICATION_CHOICES,
  SIMPLIFICATIONS,
  SOLVER_DEFINITIONS,
  SORTER,
  SORTERS,
  SYNAPSE_DEFINITIONS,
  TRANSFORM_DEFINITIONS,
} from '@ndl/core';

/** What a value must be. */
export interface Contract {
  /** A noun with its article: `a solver definition`. */
  readonly noun: string;
  /** What is wrong with a value, as a sentence without its stop; undefined where nothing is. */
  problemOf(value: unknown): string | undefined;
}

type Problem = (value: unknown) => string | undefined;

const must =
  (requirement: string, isMet: (value: unknown) => boolean): Problem =>
  (value) =>
    isMet(value) ? undefined : `must be ${requirement}; got ${showValue(value)}`;

const text = must('a text', (value) => typeof value === 'string' && value !== '');
const flag = must('true or false', (value) => typeof value === 'boolean');
const number = must('a number', (value) => typeof value === 'number' && !Number.isNaN(value));
const list = must('a list', Array.isArray);
const aFunction = must('a function', (value) => typeof value === 'function');
const token = must('a token, as made by token(…)', (value) => typeof value === 'symbol');
const anything: Problem = () => undefined;

/** A part that may be left out. */
const optional =
  (problemOf: Problem): Problem =>
  (value) =>
    value === undefined ? undefined : problemOf(value);

const oneOf = (...known: readonly string[]): Problem =>
  must(`one of ${known.join(', ')}`, (value) => typeof value === 'string' && known.includes(value));

/** A record with these parts, each of which must be what it says. */
function record(noun: string, parts: Readonly<Record<string, Problem>>): Contract {
  const problemOf = (value: unknown): string | undefined => {
    if (typeof value === 'function' && !('kind' in value)) return 'it is a function: if it makes one, call it';
    if (Array.isArray(value)) return 'it is a list: contribute its members one by one';
    if (typeof value !== 'object' || value === null) return `it is ${showValue(value)}`;
    for (const [name, problemOfPart] of Object.entries(parts)) {
      const problem = problemOfPart((value as Readonly<Record<string, unknown>>)[name]);
      if (problem !== undefined) return `its ${name} ${problem}`;
    }
    return undefined;
  };
  return { noun, problemOf };
}

const planner: Contract = { noun: 'a planner', problemOf: functionOf('(graph, context) => plan') };
const sorter: Contract = { noun: 'a sorter', problemOf: functionOf('(plan, graph) => { plan, signals }') };
const simplification: Contract = record('a simplification', {
  name: text,
  apply: aFunction,
  applyInPieces: optional(aFunction),
});
const backend: Contract = record('a backend', {
  name: text,
  priority: number,
  dtypes: must("a list of 'float32' or 'float64'", isListOfDtypes),
  sessionConfig: list,
  keepsTape: optional(flag),
  supports: aFunction,
  estimate: optional(aFunction),
  load: aFunction,
});
const gradient: Contract = record('a gradient approximation', {
  name: text,
  supports: aFunction,
  trainingStep: aFunction,
  isSurrogate: optional(flag),
});
const choice: Contract = record('a choice { key, summary }', { key: token, summary: text });

function functionOf(signature: string): Problem {
  return (value) =>
    typeof value === 'function' ? undefined : `it must be a function ${signature}; got ${showValue(value)}`;
}

function isListOfDtypes(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((dtype) => dtype === 'float32' || dtype === 'float64');
}

/** Ensembles of kind `direct` have no neurons: the build knows them. */
const neuronKind: Problem = (value) =>
  text(value) ?? (value === 'direct' ? "must not be 'direct', which is what ensembles without neurons are" : undefined);

/** Settings are properties, and must not reach into JavaScript's prototypes. */
const settingName: Problem = (value) =>
  text(value) ??
  (['__proto__', 'constructor', 'prototype'].includes(value as string)
    ? `must not be ${showValue(value)}, a reserved name of JavaScript`
    : undefined);

/** By token: what members of a collection must be. */
const MEMBERS: ReadonlyMap<symbol, Contract> = /* @__PURE__ */ new Map<symbol, Contract>([
  [
    NEURON_DEFINITIONS,
    record('a neuron definition', {
      kind: neuronKind,
      step: aFunction,
      rates: aFunction,
      gainBias: optional(aFunction),
      maxRatesIntercepts: optional(aFunction),
      rateStep: optional(aFunction),
      spikeStep: optional(aFunction),
    }),
  ],
  [
    SYNAPSE_DEFINITIONS,
    record('a synapse definition', { kind: text, discretize: aFunction, discretizeInPieces: optional(aFunction) }),
  ],
  [
    DISTRIBUTION_DEFINITIONS,
    record('a distribution definition', { kind: text, sample: aFunction, sampleInPieces: optional(aFunction) }),
  ],
  [
    SOLVER_DEFINITIONS,
    record('a solver definition', {
      kind: text,
      needsActivities: flag,
      solve: aFunction,
      solveInPieces: optional(aFunction),
      cost: optional(aFunction),
    }),
  ],
  [
    PROCESS_DEFINITIONS,
    record('a process definition', {
      kind: text,
      makeStep: aFunction,
      check: optional(aFunction),
      cost: optional(aFunction),
      prepare: optional(aFunction),
      generated: optional(aFunction),
    }),
  ],
  [
    TRANSFORM_DEFINITIONS,
    record('a transform definition', {
      kind: text,
      arrays: aFunction,
      weights: optional(aFunction),
      build: optional(aFunction),
    }),
  ],
  [LEARNING_RULE_DEFINITIONS, record('a learning rule definition', { kind: text, build: aFunction })],
  [
    BUILD_FUNCTIONS,
    record('a build function', { kind: oneOf('ensemble', 'node', 'connection', 'probe'), build: aFunction }),
  ],
  [
    OPERATOR_LOWERINGS,
    record('an operator lowering', {
      kind: text,
      mergeClass: aFunction,
      lower: aFunction,
      lowerInPieces: optional(aFunction),
    }),
  ],
  [SIMPLIFICATIONS, simplification],
  [
    SETTING_SPECS,
    record('a setting spec', { name: settingName, default: anything, summary: text, validate: aFunction }),
  ],
  [PLANNERS, choice],
  [SORTERS, choice],
  [BACKENDS, choice],
  [GRADIENT_APPROXIMATIONS, choice],
  [SIMPLIFICATION_CHOICES, choice],
]);

/** By the token of a collection of choices: what the services must be that it lists. */
const CHOSEN: ReadonlyMap<symbol, Contract> = /* @__PURE__ */ new Map<symbol, Contract>([
  [PLANNERS, planner],
  [SORTERS, sorter],
  [BACKENDS, backend],
  [GRADIENT_APPROXIMATIONS, gradient],
  [SIMPLIFICATION_CHOICES, simplification],
]);

/** By the service of a slot: the collection of its choices. */
const SERVICES: ReadonlyMap<symbol, symbol> = /* @__PURE__ */ new Map<symbol, symbol>([
  [PLANNER, PLANNERS],
  [SORTER, SORTERS],
  [BACKEND, BACKENDS],
  [GRADIENT_APPROXIMATION, GRADIENT_APPROXIMATIONS],
]);

/** What members of a collection must be; undefined for collections of plugins' own. */
export function contractOfMembers(collection: symbol): Contract | undefined {
  return MEMBERS.get(collection);
}

/** What the services must be that a collection of choices lists; undefined for those of plugins' own. */
export function contractOfChosen(choices: symbol): Contract | undefined {
  return CHOSEN.get(choices);
}

/** The collection of choices for a service of the contracts, which is no collection itself. */
export function choicesFor(service: symbol): symbol | undefined {
  return SERVICES.get(service);
}
