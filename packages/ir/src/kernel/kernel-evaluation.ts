/**
 * @file Evaluates scalar kernels over arrays, node by node. Every node's value is rounded to the dtype, and only then used
 * further. What each operation gives is defined by `scalar-loops.ts`.
 */
import type { FloatArray } from '@ndl/numerics';
import { kernelOperandMismatch } from '../errors.ts';
import { topologicalOrder } from './expression-pool.ts';
import type { Expression, Kernel } from './kernel.ts';
import type { Dtype } from '../program/program.ts';
import { BINARY_LOOPS, type Lane, selectLoop, UNARY_LOOPS } from './scalar-loops.ts';

/** A kernel made ready to run. It owns scratch memory, so it is not to be entered twice at a time. */
export interface KernelEvaluator {
  /**
   * Computes `count` elements. Operands are one array per name of the kernel, of at least `count` elements, or of one
   * element that stands for all; outputs are one array each of at least `count`. An output may be the same array as an
   * operand of `count` elements.
   * @throws NdlError KERNEL_OPERAND_MISMATCH
   */
  evaluate(
    count: number,
    inputs: readonly FloatArray[],
    parameters: readonly FloatArray[],
    outputs: readonly FloatArray[],
  ): void;
}

/** Elements that go through all nodes before the next: few enough for the registers to stay in the cache. */
const CHUNK = 512;

interface Stage {
  readonly out: Lane;
  readonly operands: readonly Lane[];
  readonly run: (count: number) => void;
}

/**
 * Compiles a kernel for one dtype, without generating code. With `functionsIn` float64, a float32 kernel has its `exp`, `log`
 * and the like from float64, rounded once: twice as fast, no less accurate, but not the bits that float32 has elsewhere.
 */
export function createKernelEvaluator(kernel: Kernel, dtype: Dtype, functionsIn: Dtype = dtype): KernelEvaluator {
  const plan = planStages(kernel, dtype, functionsIn);
  return {
    evaluate(count, inputs, parameters, outputs) {
      const operands = [...inputs, ...parameters];
      requireKernelOperands(kernel, count, inputs, parameters, outputs);
      for (let start = 0; start < count; start += CHUNK) {
        const length = Math.min(CHUNK, count - start);
        plan.operandLanes.forEach((lane, index) => pointAt(lane, operands[index]!, start));
        for (const stage of plan.stages) {
          // What depends on broadcast operands alone is computed once.
          const uniform = stage.operands.every((operand) => operand.step === 0);
          stage.out.step = uniform ? 0 : 1;
          stage.run(uniform ? 1 : length);
        }
        plan.outputLanes.forEach((lane, index) => store(lane, outputs[index]!, start, length));
      }
    },
  };
}

/** Evaluates a kernel once, for as many elements as the first output has. Operands broadcast as in `KernelEvaluator`. */
export function evaluateKernel(
  kernel: Kernel,
  inputs: readonly FloatArray[],
  parameters: readonly FloatArray[],
  outputs: readonly FloatArray[],
  dtype: Dtype,
): void {
  const known = EVALUATORS[dtype].get(kernel) ?? createKernelEvaluator(kernel, dtype);
  EVALUATORS[dtype].set(kernel, known);
  known.evaluate(outputs[0]?.length ?? 0, inputs, parameters, outputs);
}

/** Evaluators of kernels that were evaluated before. */
const EVALUATORS: Readonly<Record<Dtype, WeakMap<Kernel, KernelEvaluator>>> = {
  float32: new WeakMap(),
  float64: new WeakMap(),
};

interface Plan {
  /** One per input, then one per parameter. */
  readonly operandLanes: readonly Lane[];
  readonly stages: readonly Stage[];
  readonly outputLanes: readonly Lane[];
}

