/** @file What this backend does not run, and why: asked before a program is taken. */
import { readsOf, type Program, type Training } from '@ndl/ir';
import { stagesOf, Uses } from './stages.ts';

/** Why a program, or the training that it is the forward program of, is refused; undefined where it runs. */
export function whyUnsupported(program: Program, training?: Training): string | undefined {
  const { dtype, sections } = program;
  if (dtype !== 'float32') return `tfjs computes in float32 only, not in ${dtype}`;
  if (sections.some(({ kind }) => kind === 'before'))
    return 'tfjs derives gradients itself, and runs no section over the steps before the first';
  return whyNoOrder(program) ?? whyNoHosts(program) ?? whyNoFeed(program) ?? (training && whyNoTape(program));
}

/** Each pass is walked one way. */
function whyNoOrder(program: Program): string | undefined {
  const isMixed = stagesOf(program).some(
    (stage) =>
      stage.kind === 'pass' && stage.sections.some((number) => program.sections[number]!.direction !== stage.direction),
  );
  return isMixed ? 'sections of one pass walk time in both directions, and tfjs walks each pass in one' : undefined;
}

/** Hosts that act see each step before the next is fed: there is one pass, which ascends, and they stand in it. */
function whyNoHosts(program: Program): string | undefined {
  const acting = program.hosts.find(({ acts }) => acts);
  if (acting === undefined) return undefined;
  const passes = stagesOf(program).filter((stage) => stage.kind === 'pass');
  const isOneWay = passes.length < 2 && passes.every(({ direction }) => direction === 'ascending');
  if (!isOneWay)
    return `${acting.label} acts on the world, and tfjs closes such loops in a single pass that ascends only`;
  const actsInWindow = program.sections.some(
    ({ kind, instructions }) =>
      kind === 'window' &&
      instructions.some(
        (each) => each.kind === 'host' && program.hosts.some(({ id, acts }) => acts && id === each.host),
      ),
  );
  return actsInWindow
    ? `${acting.label} acts on the world, yet is called for all steps of a window at once`
    : undefined;
}

/** Steps are fed as the first pass comes to them. */
function whyNoFeed({ sections, inputs }: Program): string | undefined {
  const before = sections.findIndex(({ kind }) => kind !== 'window');
  const read = new Set(
    (before < 0 ? sections : sections.slice(0, before)).flatMap(({ instructions }) =>
      instructions.flatMap(readsOf).map(({ buffer }) => buffer),
    ),
  );
  const early = inputs.find(({ buffer, held }) => !held && read.has(buffer));
  return (
    early && `all steps of input ${early.name} are read before the first of them is walked, and tfjs feeds step by step`
  );
}

/** Parameters are what the tape differentiates by: they stay as they are until the update. */
function whyNoTape({ sections, buffers }: Program): string | undefined {
  const uses = new Uses(sections.map(({ instructions }) => instructions));
  const written = buffers.find(({ id, role }) => role === 'parameter' && uses.writersOf(id).length > 0);
  return written && `${written.id} is a parameter that the forward program of a training writes`;
}
