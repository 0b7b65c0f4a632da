export { GatewayKeyError } from './identity/key.ts'
export { startGateway, type Gateway } from './gateway.ts'
export type { GatewayOptions, GatewayTimeouts } from './options.ts'
