/** @file What plugins contribute to the build, checked where the build itself does not: build functions. */
import { refuseSurplus } from '@ndl/numerics';
import type { BuildDefinitions } from '../building/build-options.ts';
import { checkedBuildFunction } from './checked-build.ts';
import { definitionName } from './definition-name.ts';

/**
 * The same definitions, and who contributed them.
 * @throws NdlError, when they are used, BUILD_INVALID and BUILD_OVER
 */
export function checkedContributions(definitions: BuildDefinitions): BuildDefinitions {
  refuseSurplus('checkedContributions', arguments, 1);
  const originals = new Map<object, object>();
  const pluginOf = (definition: object): string | undefined =>
    definitions.pluginOf?.(originals.get(definition) ?? definition);
  const standingFor = <Definition extends object>(original: Definition, checked: Definition): Definition => {
    originals.set(checked, original);
    return checked;
  };
  return {
    ...definitions,
    buildFunctions: definitions.buildFunctions.map((original) => {
      const name = definitionName('build function', original.kind, pluginOf(original));
      return standingFor(original, checkedBuildFunction(original, name));
    }),
    pluginOf,
  };
}
