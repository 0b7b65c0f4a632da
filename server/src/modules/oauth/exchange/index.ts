export { exchangeEvents } from './events.ts'
export { configureExchange } from './grant.ts'
