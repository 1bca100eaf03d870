import { isNdlError } from 'ndl';
import { describe, expect, test } from 'vitest';
import { parseFlags } from './command-line.ts';

describe('the flags of npm start', () => {
  test('have defaults', () => {
    expect(parseFlags([])).toEqual({ json: false, epochs: 6, output: 'mnist-report', help: false });
  });

  test('are read', () => {
    const flags = parseFlags(['--json', '--epochs', '2', '--output', 'elsewhere']);
    expect(flags).toEqual({ json: true, epochs: 2, output: 'elsewhere', help: false });
  });

  test.each([
    ['an unknown flag', ['--jsno']],
    ['no epochs at all', ['--epochs', '0']],
    ['half an epoch', ['--epochs', '0.5']],
    ['a stray word', ['json']],
  ])('refuse %s', (_, args) => {
    expect(() => parseFlags(args)).toThrow(expect.toSatisfy((error) => isNdlError(error, 'USAGE')));
  });
});
