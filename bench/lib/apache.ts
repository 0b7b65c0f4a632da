import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Place, WebServer } from './web-server.ts'

const rootOf = (build: string): string => /HTTPD_ROOT="([^"]+)"/.exec(build)?.[1] ?? ''
const moduleOf = (build: string, name: string): string => join(rootOf(build), 'mods-available', `${name}.load`)
const modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http']

export const hasModSecurity2 = (build: string): boolean => existsSync(moduleOf(build, 'security2'))

/** One process with as many threads as there are connections; it writes no access log. */
export const apache: WebServer = {
  command: 'apache2',
  build: ['-V'],
  args: (folder) => ['-DFOREGROUND', '-f', join(folder, 'server.conf')],
  configure: ({ folder, port, upstream, build, rules }: Place) => `
ServerRoot "${folder}"
DefaultRuntimeDir "${folder}"
PidFile "${folder}/pid"
${[...modules, ...(rules === null ? [] : ['unique_id', 'security2'])].map((name) => `Include "${moduleOf(build, name)}"`).join('\n')}
ServerName localhost
Listen 127.0.0.1:${port}
ErrorLog "${folder}/error.log"
LogLevel crit
KeepAlive On
KeepAliveTimeout 60
MaxKeepAliveRequests 0
StartServers 1
ServerLimit 1
ThreadLimit 64
ThreadsPerChild 64
MaxRequestWorkers 64
MaxConnectionsPerChild 0
ProxyPreserveHost On
ProxyPass "/" "${upstream}/" keepalive=On
<Location "/">
  Require all granted
</Location>
${rules === null ? '' : `Include "${rules}"`}
`,
}
