/** @file What can go wrong while a network is compiled. */
import { saysFrozen, showThrown } from '@ndl/core';
import { describeInfinite, type Dtype } from '@ndl/ir';
import { isNdlError, NdlError, showValue, suggest, withoutStop } from '@ndl/numerics';

/** What is no group of a plan. */
export function noGroup(value: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `describeGroup: it takes a group of a plan, a list of operators such as sim.plan.groups[0]; got ${showValue(value)}.`,
  );
}

/** An operator kind that no loaded plugin lowers. */
export function unknownOperator(kind: string, label: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_OPERATOR',
    `No loaded plugin lowers operators of kind '${kind}' (met at ${label}). ${suggest(kind, known)} Contribute an OperatorLowering to OPERATOR_LOWERINGS.`,
    { known },
  );
}

/** A neuron kind whose behaviour no loaded plugin defines. */
export function unknownNeuron(kind: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_KIND',
    `No loaded plugin defines neurons of kind '${kind}'. ${suggest(kind, known)} Contribute a NeuronDefinition to NEURON_DEFINITIONS.`,
    { known },
  );
}

const STAGE_FAILED = {
  Planner: 'PLANNER_FAILED',
  Sorter: 'SORTER_FAILED',
  Simplification: 'SIMPLIFICATION_FAILED',
} as const;

/** A planner, a sorter or a simplification that threw. */
export function stageFailed(stage: keyof typeof STAGE_FAILED, name: string, cause: unknown): NdlError {
  return new NdlError(
    STAGE_FAILED[stage],
    `${stage} ${name} threw: ${reasonOf(cause)}. ${frozenHint(cause)}Repair it, or choose another in the settings.`,
    { cause },
  );
}

/** What a stage that tried to change its arguments is told. */
function frozenHint(cause: unknown): string {
  if (!saysFrozen(cause)) return '';
  return 'Graph, plan and settings that it is given are frozen: change copies, such as [...graph.operators] or { ...operator }. ';
}

/** A planner that asks for the merge class of what is no operator of the graph, such as a copy of one. */
export function unknownMergeClass(planner: string, operator: unknown): NdlError {
  const { kind, label } = (operator ?? {}) as { readonly kind?: unknown; readonly label?: unknown };
  const culprit = typeof kind === 'string' && typeof label === 'string' ? `${kind} of ${label}` : showValue(operator);
  return new NdlError(
    'PLAN_FOREIGN_OPERATOR',
    `Planner ${planner} asked for the merge class of ${culprit}, which is not in the graph. ` +
      'Ask for the very operators of graph.operators, not copies.',
  );
}

/** Whose lowering it is. */
export interface LoweringOwner {
  readonly kind: string;
  /** Name of the plugin, where it is known. */
  readonly plugin: string | undefined;
}

function lowering({ kind, plugin }: LoweringOwner): string {
  return `The lowering of operator kind '${kind}'${plugin === undefined ? '' : ` (plugin ${plugin})`}`;
}

/** A lowering that threw, under the code of what it threw. `label`: an operator of the group. */
export function loweringFailed(owner: LoweringOwner, label: string, cause: unknown): NdlError {
  const code = isNdlError(cause) ? cause.code : 'LOWERING_FAILED';
  return new NdlError(code, `${lowering(owner)} threw at ${label}: ${reasonOf(cause)}. Repair the plugin.`, { cause });
}

/** A lowering that gives something that it may not. */
export function loweringInvalid(owner: LoweringOwner, label: string, problem: string): NdlError {
  return new NdlError('LOWERING_INVALID', `${lowering(owner)}, at ${label}: ${problem}. Repair the plugin.`);
}

/** A number that a lowering writes into a program, and that the dtype cannot hold. */
export function loweringNotFinite(owner: LoweringOwner, label: string, value: number, dtype: Dtype): NdlError {
  return new NdlError(
    'NOT_FINITE',
    `${lowering(owner)}, at ${label}: among the numbers that it writes is ${describeInfinite(dtype, value)}.`,
  );
}

/** The message of what was thrown, without its stop. */
function reasonOf(cause: unknown): string {
  return withoutStop(showThrown(cause));
}

/** Whose step it is. */
export interface StepOwner {
  /** Kind of the neurons. */
  readonly kind: string;
  /** Name of the plugin that defines them, where it is known. */
  readonly plugin: string | undefined;
  /** Of the operator that runs it: `a: neurons`. */
  readonly label: string;
}

function stepOf({ kind, plugin, label }: StepOwner): string {
  return `The step of neuron kind '${kind}'${plugin === undefined ? '' : ` (plugin ${plugin})`}, at ${label},`;
}

/** A step that is none, or that asks for something that its neurons do not have. */
export function badNeuronStep(owner: StepOwner, problem: string, cause?: unknown): NdlError {
  return new NdlError('NEURON_STEP_INVALID', `${stepOf(owner)} ${problem}.`, { cause });
}

/** An operator of neurons, made by a plugin, that carries no steps. */
export function neuronsWithoutSteps(label: string): NdlError {
  return new NdlError(
    'NEURON_STEP_INVALID',
    `simNeurons of ${label} carries no steps: whoever puts it into the graph must keep \`steps\` of the operator that it stands for.`,
  );
}

/** An operator of neurons whose step draws, and which has nothing to draw from. */
export function neuronsWithoutRandom(label: string): NdlError {
  return new NdlError(
    'NEURON_STEP_INVALID',
    `The step of ${label} draws random numbers, and its operator does not say from which seed: give it \`random: { name, seed }\`.`,
  );
}

/** A number of a step that the dtype of the simulation cannot hold. */
export function stepNotFinite(owner: StepOwner, what: string, value: number, dtype: Dtype): NdlError {
  return new NdlError('NOT_FINITE', `${stepOf(owner)} cannot run: ${what} is ${describeInfinite(dtype, value)}.`);
}

/** Views that cannot stand side by side in one instruction. */
export function cannotStack(label: string): NdlError {
  return new NdlError(
    'CANNOT_STACK',
    `The operands around ${label} differ in shape or in stride and cannot form one group; its merge class must tell them apart.`,
    { about: 'program' },
  );
}

/** One host function declared twice. */
export function duplicateHost(id: string): NdlError {
  return new NdlError('DUPLICATE_HOST', `Host function '${id}' is declared twice in one program; ids are unique.`, {
    about: 'program',
  });
}

/** A loss on something that is not recorded. */
export function unknownOutput(name: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_OUTPUT',
    `A loss or metric refers to '${name}', which is no output of this program. ${suggest(name, known)}`,
    { known, about: 'program' },
  );
}

/** An optimizer that gives its kernel other scalars than it has. */
export function optimizerInvalid(optimizer: string, problem: string): NdlError {
  return new NdlError(
    'OPTIMIZER_INVALID',
    `The optimizer "${optimizer}" must give a finite number for each parameter of its kernel; ${problem}.`,
  );
}

/** A loss or metric, of this kind, that gave no scalars. */
export function objectiveInvalid(kind: string, returned: unknown): NdlError {
  return new NdlError(
    'OBJECTIVE_INVALID',
    `The loss or metric '${kind}': build must return the shared scalar (shape []) that it set, or totals { sum, count } of such; it returned ${showValue(returned)}.`,
  );
}
