/** @file `npm run playground [-- --build FOLDER]`: builds the playground, and serves it to this machine or leaves it in a folder. */
import { setUp } from './setup.mjs';

try {
  setUp({ build: true });
  const { main } = await import('../apps/playground/dist/main.js');
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
