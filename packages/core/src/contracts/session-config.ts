/**
 * @file Names of the setting `sessionConfig`: how backends declare theirs, and what those of tfjs and of TensorFlow accept,
 * which scripts bring along.
 */
import { refuseSurplus } from '@ndl/numerics';

/** A name of `sessionConfig`, and what it takes. */
export interface SessionOption {
  /** Dotted: `wasm.simd`. */
  readonly name: string;
  /** What it accepts, in words that follow "must be": `true or false`. */
  readonly expects: string;
  accepts(value: unknown): boolean;
}

/** A name that a loaded backend has no effect for on this host, and why, as a sentence without its stop. */
export type OnIgnoredOption = (name: string, reason: string) => void;

type Checked = Omit<SessionOption, 'name'>;

const FLAG: Checked = { expects: 'true or false', accepts: (value) => typeof value === 'boolean' };
const COUNT: Checked = {
  expects: 'a whole number from 0 on',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
const INTEGER: Checked = { expects: 'a whole number', accepts: (value) => Number.isSafeInteger(value) };
const TEXT: Checked = { expects: 'a string', accepts: (value) => typeof value === 'string' };
const SCALAR: Checked = {
  expects: 'a number, a string, true or false',
  accepts: (value) => ['number', 'string', 'boolean'].includes(typeof value),
};
const FRACTION: Checked = {
  expects: 'a number between 0 and 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};

/** Fields of TensorFlow's `ConfigProto` (tensorflow/core/protobuf/config.proto, public interface), by dotted name. */
const TENSORFLOW_FIELDS: Readonly<Record<string, Checked>> = {
  allow_soft_placement: FLAG,
  log_device_placement: FLAG,
  isolate_session_state: FLAG,
  share_cluster_devices_in_session: FLAG,
  use_per_session_threads: FLAG,
  intra_op_parallelism_threads: COUNT,
  inter_op_parallelism_threads: INTEGER,
  placement_period: COUNT,
  operation_timeout_in_ms: COUNT,
  device_filters: TEXT,
  'device_count.CPU': COUNT,
  'device_count.GPU': COUNT,
  'gpu_options.allow_growth': FLAG,
  'gpu_options.force_gpu_compatible': FLAG,
  'gpu_options.per_process_gpu_memory_fraction': FRACTION,
  'gpu_options.allocator_type': TEXT,
  'gpu_options.visible_device_list': {
    expects: "numbers of GPUs, as '0,1'",
    accepts: (value) => typeof value === 'string' && /^(\d+(,\d+)*)?$/.test(value),
  },
  'gpu_options.deferred_deletion_bytes': COUNT,
  'gpu_options.polling_active_delay_usecs': COUNT,
  'gpu_options.polling_inactive_delay_msecs': COUNT,
  'graph_options.enable_recv_scheduling': FLAG,
  'graph_options.infer_shapes': FLAG,
  'graph_options.place_pruned_graph': FLAG,
  'graph_options.enable_bfloat16_sendrecv': FLAG,
  'graph_options.build_cost_model': INTEGER,
  'graph_options.build_cost_model_after': INTEGER,
  'graph_options.timeline_step': INTEGER,
  'graph_options.optimizer_options.do_common_subexpression_elimination': FLAG,
  'graph_options.optimizer_options.do_constant_folding': FLAG,
  'graph_options.optimizer_options.do_function_inlining': FLAG,
  'graph_options.optimizer_options.opt_level': INTEGER,
  'graph_options.optimizer_options.global_jit_level': INTEGER,
};

/** Groups of fields that change with TensorFlow's releases: any name in them is known. */
const TENSORFLOW_GROUPS: readonly string[] = [
  'device_count.',
  'experimental.',
  'gpu_options.experimental.',
  'graph_options.rewrite_options.',
  'rpc_options.',
  'session_inter_op_thread_pool.',
  'cluster_def.',
];

const ENGINES: readonly unknown[] = ['auto', 'wasm', 'cpu', 'webgl', 'webgpu'];
const FROM_ONE: Checked = {
  expects: 'a whole number from 1 on',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};
const amount = (expects: string): Checked => ({
  expects,
  accepts: (value) => Number.isFinite(value) && (value as number) >= 0,
});

/** Names of the backend tfjs, which a build without it knows too, so that a script runs on both. */
const TFJS_FIELDS: Readonly<Record<string, Checked>> = {
  engine: { expects: "'auto', 'wasm', 'cpu', 'webgl' or 'webgpu'", accepts: (value) => ENGINES.includes(value) },
  debug: FLAG,
  'wasm.simd': FLAG,
  'wasm.threadsCount': FROM_ONE,
  'webgl.version': { expects: '1 or 2', accepts: (value) => value === 1 || value === 2 },
  'webgl.packing': FLAG,
  'webgl.forceF16Textures': FLAG,
  'webgl.cpuForward': FLAG,
  'webgl.flushThreshold': amount('milliseconds, 0 or more'),
  'webgl.textureCacheMegabytes': amount('a number of megabytes, 0 or more'),
  'webgpu.deferredSubmitBatchSize': FROM_ONE,
  'webgpu.useLowPowerGpu': FLAG,
  'webgpu.cpuForward': FLAG,
};

/** Names of the backend tfjs that are not TensorFlow's. */
export const TFJS_SESSION_NAMES: readonly string[] = Object.keys(TFJS_FIELDS);

/** An option of the backend tfjs that is not TensorFlow's; undefined for other names. */
export function tfjsSessionOption(name: string): SessionOption | undefined {
  refuseSurplus('tfjsSessionOption', arguments, 1);
  return Object.hasOwn(TFJS_FIELDS, name) ? { name, ...TFJS_FIELDS[name]! } : undefined;
}

/** Names of TensorFlow's `ConfigProto` that have no effect unless a backend declares them. */
export const TENSORFLOW_SESSION_NAMES: readonly string[] = Object.keys(TENSORFLOW_FIELDS);

/** An option of TensorFlow's `ConfigProto`; undefined for other names. */
export function tensorFlowSessionOption(name: string): SessionOption | undefined {
  refuseSurplus('tensorFlowSessionOption', arguments, 1);
  const field = Object.hasOwn(TENSORFLOW_FIELDS, name) ? TENSORFLOW_FIELDS[name] : undefined;
  if (field !== undefined) return { name, ...field };
  return TENSORFLOW_GROUPS.some((group) => name.startsWith(group) && name.length > group.length)
    ? { name, ...SCALAR }
    : undefined;
}
