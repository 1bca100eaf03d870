/** @file What can go wrong while a network is compiled. */
import { NdlError, suggest } from '@ndl/numerics';

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
    'UNKNOWN_NEURON',
    `No loaded plugin defines neurons of kind '${kind}'. ${suggest(kind, known)} Contribute a NeuronDefinition to NEURON_DEFINITIONS.`,
    { known },
  );
}

/** A planner, a sorter or a simplification that threw. */
export function stageFailed(stage: 'Planner' | 'Sorter' | 'Simplification', name: string, cause: unknown): NdlError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new NdlError(
    `${stage.toUpperCase()}_FAILED`,
    `${stage} ${name} threw: ${reason.replace(/\.+$/, '')}. Repair it, or choose another in the settings.`,
    { cause },
  );
}

/** A kernel that asks for something that a neuron type does not have. */
export function badNeuronStep(kind: string, problem: string): NdlError {
  return new NdlError('NEURON_STEP_INVALID', `The step of neuron kind '${kind}' ${problem}.`);
}

/** Views that cannot stand side by side in one instruction. */
export function cannotStack(label: string): NdlError {
  return new NdlError(
    'CANNOT_STACK',
    `The operands around ${label} differ in shape or in stride and cannot form one group; its merge class must tell them apart.`,
  );
}

/** One host function declared twice. */
export function duplicateHost(id: string): NdlError {
  return new NdlError('DUPLICATE_HOST', `Host function '${id}' is declared twice in one program; ids are unique.`);
}

/** A loss on something that is not recorded. */
export function unknownOutput(name: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_OUTPUT',
    `A loss or metric refers to '${name}', which is no output of this program. ${suggest(name, known)}`,
    { known },
  );
}

/** An optimizer that gives its kernel other scalars than it has. */
export function optimizerInvalid(optimizer: string, problem: string): NdlError {
  return new NdlError(
    'OPTIMIZER_INVALID',
    `The optimizer "${optimizer}" must give a finite number for each parameter of its kernel; ${problem}.`,
  );
}

/** A loss or metric that gave no scalars. */
export function objectiveInvalid(report: string): NdlError {
  return new NdlError(
    'OBJECTIVE_INVALID',
    `The loss or metric '${report}': build must return the shared scalar (shape []) that it set, or totals { sum, count } of such; it returned neither.`,
  );
}
