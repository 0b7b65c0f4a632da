const longest = 1024

/**
 * Makes a path of this host out of what somebody asks to be sent back to, or `/` when it is anything else: another origin,
 * a scheme, `//host`, a backslash, a control character, or one of the gateway's own paths.
 * @param wanted decoded value of a `return` parameter
 * @param origin of this host, as `http://shop.localhost:7480`
 * @returns path and query in ASCII, fit for a Location field
 */
export function returnPath(wanted: string | null, origin: string): string {
  if (wanted === null || wanted.length > longest || !/^\/(?!\/)/.test(wanted)) return '/'
  // The URL parser drops tabs and line feeds and turns backslashes into slashes: `/\t/evil.example`.
  if (/[\\\s\p{Cc}]/u.test(wanted)) return '/'
  const url = URL.parse(wanted, origin)
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '') return '/'
  const path = url.pathname + url.search
  return path.startsWith('//') || path.startsWith('/.holdfast/') ? '/' : path
}
