/**
 * @file `emitMeeting`: where the threads of a team wait for each other. They look for a while whether all are there, and then sleep. What
 * each wrote before is seen by all behind it. Where one has failed, the others trap.
 */
import { type Code, constant, atomicAt, type FunctionHandle, type ModuleBuilder, op, trap } from '@ndl/wasm-module';
import { TEAM_WORDS } from './team-words.ts';

/**
 * Looks before a thread sleeps: some hundred microseconds, more than it takes to wake one up. Else two threads that once slept wait for each other to wake up
 * at every meeting.
 */
const LOOKS = 65_536;

/** Nanoseconds that a thread sleeps before it looks again whether some other has failed. */
const NAP = 50_000_000n;

/** Adds the function to a module over shared memory; it takes the number of the other threads. */
export function emitMeeting(module: ModuleBuilder): FunctionHandle {
  const { meetings, arrived, sleepers, failed } = TEAM_WORDS;
  const load = (address: number): Code<'i32'> => atomicAt('i32.atomic.load', 0, address);
  return module.function('meeting', { others: 'i32' }, (f, { others }) => {
    const before = f.let(load(meetings), 'before');
    const isOpen = (): Code<'i32'> => op('i32.eqz', op('i32.or', op('i32.ne', load(meetings), before), load(failed)));
    f.if(
      op('i32.eq', atomicAt('i32.atomic.rmw.add', 0, arrived, 1), others),
      () => {
        f.do(atomicAt('i32.atomic.store', 0, arrived, 0));
        f.let(atomicAt('i32.atomic.rmw.add', 0, meetings, 1), 'number');
        f.if(load(sleepers), () => f.let(atomicAt('memory.atomic.notify', 0, meetings, others), 'woken'));
      },
      () => {
        const looks = f.let(constant('i32', LOOKS), 'looks');
        f.repeat(
          () => f.increase(looks, -1),
          () => op('i32.and', isOpen(), op('i32.gt_s', looks, 0)),
        );
        f.if(isOpen(), () => {
          f.let(atomicAt('i32.atomic.rmw.add', 0, sleepers, 1), 'asleep');
          f.repeat(() => f.let(atomicAt('memory.atomic.wait32', 0, meetings, before, NAP), 'outcome'), isOpen);
          f.let(atomicAt('i32.atomic.rmw.sub', 0, sleepers, 1), 'awake');
        });
      },
    );
    f.if(load(failed), () => f.do(trap()));
  });
}
