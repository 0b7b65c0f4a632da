export const home = '/console/'

/**
 * Where to go after the sign-in: a path of this origin, or home. It comes from a link that anybody can have made, so that
 * whatever a browser could take for another origin is refused: `//host`, `/\host`, tabs and line ends that it drops.
 */
export function returnPath(asked: string | undefined): string {
  if (asked === undefined || asked.length > 2048) return home
  if (!/^[\x21-\x7e]+$/.test(asked) || asked.includes('\\') || !isPath(asked)) return home
  const origin = 'http://holdfast.invalid'
  try {
    const url = new URL(asked, origin)
    // `/.//host` is a path, and becomes `//host` when its dots are resolved.
    return url.origin === origin && isPath(url.pathname) ? url.pathname + url.search + url.hash : home
  } catch {
    return home
  }
}

function isPath(text: string): boolean {
  return text.startsWith('/') && !text.startsWith('//')
}
