/** @file What is said of configurations: attributes that are not there, or mean nothing where they are set. */
import { NdlError, showValue, suggest } from '@ndl/numerics';

/** An attribute of objects that was not added to the configuration. */
export function attributeNotAdded(name: string, target: string, known: readonly string[]): NdlError {
  const adds = known.includes(name)
    ? `configureSettings({ ${name}: ${name === 'trainable' ? 'null' : 'true'} }) adds it`
    : `net.config.addAttribute('${name}', …) adds one`;
  const hint = known.includes(name) ? '' : ` ${suggest(name, known)}`;
  return new NdlError(
    'ATTRIBUTE_NOT_ADDED',
    `${target} has no attribute '${name}' in this configuration: ${adds}, on the top-level network.${hint}`,
    { known },
  );
}

/** A parameter taken for an attribute. */
export function parameterNotAttribute(name: string, target: string, way: string): NdlError {
  return new NdlError('ATTRIBUTE_NOT_ADDED', `${target} has no attribute '${name}': ${way}.`);
}

/** An attribute of objects looked for on a subnetwork's own configuration. */
export function subnetworkAttribute(subnetwork: string, name: string, line: string): NdlError {
  return new NdlError(
    'SUBNETWORK_ATTRIBUTE',
    `${subnetwork}: '${name}' is kept on the top-level network, not on a subnetwork's own config. Write: ${line}`,
  );
}

/** An attribute on an object that it means nothing for. */
export function attributeNotApplicable(name: string, target: string, appliesTo: readonly string[]): NdlError {
  return new NdlError(
    'ATTRIBUTE_NOT_APPLICABLE',
    `${target}: '${name}' means nothing here; it applies to: ${appliesTo.join(', ')}.`,
    { known: appliesTo },
  );
}

/** `trainable: true` for an ensemble without parameters. */
export function nothingToTrain(target: string): NdlError {
  return new NdlError(
    'ATTRIBUTE_NOT_APPLICABLE',
    `${target}: there is nothing to train, for direct() passes the value on as it is, without encoders or biases. ` +
      'Leave trainable out here, or give the ensemble another neuronType; connections to and from it can be trained.',
  );
}

/** Something that has no configuration. */
export function notConfigurable(actual: unknown): NdlError {
  return new NdlError(
    'NOT_CONFIGURABLE',
    `config.of takes a class (Ensemble, Neurons, Node, Connection, Probe, Network) or an object of the network; got ${showValue(actual)}.`,
  );
}

/** A name that reaches into JavaScript's prototypes. */
export function reservedName(name: string): NdlError {
  return new NdlError('RESERVED_NAME', `'${name}' is a reserved name of JavaScript and cannot be a setting.`);
}
