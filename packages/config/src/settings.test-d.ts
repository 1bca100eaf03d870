/** @file Compiles only if settings are typed, in `configureSettings` and on `net.config`. */
import { token, type Planner } from '@ndl/core';
import { Network } from '@ndl/model';
import { configureSettings } from './index.ts';

const MY_PLANNER = token<Planner>('@test/planner');

configureSettings({ planner: MY_PLANNER, keepHistory: false, trainable: null, dtype: undefined });
configureSettings({ planner: (graph) => ({ groups: graph.operators.map((operator) => [operator]) }) });

const settings = new Network().config.of(Network);
settings.planner = MY_PLANNER;
settings.inferenceOnly = true;
settings.keepHistory = false;

// @ts-expect-error Values are typed.
configureSettings({ dtype: 'float16' });
// @ts-expect-error Names are typed.
configureSettings({ plannner: MY_PLANNER });
// @ts-expect-error Values are typed here, too.
settings.inferenceOnly = 'yes';
