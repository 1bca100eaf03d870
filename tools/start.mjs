/**
 * @file `npm start`: installs, builds, and runs the main job, spiking MNIST, in this process.
 *
 * Flags reach the job as they are: `npm start --silent -- --json`.
 */
import { setUp } from './setup.mjs';

try {
  setUp({ build: true });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
await import('../apps/mnist/dist/main.js');
