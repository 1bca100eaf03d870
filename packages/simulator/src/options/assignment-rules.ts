/** @file What to do in place of assigning to the properties of a Simulator, and of what it hands out. */
import type { AssignmentRules } from '@ndl/model';

const OPTIONS = 'create another Simulator';

/** Nothing of a simulator can be assigned to. */
export const SIMULATOR_RULES: AssignmentRules = {
  describe: () => 'Simulator',
  ways: {
    network: `${OPTIONS} with Simulator.create(network)`,
    dt: `${OPTIONS} with the option { dt }`,
    seed: `${OPTIONS} with the option { seed }`,
    settings: `${OPTIONS} with the option { settings }, or of a network with other settings`,
    plan: `${OPTIONS} with other settings or plugins`,
    compiled: `${OPTIONS} of a network that was changed`,
    graph: `${OPTIONS} of a network that was changed`,
    backend: `${OPTIONS} with the setting \`backend\``,
    data: 'runs record it; clearProbes() forgets samples, and decodeParameters(bytes) takes parameters',
    nSteps: 'runs count it; reset() goes back to 0',
    time: 'runs count it; reset() goes back to 0',
    buildSeconds: 'it was measured',
  },
  otherwise: OPTIONS,
  wayForUnknown: () => 'options are given to Simulator.create',
};

/** Data are what was recorded and built. */
export const DATA_RULES: AssignmentRules = {
  describe: () => 'sim.data',
  wayForUnknown: () => 'runs record samples, and decodeParameters(bytes) takes parameters',
};
