/** @file The array `plugins`, checked at the door: what is no plugin is told what it is instead. */
import { CONTRACT_VERSION, type Plugin } from '@ndl/core';
import { contractVersion, duplicatePlugin, notAPlugin, reservedPluginName } from './errors.ts';

/**
 * The same plugins, read once.
 * @param builtIn those that are there beside them. Their names are taken.
 * @throws NdlError NOT_A_PLUGIN with the place in the list, CONTRACT_VERSION, DUPLICATE_PLUGIN
 */
export function checkedPlugins(plugins: readonly Plugin[], builtIn: readonly Plugin[]): readonly Plugin[] {
  const taken = new Set(builtIn.map(({ name }) => name));
  const known = new Map<string, unknown>();
  return Array.from(plugins, (plugin: unknown, position) => {
    const checked = readPlugin(plugin);
    if (checked === undefined) throw notAPlugin(position, plugin);
    const { name, contract } = checked;
    if (contract !== CONTRACT_VERSION) throw contractVersion(name, contract);
    if (taken.has(name)) throw reservedPluginName(name);
    if (known.has(name)) throw duplicatePlugin(name, known.get(name) === plugin);
    known.set(name, plugin);
    return checked;
  });
}

/** What a plugin consists of; undefined for what is none. */
function readPlugin(value: unknown): Plugin | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    const { name, contract, register, requires = [] } = value as Partial<Plugin>;
    const keys: unknown = requires;
    const isNamed = typeof name === 'string' && name.trim() !== '';
    if (!isNamed || typeof contract !== 'number' || typeof register !== 'function') return undefined;
    if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'symbol')) return undefined;
    return { name, contract, requires, register: (registration) => register.call(value, registration) };
  } catch {
    // A property that cannot even be read.
    return undefined;
  }
}
