/** @file Lowerings of hostFunction and timeUpdate: what runs in the host language. */
import type { HostFunctionOperator, OperatorLowering, TimeUpdateOperator } from '@ndl/core';
import type { FloatArray } from '@ndl/numerics';

/** Host functions that are ready together run in the order in which the build made them. */
export const hostFunctionLowering: OperatorLowering<HostFunctionOperator> = {
  kind: 'hostFunction',
  mergeClass: () => '',
  lower(group, context) {
    const inOrder = [...group].sort((a, b) => a.output.signal.id - b.output.signal.id);
    for (const { output, input, label, make } of inOrder) {
      const id = output.signal.name;
      context.host({
        id,
        label,
        scope: 'item',
        pure: false,
        make: (item) => {
          const call = make(item);
          return {
            call: (time, _step, inputs, outputs) => {
              outputs[0]!.set(call(time, Float64Array.from(inputs[0] ?? [])) as FloatArray);
            },
          };
        },
      });
      context.emit({
        kind: 'host',
        host: id,
        inputs: input === null ? [] : [context.concatenated([input])],
        outputs: [context.concatenated([output])],
      });
    }
  },
};

/** The time as a signal, for operators that read it. */
export const timeUpdateLowering: OperatorLowering<TimeUpdateOperator> = {
  kind: 'timeUpdate',
  mergeClass: () => undefined,
  lower([operator], context) {
    const { time, label } = operator!;
    context.host({
      id: time.signal.name,
      label,
      scope: 'batch',
      pure: true,
      make: () => ({ call: (now, _step, _inputs, outputs) => void outputs[0]!.fill(now) }),
    });
    context.emit({ kind: 'host', host: time.signal.name, inputs: [], outputs: [context.concatenated([time])] });
  },
};
