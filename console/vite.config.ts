/** How the console is built: static files that a strict content security policy lets through. */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Cloudscape embeds its fonts in its style sheet: eight styles, most of the sheet, of which a page uses two or three. */
const EMBEDDED_FONT = /url\(data:font\/woff2;base64,([A-Za-z0-9+/=]+)\)/g;

export default defineConfig(({ command }) => {
  if (command === 'build') {
    // Whatever the shell says: a test run's `test` would give React as developers use it, slow and with names of our files.
    process.env['NODE_ENV'] = 'production';
  }
  return {
    root: import.meta.dirname,
    plugins: [react(), fontsAsFiles()],
    build: {
      // The policy knows no `data:` for scripts, styles or fonts.
      assetsInlineLimit: 0,
      // Of one chunk; the whole first load has a limit of its own in a test.
      chunkSizeWarningLimit: 1_000,
    },
  };
});

/** Fonts are then loaded when a text first needs them, and cached by themselves. */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type === 'asset' && asset.fileName.endsWith('.css')) {
          asset.source = String(asset.source).replaceAll(EMBEDDED_FONT, (_match, base64: string) => {
            const source = Buffer.from(base64, 'base64');
            const file = this.getFileName(this.emitFile({ type: 'asset', name: 'open-sans.woff2', source }));
            // Both lie in the folder of assets.
            return `url(./${file.split('/').at(-1)})`;
          });
        }
      }
    },
  };
}
