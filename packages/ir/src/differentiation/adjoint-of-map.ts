/** @file The adjoint of a map: one map of the derivative kernel, for all operands that want a gradient. */
import type { AdjointContext } from './adjoint-context.ts';
import { ExpressionPool, isZero } from '../kernel/expression-pool.ts';
import { isView } from '../program/instruction-access.ts';
import type { MapInstruction, Operand } from '../program/instructions.ts';
import type { Expression, Kernel } from '../kernel/kernel.ts';
import { makeKernel } from '../kernel/kernel-builder.ts';
import { differentiateKernel, gradientName } from '../kernel/kernel-derivative.ts';
import { pruneKernel, replaceOperands } from '../kernel/kernel-rewriting.ts';
import { either, isWithin, type Layout } from '../program/layout.ts';
import type { View } from '../program/view.ts';
import { overlaps, sameView } from '../program/view-elements.ts';

/** An output whose gradient is not zero. */
interface LiveOutput {
  readonly name: string;
  readonly target: View;
}

/** An operand that wants a gradient, and gets one. */
interface WantedOperand {
  readonly name: string;
  readonly view: View;
  /** Its gradient, in terms of the map's operands and of the gradients of the outputs. */
  readonly expression: Expression;
}

/** Adds to the gradient of each operand. */
export function adjointOfMap(instruction: MapInstruction, context: AdjointContext): void {
  const { gradients } = context;
  const live = liveOutputs(instruction, context);
  const wanted = live.length === 0 ? [] : wantedOperands(instruction, live, context);

  // What an output's gradient is passed on to unchanged needs no map.
  const isPassedOn = ({ expression }: WantedOperand): boolean =>
    expression.kind === 'input' && live.some(({ name }) => gradientName(name) === expression.name);
  for (const { view, expression } of wanted.filter(isPassedOn)) {
    const source = live.find(({ name }) => expression.kind === 'input' && gradientName(name) === expression.name)!;
    gradients.addFrom(view, gradients.gradientAt(source.target)!, gradients.layoutOf(source.target));
  }
  const computed = wanted.filter((operand) => !isPassedOn(operand));
  const parts = computed.length === 0 ? [] : mapDerivatives(instruction, live, computed, context);
  for (const { view, part, layout } of parts) gradients.addFrom(view, part, layout);
}

function liveOutputs(instruction: MapInstruction, { gradients }: AdjointContext): LiveOutput[] {
  return instruction.outputs.flatMap(({ target }, index) =>
    gradients.hasGradient(target) ? [{ name: instruction.kernel.outputs[index]!.name, target }] : [],
  );
}

function wantedOperands(
  instruction: MapInstruction,
  live: readonly LiveOutput[],
  { gradients }: AdjointContext,
): WantedOperand[] {
  const { kernel, operands } = mergeEqualOperands(instruction);
  const wanted = [...kernel.inputs, ...kernel.parameters].flatMap((name, index) => {
    const operand = operands[index]!;
    return isView(operand) && gradients.isWanted(operand) ? [{ name, view: operand }] : [];
  });
  if (wanted.length === 0) return [];
  const derivative = differentiateKernel(kernel, {
    outputs: live.map((output) => output.name),
    operands: wanted.map((operand) => operand.name),
  });
  return wanted
    .map(({ name, view }, index) => ({ name, view, expression: derivative.outputs[index]!.expression }))
    .filter(({ expression }) => !isZero(expression));
}

/** A contribution that is still to be summed into the gradient of `view`. */
interface Part {
  readonly view: View;
  readonly part: View;
  readonly layout: Layout;
}

/** Writes the map of the derivatives: into the gradients themselves where shape and layout allow, else into temporaries. */
function mapDerivatives(
  instruction: MapInstruction,
  live: readonly LiveOutput[],
  wanted: readonly WantedOperand[],
  { gradients, valueOf, writer }: AdjointContext,
): Part[] {
  const original = instruction.kernel;
  const kernel = pruneKernel(
    makeKernel(
      `gradient of ${original.name}`,
      [...original.inputs, ...live.map(({ name }) => gradientName(name))],
      original.parameters,
      wanted.map(({ name, expression }) => ({ name: gradientName(name), expression })),
    ),
  );
  const layouts: Layout[] = [];
  const operandOf = (names: readonly string[], operands: readonly Operand[], name: string): Operand => {
    const operand = operands[names.indexOf(name)]!;
    if (!isView(operand)) return operand;
    layouts.push(gradients.layoutOf(operand));
    return valueOf(operand);
  };
  const inputs = kernel.inputs.map((name) => {
    const output = live.find((candidate) => gradientName(candidate.name) === name);
    if (output === undefined) return operandOf(original.inputs, instruction.inputs, name);
    layouts.push(gradients.layoutOf(output.target));
    return gradients.gradientForMap(output.target);
  });
  const parameters = kernel.parameters.map((name) => operandOf(original.parameters, instruction.parameters, name));

  const computed = either(...layouts);
  const { shape } = instruction.outputs[0]!.target;
  const isDirect = (view: View): boolean => gradients.takesDirectly(view, shape, computed);
  // Whatever one map writes has the same items and steps.
  const layout = either(
    computed,
    ...wanted.filter(({ view }) => isDirect(view)).map(({ view }) => gradients.layoutOf(view)),
  );
  const parts: Part[] = [];
  const written: View[] = [];
  const outputs = wanted.map(({ view }) => {
    if (
      isDirect(view) &&
      isWithin(layout, gradients.layoutOf(view)) &&
      !written.some((other) => overlaps(other, view))
    ) {
      written.push(view);
      return gradients.direct(view);
    }
    const part = gradients.temporaryFor([view], shape, layout);
    parts.push({ view, part, layout });
    return { target: part, mode: 'set' as const };
  });
  writer.emit({ kind: 'map', kernel, inputs, parameters, outputs });
  return parts;
}

/** The map with operands that read the same view made one, so that each view gets its gradient once. */
function mergeEqualOperands({ kernel, inputs, parameters }: MapInstruction): {
  readonly kernel: Kernel;
  /** Inputs, then parameters. */
  readonly operands: readonly Operand[];
} {
  const operands = [...inputs, ...parameters];
  const firstOf = operands.map((operand) =>
    operands.findIndex((other) => other === operand || (isView(operand) && isView(other) && sameView(operand, other))),
  );
  if (firstOf.every((first, index) => first === index)) return { kernel, operands };
  const pool = new ExpressionPool();
  const names = [...kernel.inputs, ...kernel.parameters];
  const isInput = (index: number): boolean => index < kernel.inputs.length;
  const renamed = (isOurs: (index: number) => boolean): Map<string, Expression> =>
    new Map(
      firstOf.flatMap((first, index) => {
        const expression = isInput(first) ? pool.input(names[first]!) : pool.parameter(names[first]!);
        return isOurs(index) ? [[names[index]!, expression] as const] : [];
      }),
    );
  const expressions = replaceOperands(
    pool,
    kernel.outputs.map((output) => output.expression),
    { inputs: renamed(isInput), parameters: renamed((index) => !isInput(index)) },
  );
  const isFirst = (index: number): boolean => firstOf[index] === index;
  const outputs = kernel.outputs.map(({ name }, index) => ({ name, expression: expressions[index]! }));
  const merged = makeKernel(
    kernel.name,
    kernel.inputs.filter((_, index) => isFirst(index)),
    kernel.parameters.filter((_, index) => isFirst(index + kernel.inputs.length)),
    outputs,
  );
  return { kernel: merged, operands: operands.filter((_, index) => isFirst(index)) };
}
