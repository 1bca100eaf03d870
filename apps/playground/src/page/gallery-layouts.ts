/** @file Where boxes of the gallery's models stand; `npm run playground -- --layouts` writes this file. */
/** Identities and places, as addresses hold them. */
export type StoredPlaces = readonly (readonly [string, number, number])[];

export const GALLERY_LAYOUTS: Readonly<Record<string, StoredPlaces>> = {
  'controlled-arm.ts': [
    ['target', 12, 78],
    ['arm', 328, 20],
    ['one', 12, 12],
    ['controller', 170, 20],
  ],
  'learning-by-error.ts': [
    ['stimulus', 12, 144],
    ['goal', 12, 78],
    ['teacherRests', 12, 12],
    ['pre', 170, 144],
    ['post', 328, 24],
    ['error', 170, 20],
  ],
  'multiplication.ts': [
    ['slow', 12, 78],
    ['quick', 12, 12],
    ['ensemble 2', 170, 78],
    ['ensemble 3', 170, 12],
    ['product', 328, 20],
  ],
};
