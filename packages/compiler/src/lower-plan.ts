/** @file Plan → Program: runs the lowering of each group over a memory layout and gathers what they write. */
import {
  declarationOf,
  secondsInSteps,
  type LoweringContext,
  type NeuronSteps,
  type Operator,
  type OperatorGraph,
  type OperatorLowering,
  type SignalView,
  type SortedPlan,
} from '@ndl/core';
import {
  fullView,
  joinLabels,
  verifyProgram,
  type ArrayData,
  type Buffer,
  type Dtype,
  type HostDeclaration,
  type HostFunctions,
  type InputDeclaration,
  type Instruction,
  type OutputDeclaration,
  type Program,
  type View,
} from '@ndl/ir';
import { isNdlError, NdArray, OperationCount, refuseSurplus, sizeOf, withoutStop, type Pieces } from '@ndl/numerics';
import { lowerGroup } from './checked-lowering.ts';
import { cannotStack, duplicateHost, loweringInvalid, unknownOperator, type LoweringOwner } from './errors.ts';
import { concatenateViews, stackViews } from './group-views.ts';
import { builtInLowerings } from './lowerings/index.ts';
import type { LoweredProgram } from './lowered.ts';
import type { MemoryLayout } from './memory-layout.ts';

/** What a Program is lowered from. */
export interface LoweringRequest {
  readonly graph: OperatorGraph;
  readonly sorted: SortedPlan;
  readonly layout: MemoryLayout;
  readonly lowerings: ReadonlyMap<string, OperatorLowering>;
  /** Name of the plugin that lowers a kind, for error messages. */
  readonly pluginOf: (kind: string) => string | undefined;
  readonly dtype: Dtype;
  /** Which of the steps that operators of neurons carry is run. */
  readonly neurons: keyof NeuronSteps;
}

/** Name of an input in feeds: that of its signal. */
export function inputName(graph: OperatorGraph, index: number): string {
  refuseSurplus('inputName', arguments, 2);
  return graph.inputs[index]!.signal.name;
}

/** Name of a probe's output: `probes[index]`, in the order of `graph.probes`. */
export function outputName(index: number): string {
  refuseSurplus('outputName', arguments, 1);
  return `probes[${index}]`;
}

/**
 * Name of the state that a parameter which is learnt online has, each item its own, as a symbol; the parameter's own name stands
 * for what it begins as.
 */
export function learntName(signal: string): string {
  refuseSurplus('learntName', arguments, 1);
  return `${signal} as learnt`;
}

/** What lowering an operator, or declaring a signal, is worth, in operations. */
const LOWER_COST = 2048;

