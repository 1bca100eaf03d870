/** @file Every diagnostic of `@ndl/config`: one function each, with a stable code, the culprit, the place, and the fix. */
import { NdlError, showValue, suggest, tokenId } from '@ndl/core';

/** A setting whose value is refused. `requirement` is a phrase: "must be a number above 0". */
export function invalidSetting(name: string, requirement: string, value: unknown, site: string): NdlError {
  return new NdlError('INVALID_SETTING', `Setting '${name}', set at ${site}: ${requirement}; got ${show(value)}.`);
}

/** A setting that neither ndl nor a loaded plugin knows. */
export function unknownSetting(name: string, site: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_SETTING',
    `Unknown setting '${name}', set at ${site}. ${suggest(name, known)} If it belongs to a plugin, add that plugin to \`plugins\`.`,
    { known },
  );
}

/** A name that reaches into JavaScript's prototypes. */
export function reservedSetting(name: string, site: string): NdlError {
  return new NdlError(
    'RESERVED_NAME',
    `'${name}', set at ${site}, is a reserved name of JavaScript and cannot be a setting.`,
  );
}

/** Settings that are no plain object of names and values. */
export function notSettings(site: string, value: unknown): NdlError {
  return new NdlError(
    'INVALID_SETTING',
    `Settings, given at ${site}, must be a plain object of names and values; got ${show(value)}.`,
  );
}

/** Two plugins, or a plugin and ndl, that own one setting. */
export function duplicateSetting(name: string): NdlError {
  return new NdlError(
    'DUPLICATE_SETTING',
    `Setting '${name}' is specified twice. Leave out one of the plugins that contribute it, or rename its setting.`,
  );
}

/** A smoothing for LIF neurons beside a gradient for them. */
export function gradientConflict(smoothingSite: string, gradientSite: string): NdlError {
  return new NdlError(
    'GRADIENT_CONFLICT',
    `lifSmoothing (set at ${smoothingSite}) and a gradient for LIF neurons (set at ${gradientSite}) both say how they are trained. ` +
      'Set lifSmoothing to null, or leave the gradient of lif out.',
  );
}

/** A value in a few words; symbols are tokens here. */
function show(value: unknown): string {
  return typeof value === 'symbol' ? `the token ${tokenId(value)}` : showValue(value);
}
