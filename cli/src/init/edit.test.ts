import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addGuard } from './edit.ts'
import { findEntries, type Framework } from './find.ts'
import { mask } from './mask.ts'

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'holdfast-init-'))
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

function write(path: string, source: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true })
  writeFileSync(join(project, path), source)
}

function guarded(source: string, framework: Framework, topLevelAwait: boolean, path = 'app.js'): string {
  write(path, source)
  const [entry] = findEntries(project, framework)
  if (entry === undefined) throw new Error('not found')
  const edited = addGuard(entry, { framework, topLevelAwait })
  return 'source' in edited ? edited.source : `problem: ${edited.problem}`
}

describe('the guard', () => {
  it('stands behind an express application in an ES module', () => {
    const source = `#!/usr/bin/env node
import express from 'express'
import { routes } from './routes.js'

const app = express()
app.use(routes)
`
    expect(guarded(source, 'express', true)).toBe(`#!/usr/bin/env node
import express from 'express'
import { routes } from './routes.js'
import { holdfast } from '@holdfast/sdk/express'

const app = express()
app.use(await holdfast({ accept: ['identity', 'bearer'] }))
app.use(routes)
`)
  })

  it('does not await where CommonJS cannot', () => {
    const source = `'use strict';
const express = require('express');

const app = express();
app.get('/', (req, res) => { res.send('hello'); });
`
    expect(guarded(source, 'express', false)).toBe(`'use strict';
const express = require('express');
const { holdfast } = require('@holdfast/sdk/express');

const app = express();
const guard = holdfast({ accept: ['identity', 'bearer'] });
app.use((req, res, next) => guard.then((check) => check(req, res, next), next));
app.get('/', (req, res) => { res.send('hello'); });
`)
  })

  it('follows an application into a function, and its way of writing', () => {
    const source = `import express, { type Express } from "express";
export function createApp(guard: Guard): Express {
  const app: Express = express();
  return app;
}
`
    expect(guarded(source, 'express', true, 'src/app.ts')).toBe(`import express, { type Express } from "express";
import { holdfast } from "@holdfast/sdk/express";
export function createApp(guard: Guard): Express {
  const app: Express = express();
  const holdfastGuard = holdfast({ accept: ['identity', 'bearer'] });
  app.use((req, res, next) => holdfastGuard.then((check) => check(req, res, next), next));
  return app;
}
`)
  })

  it('stands behind a Hono application with its types and options', () => {
    const source = `import {\r\n  Hono,\r\n} from 'hono'\r\nexport const app = new Hono<{ Variables: Vars }>({\r\n  strict: false,\r\n})\r\n`
    expect(guarded(source, 'hono', true)).toBe(
      `import {\r\n  Hono,\r\n} from 'hono'\r\nimport { holdfast } from '@holdfast/sdk/hono'\r\n` +
        `export const app = new Hono<{ Variables: Vars }>({\r\n  strict: false,\r\n})\r\n` +
        `app.use(await holdfast({ accept: ['identity', 'bearer'] }))\r\n`,
    )
  })

  it.each([
    [`const app = require('express')()\napp.listen(1)\n`, 'app.use('],
    [`const server = require('express');\nvar api = server();\n`, 'api.use('],
    [`import * as web from 'express'\nlet app\napp = web()`, 'app.use('],
    [`import express from 'express'\nclass App { constructor() {\n  this.app = express()\n} }\n`, 'this.app.use('],
    [`const express = require('express')\nconst app = module.exports = express()\n`, 'module.exports.use('],
  ])('is found in %j', (source, expected) => expect(guarded(source, 'express', false)).toContain(expected))

  it.each([
    [`import { Hono } from 'hono'\nconst app = new Hono().basePath('/api')\n`, 'longer expression'],
    [`import { Hono } from 'hono'\nconst app = new Hono()\n  .get('/', (c) => c.text('x'))\n`, 'longer expression'],
    [`import { Hono } from 'hono'\nexport default new Hono()\n`, 'longer expression'],
    [`import { Hono } from 'hono'\nconst app = new Hono(), port = 1\n`, 'longer expression'],
    [`import { Hono } from 'hono'\nconst holdfast = 1\nconst app = new Hono()\n`, 'already used'],
  ])('is left to a person in %j', (source, expected) => expect(guarded(source, 'hono', true)).toContain(expected))
})

describe('the search', () => {
  it('passes over comments, strings, tests, dependencies and other frameworks', () => {
    write('a.js', `import express from 'express'\n// const app = express()\n/* express() */\nconst s = "express()"\n`)
    write('b.js', `const t = \`\nexpress()\`\nconst r = /express()/\nimport express from 'express'\n`)
    write('c.test.js', `import express from 'express'\nconst app = express()\n`)
    write('node_modules/x/index.js', `const app = require('express')()\n`)
    write('dist/app.js', `const app = require('express')()\n`)
    write('d.js', `const express = require('not-express')\nconst app = express()\n`)
    expect(findEntries(project, 'express')).toEqual([])
  })

  it('finds every application', () => {
    write('a.js', `import { Hono as App } from 'hono'\nconst app = new App()\n`)
    write('src/b.ts', `import { Hono } from 'hono/tiny'\nconst b = new Hono()\nconst c = new Hono()\n`)
    expect(findEntries(project, 'hono').map((entry) => entry.path)).toEqual(['a.js', 'src/b.ts', 'src/b.ts'])
  })
})

describe('the mask', () => {
  const pieces = fc.constantFrom(
    "'",
    '"',
    '`',
    '/',
    '//',
    '/*',
    '*/',
    '\\',
    '\n',
    '\r\n',
    'a',
    ' ',
    '(',
    ')',
    '${',
    '}',
  )

  it('keeps length and lines of whatever it is given', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const source = parts.join('')
        const masked = mask(source)
        expect(masked).toHaveLength(source.length)
        expect(masked.split('\n').map((line) => line.length)).toEqual(source.split('\n').map((line) => line.length))
      }),
    )
  })

  it('leaves code alone and divides by a slash', () => {
    expect(mask(`const a = b / c / d // e`)).toBe(`const a = b / c / d     `)
    expect(mask(`x = /a'b/.test(y) ? 'it\\'s' : 1`)).toBe(`x =      .test(y) ? '     ' : 1`)
  })
})
