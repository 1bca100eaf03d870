/** @file The built-in learning rules. */
import { readsOnly, type LearningRuleDefinition } from '@ndl/core';
import { bcmDefinition, ojaDefinition } from './hebbian.ts';
import { pesDefinition } from './pes.ts';
import { rlsDefinition } from './rls.ts';
import { vojaDefinition } from './voja.ts';

export const BUILT_IN_LEARNING_RULES: readonly LearningRuleDefinition[] = (
  [
    bcmDefinition,
    ojaDefinition,
    pesDefinition,
    rlsDefinition,
    vojaDefinition,
  ] as readonly unknown[] as readonly LearningRuleDefinition[]
).map((definition) => readsOnly(definition));
