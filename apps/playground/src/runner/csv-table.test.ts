/** @file Tables as they are met: by RFC 4180, from spreadsheets, from all systems; and what is no table is refused with its line. */
import { expect, test } from 'vitest';
import { arraysOfCsv } from './csv-table.ts';

const read = (text: string): Record<string, number[]> => {
  const arrays = arraysOfCsv(new TextEncoder().encode(text), 'points');
  return Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, [...data]]));
};

test.each([
  ['Unix', 'x,y\n1,2\n3,-4e1\n'],
  ['Windows', 'x,y\r\n1,2\r\n3,-4e1\r\n'],
  ['old Macintosh', 'x,y\r1,2\r3,-4e1'],
  ['a byte order mark', '\ufeffx,y\n1,2\n3,-4e1\n'],
  ['quotes', '"x","y"\n"1","2"\n 3 , "-40" \n'],
  ['semicolons', 'x;y\n1;2\n3;-40'],
  ['decimal commas', 'x;y\n1,0;2\n3;-4,0e1'],
  ['tabs', 'x\ty\n1,0\t2\n3\t-40'],
  ['empty lines', '\n\nx,y\n\n1,2\n\n3,-40\n\n'],
])('of %s', (_, text) => {
  expect(read(text)).toEqual({ x: [1, 3], y: [2, -40], table: [1, 2, 3, -40] });
});

test('columns have their names, whatever is in them', () => {
  const named = read('"a, b","say ""x""",__proto__,\n1,2,3,4\n');
  expect(Object.entries(named)).toEqual([
    ['a, b', [1]],
    ['say "x"', [2]],
    ['__proto__', [3]],
    ['', [4]],
    ['table', [1, 2, 3, 4]],
  ]);
  expect(read('"two\nlines";y\n1;2\n')).toMatchObject({ 'two\nlines': [1], y: [2] });
  expect(read('1;2\n3;4')).toEqual({ table: [1, 2, 3, 4] });
  expect(read('1\n2')).toEqual({ table: [1, 2] });
  expect(read('"1,000"\t2')).toEqual({ table: [1, 2] });
});

test('UTF-16, as spreadsheets write it', () => {
  const letters = [...'\ufeffx\ty\r\n1,5\t2\r\n'].map((letter) => letter.charCodeAt(0));
  const little = Uint8Array.from(letters.flatMap((code) => [code & 255, code >> 8]));
  const big = Uint8Array.from(letters.flatMap((code) => [code >> 8, code & 255]));
  for (const bytes of [little, big]) expect([...arraysOfCsv(bytes, 'points')['x']!.data]).toEqual([1.5]);
});

test.each([
  ['x,y\n1,2\n3', 'points.csv: line 3 has 1 cells, not 2.'],
  ['x,y\n\n\n1,b', "points.csv: line 4 has 'b' where a number is wanted."],
  ['"two\nlines",y\n1,', "points.csv: line 3 has '' where a number is wanted."],
  ['x,y\r\n1,\r\n', "points.csv: line 2 has '' where a number is wanted."],
  ['x,y\n"1,000",2', "points.csv: line 2 has '1,000' where a number is wanted."],
  ['x\n"1"2', `points.csv: line 2 has '"1"2' where a number is wanted.`],
  ['x\n"1', `points.csv: line 2 has '"1' where a number is wanted.`],
  ['x;y\n1.000,5;2', "points.csv: line 2 has '1.000,5' where a number is wanted."],
  ['x\nNaN', "points.csv: line 2 has 'NaN' where a number is wanted."],
  ['x,x\n1,2', "points.csv: two columns are called 'x'."],
  ['', 'points.csv: it has no row of numbers.'],
  ['x,y\n', 'points.csv: it has no row of numbers.'],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message);
});
