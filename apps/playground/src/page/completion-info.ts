/** @file Where the information on a completion stands: beside the list where there is room, else below or above all of it, so that nothing that may be chosen is covered. */
import type { Rect } from '@codemirror/view';

/** Pixels that the information takes at most, and that it needs at least below a list. */
const [WIDTH, LEAST_HEIGHT] = [400, 110];

/** What the editor is told: a style, and a class of the editor's for what is beside. */
interface Position {
  readonly style: string;
  readonly class?: string;
}

/**
 * @param list the list, of which `option` is chosen
 * @param info the information, as large as it would like to be
 * @param space what may be covered
 */
export function positionOfInfo(list: Rect, option: Rect, info: Rect, space: Rect): Position {
  const wanted = info.right - info.left;
  const [before, behind] = [list.left - space.left, space.right - list.right];
  const isBefore = behind < Math.min(wanted, before);
  const room = isBefore ? before : behind;
  if (wanted <= room) {
    const top = Math.max(space.top, Math.min(option.top, space.bottom - (info.bottom - info.top))) - list.top;
    const style = `top: ${top}px; max-width: ${Math.min(WIDTH, room)}px`;
    return { style, class: `cm-completionInfo-${isBefore ? 'left' : 'right'}` };
  }
  const [above, below] = [list.top - space.top, space.bottom - list.bottom];
  const isBelow = below >= Math.min(LEAST_HEIGHT, above);
  const width = Math.min(WIDTH, space.right - space.left);
  const left = Math.min(0, space.right - list.left - width);
  const height = Math.max(0, isBelow ? below : above);
  return {
    style: `${isBelow ? 'top' : 'bottom'}: 100%; left: ${left}px; width: ${width}px; max-width: none; max-height: ${height}px; overflow: auto`,
  };
}
