/** @file Every diagnostic of `@ndl/config`: one function each, with a stable code, the culprit, the place, and the fix. */
import { NdlError, showThrown, showValue, suggest, tokenId, withoutStop } from '@ndl/core';

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

/** A parameter that `trainable` names, and nothing is called. */
export function unknownParameter(name: string, site: string, known: readonly string[]): NdlError {
  return new NdlError(
    'UNKNOWN_OPTION',
    `trainable names '${name}', set at ${site}, and there is no such parameter there. ${suggest(name, known)}`,
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

/** Two that own one setting: plugins, or a plugin and ndl. */
export function duplicateSetting(name: string, owner: string, other: string): NdlError {
  const culprits = owner === other ? `${owner} twice` : `${owner}, and by ${other}`;
  return new NdlError(
    'DUPLICATE_SETTING',
    `Setting '${name}' is specified by ${culprits}. Leave out one of the plugins that contribute it, or rename its setting.`,
  );
}

/** What a plugin says of a value in an error of its own: that code, with setting and place in front. */
export function refusedByPlugin(name: string, site: string, cause: NdlError): NdlError {
  return new NdlError(cause.code, `Setting '${name}', set at ${site}: ${cause.message}`, { known: cause.known, cause });
}

/** A spec that throws in the midst of judging a value. */
export function validationFailed(name: string, owner: string, cause: unknown): NdlError {
  return new NdlError(
    'SETTING_SPEC_INVALID',
    `The spec of setting '${name}', of ${owner}, threw in validate(): ${withoutStop(showThrown(cause))}. Repair the plugin.`,
    { cause },
  );
}

/** A spec that judges a value by something else than a phrase. */
export function validationInvalid(name: string, owner: string, returned: unknown): NdlError {
  return new NdlError(
    'SETTING_SPEC_INVALID',
    `validate() of setting '${name}', of ${owner}, must return what is wrong with a value as a text, or undefined; it returned ` +
      `${showValue(returned)}. Repair the plugin.`,
  );
}

/** A default that no setting can have. */
export function defaultUnusable(name: string, owner: string, cause: NdlError): NdlError {
  return new NdlError(
    'SETTING_SPEC_INVALID',
    `The default of setting '${name}', of ${owner}, contains itself; settings are plain data. Repair the plugin.`,
    { cause },
  );
}

/** A value in a few words; symbols are tokens here. */
function show(value: unknown): string {
  return typeof value === 'symbol' ? `the token ${tokenId(value)}` : showValue(value);
}
