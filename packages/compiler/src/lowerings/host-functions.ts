/** @file Lowerings of hostFunction, which runs in the host language, and of timeUpdate, which reads the clock. */
import type {
  BatchCalls,
  HostFunction,
  HostFunctionOperator,
  LoweringContext,
  OperatorLowering,
  TimeUpdateOperator,
} from '@ndl/core';
import { complete, OperationCount, refuseSurplus, type FloatArray, type Pieces } from '@ndl/numerics';

/** Host functions that are ready together run in the order in which the build made them. */
export const hostFunctionLowering: OperatorLowering<HostFunctionOperator> = {
  kind: 'hostFunction',
  mergeClass: () => '',
  lower: (group, context) => complete(lowerFunctions(group, context)),
  lowerInPieces: lowerFunctions,
};

/** Name of the input that backends draw in place of a function: where its streams stand is saved by it. */
export function drawnName({ output }: Pick<HostFunctionOperator, 'output'>): string {
  refuseSurplus('drawnName', arguments, 1);
  return `${output.signal.name} as drawn`;
}

/** What an instruction is worth, in operations. */
const INSTRUCTION_COST = 8192;

function* lowerFunctions(group: readonly HostFunctionOperator[], context: LoweringContext): Pieces<void> {
  const operations = new OperationCount();
  const inOrder = [...group].sort((a, b) => a.output.signal.id - b.output.signal.id);
  for (const { output, input, node, label, make, drawn, batch } of inOrder) {
    if (drawn !== undefined) {
      const source = context.generated(drawnName({ output }), output.shape, drawn);
      context.emit({ kind: 'copy', source, target: context.concatenated([output]), mode: 'set' });
      continue;
    }
    const id = output.signal.name;
    if (batch !== undefined) context.host(batchHost(id, label, batch, input!.shape[0]!));
    else
      context.host({
        id,
        label,
        scope: 'item',
        // What a node computes from its input may be shown, stored, or fed back, unless the user says that it is not.
        acts: node !== null && !node.inert,
        make: (item) => {
          const call = make(item);
          return {
            call: (time, _step, inputs, outputs) => {
              outputs[0]!.set(call(time, Float64Array.from(inputs[0] ?? [])) as FloatArray);
            },
            ...(call.save !== undefined && { save: () => call.save!() }),
            ...(call.restore !== undefined && { restore: (state) => call.restore!(state) }),
          };
        },
      });
    context.emit({
      kind: 'host',
      host: id,
      inputs: input === null ? [] : [context.concatenated([input])],
      outputs: [context.concatenated([output])],
    });
    const done = operations.add(INSTRUCTION_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

/** All items are asked for at once. */
function batchHost(id: string, label: string, { call, derivative, native }: BatchCalls, sizeIn: number): HostFunction {
  return {
    id,
    label,
    scope: 'batch',
    acts: false,
    make: () => ({
      call: (time, _step, [input], [output]) => {
        output!.set(call(time, Float64Array.from(input!), input!.length / sizeIn));
      },
    }),
    ...(derivative !== undefined && {
      derivative: ([input], [outputGradient], [inputGradient], time) => {
        const items = input!.length / sizeIn;
        const gradient = derivative(time, Float64Array.from(input!), Float64Array.from(outputGradient!), items);
        for (let at = 0; at < inputGradient!.length; at++) inputGradient![at]! += gradient[at]!;
      },
    }),
    native,
  };
}

/** The time as a signal, for operators that read it. */
export const timeUpdateLowering: OperatorLowering<TimeUpdateOperator> = {
  kind: 'timeUpdate',
  mergeClass: () => undefined,
  lower([operator], context) {
    context.emit({ kind: 'fill', value: { clock: 'time' }, target: context.viewOf(operator!.time), mode: 'set' });
  },
};
