/** @file The layouts that the page ships are those of the models that it ships. */
import { expect, test } from 'vitest';
import { GALLERY_LAYOUTS } from '../page/gallery-layouts.ts';
import { layoutsOfGallery } from './gallery-layouts.ts';

test("stored layouts are what elk makes of the gallery's models; `npm run playground -- --layouts` renews them", async () => {
  const layouts = await layoutsOfGallery();
  expect(Object.keys(GALLERY_LAYOUTS).length).toBeGreaterThan(2);
  expect(GALLERY_LAYOUTS).toEqual(layouts);
});
