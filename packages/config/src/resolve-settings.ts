/** @file Reads the settings of a network: what its user said, checked against what ndl and the loaded plugins know. */
import { isNdlError, type Settings, type SettingSpec, refuseSurplus } from '@ndl/core';
import { immutableData, type Network, type SitedValue } from '@ndl/model';
import { checkedSettings, checkSetting, type SettingsInput } from './configure-settings.ts';
import {
  defaultUnusable,
  duplicateSetting,
  invalidSetting,
  refusedByPlugin,
  unknownSetting,
  validationFailed,
  validationInvalid,
} from './errors.ts';
import { builtInSettingSpecs } from './setting-specs.ts';

const OVERRIDE_SITE = 'the settings of Simulator.create';

/**
 * Every setting of a network: `overrides`, else what the network says, else defaults.
 * @param pluginSpecs settings that the loaded plugins add.
 * @param pluginOf the plugin that contributed a spec, for messages; undefined where it is not known.
 * @throws NdlError UNKNOWN_SETTING, INVALID_SETTING, RESERVED_NAME, each with the place that set it; what specs of plugins throw,
 * likewise. DUPLICATE_SETTING when two own one name, SETTING_SPEC_INVALID when a spec of a plugin does what it may not.
 */
export function resolveSettings(
  network: Network,
  pluginSpecs: readonly SettingSpec[] = [],
  overrides: SettingsInput = {},
  pluginOf: (spec: SettingSpec) => string | undefined = () => undefined,
): Settings {
  refuseSurplus('resolveSettings', arguments, 4);
  const owner = (spec: SettingSpec): string =>
    (builtInSettingSpecs as readonly SettingSpec[]).includes(spec) ? 'ndl' : (pluginOf(spec) ?? 'a plugin');
  const specs = specsByName([...builtInSettingSpecs, ...pluginSpecs], owner);
  const given = new Map<string, SitedValue>([
    ...network.config.settings(),
    ...attributeSettings(network),
    ...checkedSettings(overrides, OVERRIDE_SITE).map(
      ([name, value]) => [name, { value, site: OVERRIDE_SITE }] as const,
    ),
  ]);
  for (const [name, { site }] of given) if (!specs.has(name)) throw unknownSetting(name, site, [...specs.keys()]);
  for (const spec of builtInSettingSpecs) {
    const sited = given.get(spec.name);
    if (sited !== undefined) checkSetting(spec, sited.value, sited.site);
  }
  const settings = withDefaults([...specs.values()], given, owner);
  for (const spec of pluginSpecs) {
    const sited = given.get(spec.name);
    if (sited !== undefined) checkByPlugin(spec, sited, settings, owner(spec));
  }
  return settings;
}

function withDefaults(
  specs: readonly SettingSpec[],
  given: ReadonlyMap<string, SitedValue>,
  owner: (spec: SettingSpec) => string,
): Settings {
  const entries = specs.map((spec) => [
    spec.name,
    given.has(spec.name) ? given.get(spec.name)!.value : ownDefault(spec, owner),
  ]);
  return immutableData(Object.fromEntries(entries)) as Settings;
}

/** The default of a spec, as settings are kept. @throws NdlError SETTING_SPEC_INVALID */
function ownDefault(spec: SettingSpec, owner: (spec: SettingSpec) => string): unknown {
  try {
    return immutableData({ value: spec.default }).value;
  } catch (cause) {
    throw isNdlError(cause) ? defaultUnusable(spec.name, owner(spec), cause) : cause;
  }
}

/** What the plugin of a setting says of a value. @throws NdlError INVALID_SETTING, SETTING_SPEC_INVALID, codes of the plugin */
function checkByPlugin(spec: SettingSpec, { value, site }: SitedValue, settings: Settings, owner: string): void {
  const problem: unknown = validated(spec, { value, site }, settings, owner);
  if (problem === undefined) return;
  if (typeof problem !== 'string') throw validationInvalid(spec.name, owner, problem);
  throw invalidSetting(spec.name, problem, value, site);
}

function validated(spec: SettingSpec, { value, site }: SitedValue, settings: Settings, owner: string): unknown {
  try {
    return spec.validate(value, settings);
  } catch (cause) {
    throw isNdlError(cause) ? refusedByPlugin(spec.name, site, cause) : validationFailed(spec.name, owner, cause);
  }
}

/** The place that made a setting, `file:line:column`; undefined where nobody did. `overrides` as in `resolveSettings`. */
export function siteOfSetting(network: Network, name: string, overrides: SettingsInput = {}): string | undefined {
  refuseSurplus('siteOfSetting', arguments, 3);
  const isOverridden = (overrides as Readonly<Record<string, unknown>>)[name] !== undefined;
  return isOverridden ? OVERRIDE_SITE : network.config.settings().get(name)?.site;
}

/** Configured values of the attributes that are settings too: `trainable`, `keepHistory`. */
function attributeSettings(network: Network): (readonly [string, SitedValue])[] {
  const known = new Set<string>(builtInSettingSpecs.map(({ name }) => name));
  return [...network.config.attributes()].filter(([name]) => known.has(name));
}

function specsByName(
  specs: readonly SettingSpec[],
  owner: (spec: SettingSpec) => string,
): ReadonlyMap<string, SettingSpec> {
  const byName = new Map<string, SettingSpec>();
  for (const spec of specs) {
    const earlier = byName.get(spec.name);
    if (earlier !== undefined) throw duplicateSetting(spec.name, owner(earlier), owner(spec));
    byName.set(spec.name, spec);
  }
  return byName;
}
