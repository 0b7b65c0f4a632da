export { guardedDispatcher, guardedHttpAgent, guardedHttpsAgent } from './agents.ts'
export { type GuardedFetch, guardedFetch, type GuardedFetchOptions } from './fetch.ts'
export { OutboundRefused, type OutboundRules } from './rules.ts'
