/** @file Takes the backend out of a plugin, without a kernel. */
import type { BackendEntry, Plugin, PluginRegistration } from '@ndl/core';

/** The entry that a plugin of this package binds. */
export function entryOf(plugin: Plugin): BackendEntry {
  let entry: BackendEntry | undefined;
  const registration = {
    bind: () => ({ toConstantValue: (value: BackendEntry) => (entry = value) }),
    contribute: () => ({ toConstantValue: () => {} }),
  };
  void plugin.register(registration as unknown as PluginRegistration);
  return entry!;
}
