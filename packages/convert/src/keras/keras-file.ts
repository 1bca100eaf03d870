/** @file Keras's files: `.h5` of all versions, and `.keras`, a zip of a description and an HDF5 file of weights. */
import { showThrown } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import type { LayerGraph } from '../layer-graph.ts';
import { MOST_PACKED } from '../size-bounds.ts';
import { Hdf5File } from './hdf5-file.ts';
import { isFields } from './layer-config.ts';
import { readKerasModel, type KerasSource } from './model-config.ts';

/** What a zip may unpack to. */
const LARGEST_PART = 2 ** 31 - 1;

/** A file that Keras's `model.save('….h5')` wrote. @throws NdlError MODEL_INVALID, SHAPE_MISMATCH, LAYER_UNSUPPORTED */
export async function readKerasH5(bytes: Uint8Array, isTemporal: boolean): Promise<LayerGraph> {
  const what = 'the HDF5 file';
  const file = await Hdf5File.open(bytes, what);
  const config = file.text('/', 'model_config');
  if (config === undefined)
    throw sourceInvalid(
      what,
      'it describes no model: it has no attribute model_config. Save the whole model, not weights alone',
    );
  return readKerasModel(
    parsed(config, `model_config of ${what}`),
    weightsByName(file, file.text('/', 'keras_version'), what),
    isTemporal,
  );
}

/** A file that Keras 3's `model.save('….keras')` wrote. @throws NdlError MODEL_INVALID, SHAPE_MISMATCH, LAYER_UNSUPPORTED */
export async function readKerasZip(bytes: Uint8Array, isTemporal: boolean): Promise<LayerGraph> {
  const what = 'the .keras file';
  const parts = await unzipped(bytes, what);
  const config = parts['config.json'];
  const weights = parts['model.weights.h5'];
  if (config === undefined || weights === undefined)
    throw sourceInvalid(what, `it has no ${config === undefined ? 'config.json' : 'model.weights.h5'} in it`);
  const topology = parsed(new TextDecoder().decode(config), `config.json of ${what}`);
  const written = parts['metadata.json'];
  const metadata = written === undefined ? {} : parsed(new TextDecoder().decode(written), `metadata.json of ${what}`);
  const version = isFields(metadata) ? metadata['keras_version'] : undefined;
  const file = await Hdf5File.open(weights, `model.weights.h5 of ${what}`);
  return readKerasModel(topology, weightsByOrder(file, topology, version, what), isTemporal);
}

/** Each layer has a group, which says what its arrays are called, in order. */
function weightsByName(file: Hdf5File, version: unknown, what: string): KerasSource {
  const root = file.names('/').includes('model_weights') ? 'model_weights' : '';
  return {
    version: firstNumber(version),
    arraysOf(path) {
      const group = `${root}/${path[0]!}`;
      const names = file.texts(group, 'weight_names');
      // Arrays of a model within a model stand in the group of the outermost.
      const own = path.length === 1 ? names : names.filter((name) => name.split('/').includes(path.at(-1)!));
      return own.map((name) => {
        const array = file.array(`${group}/${name}`);
        if (array === undefined)
          throw sourceInvalid(what, `the array '${name}' of layer '${path.join('/')}' is missing`);
        return array;
      });
    },
  };
}

/**
 * Layers stand under the names of their classes, counted: `dense`, `dense_1` …; arrays are numbered. Layers within one another have groups
 * of their own names: `cell`, `layer`.
 */
function weightsByOrder(file: Hdf5File, topology: unknown, version: unknown, what: string): KerasSource {
  return {
    version: firstNumber(version, 3),
    arraysOf(path, className) {
      let group = '';
      let within: unknown = topology;
      for (const name of path) {
        const folder = ['layers', '_layer_checkpoint_dependencies'].find(
          (each) => file.names(`${group}/${each}`).length > 0,
        );
        const layers = layersIn(within);
        const at = layers.findIndex((layer) => nameOf(layer) === name);
        const kept = snakeCase(classOf(layers[at]) ?? className);
        const before = layers
          .slice(0, Math.max(at, 0))
          .filter((layer) => snakeCase(classOf(layer) ?? '') === kept).length;
        const counted = before === 0 ? kept : `${kept}_${before}`;
        const base = `${group}/${folder ?? 'layers'}`;
        group = `${base}/${file.names(base).includes(counted) ? counted : name}`;
        within = layers[at];
      }
      for (const inner of ['cell', 'layer'])
        if (file.names(group).includes(inner) && !file.names(`${group}/vars`).length) group = `${group}/${inner}`;
      return [...file.names(`${group}/vars`)]
        .toSorted((a, b) => Number(a) - Number(b))
        .map((name) => {
          const array = file.array(`${group}/vars/${name}`);
          if (array === undefined) throw sourceInvalid(what, `'${name}' of layer '${path.join('/')}' is no array`);
          return array;
        });
    },
  };
}

/** Of `3.4.1` it is 3. */
function firstNumber(version: unknown, fallback = 2): number {
  const found = typeof version === 'string' ? Number.parseInt(version, 10) : NaN;
  return Number.isNaN(found) ? fallback : found;
}

function layersIn(model: unknown): readonly unknown[] {
  const config = isFields(model) ? model['config'] : undefined;
  const layers = isFields(config) ? config['layers'] : undefined;
  return Array.isArray(layers) ? layers : [];
}

function nameOf(layer: unknown): unknown {
  return isFields(layer)
    ? (layer['name'] ?? (isFields(layer['config']) ? layer['config']['name'] : undefined))
    : undefined;
}

function classOf(layer: unknown): string | undefined {
  return isFields(layer) && typeof layer['class_name'] === 'string' ? layer['class_name'] : undefined;
}

/** `Conv2D` is conv2d, `MaxPooling2D` max_pooling2d. */
function snakeCase(name: string): string {
  return name
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw sourceInvalid(what, `it is no JSON (${showThrown(error)})`, error);
  }
}

const PARTS: readonly string[] = ['config.json', 'metadata.json', 'model.weights.h5'];

/** The parts that are wanted. */
async function unzipped(bytes: Uint8Array, what: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const { unzipSync } = await import('fflate');
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (!PARTS.includes(name)) return false;
        if (originalSize > Math.min(LARGEST_PART, MOST_PACKED * (size + 1)) || size > bytes.length)
          throw new RangeError(`${name} is said to have ${originalSize} bytes`);
        return true;
      },
    });
  } catch (error) {
    throw sourceInvalid(what, `the zip is damaged or cut short (${showThrown(error)})`, error);
  }
}
