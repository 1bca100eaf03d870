/** @file Extension point: settings. Plain data on the top-level network, typed by augmenting `Settings`, checked by specs. */
import type { Dtype } from '@ndl/ir';
import type { TrainableOpinion } from '@ndl/model';
import type { BackendEntry } from './backend.ts';
import { token, type Token } from './token.ts';

/** Scalar values that `sessionConfig` may hold. */
export type SessionConfig = Readonly<Record<string, string | number | boolean>>;

/**
 * Every setting after defaults are filled in; planners and gradient approximations, which see the settings, add theirs in their own files. Plugins add theirs by module augmentation
 * (`declare module '@ndl/core' { interface Settings { readonly annealingSteps: number } }`) and contribute a spec.
 */
export interface Settings {
  /** What `configureSettings({ trainable })` said: `null` is no opinion; `undefined`, never added. */
  readonly trainable: TrainableOpinion | undefined;
  readonly backend: Token<BackendEntry> | undefined;
  readonly sessionConfig: SessionConfig;
  readonly inferenceOnly: boolean;
  readonly dtype: Dtype;
  readonly keepHistory: boolean;
}

/** What a setting is called, accepts and means. */
export interface SettingSpec<Name extends keyof Settings = keyof Settings> {
  readonly name: Name;
  readonly default: Settings[Name];
  /** One line for the documentation and for error messages. */
  readonly summary: string;
  /**
   * Returns what is wrong with a value as a phrase ("must be a positive number"), or nothing. An NdlError that it throws keeps its
   * code, and gets the name of the setting and the place that set it in front.
   * @param settings all of them, defaults filled in, for rules between settings; those of ndl itself are checked before
   */
  validate(value: unknown, settings: Readonly<Settings>): string | undefined;
}

/** Collection of the settings that plugins add. */
export const SETTING_SPECS: Token<SettingSpec> = /* @__PURE__ */ token<SettingSpec>('@ndl/core/setting-specs');
