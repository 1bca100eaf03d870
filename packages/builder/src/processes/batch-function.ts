/** @file Functions of all items at once: hosts with a derivative of their own, what they give checked at the door. */
import type { ProcessDefinition } from '@ndl/core';
import type { BatchFunction } from '@ndl/model';
import { callChecked } from '../building/checked-output.ts';
import { hostFunction } from '../building/operators.ts';
import { withoutState } from './noise.ts';

export const BATCH_FUNCTION: ProcessDefinition<BatchFunction> = {
  kind: 'batchFunction',
  makeStep: ({ call }) => withoutState((time, input) => Float64Array.from(call(time, input, 1))),
  build({ call, derivative, native, defaultSizeIn: sizeIn, defaultSizeOut: sizeOut }, { input, output }, context) {
    const { label } = context;
    context.add(
      hostFunction(label, {
        node: null,
        takesTime: true,
        make: () => (time, values) => call(time, values, 1),
        batch: {
          call: (time, values, items) =>
            callChecked(label, items * sizeOut, time, () => call(time, values, items), 'the function'),
          ...(derivative !== null && {
            derivative: (time, values, gradient, items) =>
              callChecked(
                label,
                items * sizeIn,
                time,
                () => derivative(time, values, gradient, items),
                'the derivative of the function',
              ),
          }),
          native,
        },
        input,
        output,
      }),
    );
  },
};