function planStages(kernel: Kernel, dtype: Dtype, functionsIn: Dtype): Plan {
  const registerOf = (length: number): FloatArray =>
    dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
  const empty = registerOf(0);
  const emptyLane = (): Lane => ({ array: empty, start: 0, step: 1 });
  const inputLanes = new Map(kernel.inputs.map((name) => [name, emptyLane()]));
  const parameterLanes = new Map(kernel.parameters.map((name) => [name, emptyLane()]));
  const lanes = new Map<Expression, Lane>();
  const stages: Stage[] = [];

  const stageOf = (expression: Expression): Lane => {
    const lane = (operand: Expression): Lane => lanes.get(operand)!;
    const out = emptyLane();
    switch (expression.kind) {
      case 'constant':
        return { array: registerOf(1).fill(expression.value), start: 0, step: 0 };
      case 'input':
        return inputLanes.get(expression.name)!;
      case 'parameter':
        return parameterLanes.get(expression.name)!;
      case 'withDerivativeOf':
        return lane(expression.value);
      case 'unary': {
        const loop = UNARY_LOOPS[functionsIn][expression.operation];
        const x = lane(expression.operand);
        stages.push({ out, operands: [x], run: (count) => loop(count, out.array, x) });
        return out;
      }
      case 'binary': {
        const loop = BINARY_LOOPS[expression.operation];
        const [x, y] = [lane(expression.left), lane(expression.right)];
        stages.push({ out, operands: [x, y], run: (count) => loop(count, out.array, x, y) });
        return out;
      }
      case 'select': {
        const [c, yes, no] = [lane(expression.condition), lane(expression.whenTrue), lane(expression.whenFalse)];
        stages.push({ out, operands: [c, yes, no], run: (count) => selectLoop(count, out.array, c, yes, no) });
        return out;
      }
    }
  };

  const results = kernel.outputs.map((output) => output.expression);
  for (const node of topologicalOrder(results, 'values')) lanes.set(node, stageOf(node));

  // Outputs that merely pass an operand on are copied first: another output may overwrite that operand.
  const operandLanes = [...inputLanes.values(), ...parameterLanes.values()];
  const outputLanes = results.map((expression) => {
    const lane = lanes.get(expression)!;
    if (results.length === 1 || !operandLanes.includes(lane)) return lane;
    const out = emptyLane();
    stages.push({ out, operands: [lane], run: (count) => copyLoop(count, out.array, lane) });
    return out;
  });
  shareRegisters(stages, outputLanes, () => registerOf(CHUNK));
  return { operandLanes, stages, outputLanes };
}

/** Gives what stages put out a register each, one after the other the same where the first is not read any more. */
function shareRegisters(stages: readonly Stage[], kept: readonly Lane[], make: () => FloatArray): void {
  const lastReader = new Map<Lane, Stage>();
  for (const stage of stages) for (const operand of stage.operands) lastReader.set(operand, stage);
  const owned = new Set(stages.map(({ out }) => out));
  for (const lane of kept) owned.delete(lane);
  const free: FloatArray[] = [];
  for (const stage of stages) {
    // Before its operands are let go: a stage may read one element of them for all that it writes.
    stage.out.array = free.pop() ?? make();
    for (const operand of new Set(stage.operands)) {
      if (owned.has(operand) && lastReader.get(operand) === stage) free.push(operand.array);
    }
  }
}

function pointAt(lane: Lane, array: FloatArray, start: number): void {
  lane.array = array;
  lane.step = array.length === 1 ? 0 : 1;
  lane.start = start * lane.step;
}

function store(lane: Lane, output: FloatArray, start: number, length: number): void {
  if (lane.step === 0) output.fill(lane.array[lane.start]!, start, start + length);
  else for (let k = 0; k < length; k++) output[start + k] = lane.array[lane.start + k]!;
}

function copyLoop(count: number, out: FloatArray, { array, start, step }: Lane): void {
  for (let k = 0, i = start; k < count; k++, i += step) out[k] = array[i]!;
}

/** @throws NdlError KERNEL_OPERAND_MISMATCH for what no evaluator takes */
export function requireKernelOperands(
  kernel: Kernel,
  count: number,
  inputs: readonly FloatArray[],
  parameters: readonly FloatArray[],
  outputs: readonly FloatArray[],
): void {
  const check = (kind: string, names: readonly string[], arrays: readonly FloatArray[], broadcasts: boolean): void => {
    if (arrays.length !== names.length) {
      throw kernelOperandMismatch(
        kernel.name,
        `takes ${names.length} ${kind}s (${names.join(', ')}), got ${arrays.length}`,
      );
    }
    arrays.forEach((array, index) => {
      if (array.length < count && !(broadcasts && array.length === 1)) {
        throw kernelOperandMismatch(
          kernel.name,
          `${kind} ${names[index]} has ${array.length} elements, ${count} are needed`,
        );
      }
    });
  };
  check('input', kernel.inputs, inputs, true);
  check('parameter', kernel.parameters, parameters, true);
  check(
    'output',
    kernel.outputs.map((output) => output.name),
    outputs,
    false,
  );
}
