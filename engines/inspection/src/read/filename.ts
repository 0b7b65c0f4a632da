/** Endings by which servers take a file for a program of theirs: PHP, Jakarta Server Pages, ASP and ASP.NET, CGI and server-side includes. */
const PROGRAMS =
  /^(?:php\d?|phps|pht|phtml?|phar|pgif|jspx?|jspf|jspa|jsw|jsv|jtml|aspx?|ashx|asmx|ascx|asax?|axd|cshtml|vbhtml|cdx|soap|rem|cfml?|cfc|cgi|fcgi|shtml?|stm)$/
/** Files of settings that a server reads beside the others. */
const SETTINGS = /^(?:\.htaccess|\.htpasswd|\.user\.ini|web\.config|php\.ini)$/
/** In the middle of a name fewer count: Apache (mod_mime, "Files with Multiple Extensions") and IIS run these. */
const INNER = /^(?:php\d?|phtml|phar|pht|jspx?|aspx?|asa|cgi|shtml)$/

export interface NameProblem {
  readonly kind: 'control' | 'path' | 'program' | 'double-extension' | 'settings'
  readonly why: string
}

/**
 * What a name under which a file might be stored is to the programs that find it there.
 * @param name as it came, decoded as text
 * @returns null for a name like others
 */
export function nameProblem(name: string): NameProblem | null {
  if (/\p{Cc}|%(?:00|0[ad])/iu.test(name)) {
    return { kind: 'control', why: 'a control character in the name of a file: some programs end it there' }
  }
  // As browsers send a whole folder (`folder/a.txt`), a name may have parts; it may not lead out.
  if (/^(?:[/\\~]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:$|[/\\])/.test(name)) {
    return { kind: 'path', why: 'the name of a file leads to another folder' }
  }
  const last = stored(name)
  if (SETTINGS.test(last)) return { kind: 'settings', why: 'a file of settings that servers read' }
  const [, ...endings] = last.split('.')
  if (PROGRAMS.test(endings.at(-1) ?? '')) return { kind: 'program', why: 'a file that servers take for a program' }
  if (endings.slice(0, -1).some((ending) => INNER.test(ending))) {
    return {
      kind: 'double-extension',
      why: 'an ending of programs within the name of a file, which some servers go by',
    }
  }
  return null
}

/** The ending, in lower case; empty where there is none. */
export function endingOf(name: string): string {
  const last = stored(name)
  const dot = last.lastIndexOf('.')
  return dot < 0 ? '' : last.slice(dot + 1)
}

/** What stays of it on a disk: Windows drops dots and blanks at the end and takes `:` for a stream, IIS ends it at `;`. */
function stored(name: string): string {
  const plain = name.normalize('NFKC').toLowerCase()
  const last = plain.slice(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\')) + 1)
  const [before = ''] = last.split(/[:;]/, 1)
  let end = before.length
  while (end > 0 && ' .'.includes(before.charAt(end - 1))) end--
  return before.slice(0, end)
}
