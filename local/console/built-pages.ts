/** Serves the console as it was built, as CloudFront does: files by their path, and the one page at every other path. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, posix } from 'node:path';

export type Pages = (path: string, response: ServerResponse) => void;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Their names change with their contents. */
const ASSETS = '/assets/';

/** All of it is read at once, so that another build meanwhile changes nothing for a reader of the page. */
export function builtPages(folder: string, headers: Readonly<Record<string, string>>): Pages {
  const files = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && extname(entry.name) in MEDIA_TYPES)
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(folder.length), readFileSync(file)] as const;
      }),
  );
  return (path, response) => {
    const name = isPage(path) ? '/index.html' : path;
    const content = files.get(name);
    if (content === undefined) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('There is no such file.\n');
      return;
    }
    const caching = name.startsWith(ASSETS) ? 'public, max-age=31536000, immutable' : 'no-cache';
    const mediaType = MEDIA_TYPES[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'content-type': mediaType, 'cache-control': caching }).end(content);
  };
}

/** Pages have no extension, files do. */
function isPage(path: string): boolean {
  return posix.extname(path) === '';
}
