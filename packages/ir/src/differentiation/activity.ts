/**
 * @file Which buffers need a gradient: those that a trainable parameter reaches and that reach the objective. Decided per
 * buffer, over all instructions at once, since a step's state leads to the steps after.
 */
import { isZero } from '../kernel/expression-pool.ts';
import { isView, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import { kernelDerivatives } from '../kernel/kernel-derivative.ts';
import type { HostDeclaration } from '../program/program.ts';
import type { View } from '../program/view.ts';

/** Through which buffers gradients pass, and where they cannot. */
export interface Activity {
  /** Ids of the buffers that need a gradient. */
  readonly active: ReadonlySet<string>;
  /** Labels of the hosts without derivative between a trainable and the objective. */
  readonly blocked: readonly string[];
}

/** That what is written depends, smoothly, on what is read; by ids of buffers. */
export interface Dependence {
  readonly from: string;
  readonly to: string;
  /** The host without derivative that it goes through. */
  readonly blockedBy?: HostDeclaration;
}

/** @param further dependences that no instruction makes: of state on the parameter that it begins as */
export function findActivity(
  instructions: readonly Instruction[],
  hosts: readonly HostDeclaration[],
  trainable: readonly string[],
  objective: View,
  further: readonly Dependence[] = [],
): Activity {
  const hostsById = new Map(hosts.map((host) => [host.id, host]));
  const dependences = [...further, ...instructions.flatMap((instruction) => dependencesOf(instruction, hostsById))];
  const open = dependences.filter((dependence) => dependence.blockedBy === undefined);
  const varied = reach(trainable, open);
  const useful = reach([objective.buffer], open.map(reversed));

  // Hosts are looked for with all hosts taken as passable, so that two in a row are both found.
  const variedAtAll = reach(trainable, dependences);
  const usefulAtAll = reach([objective.buffer], dependences.map(reversed));
  const labels = dependences
    .filter(({ from, to }) => variedAtAll.has(from) && usefulAtAll.has(to))
    .flatMap(({ blockedBy }) => (blockedBy === undefined ? [] : [blockedBy.label]));
  return { active: new Set([...varied].filter((id) => useful.has(id))), blocked: [...new Set(labels)] };
}

function dependencesOf(instruction: Instruction, hosts: ReadonlyMap<string, HostDeclaration>): Dependence[] {
  if (instruction.kind === 'map') {
    const { kernel, inputs, parameters, outputs } = instruction;
    const names = [...kernel.inputs, ...kernel.parameters];
    return [...inputs, ...parameters].flatMap((operand, index) => {
      if (!isView(operand)) return [];
      const derivatives = kernelDerivatives(kernel, names[index]!);
      return outputs.flatMap(({ target }, row) =>
        isZero(derivatives[row]!) ? [] : [{ from: operand.buffer, to: target.buffer }],
      );
    });
  }
  const host = instruction.kind === 'host' ? hosts.get(instruction.host) : undefined;
  const blockedBy = host !== undefined && !host.differentiable ? { blockedBy: host } : {};
  return readsOf(instruction).flatMap((read) =>
    writesOf(instruction).map(({ target }) => ({ from: read.buffer, to: target.buffer, ...blockedBy })),
  );
}

function reversed({ from, to }: Dependence): Dependence {
  return { from: to, to: from };
}

function reach(sources: readonly string[], dependences: readonly Dependence[]): Set<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of dependences) {
    const list = next.get(from);
    if (list === undefined) next.set(from, [to]);
    else list.push(to);
  }
  const reached = new Set(sources);
  // A set is iterated in the order of insertion, what is added on the way included.
  for (const id of reached) for (const to of next.get(id) ?? []) reached.add(to);
  return reached;
}
