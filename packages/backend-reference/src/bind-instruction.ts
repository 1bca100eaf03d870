/** @file The table of instructions: how each is bound to memory. */
import type { HostDeclaration, Instruction } from '@ndl/ir';
import type { Action, Binding } from './binding.ts';
import { bindDot } from './dot.ts';
import { bindCopy, bindFill } from './fill-and-copy.ts';
import { bindHost } from './host.ts';
import { bindMap } from './map.ts';
import { bindOuter } from './outer.ts';
import { bindReduce } from './reduce.ts';

/** Binds an instruction; `hosts` are the host functions of its program by id. */
export function bindInstruction(
  instruction: Instruction,
  hosts: ReadonlyMap<string, HostDeclaration>,
  binding: Binding,
): Action {
  switch (instruction.kind) {
    case 'fill':
      return bindFill(instruction, binding);
    case 'copy':
      return bindCopy(instruction, binding);
    case 'map':
      return bindMap(instruction, binding);
    case 'dot':
      return bindDot(instruction, binding);
    case 'outer':
      return bindOuter(instruction, binding);
    case 'reduce':
      return bindReduce(instruction, binding);
    case 'host':
      return bindHost(instruction, hosts.get(instruction.host)!, binding);
  }
}