/** Writes the program of a plan, everything in one section of steps; passes move and remove from there. */
export function* lowerPlan(request: LoweringRequest): Pieces<LoweredProgram> {
  const { graph, layout, lowerings } = request;
  const emitted = new Emitted(request);
  const operations = new OperationCount();
  for (const group of request.sorted.plan.groups) {
    const first = group[0]!;
    const lowering = lowerings.get(first.kind);
    if (lowering === undefined) throw unknownOperator(first.kind, first.label, [...lowerings.keys()]);
    yield* emitted.lower(group, lowering);
    const done = operations.add(LOWER_COST * group.length);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  const outputs: OutputDeclaration[] = graph.probes.map((probe, index) => ({
    name: outputName(index),
    view: layout.viewOf(probe.view),
    every: periodOf(probe.probe.sampleEvery, graph.dt),
  }));
  const program: Program = {
    dtype: request.dtype,
    dt: graph.dt,
    scalars: [],
    buffers: [...layout.buffers, ...emitted.constants, ...emitted.temporaries, ...emitted.drawn],
    sections: [{ kind: 'steps', direction: 'ascending', instructions: emitted.instructions }],
    inputs: [
      ...graph.inputs.map((input, index) => {
        return { name: inputName(graph, index), buffer: layout.viewOf(wholeSignal(input.signal)).buffer, held: false };
      }),
      ...emitted.generated,
    ],
    outputs,
    hosts: emitted.hosts,
    symbols: yield* symbolsOf(graph, layout),
  };
  emitted.verify(program);
  const arrays = new Map([...layout.arrays, ...emitted.arrays]);
  return { program, tables: { arrays, hosts: emitted.functions } };
}

/** Steps between two readings of a probe's output. */
function periodOf(sampleEvery: number | null, dt: number): number {
  return sampleEvery === null ? 1 : Math.max(1, secondsInSteps(sampleEvery, dt));
}

/** What can be read from outside, and what state is saved by: parameters and state. What is probed is an output. */
function* symbolsOf(graph: OperatorGraph, layout: MemoryLayout): Pieces<Readonly<Record<string, View>>> {
  const entries: (readonly [string, View])[] = [];
  const operations = new OperationCount();
  for (const signal of graph.signals) {
    const { name } = signal;
    const role = layout.roleOf(signal);
    if (role === 'parameter' || role === 'learnt') entries.push([name, layout.parameterOf(signal)]);
    if (role === 'learnt') entries.push([learntName(name), layout.viewOf(wholeSignal(signal))]);
    if (role === 'state') entries.push([name, layout.viewOf(wholeSignal(signal))]);
    const done = operations.add(LOWER_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return Object.fromEntries(entries);
}

function wholeSignal(signal: SignalView['signal']): SignalView {
  return { signal, shape: signal.shape };
}

/** Gathers instructions, constants and hosts, and makes the contexts through which lowerings add to them. */
class Emitted {
  readonly instructions: Instruction[] = [];
  readonly constants: Buffer[] = [];
  readonly temporaries: Buffer[] = [];
  /** Buffers of generated inputs. */
  readonly drawn: Buffer[] = [];
  readonly generated: InputDeclaration[] = [];
  readonly hosts: HostDeclaration[] = [];
  readonly functions = new Map<string, HostFunctions>();
  readonly arrays = new Map<string, ArrayData>();
  readonly #request: LoweringRequest;
  readonly #hostIds = new Set<string>();
  readonly #buffers: Map<string, Buffer>;
  /** The group that wrote each instruction. */
  readonly #authors: (readonly Operator[])[] = [];

  constructor(request: LoweringRequest) {
    this.#request = request;
    this.#buffers = new Map(request.layout.buffers.map((buffer) => [buffer.id, buffer]));
  }

  /** @throws NdlError LOWERING_FAILED, LOWERING_INVALID */
  *lower(group: readonly Operator[], lowering: OperatorLowering): Pieces<void> {
    const { kind } = group[0]!;
    const emitted = { buffers: this.#buffers, hosts: this.#hostIds };
    yield* lowerGroup(lowering, group, this.#ownerOf(kind), this.contextFor(group), emitted);
    while (this.#authors.length < this.instructions.length) this.#authors.push(group);
  }

  /** The rules of whole programs, where not all lowerings are ours: what is read was set, what is written may be. @throws NdlError LOWERING_INVALID */
  verify(program: Program): void {
    if (!this.#authors.some((group) => this.#isForeign(group))) return;
    let current = 0;
    try {
      verifyProgram(program, { visit: (_, index) => (current = index) });
    } catch (error) {
      const group = this.#authors[current];
      if (group === undefined || !this.#isForeign(group) || !isNdlError(error)) throw error;
      const { kind, label } = group[0]!;
      throw loweringInvalid(this.#ownerOf(kind), label, withoutStop(error.message));
    }
  }

  #isForeign(group: readonly Operator[]): boolean {
    return !builtInLowerings.includes(this.#request.lowerings.get(group[0]!.kind)!);
  }

  #ownerOf(kind: string): LoweringOwner {
    return { kind, plugin: this.#request.pluginOf(kind) };
  }

  /** What is emitted is labelled with the operators of the group, where the lowering says nothing better. */
  contextFor(group: readonly Operator[]): LoweringContext {
    const { label } = group[0]!;
    const joined = joinLabels(group.map((operator) => operator.label));
    const { layout, graph, dtype, neurons } = this.#request;
    const placed = (members: readonly SignalView[]): readonly View[] => {
      const views = members.map((member) => layout.viewOf(member));
      if (views.some((view) => view.buffer !== views[0]!.buffer)) throw cannotStack(label);
      return views;
    };
    return {
      dt: graph.dt,
      dtype,
      neurons,
      viewOf: (member) => layout.viewOf(member),
      concatenated: (members, lengths) => concatenateViews(placed(members), lengths),
      stacked: (members) => stackViews(placed(members), label),
      perElement: (values, members) => {
        if (values.every((value) => Object.is(value, values[0]))) return values[0]!;
        const sizes = members.map((member) => sizeOf(member.shape));
        const expanded = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
        let offset = 0;
        values.forEach((value, index) => expanded.fill(value, offset, (offset += sizes[index]!)));
        return this.#constant(label, expanded, [expanded.length]);
      },
      constant: (name, values, shape) => this.#constant(name, values, shape),
      temporary: (name, shape) => this.#temporary(name, shape),
      generated: (name, shape, source) => {
        const drawn: Buffer = {
          id: name,
          name,
          shape,
          items: true,
          steps: 'one',
          role: 'input',
          lifetime: 'step',
          initial: 0,
        };
        this.drawn.push(drawn);
        this.#buffers.set(name, drawn);
        this.generated.push({ name, buffer: name, held: false, source });
        return fullView(drawn);
      },
      emit: (instruction) => void this.instructions.push({ ...joined, ...instruction }),
      host: (host) => {
        if (this.functions.has(host.id)) throw duplicateHost(host.id);
        this.hosts.push(declarationOf(host));
        this.functions.set(host.id, host);
        this.#hostIds.add(host.id);
      },
    };
  }

  #temporary(name: string, shape: readonly number[]): View {
    const id = `temporary${this.temporaries.length}:${name}`;
    const temporary: Buffer = {
      id,
      name,
      shape,
      items: true,
      steps: 'one',
      role: 'temp',
      lifetime: 'step',
      initial: 0,
    };
    this.temporaries.push(temporary);
    this.#buffers.set(id, temporary);
    return fullView({ id, shape });
  }

  #constant(name: string, values: ArrayLike<number>, shape: readonly number[]): View {
    const id = `constant${this.constants.length}:${name}`;
    this.arrays.set(id, new NdArray(new Float64Array(values), shape));
    const constant: Buffer = {
      id,
      name,
      shape,
      items: false,
      steps: 'one',
      role: 'constant',
      lifetime: 'forever',
      initial: { array: id },
    };
    this.constants.push(constant);
    this.#buffers.set(id, constant);
    return fullView({ id, shape });
  }
}
