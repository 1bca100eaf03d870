/** @file A program for calls in which some inputs are held: the same value at each step. */
import { suggest } from '@ndl/numerics';
import { irInvalid } from '../errors.ts';
import type { InputDeclaration, Program } from './program.ts';

/**
 * The program with the inputs in `held`, by name, written once per window; passes find what then is the same at each step.
 * Inputs that are held already stay so; what was generated is fed then.
 * @throws NdlError IR_INVALID for a name that is no input, or whose buffer keeps values of other steps
 */
export function specialize(program: Program, held: ReadonlySet<string>): Program {
  const names = new Set(program.inputs.map(({ name }) => name));
  for (const name of held) {
    if (!names.has(name)) throw irInvalid(`held input "${name}"`, `no such input. ${suggest(name, [...names])}`);
  }
  const inputs = program.inputs.map(({ source, ...input }): InputDeclaration => {
    if (held.has(input.name)) return { ...input, held: true };
    return source === undefined ? input : { ...input, source };
  });
  const buffers = new Set(inputs.flatMap((input) => (input.held ? [input.buffer] : [])));
  return {
    ...program,
    inputs,
    buffers: program.buffers.map((buffer) => {
      if (!buffers.has(buffer.id)) return buffer;
      if (buffer.steps !== 'one')
        throw irInvalid(`held input buffer ${buffer.id}`, 'it has a value for each step; held inputs have one.');
      return { ...buffer, lifetime: 'window' };
    }),
  };
}
