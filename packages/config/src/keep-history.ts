/** @file Whether a probe keeps every sample, where that was said of it in particular. */
import { refuseSurplus } from '@ndl/core';
import { Probe, type Network } from '@ndl/model';

/**
 * What the configuration says of this probe, else of the class `Probe`; undefined where it says nothing, so that the
 * setting `keepHistory` decides. Reading changes nothing.
 */
export function keepHistoryOf(network: Network, probe: Probe): boolean | undefined {
  refuseSurplus('keepHistoryOf', arguments, 2);
  const { config } = network;
  const own = config.attribute(probe, 'keepHistory') ?? config.attribute(Probe, 'keepHistory');
  return own?.value as boolean | undefined;
}
