/** @file The lowerings of every operator kind that `@ndl/builder` makes. */
import { readsOnly, type OperatorLowering } from '@ndl/core';
import { contractLowering } from './contract.ts';
import { delayLowering } from './delay.ts';
import { dotIncLowering } from './dot-inc.ts';
import { copyLowering, elementwiseIncLowering, resetLowering } from './elementwise.ts';
import { hostFunctionLowering, timeUpdateLowering } from './host-functions.ts';
import { mapLowering } from './map.ts';
import { simNeuronsLowering } from './sim-neurons.ts';
import { simSynapseLowering } from './sim-synapse.ts';

export const builtInLowerings: readonly OperatorLowering[] = (
  [
    resetLowering,
    copyLowering,
    elementwiseIncLowering,
    dotIncLowering,
    simNeuronsLowering,
    simSynapseLowering,
    delayLowering,
    hostFunctionLowering,
    timeUpdateLowering,
    mapLowering,
    contractLowering,
  ] as readonly unknown[] as readonly OperatorLowering[]
).map((lowering) => readsOnly(lowering));
