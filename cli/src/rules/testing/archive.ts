import { gzipSync } from 'node:zlib'

export interface Entry {
  readonly name: string
  readonly body?: string | Buffer
  /** Type flag; default a file. */
  readonly kind?: string
  readonly link?: string
}

/** A gzipped tar archive of these entries, whatever they are. */
export function archiveOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, body = '', kind = '0', link = '' }) => {
    const bytes = Buffer.from(body)
    const header = Buffer.alloc(512)
    header.write(name, 0, 100, 'latin1')
    header.write('0000644\0', 100)
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('        ', 148)
    header.write(kind, 156)
    header.write(link, 157, 100, 'latin1')
    header.write('ustar\u000000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

/** A release like the project's. */
export function releaseOf(version: string, files: Readonly<Record<string, string>> = {}): Buffer {
  const all: Readonly<Record<string, string>> = {
    'crs-setup.conf.example': '# setup\nSecAction "id:900990,phase:1,pass,nolog"\n',
    'rules/REQUEST-942.conf':
      'SecRule ARGS "@contains evil" "id:942100,phase:2,deny,status:403,log,\\\n    msg:\'evil\',tag:\'paranoia-level/1\',severity:CRITICAL,chain"\n# of two\nSecRule ARGS "@rx ." "t:none"\n',
    'rules/words.data': 'evil\n',
    LICENSE: 'free\n',
    'tests/run.py': 'print(1)\n',
    ...files,
  }
  const top = `coreruleset-${version}`
  return archiveOf([
    { name: 'pax_global_header', kind: 'g', body: '52 comment=0123456789012345678901234567890123456789\n' },
    { name: `${top}/`, kind: '5' },
    ...Object.entries(all).map(([name, body]) => ({ name: `${top}/${name}`, body })),
  ])
}
