/** @file Slots: services of which one of several contributed choices is in force. */
import { BACKEND, BACKENDS, type BackendEntry } from './backend.ts';
import {
  GRADIENT_APPROXIMATION,
  GRADIENT_APPROXIMATIONS,
  type GradientApproximation,
} from './gradient-approximation.ts';
import { PLANNER, PLANNERS, SORTER, SORTERS, type Planner, type Sorter } from './planner.ts';
import type { Choice } from './plugin.ts';
import type { Token } from './token.ts';

/**
 * A service and the collection of choices for it. The first contributed choice is in force unless a plugin binds
 * `service` itself or a setting chooses; of backends, the one of highest priority that can run the network, unless
 * another one is expected to be at least twice as quick.
 */
export interface Slot<T> {
  readonly service: Token<T>;
  readonly choices: Token<Choice<T>>;
}

/** The slots of the contracts, by the name of the setting that chooses. Plugins may have slots of their own. */
export const SLOTS: {
  readonly planner: Slot<Planner>;
  readonly sorter: Slot<Sorter>;
  readonly backend: Slot<BackendEntry>;
  readonly gradient: Slot<GradientApproximation>;
} = {
  planner: { service: PLANNER, choices: PLANNERS },
  sorter: { service: SORTER, choices: SORTERS },
  backend: { service: BACKEND, choices: BACKENDS },
  gradient: { service: GRADIENT_APPROXIMATION, choices: GRADIENT_APPROXIMATIONS },
};
