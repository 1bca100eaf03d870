/** @file Nodes: inputs of the graph, junctions, and functions of the host language. */
import type { BuildContext, BuildFunction, GraphInput, ProcessSite } from '@ndl/core';
import { kept, type Node, type NodeFunction, type Process } from '@ndl/model';
import { copyInPieces, isNdArray, zeros } from '@ndl/numerics';
import { definitionName, writeOperators } from '../checked/definition-name.ts';
import { generatedNoise } from '../checked/process-step.ts';
import { nodeStep } from './node-source.ts';
import { OperatorWriting } from './operator-writing.ts';
import { hostFunction, reset } from './operators.ts';
import { partOf } from './part-of.ts';
import { processSeed } from './process-seed.ts';
import { wholeOf } from './views.ts';

/**
 * A node without input becomes an input of the graph, initially its constant or zeros. One with input sums what
 * arrives, and hands it on as it is or through a host function.
 */
export const NODE_BUILD: BuildFunction<'node'> = {
  kind: 'node',
  async build(node, context) {
    const computed = kept(node, 'output');
    if (node.sizeIn === 0) return buildInput(node, context);
    const input = wholeOf(context.signal({ name: `${context.nameOf(node)}.input`, initial: zeros([node.sizeIn]) }));
    context.add(reset(`${context.labelOf(node)}: input`, input));
    context.setSignals(node, { input, output: input });
    if (computed !== null && !isNdArray(computed)) await buildFunction(node, computed, context);
  },
};

async function buildInput(node: Node, context: BuildContext): Promise<void> {
  const { sizeOut } = node;
  const computed = kept(node, 'output');
  if (isProcess(computed)) await functionOf(node, computed, context);
  const initial = isNdArray(computed) ? await context.work.run(copyInPieces(computed)) : zeros([sizeOut]);
  const signal = context.signal({ name: `${context.nameOf(node)}.output`, initial, role: 'input' });
  context.input(node, signal, isProcess(computed) && !node.live ? generatedSource(computed, node, context) : undefined);
  context.setSignals(node, { output: wholeOf(signal) });
}

async function buildFunction(node: Node, computed: NodeFunction | Process, context: BuildContext): Promise<void> {
  const input = context.signalsOf(node).input!;
  const output = wholeOf(context.signal({ name: `${context.nameOf(node)}.output`, initial: zeros([node.sizeOut]) }));
  const make = await functionOf(node, computed, context);
  if (await buildOperators(node, computed, { input, output }, context)) {
    context.setSignals(node, { output });
    return;
  }
  context.add(
    hostFunction(context.labelOf(node), {
      node,
      isProcess: isProcess(computed),
      takesTime: true,
      make,
      ...(make.prepare !== undefined && { prepare: make.prepare }),
      input,
      output,
    }),
  );
  context.setSignals(node, { output });
}

/** Whether the definition of a process writes operators of its own, and has written them. */
async function buildOperators(
  node: Node,
  computed: NodeFunction | Process,
  site: ProcessSite,
  context: BuildContext,
): Promise<boolean> {
  if (!isProcess(computed)) return false;
  const definition = context.process(computed.kind);
  if (definition.build === undefined) return false;
  const name = definitionName('process', computed.kind, context.pluginOf(definition));
  const author = { name: context.nameOf(node), label: context.labelOf(node), definition: name };
  await partOf(node, 'output', () => {
    writeOperators(name, () => definition.build!(computed, site, new OperatorWriting(author, context)));
  });
  return true;
}

/** What the backend draws in place of a process, where that gives the same. */
function generatedSource(process: Process, node: Node, context: BuildContext): GraphInput['source'] {
  const { dt, processTools } = context;
  const sizes = { dt, sizeIn: 0, sizeOut: node.sizeOut, ...processTools };
  const definition = context.process(process.kind);
  const noise = generatedNoise(process, definition, sizes, context.pluginOf(definition));
  return noise && { ...noise, seeds: { first: processSeed(process, node, context) } };
}

/** @throws NdlError UNKNOWN_KIND, and what a process refuses to run with */
function functionOf(
  node: Node,
  computed: NodeFunction | Process,
  context: BuildContext,
): Promise<ReturnType<typeof nodeStep>> {
  return partOf(node, 'output', () =>
    nodeStep(node, computed, {
      dt: context.dt,
      seed: isProcess(computed) ? processSeed(computed, node, context) : 0,
      process: (kind) => context.process(kind),
      pluginOf: (definition) => context.pluginOf(definition),
      tools: context.processTools,
    }),
  );
}

function isProcess(computed: Node['output']): computed is Process {
  return computed !== null && typeof computed !== 'function' && !isNdArray(computed);
}
