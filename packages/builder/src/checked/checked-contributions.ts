/** @file What plugins contribute to the build, checked where the build itself does not: build functions, and what solvers cost. */
import type { Cost, SolverDefinition } from '@ndl/core';
import { showValue } from '@ndl/numerics';
import type { BuildDefinitions } from '../build/build-options.ts';
import { resultInvalid } from '../errors.ts';
import { BUILT_IN_SOLVERS } from '../solvers/index.ts';
import { checkedBuildFunction } from './checked-build.ts';
import { calling, definitionName } from './definition-name.ts';

/**
 * The same definitions, and who contributed them.
 * @throws NdlError, when they are used, BUILD_INVALID and BUILD_OVER for build functions, DEFINITION_RESULT and DEFINITION_FAILED for
 * what solvers say that they cost
 */
export function checkedContributions(definitions: BuildDefinitions): BuildDefinitions {
  const originals = new Map<object, object>();
  const pluginOf = (definition: object): string | undefined =>
    definitions.pluginOf?.(originals.get(definition) ?? definition);
  const standingFor = <Definition extends object>(original: Definition, checked: Definition): Definition => {
    originals.set(checked, original);
    return checked;
  };
  return {
    ...definitions,
    buildFunctions: definitions.buildFunctions.map((original) => {
      const name = definitionName('build function', original.kind, pluginOf(original));
      return standingFor(original, checkedBuildFunction(original, name));
    }),
    solvers: definitions.solvers.map((original) => {
      if (original.cost === undefined || BUILT_IN_SOLVERS.includes(original)) return original;
      const name = definitionName('solver', original.kind, pluginOf(original));
      return standingFor(original, withCheckedCost(original, name));
    }),
    pluginOf,
  };
}

/** A cost is two numbers of at least 0. */
function withCheckedCost(original: SolverDefinition, name: string): SolverDefinition {
  const { kind, needsActivities, solveInPieces } = original;
  return {
    kind,
    needsActivities,
    solve: (...problem) => original.solve(...problem),
    ...(solveInPieces !== undefined && { solveInPieces: solveInPieces.bind(original) }),
    cost(solver, sizes) {
      const cost: Partial<Cost> | null | undefined = calling(name, () => original.cost!(solver, sizes));
      const { operations, bytes } = cost ?? {};
      if (isAmount(operations) && isAmount(bytes)) return { operations, bytes };
      throw resultInvalid(
        name,
        `a cost of ${showValue(cost)}`,
        '{ operations, bytes }, two numbers of at least 0, is wanted',
      );
    },
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
