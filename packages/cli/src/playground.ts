/** @file `ndl playground`: says where the playground is. */
import type { Command } from './command.ts';
import { EXIT } from './terminal.ts';

export const playground: Command = {
  summary: 'opens a model in the page (from a clone of the repository)',
  usage: '[MODEL]',
  positionals: [0, 1],
  options: {},
  examples: ['npm run playground -- model.ts'],
  perform: async (given, { tell }) => {
    const [model] = given.positionals;
    const rest = model === undefined ? '' : ` -- ${model}`;
    tell(
      `The playground is an app of ndl's repository and not part of this package. In a clone: npm run playground${rest}\n`,
    );
    return EXIT.failed;
  },
};
