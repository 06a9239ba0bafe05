/** How a format completes the URL that a tenant pasted. Whether we may go there is checked afterwards, as for every URL. */

/** For destinations whose tenants know the host, while the path is always the same. */
export function withPathIfNone(url: string, path: string): string {
  return changed(url, (parsed) => {
    parsed.pathname = parsed.pathname === '/' ? path : parsed.pathname;
  });
}

/** Below the pasted path, because a proxy may have put one there. */
export function belowPath(url: string, ...segments: readonly string[]): string {
  return changed(url, (parsed) => {
    parsed.pathname = [withoutTrailingSlashes(parsed.pathname), ...segments.map(encodeURIComponent)].join('/');
  });
}

/** Replaces a parameter of the same name; all others keep their bytes, which in some URLs are signed. */
export function withParameter(url: string, name: string, value: string): string {
  return changed(url, (parsed) => {
    const others = parsed.search
      .slice(1)
      .split('&')
      .filter((pair) => pair !== '' && pair.split('=')[0] !== name);
    parsed.search = [...others, `${name}=${encodeURIComponent(value)}`].join('&');
  });
}

/** Not by a regular expression, which would begin again at every slash before the last ones. */
function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') {
    end -= 1;
  }
  return path.slice(0, end);
}

/** What is no URL stays as it is, and is refused when it is to be sent. */
function changed(url: string, change: (parsed: URL) => void): string {
  const parsed = URL.parse(url);
  if (parsed === null) {
    return url;
  }
  change(parsed);
  return parsed.href;
}
