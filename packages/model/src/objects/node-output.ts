/** @file What a node may compute, and the sizes that follow from it. */
import { isNdArray, type NdArray, isRefusedPromise } from '@ndl/numerics';
import { requireRoomFor } from '../data/array-size.ts';
import { finiteArray, isArrayInput, type Check } from '../data/checks.ts';
import { invalidParameter, optionConflict, wrongShape } from '../errors.ts';
import { functionArguments, functionFailed, functionResultInvalid } from './object-errors.ts';
import { isOfFamily } from '../data/frozen-data.ts';
import { readFunctionResult, vectorOf, type NodeFunction } from './functions.ts';
import type { NodeOutput } from './node.ts';
import { process, type Process } from '../processes/processes.ts';

/** What a node may compute: null, a constant of at most one axis (kept as [size]), a function, or a process. */
export const checkedOutput: Check<NodeOutput> = (value, where) => {
  if (value === null || typeof value === 'function') return value as NodeFunction | null;
  if (isOfFamily(value, 'process')) return process(value, where);
  if (!isArrayInput(value)) {
    const hint =
      typeof value === 'object' && 'kind' in value ? 'A process of a kind of your own is made by defineProcess.' : '';
    throw invalidParameter(where, 'a number, a list of numbers, a function, a process, or null', value, hint);
  }
  const constant = finiteArray(value, where);
  if (constant.rank > 1) throw wrongShape(where, ['*'], constant.shape, 'A constant is a number or a flat list.');
  if (constant.size === 0) throw invalidParameter(where, 'at least one number', value);
  return constant.reshape([constant.size]);
};

interface NodeSizes {
  readonly sizeIn: number;
  readonly sizeOut: number;
}

interface RequestedSizes {
  readonly output: NodeOutput;
  readonly sizeIn: number | null;
  readonly sizeOut: number | null;
}

/** The sizes of a node, from what was asked for and what it computes. @throws NdlError when they do not go together. */
export function sizesOfNode(node: RequestedSizes, subject: string): NodeSizes {
  const { output } = node;
  for (const size of [node.sizeIn, node.sizeOut]) requireRoomFor([size ?? 1], subject, 'too many elements');
  if (output === null) return sizesOfPassthrough(node, subject);
  if (isNdArray(output)) return sizesOfConstant(output, node, subject);
  if (typeof output === 'function') return sizesOfFunction(output, node, subject);
  return sizesOfProcess(output, node, subject);
}

function sizesOfPassthrough({ sizeIn, sizeOut }: RequestedSizes, subject: string): NodeSizes {
  const size = sizeIn ?? 0;
  if (sizeOut !== null && sizeOut !== size) {
    throw optionConflict(
      subject,
      `a node without output passes its ${size} inputs on, so sizeOut cannot be ${sizeOut}; set sizeIn alone.`,
    );
  }
  return { sizeIn: size, sizeOut: size };
}

function sizesOfConstant(constant: NdArray, { sizeIn, sizeOut }: RequestedSizes, subject: string): NodeSizes {
  if (sizeIn !== null && sizeIn !== 0) {
    throw optionConflict(subject, `a constant takes no input, so sizeIn cannot be ${sizeIn}.`);
  }
  if (sizeOut !== null && sizeOut !== constant.size) {
    throw wrongShape(
      `${subject}: output`,
      [sizeOut],
      constant.shape,
      'sizeOut says otherwise than the constant; leave it out.',
    );
  }
  return { sizeIn: 0, sizeOut: constant.size };
}

function sizesOfFunction(output: NodeFunction, { sizeIn, sizeOut }: RequestedSizes, subject: string): NodeSizes {
  const size = sizeIn ?? 0;
  const given = size > 0 ? 2 : 1;
  if (output.length > given) throw functionArguments(`${subject}: output`, output.length, given);
  return {
    sizeIn: size,
    sizeOut:
      sizeOut ??
      sizeOfResult(output, size, `${subject}: output, called with time 0${size > 0 ? ` and ${size} zeros` : ''},`),
  };
}

function sizeOfResult(output: NodeFunction, sizeIn: number, who: string): number {
  let result: unknown;
  try {
    result = sizeIn > 0 ? output(0, vectorOf(new Float64Array(sizeIn))) : (output as (time: number) => unknown)(0);
  } catch (error) {
    throw functionFailed(who, error);
  }
  if (isRefusedPromise(result)) throw functionResultInvalid(who, result);
  return readFunctionResult(result, who).length;
}

function sizesOfProcess(process: Process, { sizeIn, sizeOut }: RequestedSizes, subject: string): NodeSizes {
  const { defaultSizeIn, defaultSizeOut, fixedSize } = process;
  const sizes = { sizeIn: sizeIn ?? defaultSizeIn, sizeOut: sizeOut ?? defaultSizeOut };
  if (fixedSize && (sizes.sizeIn !== defaultSizeIn || sizes.sizeOut !== defaultSizeOut)) {
    throw optionConflict(
      subject,
      `its process '${process.kind}' has ${defaultSizeIn} inputs and ${defaultSizeOut} outputs; sizeIn ${sizes.sizeIn} and sizeOut ${sizes.sizeOut} do not fit. Leave them out.`,
    );
  }
  return sizes;
}
