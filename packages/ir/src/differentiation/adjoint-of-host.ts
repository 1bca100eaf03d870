/** @file The adjoint of a host function: a host that calls the declared derivative. */
import type { FloatArray } from '@ndl/numerics';
import type { AdjointContext } from './adjoint-context.ts';
import type { HostInstruction } from '../program/instructions.ts';
import type { HostFunctions } from '../program/tables.ts';

/** Adds the derivative's result to the gradients of the host's inputs. Without a derivative, no gradient passes. */
export function adjointOfHost(instruction: HostInstruction, context: AdjointContext): void {
  const { gradients, valueOf, writer } = context;
  const { inputs, outputs } = instruction;
  const host = context.hostOf(instruction.host);
  const isLive = outputs.some((output) => gradients.gradientAt(output) !== undefined);
  if (host.differentiable && isLive && inputs.some((input) => gradients.isWanted(input))) {
    const layout = gradients.layoutOf(outputs[0]!);
    const outputGradients = outputs.map((output) => {
      const gradient = gradients.gradientAt(output);
      if (gradient !== undefined) return gradient;
      const zero = writer.temporary(output.shape, layout);
      writer.emit({ kind: 'fill', value: 0, target: zero, mode: 'set' });
      return zero;
    });
    const inputGradients = inputs.map((input) => gradients.temporaryFor([input], input.shape, layout));
    const id = `gradient of ${host.id}`;
    const declaration = { ...host, id, label: `gradient of ${host.label}`, acts: false, differentiable: false };
    context.declareHost(declaration, adjointFunctions(context.functionsOf(host.id).derivative!, inputs.length));
    writer.emit({
      kind: 'host',
      host: id,
      inputs: [...inputs.map(valueOf), ...outputGradients],
      outputs: inputGradients,
    });
    inputs.forEach((input, index) => {
      if (gradients.isWanted(input)) gradients.addFrom(input, inputGradients[index]!, layout);
    });
  }
}

/** A host whose inputs are those of the other, then the gradients of its outputs; its outputs are the gradients of the inputs. */
function adjointFunctions(derivative: NonNullable<HostFunctions['derivative']>, inputCount: number): HostFunctions {
  return {
    make: () => ({
      call: (time: number, _step: number, operands: readonly FloatArray[], results: readonly FloatArray[]) => {
        for (const result of results) result.fill(0);
        derivative(operands.slice(0, inputCount), operands.slice(inputCount), results, time);
      },
    }),
  };
}
