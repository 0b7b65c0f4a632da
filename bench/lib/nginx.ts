import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Place, WebServer } from './web-server.ts'

const modulesOf = (build: string): string => /--modules-path=(\S+)/.exec(build)?.[1] ?? ''
const moduleFile = (build: string): string => join(modulesOf(build), 'ngx_http_modsecurity_module.so')

export const hasModSecurity3 = (build: string): boolean => existsSync(moduleFile(build))

/** One worker, which keeps its connections to both sides and writes no log: as little as it can do. */
export const nginx: WebServer = {
  command: 'nginx',
  build: ['-V'],
  args: (folder) => ['-p', folder, '-c', join(folder, 'server.conf')],
  configure: ({ folder, port, upstream, build, rules }: Place) => `
${rules === null ? '' : `load_module ${moduleFile(build)};`}
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log crit;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_body_buffer_size 64k;
  keepalive_requests 1000000000;
  upstream app { server ${new URL(upstream).host}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    ${rules === null ? '' : `modsecurity on; modsecurity_rules_file ${rules};`}
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`,
}
