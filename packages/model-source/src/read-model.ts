/** @file `readModel`: what an imported module gives, checked. */
import { isNetworkObject, type Network } from '@ndl/model';
import { refuseSurplus } from '@ndl/numerics';
import { badPart, noModel, unknownPart } from './errors.ts';
import type { Declaration, ExpectedResult, Model, ModelHost, ModelPanel, ModelTraining, PanelKind } from './model.ts';

/** A model whose parts are what they must be. */
export interface ReadModel {
  readonly network: Network;
  /** Undefined where the model has none. */
  readonly training: ((host: ModelHost) => Promise<ModelTraining>) | undefined;
  readonly panels: readonly ModelPanel[] | undefined;
  readonly expected: ExpectedResult | undefined;
  /** By object: its name and line in the source. Empty for modules that were not made by `modelToJavaScript`. */
  readonly declarations: ReadonlyMap<object, Declaration>;
}

/** Kinds of panels that a model may ask for. */
export const PANEL_KINDS: readonly PanelKind[] = [
  'value',
  'xy',
  'raster',
  'voltages',
  'grid',
  'weights',
  'loss',
  'slider',
];
const PARTS = ['network', 'training', 'panels'];
const EXPECTED = ['what', 'seconds', 'trained', 'measure', 'atLeast', 'atMost'];

/**
 * Checks what the module of a model exports.
 * @param module the namespace that `import` gives
 * @throws NdlError MODEL_EXPORT, UNKNOWN_OPTION
 */
export function readModel(module: object): ReadModel {
  refuseSurplus('readModel', arguments, 1);
  const exported = (typeof module === 'object' && module !== null ? module : {}) as Readonly<Record<string, unknown>>;
  const given = exported['default'];
  const model = isNetwork(given) ? { network: given } : given;
  if (!isRecord(model) || typeof model['then'] === 'function') throw noModel(given);
  for (const part of Object.keys(model)) if (!PARTS.includes(part)) throw unknownPart('model', part, PARTS);
  const { network, training, panels } = model as Partial<Model>;
  if (!isNetwork(network)) throw badPart('network', 'a Network', network);
  const declarations = exported['declarations'];
  return Object.freeze({
    network,
    training: training === undefined ? undefined : trainingOf(training),
    panels: panels === undefined ? undefined : checkedPanels(panels),
    expected: exported['expected'] === undefined ? undefined : checkedExpected(exported['expected']),
    declarations: declarations instanceof Map ? (declarations as ReadonlyMap<object, Declaration>) : new Map(),
  });
}

function trainingOf(training: NonNullable<Model['training']>): NonNullable<ReadModel['training']> {
  const isMade = typeof training === 'function';
  if (!isMade) requireTraining(training);
  return async (host) => {
    const made = isMade ? await training(host) : training;
    requireTraining(made);
    return made;
  };
}

function requireTraining(training: unknown): asserts training is ModelTraining {
  if (!isRecord(training))
    throw badPart('training', '{ inputs, options, test? }, or a function that makes it', training);
  for (const part of Object.keys(training))
    if (!['inputs', 'options', 'test'].includes(part))
      throw unknownPart('model: training', part, ['inputs', 'options', 'test']);
  if (!isRecord(training['inputs']) && !Array.isArray(training['inputs']))
    throw badPart('training.inputs', 'data for input nodes, such as [[node, items]]', training['inputs']);
  if (!isRecord(training['options']))
    throw badPart('training.options', 'the options of sim.train, { targets, optimizer, … }', training['options']);
}

function checkedPanels(panels: unknown): readonly ModelPanel[] {
  if (!Array.isArray(panels)) throw badPart('panels', 'a list of { of, kind }', panels);
  return Object.freeze(
    (panels as readonly unknown[]).map((panel, index) => {
      const { of, kind } = (isRecord(panel) ? panel : {}) as Partial<ModelPanel>;
      if (!isNetworkObject(of)) throw badPart(`panels[${index}].of`, 'an object of the network', of);
      if (!PANEL_KINDS.includes(kind as PanelKind))
        throw badPart(`panels[${index}].kind`, `one of ${PANEL_KINDS.join(', ')}`, kind);
      return Object.freeze({ of, kind }) as ModelPanel;
    }),
  );
}

function checkedExpected(expected: unknown): ExpectedResult {
  if (!isRecord(expected)) throw badPart('expected', '{ what, measure, atLeast or atMost }', expected);
  for (const part of Object.keys(expected))
    if (!EXPECTED.includes(part)) throw unknownPart('model: expected', part, EXPECTED);
  const { what, measure, atLeast, atMost, seconds } = expected as Partial<ExpectedResult>;
  if (typeof what !== 'string') throw badPart('expected.what', 'a text', what);
  if (typeof measure !== 'function') throw badPart('expected.measure', 'a function of the simulator', measure);
  if (seconds !== undefined && !(Number.isFinite(seconds) && seconds >= 0))
    throw badPart('expected.seconds', 'a number, 0 or more', seconds);
  if (typeof atLeast !== 'number' && typeof atMost !== 'number')
    throw badPart('expected.atLeast or expected.atMost', 'a number', atLeast ?? atMost);
  return expected as unknown as ExpectedResult;
}

function isNetwork(value: unknown): value is Network {
  return isNetworkObject(value) && value.kind === 'network';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
