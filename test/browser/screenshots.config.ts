/** `npm run screenshots`: not a part of `npm test`, as only an eye can tell whether a picture is right. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/browser/screenshots.ts'],
    globalSetup: 'test/browser/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
