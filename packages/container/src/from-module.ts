/** @file An inversify module as a plugin: for those who have one already. */
import { definePlugin, type Plugin, refuseSurplus } from '@ndl/core';
import type { ContainerModule } from 'inversify';

/**
 * Makes a plugin of a container module. Its bindings are watched like those of any plugin; it cannot contribute to
 * collections, which take a `contribute` that modules do not know.
 */
export function fromModule(name: string, module: ContainerModule): Plugin {
  refuseSurplus('fromModule', arguments, 2);
  return definePlugin({ name, register: (registration) => module.load(registration) });
}
