/** @file Which classes have a parameter of a name: what is theirs is no attribute of the configuration. */
import type { ConnectionParameters } from '../objects/connection.ts';
import type { EnsembleOptions } from '../objects/ensemble.ts';
import type { NodeParameters } from '../objects/node.ts';
import { CLASS_NAMES, type ConfigurableKind } from '../objects/objects.ts';
import type { ProbeParameters } from '../objects/probe.ts';

type ParameterName = keyof EnsembleOptions | keyof NodeParameters | keyof ConnectionParameters | keyof ProbeParameters;

const EVERY_OBJECT: readonly ConfigurableKind[] = ['ensemble', 'node', 'connection', 'probe', 'network'];

const OWNERS: Readonly<Record<ParameterName, readonly ConfigurableKind[]>> = {
  nNeurons: ['ensemble'],
  dimensions: ['ensemble'],
  radius: ['ensemble'],
  encoders: ['ensemble'],
  intercepts: ['ensemble'],
  maxRates: ['ensemble'],
  evalPoints: ['ensemble', 'connection'],
  nEvalPoints: ['ensemble'],
  neuronType: ['ensemble'],
  gain: ['ensemble'],
  bias: ['ensemble'],
  noise: ['ensemble'],
  normalizeEncoders: ['ensemble'],
  output: ['node'],
  sizeIn: ['node'],
  sizeOut: ['node'],
  inert: ['node'],
  live: ['node'],
  delay: ['connection'],
  synapse: ['connection', 'probe'],
  function: ['connection'],
  transform: ['connection'],
  solver: ['connection', 'probe'],
  scaleEvalPoints: ['connection'],
  learningRuleType: ['connection'],
  attribute: ['probe'],
  sampleEvery: ['probe'],
  label: EVERY_OBJECT,
  seed: EVERY_OBJECT,
};

/**
 * What to write where a name is a parameter, and was taken for an attribute; undefined where it is none.
 * @param kind of the object that was meant, where one was.
 */
export function wayToParameter(name: string, value: string, kind?: ConfigurableKind): string | undefined {
  if (!Object.hasOwn(OWNERS, name)) return undefined;
  const owners = OWNERS[name as ParameterName];
  const meant = kind === 'neurons' ? 'ensemble' : kind;
  if (meant !== undefined && owners.includes(meant)) {
    return `it is a parameter of the ${meant} itself, write ${meant}.${name} = ${value}`;
  }
  const classes = owners.map((owner) => CLASS_NAMES[owner]).join(', ');
  return meant === undefined
    ? `it is a parameter (of ${classes}), write ${owners[0]}.${name} = ${value}`
    : `it is a parameter of ${classes}, and the ${meant} has none`;
}
