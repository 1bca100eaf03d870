/** @file What `ndl help` prints. */
import type { Command } from './command.ts';

export function overview(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return `ndl: simulates and trains spiking neural networks.

Usage: ndl COMMAND …

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join('\n')}

A model is one file, TypeScript or JavaScript, that default-exports a network:

  import { Ensemble, Network, Node, Connection, Probe } from 'ndl';
  const net = new Network({ seed: 0 });
  net.within(() => {
    const stimulus = new Node((t) => Math.sin(6 * t));
    const a = new Ensemble({ nNeurons: 50, dimensions: 1 });
    new Connection(stimulus, a);
    const decoded = new Probe(a, { synapse: 0.02 });
  });
  export default net;

Try:  ndl run model.ts
More: ndl help COMMAND, ndl --version

Exit codes: 0 done, 1 failed or a promise of the model is broken, 2 wrong command line, 130 interrupted.
`;
}

export function helpOf(name: string, { summary, usage, options, examples }: Command): string {
  const heads = Object.entries(options).map(
    ([option, { value, help }]) => [`--${option}${value === undefined ? '' : ` ${value}`}`, help] as const,
  );
  const width = Math.max(0, ...heads.map(([head]) => head.length));
  const table = heads.map(([head, help]) => `  ${head.padEnd(width)}  ${help}\n`).join('');
  return `ndl ${name} ${usage}: ${summary}.
${table === '' ? '' : `\nOptions:\n${table}`}
Examples:
${examples.map((example) => `  ${example}\n`).join('')}`;
}
