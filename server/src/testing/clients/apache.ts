import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import type { House, Program } from './house.ts'

export const hasApache: boolean =
  existsSync('/usr/sbin/apache2') && existsSync('/usr/lib/apache2/modules/mod_auth_openidc.so')

/** Debian's nobody: Apache refuses to answer as root. */
const nobody = 65_534

export interface Apache {
  readonly at: string
  readonly program: Program
  close(): Promise<void>
}

/**
 * Apache with one page, which `mod_auth_openidc` guards: from a configuration, with logs and in a folder of its own, as nobody.
 * @param client registers the client, when the port is known
 */
export async function startApache(
  house: House,
  client: (at: string) => Promise<{ readonly id: string; readonly secret?: string }>,
): Promise<Apache> {
  const port = await freePort()
  const at = `http://127.0.0.1:${port}`
  const { id, secret = '' } = await client(at)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-apache-'))
  const pages = join(folder, 'pages')
  mkdirSync(join(pages, 'guarded'), { recursive: true })
  writeFileSync(join(pages, 'bye.html'), 'Goodbye')
  // What the module tells the application behind it: SSI echoes it.
  writeFileSync(
    join(pages, 'guarded/index.shtml'),
    '<!--#echo var="REMOTE_USER" -->|<!--#echo var="OIDC_CLAIM_email" -->|<!--#echo var="OIDC_CLAIM_acr" -->',
  )
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'dir', 'mime', 'include']
  const file = join(folder, 'apache.conf')
  writeFileSync(
    file,
    `${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
ServerRoot "${folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile "${folder}/apache.pid"
DefaultRuntimeDir "${folder}"
Mutex posixsem
StartServers 1
ErrorLog "|/bin/cat"
DocumentRoot "${pages}"
TypesConfig /dev/null
DirectoryIndex index.shtml
AddType text/html .shtml .html
AddOutputFilter INCLUDES .shtml

OIDCProviderMetadataURL ${house.whole.url}/.well-known/openid-configuration
OIDCClientID ${id}
OIDCClientSecret ${secret}
OIDCRedirectURI ${at}/guarded/callback
OIDCCryptoPassphrase ${secret}
OIDCPKCEMethod S256
OIDCScope "openid profile email"

<Directory "${pages}">
  Options +Includes
</Directory>
<Location /guarded>
  AuthType openid-connect
  Require valid-user
</Location>
`,
  )
  const isRoot = process.getuid?.() === 0
  if (isRoot)
    for (const path of ['', ...readdirSync(folder, { recursive: true })])
      chownSync(join(folder, String(path)), nobody, nobody)
  const as = isRoot ? { uid: nobody, gid: nobody } : {}
  const command = ['/usr/sbin/apache2', '-D', 'FOREGROUND', '-f', file]
  const program = await house.start(command, 'resuming normal operations', { cwd: folder, env: {}, ...as })
  return {
    at,
    program,
    async close() {
      await program.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
