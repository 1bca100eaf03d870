/** @file What differentiation does not take apart yet. */
import { irInvalid } from '../errors.ts';
import { readsOf } from '../program/instruction-access.ts';
import { printInstruction } from '../program/print-program.ts';
import type { Program } from '../program/program.ts';

/** @throws NdlError IR_INVALID for a program that reads at a lag: no gradient is derived through lags. */
export function refuseLags({ sections }: Program): void {
  for (const { kind, instructions } of sections) {
    instructions.forEach((instruction, index) => {
      if (readsOf(instruction).every(({ lag }) => lag === undefined)) return;
      throw irInvalid(
        `${kind} ${index} (${printInstruction(instruction)})`,
        'it reads at a lag, through which no gradient is derived: carry what the step before left as state.',
      );
    });
  }
}
