/** Serves the console from its sources and sends each change to the open pages. */
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Pages } from './built-pages.ts';

const CONFIG = join(import.meta.dirname, '..', '..', 'console', 'vite.config.ts');

export interface HotPages {
  readonly pages: Pages;
  stop(): Promise<void>;
}

/** `server` also carries the changes to the pages. */
export async function hotPages(server: Server): Promise<HotPages> {
  const { createServer } = await import('vite');
  const vite = await createServer({
    configFile: CONFIG,
    logLevel: 'warn',
    server: { middlewareMode: true, hmr: { server } },
  });
  return {
    pages: (_path, response) => {
      vite.middlewares(response.req, response);
    },
    stop: () => vite.close(),
  };
}
