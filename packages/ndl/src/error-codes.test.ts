/** @file The forms of codes, as decision 012 has them: `UNKNOWN_X` for names, one family for options. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const home = fileURLToPath(new URL('../../', import.meta.url));
const packages = readdirSync(home).filter((name) => existsSync(`${home}${name}/package.json`));

function codesOf(name: string): readonly string[] {
  const folder = `${home}${name}/src`;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|[\\/-])errors\.ts$/.test(file))
    .flatMap(
      (file) => readFileSync(`${folder}/${file}`, 'utf8').match(/(?<=')[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=')/g) ?? [],
    );
}

describe.each(packages)('%s', (name) => {
  const codes = codesOf(name);

  it('calls unknown names UNKNOWN_X', () => {
    expect(codes.filter((code) => /_UNKNOWN(_|$)/.test(code))).toEqual([]);
  });

  it('has one family of codes for options', () => {
    const family = ['UNKNOWN_OPTION', 'INVALID_OPTION', 'MISSING_OPTION', 'OPTION_CONFLICT'];
    const isOfOptions = (code: string): boolean => /OPTION|_PARAMETER$/.test(code);
    expect(codes.filter((code) => isOfOptions(code) && !family.includes(code))).toEqual([]);
  });

  it('has one code for each mistake with arrays and objects', () => {
    expect(codes.filter((code) => /^(?:NON|OTHER)_|^DATA_(?:SHAPE|INVALID|NOT_FINITE)$/.test(code))).toEqual([]);
  });
});

it('codes are found', () => expect(packages.flatMap(codesOf).length).toBeGreaterThan(50));
