/** @file The information on a completion covers no list. */
import { expect, test } from 'vitest';
import { positionOfInfo } from './completion-info.ts';

const rect = (left: number, top: number, width: number, height: number) => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

/** Numbers of a style, by name. */
function styleOf(list: ReturnType<typeof rect>, space: ReturnType<typeof rect>) {
  const option = rect(list.left, list.top + 20, list.right - list.left, 20);
  const position = positionOfInfo(list, option, rect(0, 0, 300, 200), space);
  const declared = position.style.split('; ').map((each) => each.split(': ') as [string, string]);
  return { ...Object.fromEntries(declared), class: position.class };
}

test('it stands beside the list, on the side that has room', () => {
  const space = rect(0, 0, 1280, 800);
  expect(styleOf(rect(200, 100, 250, 160), space)).toMatchObject({ top: '20px', class: 'cm-completionInfo-right' });
  expect(styleOf(rect(900, 100, 250, 160), space)).toMatchObject({ top: '20px', class: 'cm-completionInfo-left' });
});

test('on a phone it stands below the list or above it, and not beyond the edges', () => {
  const space = rect(0, 0, 390, 800);
  const low = styleOf(rect(60, 300, 280, 160), space);
  expect(low).toMatchObject({ top: '100%', 'max-height': '340px', width: '390px', left: '-60px' });
  expect(styleOf(rect(60, 560, 280, 160), space)).toMatchObject({ bottom: '100%', 'max-height': '560px' });
});
