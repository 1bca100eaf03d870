/** @file Defaults that hold for a while: what Nengo does by opening a configuration without a network. */
import {
  Connection,
  Ensemble,
  Node,
  Probe,
  requireNetwork,
  type ConnectionParameters,
  type EnsembleParameters,
  type NodeParameters,
  type ProbeParameters,
} from '@ndl/model';
import { isCallable, refuseSurplus } from '@ndl/numerics';
import { checkOptions } from './checks.ts';
import { invalidOption } from './errors.ts';

/** Defaults of parameters, by class. */
export interface Defaults {
  readonly ensemble?: Partial<EnsembleParameters>;
  readonly connection?: Partial<ConnectionParameters>;
  readonly node?: Partial<NodeParameters>;
  readonly probe?: Partial<ProbeParameters>;
}

const CLASSES = { ensemble: Ensemble, connection: Connection, node: Node, probe: Probe } as const;

/**
 * Runs `build` while the network that is open has these defaults, and gives it back those that it had. Objects that are made
 * meanwhile, in its subnetworks too, take them.
 * @returns what `build` returned.
 * @throws NdlError NETWORK_CONTEXT, UNKNOWN_OPTION, INVALID_OPTION
 */
export function withDefaults<Result>(defaults: Defaults, build: () => Result): Result {
  refuseSurplus('withDefaults', arguments, 2);
  const network = requireNetwork('withDefaults');
  checkOptions(defaults, Object.keys(CLASSES), 'withDefaults');
  if (!isCallable(build)) throw invalidOption('withDefaults: build', 'a function', build);
  const restorations: (() => void)[] = [];
  try {
    for (const [kind, values] of Object.entries(defaults)) {
      const accessor = network.config.of(CLASSES[kind as keyof typeof CLASSES]) as Record<string, unknown>;
      for (const [name, value] of Object.entries((values ?? {}) as object)) {
        const before = network.config.classDefault(kind as keyof typeof CLASSES, name);
        accessor[name] = value;
        restorations.unshift(() => (accessor[name] = before?.value));
      }
    }
    return build();
  } finally {
    for (const restore of restorations) restore();
  }
}
