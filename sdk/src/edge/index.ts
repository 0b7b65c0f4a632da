export { EdgeError } from './api.ts'
export { createApplicationEdge, createGatewayEdge, type Edge, type EdgeOptions, type EdgeRecord } from './client.ts'
export { CredentialsError, loadCredentials } from './credentials.ts'
export { systemClock, type Clock, type Surroundings } from './surroundings.ts'
