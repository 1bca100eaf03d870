/** @file One figure of ndl beside native programs, in a process of its own: `native-process.js REPETITIONS product`,
 * or `… layer INDEX`, prints it. */
import { LAYERS, measureLayer } from './native-layer.ts';
import { measureProduct } from './native-product.ts';

const [repetitions, what, index] = process.argv.slice(2) as [string, 'layer' | 'product', string?];
const figure =
  what === 'product'
    ? await measureProduct(Number(repetitions))
    : await measureLayer(LAYERS[Number(index)]!, Number(repetitions));
process.stdout.write(`${JSON.stringify(figure)}\n`);
process.exit();
