import { agent } from './agent/index.ts'
import { code } from './code/index.ts'
import { deserialisation } from './deserialise/index.ts'
import { graphql } from './graphql/index.ts'
import { header } from './headers/index.ts'
import { html } from './html/index.ts'
import { include } from './include/index.ts'
import { ldap } from './ldap/index.ts'
import { nosql } from './nosql/index.ts'
import { path } from './path/index.ts'
import { prototype } from './prototype/index.ts'
import { shell } from './shell/index.ts'
import { sql } from './sql/index.ts'
import { address, ssrf } from './ssrf/index.ts'
import { template } from './template/index.ts'
import type { Detector } from './types.ts'
import { xml } from './xml/index.ts'
import { xpath } from './xpath/index.ts'

/** Those that look at every value unless a schema says more of it: cheap and frequent ones first. */
export const DETECTORS: readonly Detector[] = [
  sql,
  html,
  shell,
  path,
  template,
  nosql,
  ldap,
  xpath,
  xml,
  header,
  prototype,
  deserialisation,
  code,
  include,
  ssrf,
  graphql,
]

/** For the field User-Agent, beside the others. */
export const AGENT_DETECTORS: readonly Detector[] = [...DETECTORS, agent]

/** For a field that the schema says is an address (`format: uri`), beside the others. */
export const ADDRESS_DETECTORS: readonly Detector[] = [...DETECTORS, address]
