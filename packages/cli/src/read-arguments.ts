/** @file Arguments of a command, by `parseArgs` of Node, with suggestions for what is not known. */
import { parseArgs } from 'node:util';
import type { Arguments, Command, NamedFile } from './command.ts';
import { badValue, unknownOption, usage } from './errors.ts';

/** @throws NdlError USAGE */
export function readArguments(name: string, command: Command, args: readonly string[]): Arguments {
  const known = Object.keys(command.options);
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(command.options).map(([option, { value }]) => [
        option,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
  });
  const positionals: string[] = [];
  const options = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(command.options, token.name)) throw unknownOption(name, token.name, known);
    const { value } = command.options[token.name]!;
    if (value === undefined && token.value !== undefined)
      throw usage(`--${token.name} takes no value; got '${token.value}'.`);
    if (value !== undefined && (token.value === undefined || token.value === ''))
      throw badValue(token.name, `followed by ${value}`, undefined);
    if (options.has(token.name)) throw usage(`--${token.name} is given twice.`);
    options.set(token.name, token.value ?? '');
  }
  const [least, most] = command.positionals;
  if (positionals.length < least || positionals.length > most)
    throw usage(
      `ndl ${name} takes ${command.usage}; got ${positionals.length === 0 ? 'nothing' : positionals.join(' ')}.`,
    );
  return { positionals, options };
}

/** The file that an option names; none where it is not given. */
export function fileOf({ options }: Arguments, option: string): readonly NamedFile[] {
  const path = options.get(option);
  return path === undefined ? [] : [{ name: `--${option}`, path }];
}

/** The number that an option gives; undefined where it is not given. @throws NdlError USAGE */
export function numberOf({ options }: Arguments, option: string, isWhole = false): number | undefined {
  const text = options.get(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  const isFit = Number.isFinite(value) && value > 0 && (!isWhole || Number.isInteger(value));
  if (!isFit) throw badValue(option, isWhole ? 'a whole number above 0' : 'a number above 0', text);
  return value;
}

/** The whole numbers of an option such as `1,32`; undefined where it is not given. @throws NdlError USAGE */
export function listOf({ options }: Arguments, option: string): readonly number[] | undefined {
  const text = options.get(option);
  if (text === undefined) return undefined;
  const values = text.split(',').map(Number);
  if (!values.every((value) => Number.isInteger(value) && value > 0))
    throw badValue(option, 'whole numbers above 0, such as 1,32', text);
  return [...new Set(values)];
}
