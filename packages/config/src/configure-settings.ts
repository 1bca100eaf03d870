/** @file `configureSettings`: says how the network that is being described shall be compiled, simulated and trained. */
import { isNdlError, type Settings, refuseSurplus } from '@ndl/core';
import { callSiteOf, immutableData, isPlainObject, requireNetwork } from '@ndl/model';
import { invalidSetting, notSettings, reservedSetting } from './errors.ts';
import { reservedNameIn } from './setting-names.ts';
import { builtInSettingSpecs, type BuiltInSettingSpec } from './setting-specs.ts';

/** Settings to be made; what is left out, or undefined, stays as it is. */
export type SettingsInput = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

declare module '@ndl/model' {
  interface NetworkSettings extends Partial<Writable<Settings>> {}
}

/**
 * Makes settings on the top-level network of the one that is open, and touches only what it names; a later value replaces
 * an earlier one. If one of them is refused, none is made. Values of ndl's own settings are checked here; those of
 * plugins, and whether tokens are known, by `Simulator.create`, which names this call in its errors.
 * @throws NdlError NETWORK_CONTEXT outside a network; INVALID_SETTING, RESERVED_NAME
 */
export function configureSettings(settings: SettingsInput): void {
  refuseSurplus('configureSettings', arguments, 1);
  const { config } = requireNetwork('A call of configureSettings()').toplevel;
  const site = callSiteOf(configureSettings);
  for (const [name, value] of checkedSettings(settings, site)) config.setSetting(name, value, site);
}

/** The settings that an object names, those of ndl itself checked. @throws NdlError INVALID_SETTING, RESERVED_NAME */
export function checkedSettings(settings: unknown, site: string): (readonly [string, unknown])[] {
  if (!isPlainObject(settings)) throw notSettings(site, settings);
  const reserved = reservedNameIn(settings);
  if (reserved !== undefined) throw reservedSetting(reserved, site);
  const named = Object.entries(settings).filter(([, value]) => value !== undefined);
  for (const spec of builtInSettingSpecs) {
    const found = named.find(([name]) => name === spec.name);
    if (found !== undefined) checkSetting(spec, found[1], site);
  }
  return named.map(([name, value]) => [name, copied(name, value, site)]);
}

/** What a user does with his own lists, arrays and objects later changes nothing here. @throws NdlError INVALID_SETTING */
function copied(name: string, value: unknown, site: string): unknown {
  try {
    return immutableData({ value }).value;
  } catch (error) {
    throw isNdlError(error) ? invalidSetting(name, 'must not contain itself', value, site) : error;
  }
}

/** @throws NdlError INVALID_SETTING */
export function checkSetting(spec: BuiltInSettingSpec, value: unknown, site: string): void {
  const problem = spec.validate(value);
  if (problem !== undefined) throw invalidSetting(spec.name, problem, value, site);
}
