/** @file How many things the functions of a program can be told of at most: where buffers lie, scalars, the clock. */
import type { Frame } from '@ndl/backend-kit';
import { clocksOf, instructionsOf } from '@ndl/ir';
import type { Store } from '../memory/memory.ts';

export function slotsFor({ program }: Frame<Store>): number {
  const clocks = instructionsOf(program).reduce((sum, instruction) => sum + clocksOf(instruction).length, 0);
  return program.buffers.length + program.scalars.length + clocks + 2;
}
