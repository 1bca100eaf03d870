/** @file What goes on in steps and takes memory before: processes that are made at once, learning rules, delays, filters of many taps. */
import type { Cost, LearningRuleDefinition, LearningSizes, ProcessDefinition, ProcessSizes } from '@ndl/core';
import {
  describeObject,
  type Connection,
  type Ensemble,
  type LearningRule,
  type Node,
  type Probe,
  type Process,
  type Triangle,
} from '@ndl/model';
import { checkedCost } from '../checked/checked-solver.ts';
import { calling, definitionName } from '../checked/definition-name.ts';
import { delayInSteps } from './delay-steps.ts';
import type { EstimatedPart } from './estimated-part.ts';

/** What an estimate of a process asks. */
export interface ProcessEstimate {
  definitionOf(kind: string): ProcessDefinition | undefined;
  pluginOf(definition: object): string | undefined;
  readonly sizes: Omit<ProcessSizes, 'sizeIn' | 'sizeOut'>;
}

/** What an estimate of a learning rule asks. */
export interface RuleEstimate {
  definitionOf(kind: string): LearningRuleDefinition | undefined;
  pluginOf(definition: object): string | undefined;
}

/** A rule of a connection, where its definition says what it takes. @throws NdlError DEFINITION_RESULT, DEFINITION_FAILED */
export function rulePart(
  { connection, type }: LearningRule,
  sizes: LearningSizes,
  { definitionOf, pluginOf }: RuleEstimate,
): EstimatedPart | undefined {
  const definition = type === undefined ? undefined : definitionOf(type.kind);
  if (definition?.cost === undefined) return undefined;
  const { kind } = type!;
  const name = definitionName('learning rule', kind, pluginOf(definition));
  return {
    describe: () =>
      `${describeObject(connection)}: the arrays of its rule '${kind}' for weights of ${sizes.rows} × ${sizes.columns}`,
    cost: checkedCost(
      calling(name, () => definition.cost!(type!, sizes)),
      name,
    ),
    advice: 'Time and memory grow with the neurons: use fewer, or another rule.',
    remedy: 'Use fewer neurons, or another rule.',
  };
}

/** A process that runs in an object, where its definition says what it takes. @throws NdlError DEFINITION_RESULT, DEFINITION_FAILED */
export function processPart(
  owner: Node | Ensemble,
  process: Process,
  sizeIn: number,
  sizeOut: number,
  { definitionOf, pluginOf, sizes }: ProcessEstimate,
): EstimatedPart | undefined {
  const definition = definitionOf(process.kind);
  if (definition?.cost === undefined) return undefined;
  const name = definitionName('process', process.kind, pluginOf(definition));
  const given: Cost = calling(name, () => definition.cost!(process, { ...sizes, sizeIn, sizeOut }));
  return {
    describe: () =>
      `${describeObject(owner)}: its process '${process.kind}', ${sizeOut} number${sizeOut === 1 ? '' : 's'} per step,`,
    cost: checkedCost(given, name),
    advice: 'Time grows with the steps that it is made for at once: give a shorter period, or take longer steps.',
    remedy: 'Give a shorter period, or take longer steps.',
  };
}

/** What a connection keeps of the past until it arrives. */
export function delayPart(path: Connection | Probe, dt: number): EstimatedPart | undefined {
  const steps = path.kind === 'connection' ? delayInSteps(path.delay, dt) : 0;
  return steps === 0
    ? undefined
    : historyPart(path, `a delay of ${steps} steps`, steps, 'Give a shorter delay, or take longer steps.');
}

/** What a Triangle keeps of the past to weigh it. */
export function trianglePart(path: Connection | Probe, dt: number): EstimatedPart | undefined {
  if (path.synapse?.kind !== 'triangle') return undefined;
  const taps = Math.round((path.synapse as Triangle).time / dt) + 1;
  return historyPart(path, `a triangle of ${taps} steps`, taps, 'Give it a shorter time, or take longer steps.');
}

/** What a kept number is worth, in operations: it is made, and loaded. */
const KEPT_COST = 4;

function historyPart(path: Connection | Probe, what: string, steps: number, remedy: string): EstimatedPart {
  const size = path.kind === 'connection' ? path.sizeOut : path.sizeIn;
  const numbers = steps * size;
  return {
    describe: () => `${describeObject(path)}: ${what}, each of ${size} number${size === 1 ? '' : 's'},`,
    cost: { operations: KEPT_COST * numbers, bytes: 8 * numbers },
    longestArray: numbers,
    advice: `Time grows with the steps: ${remedy}`,
    remedy,
  };
}
