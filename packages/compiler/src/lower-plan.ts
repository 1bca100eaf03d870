/** @file Plan → Program: runs the lowering of each group over a memory layout and gathers what they write. */
import type { LoweringContext, NeuronStep, OperatorGraph, OperatorLowering, SignalView, SortedPlan } from '@ndl/core';
import type { Buffer, Dtype, HostDeclaration, Instruction, OutputDeclaration, Program, View } from '@ndl/ir';
import type { NeuronType } from '@ndl/model';
import { NdArray, sizeOf } from '@ndl/numerics';
import { cannotStack, duplicateHost, unknownOperator } from './errors.ts';
import { concatenateViews, stackViews } from './group-views.ts';
import { rowMajorStrides, type MemoryLayout } from './memory-layout.ts';

/** What a Program is lowered from. */
export interface LoweringRequest {
  readonly graph: OperatorGraph;
  readonly sorted: SortedPlan;
  readonly layout: MemoryLayout;
  readonly lowerings: ReadonlyMap<string, OperatorLowering>;
  readonly dtype: Dtype;
  /** What neurons of a type run. */
  neuronStep(neuronType: NeuronType): NeuronStep;
  /** Names of the inputs that are held over a block. */
  readonly held: ReadonlySet<string>;
}

/** Name of an input in feeds: that of its signal. */
export function inputName(graph: OperatorGraph, index: number): string {
  return graph.inputs[index]!.signal.name;
}

/** Name of a probe's output: `probes[index]`, in the order of `graph.probes`. */
export function outputName(index: number): string {
  return `probes[${index}]`;
}

/** Writes the program of a plan, everything in `step`; passes move and remove from there. */
export function lowerPlan(request: LoweringRequest): Program {
  const { graph, layout, lowerings } = request;
  const emitted = new Emitted(request);
  for (const group of request.sorted.plan.groups) {
    const first = group[0]!;
    const lowering = lowerings.get(first.kind);
    if (lowering === undefined) throw unknownOperator(first.kind, first.label, [...lowerings.keys()]);
    lowering.lower(group, emitted.contextFor(first.label));
  }
  const outputs: OutputDeclaration[] = graph.probes.map((probe, index) => ({
    name: outputName(index),
    view: layout.viewOf(probe.view),
  }));
  return {
    dtype: request.dtype,
    dt: graph.dt,
    scalars: [],
    buffers: [...layout.buffers, ...emitted.constants],
    prologue: [],
    step: emitted.instructions,
    epilogue: [],
    direction: 'ascending',
    inputs: graph.inputs.map((input, index) => {
      const name = inputName(graph, index);
      return { name, buffer: layout.viewOf(wholeSignal(input.signal)).buffer, held: request.held.has(name) };
    }),
    outputs,
    hosts: emitted.hosts,
    symbols: Object.fromEntries(graph.signals.map((signal) => [signal.name, layout.viewOf(wholeSignal(signal))])),
  };
}

function wholeSignal(signal: SignalView['signal']): SignalView {
  return { signal, shape: signal.shape };
}

/** Gathers instructions, constants and hosts, and makes the contexts through which lowerings add to them. */
class Emitted {
  readonly instructions: Instruction[] = [];
  readonly constants: Buffer[] = [];
  readonly hosts: HostDeclaration[] = [];
  readonly #request: LoweringRequest;

  constructor(request: LoweringRequest) {
    this.#request = request;
  }

  contextFor(label: string): LoweringContext {
    const { layout, graph, dtype } = this.#request;
    const placed = (members: readonly SignalView[]): readonly View[] => {
      const views = members.map((member) => layout.viewOf(member));
      if (views.some((view) => view.buffer !== views[0]!.buffer)) throw cannotStack(label);
      return views;
    };
    return {
      dt: graph.dt,
      dtype,
      neuronStep: (neuronType) => this.#request.neuronStep(neuronType),
      concatenated: (members, lengths) => concatenateViews(placed(members), lengths),
      stacked: (members) => stackViews(placed(members), label),
      perElement: (values, members) => {
        if (values.every((value) => value === values[0])) return values[0]!;
        const expanded = values.flatMap((value, index) => new Array<number>(sizeOf(members[index]!.shape)).fill(value));
        return this.#constant(label, expanded, [expanded.length]);
      },
      constant: (name, values, shape) => this.#constant(name, values, shape),
      emit: (instruction) => void this.instructions.push(instruction),
      host: (declaration) => {
        if (this.hosts.some((host) => host.id === declaration.id)) throw duplicateHost(declaration.id);
        this.hosts.push(declaration);
      },
    };
  }

  #constant(name: string, values: ArrayLike<number>, shape: readonly number[]): View {
    const id = `constant${this.constants.length}:${name}`;
    const initial = new NdArray(Float64Array.from(values), shape);
    this.constants.push({ id, name, shape, batched: false, history: false, role: 'constant', initial });
    return { buffer: id, offset: 0, shape, strides: rowMajorStrides(shape) };
  }
}
