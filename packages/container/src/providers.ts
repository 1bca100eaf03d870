/** @file Which packages provide what: so that an error can say what to install. */
import {
  BACKEND,
  BACKENDS,
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  GRADIENT_APPROXIMATION,
  GRADIENT_APPROXIMATIONS,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PLANNER,
  PLANNERS,
  PROCESS_DEFINITIONS,
  SIMPLIFICATION_CHOICES,
  SIMPLIFICATIONS,
  SOLVER_DEFINITIONS,
  SORTER,
  SORTERS,
  SYNAPSE_DEFINITIONS,
} from '@ndl/core';

/** Contract tokens begin with `@ndl/core`, which provides none of them; these packages do. */
const providersOfContracts: ReadonlyMap<symbol, readonly string[]> = /* @__PURE__ */ new Map<symbol, readonly string[]>(
  [
    [PLANNER, ['@ndl/planners']],
    [PLANNERS, ['@ndl/planners']],
    [SORTER, ['@ndl/planners']],
    [SORTERS, ['@ndl/planners']],
    [SIMPLIFICATIONS, ['@ndl/planners']],
    [SIMPLIFICATION_CHOICES, ['@ndl/planners']],
    [BACKEND, ['@ndl/backend-reference', '@ndl/backend-wasm', '@ndl/backend-tfjs']],
    [BACKENDS, ['@ndl/backend-reference', '@ndl/backend-wasm', '@ndl/backend-tfjs']],
    [NEURON_DEFINITIONS, ['@ndl/neurons']],
    [GRADIENT_APPROXIMATION, ['@ndl/neurons']],
    [GRADIENT_APPROXIMATIONS, ['@ndl/neurons']],
    [BUILD_FUNCTIONS, ['@ndl/builder']],
    [DISTRIBUTION_DEFINITIONS, ['@ndl/builder']],
    [SOLVER_DEFINITIONS, ['@ndl/builder']],
    [PROCESS_DEFINITIONS, ['@ndl/builder']],
    [SYNAPSE_DEFINITIONS, ['@ndl/builder']],
    [OPERATOR_LOWERINGS, ['@ndl/compiler']],
  ],
);

/** The package that a token id or the name of a plugin begins with: `@scope/name` or `name`. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

/** Packages that provide a token, without those of which a plugin is loaded. */
export function missingProviders(key: symbol, id: string, plugins: readonly string[]): readonly string[] {
  const providers = providersOfContracts.get(key) ?? [packageOf(id)];
  const present = new Set(plugins.map(packageOf));
  return providers.filter((provider) => provider !== '@ndl/core' && !present.has(provider));
}
