/** @file The execution order of a compiled network. */
import type { Operator, Plan } from '@ndl/core';
import { refuseSurplus } from '@ndl/numerics';
import { invalidOption } from './errors.ts';
import { pictureOptions, svgOf, titleHeight, type PictureOptions } from './picture.ts';
import { element, escaped, rounded } from './svg.ts';
import { seriesClass } from './theme.ts';
import { counted, shortened, widthOf } from './written-text.ts';

const ROW = 26;
const ARCS = 56;
/** Plans of more groups are drawn without arcs, which nobody could follow. */
const MOST_WITH_ARCS = 80;
/** Pixels for the count of operators. */
const COUNT = 52;
const BOLD = 1.1;

/**
 * The groups of a plan in the order in which they run, one below the other: how many operators run as one, of which kind, and whose they
 * are. Arcs lead from a group to those that need what it computes in the same step. As SVG text.
 * @param plan `sim.plan`
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function planDiagram(plan: Plan, options: PictureOptions = {}): string {
  refuseSurplus('planDiagram', arguments, 2);
  const picture = pictureOptions('planDiagram', options, 'Plan');
  if (!isPlan(plan)) throw invalidOption('planDiagram', 'plan', 'the plan of a simulator, sim.plan', plan);
  const { groups } = plan;
  const kinds = [...new Set(groups.map((group) => group[0]!.kind))];
  const top = titleHeight(picture) + 8;
  const height = picture.height ?? Math.max(80, top + ROW * groups.length + 8);
  const row = Math.min(ROW, (height - top - 8) / Math.max(1, groups.length));
  const middle = (index: number): number => top + row * (index + 0.5);
  const arcs = groups.length > MOST_WITH_ARCS ? [] : needsOf(groups);
  const left = arcs.length === 0 ? 8 : ARCS;
  const largest = groups.reduce((most, group) => Math.max(most, group.length), 1);
  const drawn = groups.map((group, index) => {
    const { kind, label } = group[0]!;
    const labels = [...new Set(group.map((operator) => operator.label))];
    const whose = labels.length === 1 ? label : `${label}, ${labels.length - 1} more`;
    const room = picture.width - left - COUNT - 14;
    const name = shortened(kind, (0.6 * room) / BOLD);
    return element(
      'g',
      { class: `group ${seriesClass(kinds.indexOf(kind))}` },
      element('title', {}, escaped(labels.join('\n'))),
      element('rect', {
        class: 'fill',
        x: left,
        y: middle(index) - row * 0.42,
        width: 4 + (COUNT - 14) * (group.length / largest),
        height: row * 0.84,
        rx: 3,
        'fill-opacity': 0.35,
      }),
      element('text', { x: left + 4, y: middle(index) + 4 }, `${group.length} ×`),
      element(
        'text',
        { x: left + COUNT, y: middle(index) + 4 },
        `${element('tspan', { class: 'name bold' }, escaped(name))} ${escaped(shortened(whose, room - BOLD * widthOf(`${name} `)))}`,
      ),
    );
  });
  const lines = arcs.map(([from, to]) => {
    const bow = Math.min(ARCS - 12, 8 + 3 * (to - from));
    const [y1, y2] = [rounded(middle(from)), rounded(middle(to))];
    const x = rounded(left - 4);
    return element('path', {
      class: 'arc',
      d: `M${x} ${y1}C${rounded(left - bow)} ${y1} ${rounded(left - bow)} ${y2} ${x} ${y2}`,
    });
  });
  const operators = groups.reduce((sum, group) => sum + group.length, 0);
  const words =
    groups.length === 0
      ? 'No groups.'
      : `${counted(operators, 'operator')} ${operators === 1 ? 'runs' : 'run'} as ${counted(groups.length, 'group')}: ${kinds.join(', ')}.`;
  return svgOf(picture, height, words, ...lines, ...drawn);
}

function isPlan(plan: unknown): plan is Plan {
  const groups = (plan as Partial<Plan> | null | undefined)?.groups;
  return Array.isArray(groups) && groups.every((group) => Array.isArray(group) && typeof group[0]?.kind === 'string');
}

/** Pairs of groups of which the later reads, increments or updates what the earlier last wrote to in the same step. */
function needsOf(groups: Plan['groups']): readonly (readonly [from: number, to: number])[] {
  const arrays = (
    group: readonly Operator[],
    roles: readonly ('sets' | 'incs' | 'reads' | 'updates')[],
  ): Set<unknown> =>
    new Set(group.flatMap((operator) => roles.flatMap((role) => operator[role].map(({ signal }) => signal))));
  const written = new Map<unknown, number>();
  const pairs: (readonly [number, number])[] = [];
  groups.forEach((group, index) => {
    const needed = arrays(group, ['incs', 'reads', 'updates']);
    const from = new Set([...needed].flatMap((array) => written.get(array) ?? []));
    pairs.push(...[...from].map((each) => [each, index] as const));
    for (const array of arrays(group, ['sets', 'incs'])) written.set(array, index);
  });
  return pairs;
}
