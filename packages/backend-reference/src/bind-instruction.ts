/** @file The table of instructions: how each is bound to memory. */
import type { HostDeclaration, Instruction } from '@ndl/ir';
import type { Action, Binding } from './binding.ts';
import { bindContract } from './contract.ts';
import { bindCopy, bindFill } from './fill-and-copy.ts';
import { bindHost } from './host.ts';
import { bindMap } from './map.ts';
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
    case 'contract':
      return bindContract(instruction, binding);
    case 'reduce':
      return bindReduce(instruction, binding);
    case 'host':
      return bindHost(instruction, hosts.get(instruction.host)!, binding);
  }
}
