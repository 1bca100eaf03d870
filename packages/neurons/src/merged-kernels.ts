/** @file Two kernels in one: the values of the one, the derivatives of the other. */
import { kernel, type Expression, type Kernel } from '@ndl/ir';

/** `own`, each output with the derivative of the output of that name in `smooth`, 0 where there is none. */
export function withDerivativesOf(own: Kernel, smooth: Kernel, name: string): Kernel {
  const slopes = new Map<string, Expression>(smooth.outputs.map((output) => [output.name, output.expression]));
  const parameters = [...new Set([...own.parameters, ...smooth.parameters])];
  return kernel({ name: `${own.name} with ${name}`, inputs: own.inputs, parameters }, (k) =>
    Object.fromEntries(
      own.outputs.map((output) => [output.name, k.withDerivativeOf(output.expression, slopes.get(output.name) ?? 0)]),
    ),
  );
}
