/** @file `npm run golden -- FOLDER …`: `ndl golden`, from a clone. */
process.argv.splice(2, 0, 'golden');
await import('../packages/cli/dist/bin.js');
