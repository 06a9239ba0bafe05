/** Serves the console as it was built, as CloudFront does: files by their path, and the one page at every other path. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, posix } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

export type Pages = (path: string, response: ServerResponse) => void;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ico': 'image/vnd.microsoft.icon',
  '.woff2': 'font/woff2',
};

/** As CloudFront compresses (developer guide, "Serve compressed files"). */
const ENCODINGS = ['br', 'gzip'] as const;

type Encoding = (typeof ENCODINGS)[number];

const LEAST_COMPRESSED_BYTES = 1_000;

const COMPRESS: Readonly<Record<Encoding, (content: Buffer) => Buffer>> = {
  br: (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (content) => gzipSync(content),
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
  const known = new Map<string, Buffer>();
  const compressed = (name: string, encoding: Encoding, content: Buffer) => {
    const key = `${encoding} ${name}`;
    const bytes = known.get(key) ?? COMPRESS[encoding](content);
    known.set(key, bytes);
    return bytes;
  };
  return (path, response) => {
    const name = isPage(path) ? '/index.html' : path;
    const content = files.get(name);
    if (content === undefined) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('There is no such file.\n');
      return;
    }
    const caching = name.startsWith(ASSETS) ? 'public, max-age=31536000, immutable' : 'no-cache';
    const mediaType = MEDIA_TYPES[extname(name)] ?? 'application/octet-stream';
    const encoding = encodingFor(response.req.headers['accept-encoding'] ?? '', name, content);
    response
      .writeHead(200, {
        ...headers,
        'content-type': mediaType,
        'cache-control': caching,
        vary: 'accept-encoding',
        ...(encoding && { 'content-encoding': encoding }),
      })
      .end(encoding === undefined ? content : compressed(name, encoding, content));
  };
}

/** Brotli where both are taken; nothing below 1,000 bytes, and no font, which is compressed already. */
function encodingFor(accepted: string, name: string, content: Buffer): Encoding | undefined {
  if (content.byteLength < LEAST_COMPRESSED_BYTES || extname(name) === '.woff2') {
    return undefined;
  }
  return ENCODINGS.find((encoding) => new RegExp(`\\b${encoding}\\b`).test(accepted));
}

/** Pages have no extension, files do. */
function isPage(path: string): boolean {
  return posix.extname(path) === '';
}
