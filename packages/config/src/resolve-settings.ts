/** @file Reads the settings of a network: what its user said, checked against what ndl and the loaded plugins know. */
import type { Settings, SettingSpec } from '@ndl/core';
import { immutableData, type Network, type SitedValue } from '@ndl/model';
import { checkedSettings, checkSetting, type SettingsInput } from './configure-settings.ts';
import { duplicateSetting, unknownSetting } from './errors.ts';
import { checkGradientConflict } from './gradient-conflict.ts';
import { builtInSettingSpecs } from './setting-specs.ts';

const OVERRIDE_SITE = 'the settings of Simulator.create';

/**
 * Every setting of a network: `overrides`, else what the network says, else defaults.
 * @param pluginSpecs settings that the loaded plugins add.
 * @throws NdlError UNKNOWN_SETTING, INVALID_SETTING, RESERVED_NAME, GRADIENT_CONFLICT, each with the place that set it;
 * DUPLICATE_SETTING when two plugins own one name.
 */
export function resolveSettings(
  network: Network,
  pluginSpecs: readonly SettingSpec[] = [],
  overrides: SettingsInput = {},
): Settings {
  const specs = specsByName([...builtInSettingSpecs, ...pluginSpecs]);
  const given = new Map<string, SitedValue>([
    ...network.config.settings(),
    ...attributeSettings(network),
    ...checkedSettings(overrides, OVERRIDE_SITE).map(
      ([name, value]) => [name, { value, site: OVERRIDE_SITE }] as const,
    ),
  ]);
  for (const [name, { value, site }] of given) {
    const spec = specs.get(name);
    if (spec === undefined) throw unknownSetting(name, site, [...specs.keys()]);
    checkSetting(spec, value, site);
  }
  checkGradientConflict(given);
  const entries = [...specs.values()].map((spec) => [spec.name, valueOf(spec, given.get(spec.name))]);
  return immutableData(Object.fromEntries(entries)) as Settings;
}

/** The place that made a setting, `file:line:column`; undefined where nobody did. `overrides` as in `resolveSettings`. */
export function siteOfSetting(network: Network, name: string, overrides: SettingsInput = {}): string | undefined {
  const isOverridden = (overrides as Readonly<Record<string, unknown>>)[name] !== undefined;
  return isOverridden ? OVERRIDE_SITE : network.config.settings().get(name)?.site;
}

/** Configured values of the attributes that are settings too: `trainable`, `keepHistory`. */
function attributeSettings(network: Network): (readonly [string, SitedValue])[] {
  const known = new Set<string>(builtInSettingSpecs.map(({ name }) => name));
  return [...network.config.attributes()].filter(([name]) => known.has(name));
}

function specsByName(specs: readonly SettingSpec[]): ReadonlyMap<string, SettingSpec> {
  const byName = new Map<string, SettingSpec>();
  for (const spec of specs) {
    if (byName.has(spec.name)) throw duplicateSetting(spec.name);
    byName.set(spec.name, spec);
  }
  return byName;
}

function valueOf(spec: SettingSpec, given: SitedValue | undefined): unknown {
  return given === undefined ? spec.default : given.value;
}
