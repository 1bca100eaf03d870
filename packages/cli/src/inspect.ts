/** @file `ndl inspect`: what simplification, planning and compiling make of a model, and what it costs. */
import { basename } from 'node:path';
import type { Simulator } from 'ndl';
import type { Command } from './command.ts';
import { openModel } from './open-model.ts';
import { blamingModel, SIMULATOR_OPTIONS, simulatorOf } from './simulate.ts';
import { EXIT } from './terminal.ts';

const { backend, dt, json } = SIMULATOR_OPTIONS as Required<typeof SIMULATOR_OPTIONS>;

export const inspect: Command = {
  summary: 'shows the plan of a model, its sections, memory and cost, without running it',
  usage: 'MODEL',
  positionals: [1, 1],
  options: { program: { help: 'print the whole program' }, backend: backend!, dt: dt!, json: json! },
  examples: ['ndl inspect model.ts', 'ndl inspect model.ts --backend wasm --json', 'ndl inspect model.ts --program'],
  perform: async (given, { write, ...terminal }) => {
    const [path] = given.positionals as [string];
    const model = await openModel(path);
    return blamingModel(path, basename(path), async () => {
      const simulator = await simulatorOf(model, given, { write, ...terminal });
      try {
        const found = findingsOf(basename(path), simulator);
        if (given.options.has('program')) write(`${String(simulator.compiled)}\n`);
        else write(given.options.has('json') ? `${JSON.stringify(found, undefined, 2)}\n` : textOf(found));
        return EXIT.done;
      } finally {
        await simulator.dispose();
      }
    });
  },
};

interface Findings {
  readonly model: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly operators: { readonly built: number; readonly simplified: number };
  readonly groups: readonly { readonly kind: string; readonly operators: number }[];
  readonly sections: readonly {
    readonly kind: string;
    readonly instructions: number;
    readonly operations: number;
    readonly bytes: number;
  }[];
  /** Bytes of one item, at one step. */
  readonly memory: number;
  readonly backend: Simulator['backend'];
  readonly buildSeconds: Simulator['buildSeconds'];
}

function findingsOf(model: string, simulator: Simulator): Findings {
  const { network, plan, graph, compiled, settings } = simulator;
  const bytes = settings.dtype === 'float64' ? 8 : 4;
  return {
    model,
    counts: {
      neurons: network.nNeurons,
      ensembles: network.allEnsembles.length,
      nodes: network.allNodes.length,
      connections: network.allConnections.length,
      probes: network.allProbes.length,
      networks: network.allNetworks.length,
    },
    operators: { built: graph.operators.length, simplified: compiled.graph.operators.length },
    groups: plan.groups.map((group) => ({ kind: group[0]!.kind, operators: group.length })),
    sections: simulator.profile().sections.map(({ kind, instructions, operations, bytes: moved }) => ({
      kind,
      instructions: instructions.length,
      operations,
      bytes: moved,
    })),
    memory: compiled.layout.buffers.reduce(
      (sum, { shape }) => sum + bytes * shape.reduce((size, length) => size * length, 1),
      0,
    ),
    backend: simulator.backend,
    buildSeconds: simulator.buildSeconds,
  };
}

function textOf({ model, counts, operators, groups, sections, memory, backend, buildSeconds }: Findings): string {
  const seconds = Object.values(buildSeconds).reduce((sum, each) => sum + each, 0);
  const lines = [
    `${model}: ${Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
    `operators: ${operators.built} built, ${operators.simplified} simplified, in ${groups.length} groups`,
    ...groups.map(({ kind, operators: count }, index) => `  ${String(index + 1).padStart(3)}  ${count} × ${kind}`),
    'sections:',
    ...sections.map(
      ({ kind, instructions, operations, bytes }) =>
        `  ${kind.padEnd(8)} ${instructions} instructions, ${operations} operations, ${bytes} bytes moved`,
    ),
    `memory: ${memory} bytes for one item`,
    `backend: ${backend.name}, ${backend.reason}`,
    `built in ${seconds.toFixed(2)} s`,
  ];
  return `${lines.join('\n')}\n`;
}
